//! What is written without asking for memory, into a buffer that has room.

use std::net::{IpAddr, Ipv6Addr};

use serde_json::Value;
use uuid::Uuid;
use versioned_objects::compact::Layouts;
use versioned_objects::registry::Registry;
use versioned_objects::{Entity, Field, Manifest, Target, VersionedObject, wire};

use super::{alone, peak};

/// The bytes that a call asks for: the least of many, since the harness's own threads ask for some now and then.
fn asked(mut call: impl FnMut()) -> usize {
    (0..50).map(|_| peak(&mut call).0).min().unwrap_or_default()
}

/// Checks that nothing is asked for, in each form.
fn check<O: Entity>(what: &str, object: &O, layouts: &Layouts) {
    let mut buffer = Vec::with_capacity(1 << 12);
    let mut write = |form: &str, write: &dyn Fn(&mut Vec<u8>)| {
        let asked = asked(|| {
            buffer.clear();
            write(&mut buffer);
        });
        assert!(!buffer.is_empty());
        assert_eq!(asked, 0, "{what} as {form}");
    };
    write("JSON", &|buffer| wire::append_json(object, Target::Own, buffer).unwrap());
    write("JSON of 1.0", &|buffer| wire::append_json(object, "1.0", buffer).unwrap());
    write("compact", &|buffer| wire::append_compact(object, Target::Own, layouts, buffer).unwrap());
}

/// Checks it of a value in a derived object, and in a dynamic one that was read from what that wrote.
macro_rules! leaves {
    ($($ty:ty: $value:expr;)+) => {$({
        #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
        #[object(namespace = "h", serial_namespace = "h", versions("1.0"))]
        struct Leaf {
            value: Field<$ty>,
        }

        let manifest: Manifest = [("Leaf", "1.0".parse().unwrap())].into_iter().collect();
        let leaf = Leaf { value: $value.into() };
        check(stringify!($ty), &leaf, &Registry::new().with::<Leaf>().layouts(&manifest));

        let registry = Registry::new().with_schema(Leaf::SCHEMA.clone());
        let written: Value = serde_json::from_slice(&wire::to_json(&leaf, Target::Own).unwrap()).unwrap();
        let dynamic = registry.decode(&written).unwrap();
        check(concat!("dynamic ", stringify!($ty)), &dynamic, &registry.layouts(&manifest));
    })+};
}

#[test]
fn a_value_of_its_own_type_is_written_without_an_allocation() {
    let _alone = alone();
    let moment = chrono::DateTime::from_timestamp(1_700_000_000, 123_456_000).unwrap();
    leaves! {
        f64: 1.5e-300;
        f32: 0.1;
        i64: i64::MIN;
        bool: true;
        String: "text \" with \u{1} an escape".to_owned();
        Uuid: Uuid::from_u128(u128::MAX / 3);
        chrono::DateTime<chrono::Utc>: moment;
        chrono::DateTime<chrono::FixedOffset>: moment.fixed_offset();
        IpAddr: "10.0.0.1".parse::<IpAddr>().unwrap();
        Ipv6Addr: "2001:db8::1".parse::<Ipv6Addr>().unwrap();
        ipnet::Ipv6Net: "2001:db8::/32".parse::<ipnet::Ipv6Net>().unwrap();
    }
}

/// What is measured here is what a call asks for: more than the harness's own threads give back meanwhile.
#[test]
fn what_is_asked_for_is_counted() {
    let _alone = alone();
    assert_ne!(asked(|| drop(std::hint::black_box(vec![1_u8; 1 << 20]))), 0);
}

use std::collections::HashSet;

use serde_json::json;
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::field::DateTime;
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::{ErrorKind, Field, Primitive, VersionedObject};

use support::fixtures::Port;

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Fixed {
    #[field(read_only)]
    id: Field<i64>,
    #[field(read_only)]
    tags: Field<Option<HashSet<String>>>,
    #[field(read_only)]
    when: Field<DateTime>,
    #[field(read_only)]
    local: Field<Option<chrono::NaiveDateTime>>,
    #[field(read_only)]
    networks: Field<Vec<ipnet::IpNet>>,
    #[field(read_only)]
    json: Field<serde_json::Value>,
    #[field(read_only)]
    port: Field<Port>,
}

fn registry() -> Registry {
    Registry::new().with::<Fixed>().with::<Port>()
}

fn dynamic() -> Registry {
    Registry::new().with_schema(Fixed::SCHEMA.clone()).with::<Port>()
}

fn primitive(json: &serde_json::Value) -> Primitive {
    Primitive::of(json).unwrap()
}

/// What a field holds, and whether it takes that after it; of derived and dynamic objects.
#[track_caller]
fn takes(field: &str, first: serde_json::Value, second: serde_json::Value, is_taken: bool) {
    for registry in [registry(), dynamic()] {
        let mut object = registry.unset("Fixed").unwrap();
        registry.edit(&mut object).set_by_name(field, primitive(&first)).unwrap();
        object.reset_changes();
        let set = registry.edit(&mut object).set_by_name(field, primitive(&second));
        assert_eq!(set.is_ok(), is_taken, "{first} then {second}: {set:?}");
        if let Err(error) = set {
            let text = format!("Fixed.{field}: cannot modify readonly field {field}");
            assert_eq!((error.kind(), error.to_string()), (ErrorKind::ReadOnlyField, text));
        }
        assert!(object.what_changed().is_empty(), "the same value is no change");
        object.clear_by_name(field).unwrap();
        registry.edit(&mut object).set_by_name(field, primitive(&second)).unwrap();
    }
}

#[test]
fn read_only() {
    takes("id", json!(7), json!("7"), true);
    takes("id", json!(7), json!(8), false);
    takes("tags", json!(["a", "b", "c", "d", "e"]), json!(["e", "d", "c", "b", "a"]), true);
    takes("tags", json!(["a", "b"]), json!(["a"]), false);
    takes("tags", json!(null), json!(null), true);
    takes("tags", json!(null), json!([]), false);
}

#[test]
fn read_only_compares_values_as_the_reference_does() {
    let when = "2026-01-02T03:04:05.5Z";
    takes("when", json!(when), json!("2026-01-02T04:04:05.500000+01:00"), true);
    takes("when", json!(when), json!("2026-01-02T03:04:05Z"), false);
    takes("local", json!(when), json!("2026-01-02T03:04:05.500+07:00"), true);
    takes("local", json!(when), json!("2026-01-02T03:04:05.501"), false);
    takes("networks", json!(["10.0.0.1/24", "::1"]), json!(["10.0.0.0/24", "::1/128"]), true);
    takes("networks", json!(["10.0.0.1/24"]), json!(["10.0.0.1/25"]), false);
    takes("json", json!({"a": [1, true]}), json!({"a": [1.0, 1]}), true);
    takes("json", json!({"a": 1}), json!({"a": "1"}), false);
    let port = json!({
        "versioned_object.name": "Port", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.2", "versioned_object.data": {"serial": "a"},
    });
    takes("port", port.clone(), port, false);
}

#[test]
fn read_only_holds_for_updates_and_in_derived_objects() {
    let mut fixed = Fixed { id: Field::unchanged(7), ..Fixed::default() };
    let text = "Fixed.id: cannot modify readonly field id";
    assert_eq!(fixed.update([("id", Primitive::Int(8))]).unwrap_err().to_string(), text);
    assert_eq!(fixed.set_by_name("id", 8).unwrap_err().kind(), ErrorKind::ReadOnlyField);
    fixed.set_by_name("id", "7").unwrap();
    assert_eq!((fixed.id.get(), fixed.what_changed()), (Some(&7), vec![]));
    let registry = dynamic();
    let mut fixed = DynamicObject::new(&registry, "Fixed").unwrap();
    fixed.set(&registry, "id", 7.into()).unwrap();
    assert_eq!(registry.edit(&mut fixed).update([("id", Primitive::Int(8))]).unwrap_err().to_string(), text);
}

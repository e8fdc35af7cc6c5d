//! Fields, changes and origins.

use std::borrow::Cow;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::json;
use support::fixtures::{BlockDisk, MappedPortList, Port, Rack};
use versioned_objects::field::{Bytes, Sensitive, UuidText};
use versioned_objects::prelude::*;
use versioned_objects::{Entity, Field, Origin, VersionedObject, wire};

#[test]
fn a_field_is_unset_or_set_and_knows_whether_it_was_changed() {
    let mut field: Field<i64> = Field::unset();
    assert_eq!((field.get(), field.is_set(), field.is_changed()), (None, false, false));
    assert_eq!(field.get_mut(), None);
    assert!(!field.is_changed());
    field.set(5);
    assert!(field.is_changed());
    field.reset_changes();
    field.set(5);
    assert!(field.is_changed(), "also where the value is the one that it had");
    field.reset_changes();
    *field.get_mut().unwrap() += 1;
    assert!(field.is_changed());
    assert_eq!(field.clear(), Some(6));
    assert!(field.is_changed(), "a field that was cleared keeps its mark, as in the reference");
    assert_eq!(format!("{field:?}"), "<?>");
    assert_eq!(Field::from(6), Field::unchanged(6), "equal where the values are");
    assert_ne!(Field::from(None), Field::<Option<i64>>::unset());
}

#[test]
fn changes_of_an_object_inside_count_those_in_a_plain_list_do_not() {
    let mut rack = Rack {
        disk: Field::unchanged(BlockDisk::default()),
        disks: Field::unchanged(Some(vec![BlockDisk::default()])),
        ..Rack::default()
    };
    assert!(rack.what_changed().is_empty());
    rack.disks.get_mut().unwrap().as_mut().unwrap()[0].kind.set("a".to_owned());
    rack.disks.reset_changes();
    assert!(rack.what_changed().is_empty());
    rack.disk.get_mut().unwrap().port =
        Field::unchanged(Some(Port { serial: "p".to_owned().into(), ..Port::default() }));
    rack.disk.reset_changes();
    assert_eq!(rack.what_changed(), ["disk"]);
    assert_eq!(rack.disk.get().unwrap().what_changed(), ["port"]);
    ByName::reset_changes(&mut rack);
    assert!(rack.what_changed().is_empty());
    assert!(rack.disks.get().unwrap().as_ref().unwrap()[0].has_changes(), "unless nothing told of them");
}

#[test]
fn changes_of_an_element_count_in_a_list_object() {
    let port = Port { serial: "p".to_owned().into(), ..Port::default() };
    let mut list = MappedPortList { objects: Field::unchanged(vec![port]) };
    assert_eq!(list.what_changed(), ["objects"]);
    ByName::reset_changes(&mut list);
    assert!(list.what_changed().is_empty());
}

#[test]
fn a_list_object_that_is_made_without_elements_has_none_unchanged() {
    let list: MappedPortList = VersionedObject::unset();
    assert_eq!(list.objects.get(), Some(&vec![]));
    assert!(list.what_changed().is_empty());
    let read: MappedPortList = wire::decode(json!({
        "versioned_object.name": "MappedPortList", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.3", "versioned_object.data": {},
    }))
    .unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap()["versioned_object.data"], json!({ "objects": [] }));
}

#[test]
fn where_an_object_came_from_is_no_part_of_its_value() {
    let here = Port::default();
    let arrived = Port {
        origin: Origin::from("1.0".parse::<versioned_objects::Version>().unwrap()),
        ..Port::default()
    };
    assert_eq!(here, arrived);
    let mut origin = arrived.origin.clone();
    assert_eq!(origin.version(), Some("1.0".parse().unwrap()));
    origin.forget();
    assert_eq!(origin.version(), None);
}

#[test]
fn a_field_is_used_as_its_value() {
    let mut port = Port { serial: "a".into(), ..Port::default() };
    assert_eq!(port.serial, "a");
    assert_eq!(port.serial, "a".to_owned());
    assert_eq!((port.serial.as_deref(), port.serial.to_string()), (Some("a"), "a".to_owned()));
    assert!(port.serial.is_changed());
    assert_eq!(port.serial.get_or_err(&port).unwrap(), "a");
    port.serial.clear();
    assert_eq!(port.serial.to_string(), "<?>");
    let error = port.serial.get_or_err(&port).unwrap_err();
    assert_eq!(error.to_string(), "Port.serial: the field is unset");
    let number = Field::from(5_i64);
    assert_eq!(
        (number.copied(), number.cloned_or_default(), number.is_set_and(|n| *n > 4)),
        (Some(5), 5, true)
    );
    assert_eq!(Field::from(Some(5)).non_null(), Some(&5));
    assert_eq!(Field::<Option<i64>>::from(None).non_null(), None);
    let [none, six] = [Field::unset(), Field::from(6)];
    assert!(none < number && number < six, "unset comes first");
    let set: std::collections::HashSet<_> = [number.clone(), Field::unchanged(5)].into();
    assert_eq!(set.len(), 1, "changes are no part of a value");
    assert_eq!(Field::<Option<String>>::from("a").non_null().map(String::as_str), Some("a"));
}

#[test]
fn a_value_is_seen_through_where_it_is_nullable_too() {
    macro_rules! seen {
        ($($ty:ty: $value:expr, $wanted:expr;)+) => {
            $(
                assert_eq!(Field::<$ty>::from($value).as_deref(), Some($wanted));
                assert_eq!(Field::<Option<$ty>>::from(Some($value)).as_deref(), Some($wanted));
                assert_eq!(Field::<Option<$ty>>::from(None).as_deref(), None);
                assert_eq!(Field::<Option<$ty>>::unset().as_deref(), None);
            )+
        };
    }
    seen! {
        String: "a".to_owned(), "a";
        PathBuf: PathBuf::from("/a"), std::path::Path::new("/a");
        Bytes: Bytes::from(b"a"), &b"a"[..];
        Vec<i64>: vec![1, 2], &[1, 2][..];
        Box<i64>: Box::new(1), &1;
        Box<str>: Box::from("a"), "a";
        Rc<str>: Rc::from("a"), "a";
        Arc<[i64]>: Arc::from([1]), &[1][..];
        Cow<'static, str>: Cow::Borrowed("a"), "a";
    }
    let mut name = Field::<Option<String>>::unchanged(Some("a".to_owned()));
    name.as_deref_mut().unwrap().make_ascii_uppercase();
    assert!(name == "A" && name.is_changed());
    let mut rows = Field::unchanged(vec![2, 1]);
    rows.as_deref_mut().unwrap().sort_unstable();
    assert_eq!((rows.as_deref(), rows.is_changed()), (Some(&[1, 2][..]), true));
    let mut none = Field::<Option<String>>::unset();
    assert!(none.as_deref_mut().is_none() && !none.is_changed());
}

#[test]
fn every_type_of_text_is_set_by_one_and_compared_with_one() {
    macro_rules! texts {
        ($($ty:ty),+) => {
            $(
                let field: Field<$ty> = "a".into();
                assert!(field == "a" && field != "b" && field.is_changed());
                assert!(Field::<$ty>::unset() != "a");
                let field: Field<Option<$ty>> = "a".into();
                assert!(field == "a" && field != "b" && field == *"a");
                assert!(Field::<Option<$ty>>::from(None) != "");
            )+
        };
    }
    texts! { String, Box<str>, Rc<str>, Arc<str>, Cow<'static, str>, Sensitive, UuidText }
    assert_eq!(Field::<PathBuf>::from("/a"), PathBuf::from("/a"));
    assert_eq!(Field::<Option<PathBuf>>::from("/a").non_null(), Some(&PathBuf::from("/a")));
}

#[test]
fn a_field_of_a_part_is_named_too() {
    let disk = BlockDisk::default();
    let error = disk.timestamps.created_at.get_or_err(&disk).unwrap_err();
    assert!(
        error.to_string().starts_with("BlockDisk.created_at") || error.to_string().contains(".created_at:")
    );
}

#[test]
fn what_prints_for_people_is_short() {
    assert_eq!(format!("{:?}", Origin::none()), "Origin(none)");
    let version: versioned_objects::Version = "1.3".parse().unwrap();
    assert_eq!(format!("{:?}", Origin::from(version)), "Origin(1.3)");
    let any = versioned_objects::registry::AnyObject::new(Port::default());
    assert_eq!(format!("{any:?}"), "AnyObject(Port 1.2)");
    let origin = Origin::from("1.0".parse::<versioned_objects::Version>().unwrap());
    let arrived = Port { origin, ..Port::default() };
    let any = versioned_objects::registry::AnyObject::new(arrived);
    assert_eq!(format!("{any:?}"), "AnyObject(Port 1.2, arrived in 1.0)");
}

use versioned_objects::object::TimestampedObject;
use versioned_objects::prelude::*;
use versioned_objects::{Field, ObjectList, VersionedObject};

use support::fixtures::{Port, PortList};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, list, versions("1.0"))]
struct DatedPortList {
    objects: Field<Vec<Port>>,
    #[field(extends)]
    dates: TimestampedObject,
}

fn port(serial: &str) -> Port {
    Port { serial: serial.to_owned().into(), ..Port::default() }
}

fn ports(serials: &[&str]) -> PortList {
    PortList { objects: Field::unchanged(serials.iter().map(|serial| port(serial)).collect()) }
}

fn serials(list: &[Port]) -> Vec<&str> {
    list.iter().filter_map(|port| port.serial.get().map(String::as_str)).collect()
}

#[test]
fn object_lists_index_and_iteration() {
    let list = ports(&["a", "b", "c"]);
    assert_eq!((list.len(), list.is_empty(), PortList::default().is_empty()), (3, false, true));
    assert_eq!(list[1], port("b"));
    assert_eq!(list.get(3), None);
    assert_eq!(list.last(), Some(&port("c")));
    assert!(list.contains(&port("a")));
    assert_eq!(list.iter().position(|each| *each == port("c")), Some(2));
    assert_eq!(serials(&list.iter().rev().cloned().collect::<Vec<_>>()), ["c", "b", "a"]);
    assert!(!list.has("x") && list.has("objects"));
}

#[test]
fn object_lists_slice() {
    let mut list = ports(&["a", "b", "c"]);
    list.objects.set(list.as_slice().to_vec());
    let part = list.slice(1..);
    assert_eq!(serials(&part), ["b", "c"]);
    assert!(!part.objects.is_changed(), "the slice itself is unchanged");
    assert_eq!(part[0].what_changed(), ["serial"], "its elements keep their changes");
    assert_eq!(serials(&list.slice(..=1)), ["a", "b"]);
    assert_eq!(list.slice(2..100).len(), 1);
    assert!(
        list.slice(7..9).is_empty()
            && list.slice((std::ops::Bound::Excluded(2), std::ops::Bound::Unbounded)).is_empty()
    );
}

#[test]
fn object_lists_sort() {
    let mut list = ports(&["b", "c", "a"]);
    list.sort_by_key(|port| port.serial.get().cloned());
    assert_eq!(serials(&list), ["a", "b", "c"]);
    assert!(!list.objects.is_changed(), "sorting in place is no change");
    list.sort_by_key(|port| std::cmp::Reverse(port.serial.get().cloned()));
    assert_eq!(serials(&list), ["c", "b", "a"]);
}

#[test]
fn object_lists_concatenation() {
    let both = ports(&["a"]).concat(&ports(&["b"])).unwrap();
    assert_eq!(serials(&both), ["a", "b"]);
    assert!(both.objects.is_changed());
    let error = DatedPortList::default().concat(&DatedPortList::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "DatedPortList: list objects should be of the same type and only have an 'objects' field"
    );
}

#[test]
fn obj_make_list() {
    let mut list = ports(&["old"]);
    list.objects.set(Vec::new());
    let from_row = |mut port: Port, row: &str| {
        if row.is_empty() {
            return Err("an empty row");
        }
        port.serial = Field::unchanged(row.to_owned());
        Ok(port)
    };
    list.make_list(["x", "y"], from_row).unwrap();
    assert_eq!(serials(&list), ["x", "y"]);
    assert!(list.what_changed().is_empty());
    assert_eq!(list.make_list(["z", ""], from_row), Err("an empty row"));
    assert!(list.is_empty());
}

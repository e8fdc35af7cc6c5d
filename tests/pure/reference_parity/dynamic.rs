//! Dynamic objects can do what derived ones can.

use serde_json::json;
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Error, ErrorKind, Origin, Primitive, Version};

use support::fixtures::more::MoreValues;
use support::fixtures::{BlockDisk, Port, PortList, Rack};

/// Disks and lists without a Rust type, and ports with one.
fn registry() -> Registry {
    Registry::new()
        .with_schema(BlockDisk::SCHEMA.clone())
        .with_schema(Rack::SCHEMA.clone())
        .with_schema(PortList::SCHEMA.clone())
        .with_schema(MoreValues::SCHEMA.clone())
        .with::<Port>()
}

fn disk(registry: &Registry) -> DynamicObject {
    let mut disk = DynamicObject::new(registry, "Disk").unwrap();
    disk.set(registry, "type", "ssd".into()).unwrap();
    disk.set(registry, "port", port("p")).unwrap();
    disk
}

fn port(serial: &str) -> Primitive {
    let port = json!({
        "versioned_object.name": "Port", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.1", "versioned_object.data": {"serial": serial},
        "versioned_object.changes": ["serial"],
    });
    Primitive::of(&port).unwrap()
}

fn inner<'a>(disk: &'a DynamicObject, name: &str) -> &'a AnyObject {
    disk.get(name).unwrap().unwrap().as_object().unwrap()
}

#[test]
fn dynamic_objects_are_iterated_and_looked_up_by_name() {
    let registry = registry();
    let mut disk = disk(&registry);
    registry.edit(&mut disk).update([("size_mb", "12".into()), ("title", Primitive::Null)]).unwrap();
    let names: Vec<_> = disk.items().unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["type", "title", "size_mb", "port"]);
    assert_eq!(disk.get_by_name("size_mb").unwrap(), Some(Primitive::Int(12)));
    assert!(disk.is_set("title").unwrap() && disk.has("title") && !disk.has("ports") && !disk.has("x"));
    assert_eq!(disk.is_set("x").unwrap_err().to_string(), "Disk has no field \"x\"");
    disk.clear_by_name("title").unwrap();
    let error = disk.clear_by_name("title").unwrap_err();
    assert_eq!(error.to_string(), "Disk.title: no such attribute \"title\": it is unset");
    assert!(disk.what_changed().contains(&"title"), "a field that was taken away counts as changed");
}

#[test]
fn dynamic_objects_get_changes_and_reset_them() {
    let registry = registry();
    let mut disk = disk(&registry);
    disk.reset_own_changes();
    assert_eq!(disk.what_changed(), ["port"], "what is nested stays");
    assert_eq!(disk.get_changes().unwrap()[0].0, "port");
    disk.set(&registry, "type", "hdd".into()).unwrap();
    disk.reset_own_changes_of(&["type", "x"]);
    assert_eq!(disk.what_changed(), ["port"]);
    disk.reset_changes_of(&["port"]);
    assert!(disk.what_changed().is_empty() && inner(&disk, "port").what_changed().is_empty());
    disk.set(&registry, "ports", Primitive::List(vec![port("a")])).unwrap();
    disk.reset_own_changes();
    disk.reset_changes();
    let dirty = |disk: &DynamicObject| match disk.get("ports").unwrap().unwrap() {
        versioned_objects::dynamic::Value::List(ports) => ports[0].as_object().unwrap().what_changed().len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(dirty(&disk), 1, "the list itself was not changed");
    disk.set(&registry, "ports", Primitive::List(vec![port("a")])).unwrap();
    disk.reset_changes();
    assert_eq!(dirty(&disk), 0);
}

#[test]
fn dynamic_obj_set_defaults() {
    let registry = registry();
    let mut values = DynamicObject::new(&registry, "MoreValues").unwrap();
    registry.edit(&mut values).set_defaults().unwrap();
    assert_eq!(values.what_changed(), ["names", "ordered"]);
    let names = Primitive::List(vec!["b".into(), "a".into()]);
    assert_eq!(values.get_by_name("names").unwrap(), Some(names));
    values.set(&registry, "names", Primitive::List(vec![])).unwrap();
    registry.edit(&mut values).set_defaults_of(&["names"]).unwrap();
    assert_eq!(values.get_by_name("names").unwrap(), Some(Primitive::List(vec![])), "what is set stays");
    let error = registry.edit(&mut values).set_defaults_of(&["state"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectAction);
    assert_eq!(error.to_string(), "MoreValues: no default set for field state");
    assert!(registry.edit(&mut values).set_defaults_of(&["x"]).is_err());
}

#[test]
fn dynamic_obj_clone() {
    let registry = registry();
    let json = json!({
        "zoo_object.name": "Disk", "zoo_object.namespace": "zoo", "zoo_object.version": "1.3",
        "zoo_object.data": {"type": "ssd", "port": port("p"), "updated_at": "2026-01-02T03:04:05.25Z"},
        "zoo_object.changes": ["type"],
    });
    let any = registry.decode(json).unwrap();
    let version = |object: &AnyObject| object.origin().and_then(Origin::version);
    let copy = any.obj_clone();
    assert_eq!((version(&any), version(&copy)), (Some(Version::new(1, 3)), None));
    assert_eq!(version(&any.clone()), Some(Version::new(1, 3)), "a plain clone keeps that");
    assert_eq!(copy.what_changed(), ["type", "port"]);
    let copied = copy.downcast_ref::<DynamicObject>().unwrap();
    assert_eq!(version(inner(copied, "port")), None, "those inside it forget it too");
    assert!(inner(copied, "port").is::<Port>());
    let when = |object: &AnyObject| {
        format!("{:?}", object.downcast_ref::<DynamicObject>().unwrap().get("updated_at").unwrap())
    };
    assert_eq!(when(&copy), when(&any));
    assert!(!copy.equals_as_primitive(&any).unwrap(), "the version counts");
    assert!(copy.equals_as_primitive(&copy.obj_clone()).unwrap());
}

#[test]
fn dynamic_comparison_by_primitive() {
    let registry = registry();
    let values = |names: [&str; 3]| {
        let mut values = DynamicObject::new(&registry, "MoreValues").unwrap();
        let names = names.map(Primitive::from).to_vec();
        values.set(&registry, "names", Primitive::List(names)).unwrap();
        values
    };
    let (one, mut other) = (values(["a", "b", "c"]), values(["c", "b", "a"]));
    assert!(one.equals_as_primitive(&other).unwrap(), "sets have no order");
    other.reset_changes();
    assert!(!one.equals_as_primitive(&other).unwrap(), "changes count");
    assert!(one.equals_as_primitive_without(&other, &[]).unwrap());
    let other = values(["c", "b", "d"]);
    assert!(!one.equals_as_primitive_without(&other, &[]).unwrap());
    assert!(one.equals_as_primitive_without(&other, &["names"]).unwrap());
}

#[test]
fn dynamic_state_machines() {
    let registry = registry();
    let mut transfer = DynamicObject::new(&registry, "MoreValues").unwrap();
    transfer.set(&registry, "state", "queued".into()).unwrap();
    transfer.set(&registry, "state", "running".into()).unwrap();
    transfer.set(&registry, "state", "running".into()).unwrap();
    let error = transfer.set(&registry, "state", "queued".into()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "MoreValues.state: can't go from the state \"running\" to \"queued\", only to one of [\"running\", \"finished\", \"failed\"]"
    );
}

fn list(registry: &Registry, serials: &[&str]) -> DynamicObject {
    let mut list = DynamicObject::new(registry, "PortList").unwrap();
    let ports = serials.iter().map(|serial| port(serial)).collect();
    list.set(registry, "objects", Primitive::List(ports)).unwrap();
    list
}

fn serials(list: &DynamicObject) -> Vec<String> {
    let serial = |port: &AnyObject| port.downcast_ref::<Port>().unwrap().serial.get().unwrap().clone();
    list.elements().map(serial).collect()
}

#[test]
fn dynamic_object_lists_slice_sort_and_concatenation() {
    let registry = registry();
    let mut ports = list(&registry, &["b", "c", "a"]);
    let part = ports.slice(1..9).unwrap();
    assert_eq!(serials(&part), ["c", "a"]);
    assert_eq!(part.what_changed(), ["objects"], "its elements keep their changes");
    let both = part.concat(&ports.slice(..1).unwrap()).unwrap();
    assert_eq!(serials(&both), ["c", "a", "b"]);
    ports.reset_changes();
    ports.sort_by(|a, b| {
        let [a, b] = [a, b].map(|port| port.downcast_ref::<Port>().unwrap().serial.get());
        a.cmp(&b)
    });
    assert_eq!(serials(&ports), ["a", "b", "c"]);
    assert!(ports.what_changed().is_empty(), "sorting in place is no change");
    for port in ports.elements_mut() {
        port.downcast_mut::<Port>().unwrap().serial.set("z".to_owned());
    }
    assert_eq!(ports.what_changed(), ["objects"]);
    let disk = disk(&registry);
    assert_eq!(disk.slice(..).unwrap_err().to_string(), "Disk: it is no list object");
    assert_eq!(
        ports.concat(&disk).unwrap_err().to_string(),
        "PortList: list objects should be of the same type and only have an 'objects' field"
    );
}

#[test]
fn dynamic_obj_make_list() {
    let registry = registry();
    let mut ports = list(&registry, &["old"]);
    let from_row = |mut port: AnyObject, row: &str| {
        if row.is_empty() {
            return Err(Error::refused("an empty row"));
        }
        registry.edit(&mut port).set_by_name("serial", row)?;
        port.reset_changes();
        Ok(port)
    };
    ports.make_list(&registry, ["x", "y"], from_row).unwrap();
    assert_eq!((serials(&ports), ports.what_changed()), (vec!["x".to_owned(), "y".to_owned()], vec![]));
    let other = |_: AnyObject, ()| registry.unset("Disk");
    let error = ports.make_list(&registry, [()], other).unwrap_err();
    assert_eq!(error.to_string(), "an object of type Port is required, not a Disk");
    assert_eq!(ports.elements().count(), 0);
}

#[test]
fn objects_of_any_type_are_set_by_name() {
    let registry = registry();
    let mut port = registry.unset_of("Port", Version::new(1, 2)).unwrap();
    registry.edit(&mut port).set_by_name("speed", "25").unwrap();
    assert_eq!(port.downcast_ref::<Port>().unwrap().speed.get(), Some(&25));
    assert!(registry.unset_of("Port", Version::new(1, 7)).is_err() && registry.unset("X").is_err());
}

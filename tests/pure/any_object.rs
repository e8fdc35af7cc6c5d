//! An object behind a pointer does by name what it does itself; one that is known by its schema alone, too.

use support::fixtures::more::{AnyDevice, Device, Machine, Nic};
use support::fixtures::{self, BlockDisk, Port, PortList, Relay, Span};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Entity, ErrorKind, Field, Primitive, Target, Version, VersionedObject, wire};

use crate::compact::dynamic;

fn port() -> Port {
    Port { serial: "p".to_owned().into(), speed: Field::unchanged(7), ..Port::default() }
}

/// The object, behind a pointer, by its type and by its schema alone.
fn both<O: VersionedObject + Clone + Send + Sync + 'static>(object: &O) -> [AnyObject; 2] {
    let text = wire::to_json(object, Target::Own).unwrap();
    let registry = dynamic(&fixtures::registry());
    [AnyObject::new(object.clone()), registry.decode_json(&text).unwrap()]
}

#[test]
fn its_fields_are_set_and_cleared_by_name() {
    for mut any in both(&port()) {
        assert!(any.is_set("serial").unwrap() && !any.is_set("mac").unwrap());
        any.set_by_name("speed", 9).unwrap();
        assert_eq!(any.get_by_name("speed").unwrap(), Some(Primitive::from(9)));
        assert_eq!(any.what_changed(), ["serial", "speed"]);
        any.clear_by_name("serial").unwrap();
        assert!(!any.is_set("serial").unwrap());
        any.set_by_name("mac", "aa:bb:cc:dd:ee:ff").unwrap();
        let error = any.set_by_name("mac", "aa:bb:cc:dd:ee:00").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnlyField);
        assert!(any.set_by_name("speed", "fast").is_err());
        assert!(any.set_by_name("nobody", 1).is_err());
        any.update([("serial", Primitive::from("q"))]).unwrap();
        assert_eq!(any.get_by_name("serial").unwrap(), Some(Primitive::from("q")));
        any.reset_changes();
        assert_eq!(any.what_changed(), [""; 0]);
    }
    for mut any in both(&Port::default()) {
        any.set_defaults().unwrap();
        assert_eq!(any.get_by_name("speed").unwrap(), Some(Primitive::from(0)));
    }
}

#[test]
fn a_registry_s_editor_does_the_same() {
    let registry = fixtures::registry();
    for mut any in both(&port()) {
        let mut edit = registry.edit(&mut any);
        assert_eq!(edit.what_changed(), ["serial"]);
        assert_eq!(edit.get_by_name("speed").unwrap(), Some(Primitive::from(7)));
        assert_eq!(edit.get_changes().unwrap(), [("serial", Primitive::from("p"))]);
        edit.clear_by_name("speed").unwrap();
        assert!(!edit.is_set("speed").unwrap());
        edit.reset_changes();
        assert_eq!(edit.what_changed(), [""; 0]);
        let items: Vec<&str> = edit.items().unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(items, ["serial"]);
    }
}

#[test]
fn fields_that_a_function_makes_are_told_of_its_type_alone() {
    let span = Span { first: 2.into(), last: 9.into(), step: 1.into() };
    let [own, by_schema] = both(&span);
    let names = |any: &AnyObject| -> Vec<String> {
        any.items().unwrap().into_iter().map(|(name, _)| name.to_owned()).collect()
    };
    assert_eq!(names(&own), ["first", "last", "step", "length", "words"]);
    assert_eq!(names(&by_schema), ["first", "last", "step"]);
    let (registry, mut own) = (fixtures::registry(), own);
    let edit = registry.edit(&mut own);
    assert_eq!(edit.items().unwrap().len(), 5);
    assert_eq!(edit.get_by_name("length").unwrap(), Some(Primitive::from(7)));
}

#[test]
fn what_a_relay_carries_along_is_reset_with_the_rest() {
    let text = r#"{"versioned_object.name":"Relay","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.7","versioned_object.data":{"id":1,"later":2},"versioned_object.changes":["id","later"]}"#;
    let registry = Registry::new().with::<Relay>();
    let mut any = registry.decode_json(text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap(), text);
    registry.edit(&mut any).reset_changes();
    assert!(!String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap().contains("changes"));
    let mut any = registry.decode_json(text.as_bytes()).unwrap();
    any.reset_changes();
    assert!(!String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap().contains("changes"));
}

#[test]
fn changes_of_objects_inside_are_reset_with_it() {
    let disk = BlockDisk {
        kind: Field::unchanged("ssd".to_owned()),
        port: Field::unchanged(Some(Port { serial: "p".to_owned().into(), ..Port::default() })),
        ..BlockDisk::default()
    };
    for mut any in both(&disk) {
        assert_eq!(any.what_changed(), ["port"]);
        any.reset_changes();
        assert_eq!(any.what_changed(), [""; 0]);
        assert!(!any.has_changes());
    }
    let list = PortList { objects: Field::unchanged(vec![port()]) };
    for mut any in both(&list) {
        assert_eq!(any.what_changed(), ["objects"]);
        any.reset_changes();
        assert_eq!(any.what_changed(), [""; 0]);
    }
}

#[test]
fn a_dynamic_object_of_a_version_is_made_where_the_registry_has_that() {
    let registry = dynamic(&fixtures::registry());
    let made = DynamicObject::of_version(&registry, "Port", Version::new(1, 2)).unwrap();
    assert!(!made.is_set("serial").unwrap());
    let error = DynamicObject::of_version(&registry, "Port", Version::new(1, 1)).unwrap_err();
    assert_eq!(error.to_string(), "no Port of version 1.1");
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Whole {
    #[field(required)]
    id: Field<i64>,
    note: Field<String>,
}

#[test]
fn a_dynamic_object_looks_over_itself() {
    let registry = Registry::new().with_schema(Whole::SCHEMA.clone());
    let mut whole = DynamicObject::new(&registry, "Whole").unwrap();
    let error = whole.validate().unwrap_err();
    assert_eq!(error.to_string(), "Whole.id: the field is required, and it is unset");
    assert_eq!(AnyObject::from(whole.clone()).validate().unwrap_err().to_string(), error.to_string());
    whole.set(&registry, "id", Primitive::from(1)).unwrap();
    whole.validate().unwrap();
}

/// Lists of two versions and one that has another field beside its elements.
#[test]
fn lists_are_added_to_those_of_the_same_kind_alone() {
    let registry = dynamic(&fixtures::registry());
    let older = registry.schema("PortList").unwrap().clone();
    let list = |schema: versioned_objects::schema::ObjectSchema| {
        let registry = Registry::new().with_schema(schema);
        DynamicObject::new(&registry, "PortList").unwrap()
    };
    let ports = list(older.clone());
    assert!(ports.concat(&list(older.clone())).unwrap().is_changed("objects"));
    let mapped = DynamicObject::new(&registry, "MappedPortList").unwrap();
    assert!(ports.concat(&mapped).is_err());
    let mut newer = older;
    newer.versions = vec![Version::new(1, 0), Version::new(1, 1), Version::new(1, 2)].into();
    assert!(ports.concat(&list(newer)).is_err());
    assert!(DynamicObject::new(&registry, "Port").unwrap().concat(&ports).is_err());
}

trait IsChanged {
    fn is_changed(&self, name: &str) -> bool;
}

impl IsChanged for DynamicObject {
    fn is_changed(&self, name: &str) -> bool {
        self.what_changed().contains(&name)
    }
}

#[test]
fn an_object_of_another_type_is_refused_where_one_is_declared() {
    let registry = dynamic(&fixtures::registry());
    let nic = Nic { mac: "m".to_owned().into(), ..Nic::default() };
    let device = Device { id: 7.into(), ..Device::default() };
    let machine = |device: AnyDevice| Machine { device: Some(device).into(), ..Machine::default() };
    let text = |machine| String::from_utf8(wire::to_json(&machine, Target::Own).unwrap()).unwrap();
    let of_base = text(machine(AnyDevice::Device(device)));
    registry.decode_json(of_base.as_bytes()).unwrap();
    registry.decode_json(text(machine(AnyDevice::Nic(nic.clone()))).as_bytes()).unwrap();
    let wrong =
        of_base.replace(r#"object.name":"Device""#, r#"object.name":"Strict""#).replace(r#""id":7"#, "");
    let error = registry.decode_json(wrong.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "Machine.device: an object of type Device is required, not a Strict");
    // A field of one type takes no heir.
    let disk = BlockDisk { port: Some(port()).into(), ..BlockDisk::default() };
    let disk = String::from_utf8(wire::to_json(&disk, Target::Own).unwrap()).unwrap();
    let nic = String::from_utf8(wire::to_json(&nic, Target::Own).unwrap()).unwrap();
    let port = String::from_utf8(wire::to_json(&port(), Target::Own).unwrap()).unwrap();
    assert!(disk.contains(&port));
    assert!(registry.decode_json(disk.replace(&port, &nic).as_bytes()).is_err());
}

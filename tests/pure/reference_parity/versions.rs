//! What is written for other versions, of derived objects and of dynamic ones.

use serde_json::{Value, json};
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Backport, ErrorKind, Manifest, Primitive, Target, Version, VersionedObject};

use support::fixtures::more::{Machine, MoreValues, Strict};
use support::fixtures::{self, MappedPortList, Port, PortList, Rack, Shelf};

fn v(minor: u32) -> Version {
    Version::new(1, minor)
}

/// The fixtures with their Rust types, and what they are without them.
fn both() -> [Registry; 2] {
    let derived = fixtures::registry();
    let schemas = derived.names().map(|name| derived.schema(name).unwrap().clone());
    let dynamic = schemas.fold(Registry::new(), Registry::with_schema);
    [derived, dynamic]
}

fn envelope(name: &str, version: &str, data: Value) -> Value {
    json!({
        "versioned_object.name": name, "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": version, "versioned_object.data": data,
    })
}

fn port() -> Value {
    envelope("Port", "1.2", json!({"serial": "a", "speed": 5, "mac": "aa:bb:cc:dd:ee:ff"}))
}

fn written(object: &AnyObject, target: Target<'_>) -> Value {
    serde_json::to_value(object.at(target).unwrap()).unwrap()
}

fn manifest(entries: &[(&str, Version)]) -> Manifest {
    entries.iter().copied().collect()
}

#[test]
fn obj_to_primitive_and_obj_from_primitive() {
    for registry in both() {
        let port = registry.decode(port()).unwrap();
        assert_eq!(written(&port, Target::Own), self::port());
        let older = envelope("Port", "1.1", json!({"serial": "a", "speed": 5}));
        assert_eq!(written(&port, Target::Version(v(1), None)), older);
        let read = registry.decode(older.clone()).unwrap();
        assert_eq!(written(&read, Target::Own), older, "it goes out in the version that it came in");
        let error = port.at(v(3)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidTargetVersion);
        let mut other = self::port();
        other["versioned_object.namespace"] = json!("elsewhere");
        let error = registry.decode(other).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnsupportedObject);
        let error = registry.decode(envelope("Port", "1.9", json!({}))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::IncompatibleVersion);
    }
}

#[test]
fn obj_make_compatible_from_manifest() {
    for registry in both() {
        let shelf = registry.decode(envelope("PortList", "1.1", json!({"objects": [port()]}))).unwrap();
        let asked = manifest(&[("Port", v(0))]);
        let list = written(&shelf, Target::Version(v(1), Some(&asked)));
        let expected = envelope("Port", "1.0", json!({"serial": "a"}));
        assert_eq!(list["versioned_object.data"]["objects"], json!([expected]));
        let shelf = registry.decode(envelope("Shelf", "1.1", json!({"port": port()}))).unwrap();
        let shelf = written(&shelf, Target::Version(v(0), Some(&asked)));
        assert_eq!(
            shelf["versioned_object.data"]["port"],
            port(),
            "its routine leaves what is inside it alone"
        );
    }
}

#[test]
fn relationships() {
    for registry in both() {
        let device = envelope("Device", "1.0", json!({"id": 1}));
        let machine = envelope("Machine", "1.4", json!({"device": device, "devices": [device]}));
        let machine = registry.decode(machine).unwrap();
        let older = written(&machine, Target::Version(v(0), None));
        assert_eq!(older["versioned_object.data"], json!({"device": device}), "the list came later");
        let rack = json!({
            "zoo_object.name": "Rack", "zoo_object.namespace": "zoo", "zoo_object.version": "1.1",
            "zoo_object.data": {"next": null},
        });
        let error = registry.decode(rack).unwrap().at(v(0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ObjectAction, "nothing says which version goes with it");
        assert!(error.to_string().contains("no rule for next"), "{error}");
    }
}

#[test]
fn child_versions() {
    for registry in both() {
        let list = envelope("MappedPortList", "1.3", json!({"objects": [port()]}));
        let list = registry.decode(list).unwrap();
        let versions = |minor, manifest: Option<&Manifest>| {
            let list = written(&list, Target::Version(v(minor), manifest));
            list["versioned_object.data"]["objects"]
                .get(0)
                .map(|port| port["versioned_object.version"].clone())
        };
        assert_eq!(versions(2, None), Some(json!("1.1")));
        assert_eq!(
            versions(2, Some(&manifest(&[("Port", v(0))]))),
            Some(json!("1.1")),
            "it beats the manifest"
        );
        assert_eq!(versions(0, None), None, "there were no elements then");
    }
    assert_eq!(MappedPortList::SCHEMA.child_versions.as_deref().map(<[_]>::len), Some(3));
    assert_eq!(PortList::SCHEMA.child_versions.as_deref(), Some(&[][..]));
}

#[test]
fn obj_tree_get_versions() {
    for registry in both() {
        let tree = registry.tree("Rack").unwrap();
        assert_eq!(tree, manifest(&[("Rack", v(1)), ("Disk", v(4)), ("Port", v(2))]));
        let error = Registry::new().with::<Rack>().tree("Rack").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnregisteredSubobject);
    }
}

#[test]
fn best_match_of_several_versions() {
    let schema = |version: &str| {
        let mut schema = Port::SCHEMA.clone();
        schema.versions = vec![version.parse().unwrap()].into();
        schema.is_open = true;
        schema
    };
    let registry = ["1.3", "2.0", "1.5"].into_iter().map(schema).fold(Registry::new(), Registry::with_schema);
    let read = |version: &str| registry.decode(envelope("Port", version, json!({"serial": "a"})));
    for (came, class) in [("1.3", v(3)), ("1.4", v(5)), ("1.0", v(5)), ("2.0", Version::new(2, 0))] {
        assert_eq!(read(came).unwrap().schema().current(), class, "{came}");
    }
    for came in ["1.6", "3.0", "0.9"] {
        let text = format!("version {came} of Port is not supported, supported version is 2.0");
        assert_eq!(read(came).unwrap_err().to_string(), text);
    }
}

#[test]
fn to_json_schema_of_any_version() {
    for registry in both() {
        let newest = serde_json::to_value(registry.json_schema("Port").unwrap()).unwrap();
        let fields = |schema: &Value| {
            let data = &schema["properties"]["versioned_object.data"]["properties"];
            data.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(fields(&newest), ["mac", "serial", "speed"]);
        let older = registry.json_schema_at("Port", v(0)).unwrap();
        assert_eq!(fields(&serde_json::to_value(older).unwrap()), ["serial"]);
    }
}

#[test]
fn strict_takes_a_type_s_own_form_alone() {
    for registry in both() {
        let mut strict = registry.unset("Strict").unwrap();
        for (field, value) in
            [("strict_text", json!(5)), ("strict_count", json!("5")), ("strict_flags", json!([0]))]
        {
            let value = Primitive::of(&value).unwrap();
            let error = registry.edit(&mut strict).set_by_name(field, value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{field}");
        }
        registry.edit(&mut strict).set_by_name("strict_count", Primitive::Null).unwrap();
        registry.edit(&mut strict).set_by_name("strict_text", "5").unwrap();
    }
    assert!(Strict::SCHEMA.fields.iter().all(|field| field.strict));
}

#[test]
fn nestings_with_nullable_elements() {
    let nested = json!({
        "queue": [1.5, null], "ordered": {"a": null, "b": true}, "deep": [{"k": ["x", "y"]}, {}], "names": ["a"],
    });
    for registry in both() {
        let object = registry.decode(envelope("MoreValues", "1.0", nested.clone())).unwrap();
        assert_eq!(written(&object, Target::Own)["versioned_object.data"], nested);
        for spoilt in [json!({"deep": [null]}), json!({"deep": [{"k": null}]}), json!({"names": [null]})] {
            let error = registry.decode(envelope("MoreValues", "1.0", spoilt)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue);
        }
    }
    assert!(MoreValues::SCHEMA.field("queue").is_some() && Machine::SCHEMA.field("devices").is_some());
    assert!(Shelf::SCHEMA.keep_children);
}

//! Which objects a host knows, and in which versions.

use serde_json::{Value, json};
use support::fixtures;
use support::fixtures::{BlockDisk, Port, Rack};
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Backport, ErrorKind, Manifest, Version, wire};

fn port(version: &str) -> Value {
    json!({
        "versioned_object.name": "Port", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": version, "versioned_object.data": { "serial": "p" },
        "versioned_object.changes": ["serial"],
    })
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

#[test]
fn a_list_is_read_in_one_go() {
    let registries = [fixtures::registry(), Registry::new().with_schema(Port::SCHEMA.clone())];
    for registry in registries {
        let list = json!([port("1.1"), port("1.0")]);
        let read = registry.decode_json_list(list.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), list);
        assert!(registry.decode_json_list(b" [ ] ").unwrap().is_empty());
        let refused = |list: Value| registry.decode_json_list(list.to_string().as_bytes()).unwrap_err();
        let mut broken = port("1.1");
        broken["versioned_object.data"]["serial"] = json!(["p"]);
        let error = refused(json!([port("1.1"), broken]));
        assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidValue, "[1]Port.serial".to_owned()));
        assert_eq!(refused(json!([port("3.0")])).kind(), ErrorKind::IncompatibleVersion);
        assert!(refused(port("1.1")).to_string().contains("expected a list of objects"));
        assert_eq!(registry.decode_json_list(b"[").unwrap_err().kind(), ErrorKind::Format);
    }
}

#[test]
fn any_registered_name_is_read_and_is_what_it_is() {
    let registry = fixtures::registry();
    let any = registry.decode(port("1.1")).unwrap();
    assert_eq!((any.name(), any.what_changed()), ("Port", vec!["serial"]));
    assert!(any.is::<Port>() && !any.is::<Rack>());
    assert_eq!(any.origin().unwrap().version(), Some(version("1.1")));
    assert_eq!(serde_json::to_value(&any).unwrap(), port("1.1"));
    assert_eq!(serde_json::to_value(any.at("1.0").unwrap()).unwrap()["versioned_object.version"], "1.0");
    let any = any.downcast::<Rack>().unwrap_err();
    let typed = any.downcast::<Port>().unwrap();
    assert_eq!(typed.serial.get().map(String::as_str), Some("p"));
    assert_eq!(AnyObject::new(typed).name(), "Port");
}

#[test]
fn data_before_the_header_and_other_serial_namespaces_are_read_too() {
    let registry = fixtures::registry();
    let text = r#"{"zoo_object.data": {"type": "ssd"}, "zoo_object.changes": ["type"], "zoo_object.version": "1.4",
        "zoo_object.name": "Disk", "zoo_object.namespace": "zoo"}"#;
    let any = registry.decode(&mut serde_json::Deserializer::from_str(text)).unwrap();
    let disk = any.downcast_ref::<BlockDisk>().unwrap();
    assert_eq!(disk.kind.get().map(String::as_str), Some("ssd"));
    assert!(disk.kind.is_changed());
}

#[test]
fn unknown_names_namespaces_and_versions_are_told_apart() {
    let registry = fixtures::registry();
    let with = |key: &str, value: &str| {
        let mut other = port("1.1");
        other[format!("versioned_object.{key}")] = json!(value);
        registry.decode(&other).unwrap_err()
    };
    assert_eq!(with("name", "Socket").to_string(), "unsupported object type Socket");
    assert_eq!(with("namespace", "nova").to_string(), "unsupported object type nova.Port");
    assert_eq!(with("version", "1.9").kind(), ErrorKind::IncompatibleVersion);
    let empty = Registry::new().decode(port("1.1")).unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::MalformedPrimitive);
}

#[test]
fn a_registry_can_be_held_to_older_versions() {
    let old = fixtures::registry().held_to("Port", version("1.1")).unwrap();
    assert!(old.decode(port("1.1")).is_ok());
    let error = old.decode(port("1.2")).unwrap_err();
    assert_eq!(error.to_string(), "version 1.2 of Port is not supported, supported version is 1.1");
    let typed = wire::decode_with::<Port, _>(&port("1.2"), old.decoding()).unwrap_err();
    assert_eq!(typed.to_string(), error.to_string());
    assert_eq!(old.versions("Port"), [version("1.0"), version("1.1")]);
    assert_eq!(old.manifest().get("Port"), Some(version("1.1")));
    let again = old.clone().with::<Port>();
    assert_eq!(again.manifest().get("Port"), Some(version("1.1")), "what it reads, once more registered");
    assert!(old.is_held() && !fixtures::registry().is_held());
    assert_eq!(
        fixtures::registry().held_to("Port", version("1.9")).unwrap_err().to_string(),
        "Port has no version 1.9 to be held to; it has 1.0 to 1.2"
    );
    assert_eq!(
        fixtures::registry().held_to("Socket", version("1.0")).unwrap_err().kind(),
        ErrorKind::UnsupportedObject
    );
}

#[test]
fn a_tree_has_the_versions_of_all_that_an_object_can_hold() {
    let tree = fixtures::registry().tree("Rack").unwrap();
    let expected: Manifest = [("Rack", "1.1"), ("Disk", "1.4"), ("Port", "1.2")]
        .into_iter()
        .map(|(n, v)| (n, version(v)))
        .collect();
    assert_eq!(tree, expected);
    let error = Registry::new().with::<Rack>().tree("Rack").unwrap_err();
    assert_eq!(error.to_string(), "Disk is referenced by Rack but is not registered");
    assert_eq!(error.kind(), ErrorKind::UnregisteredSubobject);
}

/// The port as it is in the release of that version.
fn release(version: &str) -> Registry {
    let text = format!(
        r#"{{"objects": [{{"name": "Port", "version": "{version}", "project_namespace": "versionedobjects", "serial_namespace": "versioned_object", "fields": [{{"name": "serial", "type": {{"kind": "String"}}}}]}}]}}"#
    );
    Registry::new().with_schemas(text.parse().unwrap())
}

#[test]
fn of_several_releases_the_newest_counts_in_whatever_order_they_come() {
    for versions in
        [["1.0", "1.1", "1.2"], ["1.2", "1.1", "1.0"], ["1.1", "1.2", "1.0"], ["1.1", "1.0", "1.2"]]
    {
        let add = |registry: Registry, version: &str| {
            registry.with_schema(release(version).schema("Port").unwrap().clone())
        };
        let all = versions.into_iter().fold(Registry::new(), add);
        assert_eq!(all.manifest().get("Port"), Some(version("1.2")));
        assert_eq!(all.schema("Port").unwrap().current(), version("1.2"));
        let known: Vec<Version> = all.schemas("Port").map(|schema| schema.current()).collect();
        assert_eq!(known, ["1.2", "1.1", "1.0"].map(version));
        assert_eq!(all.versions("Port"), ["1.0", "1.1", "1.2"].map(version));
        assert_eq!(all.unset_of("Port", version("1.1")).unwrap().schema().current(), version("1.1"));
        assert_eq!(all.unset_of("Port", version("1.3")).unwrap_err().to_string(), "no Port of version 1.3");
        // Once more is the same.
        assert_eq!(add(all, "1.1").schemas("Port").count(), 3);
    }
}

#[test]
fn who_is_held_to_the_newest_version_is_not_held() {
    assert!(!fixtures::registry().held_to("Port", version("1.2")).unwrap().is_held());
    assert!(fixtures::registry().held_to("Port", version("1.1")).unwrap().is_held());
}

#[test]
fn an_envelope_s_own_mistakes_name_no_object_where_any_may_come() {
    let registry = fixtures::registry();
    for wrong in [json!({}), json!({ "versioned_object.name": "Port" }), port("1.2.x.y")] {
        let error = registry.decode(&wrong).unwrap_err();
        assert_eq!(error.object(), None, "{error}");
    }
}

//! Edits that people make of a schema, each with the rules that it breaks: of a project that says but the newest version
//! of each object, as a Python project does.

use serde_json::{Map, Value, json};
use versioned_objects::check::{self, Hosts, Lock, Locks, Unshown};
use versioned_objects::registry::Schemas;

pub fn base() -> Value {
    serde_json::from_str(include_str!("edits/base.json")).unwrap()
}

#[track_caller]
pub fn locks(schemas: &Value) -> Locks {
    let schemas: Schemas = schemas.to_string().parse().unwrap();
    schemas.objects.iter().map(|entry| Lock::of(&entry.schema)).collect()
}

pub fn object<'a>(schemas: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    let objects = schemas["objects"].as_array_mut().unwrap().iter_mut();
    objects.map(|object| object.as_object_mut().unwrap()).find(|object| object["name"] == name).unwrap()
}

pub fn field<'a>(schemas: &'a mut Value, of: &str, name: &str) -> &'a mut Map<String, Value> {
    let fields = object(schemas, of)["fields"].as_array_mut().unwrap().iter_mut();
    fields.map(|field| field.as_object_mut().unwrap()).find(|field| field["name"] == name).unwrap()
}

pub fn fields<'a>(schemas: &'a mut Value, of: &str) -> &'a mut Vec<Value> {
    object(schemas, of)["fields"].as_array_mut().unwrap()
}

pub fn set(map: &mut Map<String, Value>, key: &str, value: Value) {
    map.insert(key.to_owned(), value);
}

/// Whether each finding is one of these rules at these places, and whether both schemas show it.
#[track_caller]
fn breaks(edit: impl FnOnce(&mut Value), expected: &[(&str, &str)]) {
    let mut edited = base();
    edit(&mut edited);
    let (old, new) = (locks(&base()), locks(&edited));
    let findings = check::compare(&old, &new, &[]);
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule.id, &*finding.place)).collect();
    assert_eq!(found, expected, "{findings:#?}");
    let hosts = Hosts::new(&old, &new);
    for finding in &findings {
        match hosts.witness(finding) {
            Ok(witness) => assert_ne!(witness.sent, witness.answer, "{witness}"),
            Err(unshown) => assert!(matches!(unshown, Unshown::Function(..)), "{finding}: {unshown}"),
        }
    }
}

/// An object that has had one version is written by a rule for older ones than the next where another holds it.
#[test]
fn a_rule_of_a_version_that_is_not_there_yet_is_shown_where_another_holds_the_object() {
    let rule = json!([{"before": "9.0", "action": {"values": {"values": ["a"], "instead": "drop"}}}]);
    let labels = |rules: Value| {
        let mut it = base();
        let kept =
            json!({"project_namespace": "shop", "serial_namespace": "versioned_object", "version": "1.0"});
        for (name, field) in [
            ("Label", json!({"name": "text", "type": "String", "rules": rules})),
            ("Shelf", json!({"name": "label", "type": {"kind": "Object", "name": "Label"}})),
        ] {
            let mut object = kept.clone();
            (object["name"], object["fields"]) = (json!(name), json!([field]));
            it["objects"].as_array_mut().unwrap().push(object);
        }
        locks(&it)
    };
    let (old, new) = (labels(json!([])), labels(rule));
    let findings = check::compare(&old, &new, &[]);
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule.id, &*finding.place)).collect();
    assert_eq!(found, [("RELEASED_HISTORY_CHANGED", "Label.text")]);
    let witness = Hosts::new(&old, &new).witness(&findings[0]).unwrap();
    assert!(witness.sent.contains(r#""text":"a""#) && !witness.answer.contains(r#""text""#), "{witness}");
}

#[test]
fn a_list_has_its_elements_whatever_is_sent() {
    let racks = |required: bool| {
        let mut it = base();
        let machines = json!({"kind": "List", "element": {"kind": "Object", "name": "Machine"}});
        it["objects"].as_array_mut().unwrap().push(json!({
            "name": "MachineList", "version": "1.0", "project_namespace": "shop", "serial_namespace": "versioned_object",
            "list": true, "child_versions": {"1.0": "1.0"},
            "fields": [{"name": "objects", "type": machines, "required": required}],
        }));
        locks(&it)
    };
    for (old, new) in [(racks(false), racks(true)), (racks(true), racks(false))] {
        let findings = check::compare(&old, &new, &[]);
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn a_field_is_gone_or_new() {
    let gone = |it: &mut Value| fields(it, "Disk").retain(|field| field["name"] != "note");
    breaks(gone, &[("FIELD_REMOVED_NO_TOMBSTONE", "Disk.note")]);
    breaks(
        |it| {
            gone(it);
            set(object(it, "Disk"), "version", json!("1.3"));
        },
        &[
            ("FIELD_REMOVED_NO_TOMBSTONE", "Disk.note"),
            ("CHILD_BUMP_UNMAPPED", "Server.disk"),
            ("CHILD_BUMP_UNMAPPED", "Server.disks"),
        ],
    );
    breaks(
        |it| fields(it, "Disk").push(json!({"name": "wwn", "type": "String"})),
        &[("FIELD_ADDED_NO_BUMP", "Disk.wwn")],
    );
    breaks(
        |it| fields(it, "Machine").push(json!({"name": "wwn", "type": "String", "since": "1.0"})),
        &[("FIELD_ADDED_NO_BUMP", "Machine.wwn")],
    );
    breaks(
        |it| {
            set(object(it, "Machine"), "version", json!("1.1"));
            fields(it, "Machine").push(json!({"name": "wwn", "type": "String"}));
        },
        &[("FIELD_ADDED_NO_BUMP", "Machine.wwn")],
    );
    // As it should be.
    breaks(
        |it| {
            set(object(it, "Machine"), "version", json!("1.1"));
            fields(it, "Machine").push(json!({"name": "wwn", "type": "String", "since": "1.1"}));
        },
        &[],
    );
    breaks(
        |it| {
            set(object(it, "Machine"), "version", json!("1.1"));
            fields(it, "Machine").clear();
            set(object(it, "Machine"), "tombstones", json!([{"name": "uuid", "until": "1.0"}]));
        },
        &[],
    );
}

#[test]
fn a_field_is_of_another_type() {
    let becomes = |ty: Value| move |it: &mut Value| set(field(it, "Disk", "serial"), "type", ty);
    let expected = &[("FIELD_TYPE_CHANGED", "Disk.serial")];
    breaks(becomes(json!("Integer")), expected);
    breaks(becomes(json!("UUID")), expected);
    breaks(becomes(json!({"kind": "List", "element": "String"})), expected);
    breaks(becomes(json!({"kind": "Enum", "values": ["a"], "tuple": true})), expected);
    breaks(
        |it| set(field(it, "Disk", "tags"), "type", json!({"kind": "List", "element": "Integer"})),
        &[("FIELD_TYPE_CHANGED", "Disk.tags")],
    );
    breaks(
        |it| set(field(it, "Disk", "tags"), "type", json!({"kind": "Set", "element": "String"})),
        &[("FIELD_TYPE_CHANGED", "Disk.tags")],
    );
    breaks(
        |it| set(field(it, "Server", "disk"), "type", json!({"kind": "Object", "name": "Machine"})),
        &[("CHILD_TYPE_CHANGED", "Server.disk")],
    );
    breaks(
        |it| {
            let machines = json!({"kind": "List", "element": {"kind": "Object", "name": "Machine"}});
            set(field(it, "Server", "disks"), "type", machines);
        },
        &[("CHILD_TYPE_CHANGED", "Server.disks")],
    );
    breaks(
        |it| {
            set(field(it, "Disk", "serial"), "type", json!("Integer"));
            set(field(it, "Disk", "serial"), "nullable", json!(true));
        },
        expected,
    );
}

#[test]
fn a_field_s_null_default_or_name_changed() {
    breaks(
        |it| set(field(it, "Disk", "serial"), "nullable", json!(true)),
        &[("FIELD_NOW_NULLABLE", "Disk.serial")],
    );
    breaks(
        |it| set(field(it, "Disk", "note"), "nullable", json!(false)),
        &[("FIELD_NOW_NON_NULL", "Disk.note")],
    );
    breaks(
        |it| {
            let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
            set(field(it, "Disk", "tags"), "type", tags);
        },
        &[("FIELD_NOW_NULLABLE", "Disk.tags")],
    );
    breaks(
        |it| set(field(it, "Disk", "size"), "default", json!(2)),
        &[("FIELD_DEFAULT_CHANGED", "Disk.size")],
    );
    breaks(|it| drop(field(it, "Disk", "size").remove("default")), &[("FIELD_DEFAULT_CHANGED", "Disk.size")]);
    breaks(
        |it| set(field(it, "Disk", "note"), "default", json!("x")),
        &[("FIELD_DEFAULT_CHANGED", "Disk.note")],
    );
    breaks(
        |it| set(object(it, "Disk"), "initial", json!({"note": "x"})),
        &[("FIELD_DEFAULT_CHANGED", "Disk.note")],
    );
    breaks(
        |it| set(field(it, "Disk", "cache"), "absent", json!("x")),
        &[("FIELD_DEFAULT_CHANGED", "Disk.cache")],
    );
    breaks(|it| set(field(it, "Disk", "serial"), "name", json!("wwn")), &[("FIELD_RENAMED", "Disk.serial")]);
    breaks(
        |it| set(field(it, "Disk", "serial"), "required", json!(true)),
        &[("FIELD_NOW_REQUIRED", "Disk.serial")],
    );
    breaks(|it| set(field(it, "Disk", "size"), "strict", json!(true)), &[("FIELD_NOW_STRICT", "Disk.size")]);
    breaks(
        |it| set(field(it, "Disk", "size"), "check", json!({"max": 5})),
        &[("FIELD_CHECK_CHANGED", "Disk.size")],
    );
    breaks(
        |it| set(field(it, "Server", "disk"), "alone", json!(true)),
        &[("RELEASED_HISTORY_CHANGED", "Server.disk")],
    );
    breaks(
        |it| set(field(it, "Disk", "serial"), "read_only", json!(true)),
        &[("FIELD_READ_ONLY_CHANGED", "Disk.serial")],
    );
    breaks(
        |it| drop(field(it, "Server", "uuid").remove("read_only")),
        &[("FIELD_READ_ONLY_CHANGED", "Server.uuid")],
    );
    breaks(
        |it| set(field(it, "Disk", "cache"), "since", json!("1.2")),
        &[("FIELD_SINCE_CHANGED", "Disk.cache")],
    );
    breaks(|it| drop(field(it, "Disk", "cache").remove("since")), &[("FIELD_SINCE_CHANGED", "Disk.cache")]);
}

#[test]
fn the_values_of_an_enum_changed() {
    let becomes = |values: Value| {
        move |it: &mut Value| {
            set(field(it, "Disk", "bus"), "type", json!({"kind": "Enum", "values": values, "tuple": true}));
        }
    };
    breaks(becomes(json!(["virtio"])), &[("ENUM_VALUE_REMOVED", "Disk.bus")]);
    breaks(becomes(json!(["ide", "virtio", "nvme"])), &[("ENUM_VALUE_ADDED_NO_SINCE", "Disk.bus")]);
    breaks(becomes(json!(["virtio", "ide"])), &[("FINGERPRINT_CHANGED_SAME_VERSION", "Disk")]);
    breaks(
        becomes(json!(["ide", "scsi"])),
        &[("ENUM_VALUE_ADDED_NO_SINCE", "Disk.bus"), ("ENUM_VALUE_REMOVED", "Disk.bus")],
    );
}

#[test]
fn an_object_is_gone_or_another() {
    breaks(
        |it| it["objects"].as_array_mut().unwrap().retain(|object| object["name"] != "Rack"),
        &[("OBJECT_REMOVED", "Rack")],
    );
    breaks(|it| set(object(it, "Rack"), "name", json!("Shelf")), &[("OBJECT_REMOVED", "Rack")]);
    breaks(|it| set(object(it, "Disk"), "version", json!("1.1")), &[("VERSION_DECREASED", "Disk")]);
    breaks(|it| set(object(it, "Rack"), "version", json!("1.1")), &[("VERSION_BUMPED_NO_CHANGE", "Rack")]);
    breaks(
        |it| set(object(it, "Rack"), "project_namespace", json!("store")),
        &[("NAMESPACE_CHANGED", "Rack")],
    );
    breaks(
        |it| set(object(it, "Rack"), "serial_namespace", json!("nova_object")),
        &[("NAMESPACE_CHANGED", "Rack")],
    );
    breaks(|it| drop(object(it, "Server").remove("bases")), &[("BASE_REMOVED", "Server")]);
    breaks(|it| set(object(it, "Server"), "bases", json!(["Rack"])), &[("BASE_REMOVED", "Server")]);
    // Of what isn't read any more nobody sees what is refused in it.
    breaks(
        |it| {
            drop(object(it, "Server").remove("bases"));
            set(object(it, "Rack"), "serial_namespace", json!("nova_object"));
        },
        &[("NAMESPACE_CHANGED", "Rack")],
    );
    breaks(
        |it| {
            drop(object(it, "Server").remove("bases"));
            set(field(it, "Rack", "machines"), "type", json!("String"));
        },
        &[("FIELD_TYPE_CHANGED", "Rack.machines")],
    );
}

#[test]
fn the_version_of_a_child_changed() {
    breaks(
        |it| {
            set(object(it, "Disk"), "version", json!("1.3"));
            fields(it, "Disk").push(json!({"name": "wwn", "type": "String", "since": "1.3"}));
        },
        &[("CHILD_BUMP_UNMAPPED", "Server.disk"), ("CHILD_BUMP_UNMAPPED", "Server.disks")],
    );
    breaks(
        |it| {
            set(
                object(it, "Server"),
                "relationships",
                json!({"disk": [["1.0", "1.1"], ["1.1", "1.2"]], "disks": [["1.1", "1.2"]]}),
            )
        },
        &[("RELEASED_HISTORY_CHANGED", "Server.disk")],
    );
    breaks(
        |it| {
            set(
                object(it, "Server"),
                "relationships",
                json!({"disk": [["1.0", "1.2"], ["1.1", "1.0"]], "disks": [["1.1", "1.2"]]}),
            )
        },
        &[("CHILD_VERSION_NOT_MONOTONE", "Server.disk")],
    );
}

#[test]
fn a_method_is_gone_or_takes_something_else() {
    breaks(|it| drop(object(it, "Disk").remove("methods")), &[("METHOD_REMOVED", "Disk.save()")]);
    let takes = |args: &'static str, rest: &'static str, defaults: &'static str| {
        move |it: &mut Value| {
            let spec = format!("ArgSpec(args=[{args}], varargs=None, keywords={rest}, defaults={defaults})");
            set(object(it, "Disk"), "methods", json!([{"name": "save", "spec": spec}]));
        }
    };
    breaks(takes("'self'", "None", "None"), &[("METHOD_ARG_REMOVED", "Disk.save()")]);
    breaks(
        takes("'self', 'force', 'host'", "None", "None"),
        &[("METHOD_ARG_ADDED_NO_DEFAULT", "Disk.save()"), ("METHOD_ARG_DEFAULT_CHANGED", "Disk.save()")],
    );
    breaks(takes("'self', 'force'", "None", "None"), &[("METHOD_ARG_DEFAULT_CHANGED", "Disk.save()")]);
    breaks(takes("'self', 'force'", "None", "(True,)"), &[("METHOD_ARG_DEFAULT_CHANGED", "Disk.save()")]);
    breaks(takes("'self', 'host', 'force'", "None", "(None, False)"), &[("METHOD_ARG_MOVED", "Disk.save()")]);
    breaks(takes("'cls', 'force'", "None", "(False,)"), &[("METHOD_ARG_REMOVED", "Disk.save()")]);
}

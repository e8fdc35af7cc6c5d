//! Random changes of a schema, and random objects between hosts of both: what goes wrong on the wire is found by a
//! rule, and what a rule finds goes wrong on the wire.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use versioned_objects::check::{self, Host, Hosts, Lock, Locks, Severity, Unshown};
use versioned_objects::registry::Schemas;

fn base() -> Value {
    let mut base: Value = serde_json::from_str(include_str!("edits/base.json")).unwrap();
    // What the laws of a host that is written well don't need, and a change can touch.
    let disk = &mut base["objects"][0];
    disk["tombstones"] = json!([{"name": "wwn", "until": "1.0", "fill": "none"}]);
    disk["fields"][3]["rules"] = json!([{"before": "1.1", "action": {"fill": {"value": "a"}}}]);
    disk["fields"][4]["absent"] = json!("none");
    base
}

/// The services whose schemas are changed.
fn bases() -> [Value; 2] {
    let table: Value = serde_json::from_str(include_str!("edits/post.json")).unwrap();
    let objects = table["base"].as_object().unwrap().values().map(|object| {
        let mut object = object.clone();
        object.as_object_mut().unwrap().remove("format");
        let versions = object.as_object_mut().unwrap().remove("versions").unwrap();
        object["version"] = versions.as_array().unwrap().last().unwrap().clone();
        let named = |(name, field): (&String, &Value)| {
            let mut field = field.clone();
            field["name"] = name.clone().into();
            field
        };
        object["fields"] = object["fields"].as_object().unwrap().iter().map(named).collect();
        object
    });
    [base(), json!({"objects": objects.collect::<Vec<_>>()})]
}

fn locks(schemas: &Value) -> Option<Locks> {
    let schemas: Schemas = schemas.to_string().parse().ok()?;
    Some(schemas.objects.iter().map(|entry| Lock::of(&entry.schema)).collect())
}

/// One change of one place of a schema file.
#[derive(Clone, Debug)]
struct Edit {
    object: usize,
    field: usize,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// A key of the field becomes this; null takes it away.
    Field(&'static str, Value),
    /// A key of the object does.
    Object(&'static str, Value),
    Remove,
    Add(Value),
    RemoveObject,
}

fn what() -> impl Strategy<Value = What> {
    let types = [
        json!("String"),
        json!("Integer"),
        json!("NonNegativeInteger"),
        json!("Boolean"),
        json!("UUID"),
        json!("SensitiveString"),
        json!({"kind": "Enum", "values": ["ide"], "tuple": true}),
        json!({"kind": "Enum", "values": ["virtio", "ide", "nvme"], "tuple": true}),
        json!({"kind": "List", "element": "String"}),
        json!({"kind": "List", "element": "String", "element_nullable": true}),
        json!({"kind": "Set", "element": "String"}),
        json!({"kind": "Dict", "element": "String"}),
        json!({"kind": "Object", "name": "Machine"}),
        json!({"kind": "Object", "name": "Disk"}),
        json!({"kind": "Object", "name": "Machine", "subclasses": true}),
        json!({"kind": "List", "element": {"kind": "Object", "name": "Machine"}}),
    ];
    let values = select(vec![Value::Null, json!("ide"), json!(2), json!("7")]);
    let versions = select(vec![json!("1.0"), json!("1.1"), json!("1.2"), json!("1.3"), Value::Null]);
    let rules = select(vec![
        Value::Null,
        json!([{"before": "1.1", "action": {"fill": {"value": "b"}}}]),
        json!([{"before": "1.2", "action": "refuse"}]),
        json!([{"before": "1.1", "action": {"rename": {"from": "former"}}}]),
        json!([{"before": "1.1", "action": {"values": {"values": ["ide"], "instead": "drop"}}}]),
    ]);
    let tombstones = select(vec![
        Value::Null,
        json!([{"name": "wwn", "until": "1.0", "fill": "other"}]),
        json!([{"name": "wwn", "until": "1.1", "fill": "none"}]),
    ]);
    let flag = any::<bool>().prop_map(Value::from);
    let of_field = prop_oneof![
        4 => select(types.to_vec()).prop_map(|ty| What::Field("type", ty)),
        1 => select(vec!["nullable", "required", "strict", "read_only"])
            .prop_flat_map(move |key| flag.clone().prop_map(move |value| What::Field(key, value))),
        1 => values.clone().prop_map(|value| What::Field("default", value)),
        1 => values.prop_map(|value| What::Field("absent", value)),
        2 => versions.clone().prop_map(|value| What::Field("since", value)),
        1 => rules.prop_map(|value| What::Field("rules", value)),
        1 => Just(What::Field("name", json!("other"))),
        1 => select(vec![json!({"max": 5}), json!({"min": 2})])
            .prop_map(|check| What::Field("check", check)),
    ];
    let of_object = prop_oneof![
        3 => versions.clone().prop_filter("a version", |version| !version.is_null())
            .prop_map(|version| What::Object("version", version)),
        1 => Just(What::Object("serial_namespace", json!("nova_object"))),
        1 => Just(What::Object("project_namespace", json!("other"))),
        1 => select(vec![Value::Null, json!(["Machine"]), json!(["Document"])])
            .prop_map(|bases| What::Object("bases", bases)),
        1 => Just(What::Object("forgets_changes", json!(true))),
        1 => Just(What::Object("keep_children", json!(true))),
        1 => Just(What::Object("by_pin", json!(true))),
        1 => Just(What::Object("initial", json!({"uuid": "00000000-0000-4000-8000-000000000001"}))),
        1 => tombstones.prop_map(|graves| What::Object("tombstones", graves)),
        1 => select(vec![Value::Null, json!({"disk": [["1.0", "1.1"]]}), json!({"disk": [["1.0", "1.0"]]})])
            .prop_map(|rows| What::Object("relationships", rows)),
    ];
    let added = versions.prop_map(|since| {
        let mut field = json!({"name": "fresh", "type": "String"});
        if !since.is_null() {
            field["since"] = since;
        }
        What::Add(field)
    });
    prop_oneof![6 => of_field, 3 => of_object, 1 => Just(What::Remove), 1 => added, 1 => Just(What::RemoveObject)]
}

fn edit() -> impl Strategy<Value = Edit> {
    (0..6usize, 0..13usize, what()).prop_map(|(object, field, what)| Edit { object, field, what })
}

fn apply(schemas: &mut Value, edit: &Edit) {
    let objects = schemas["objects"].as_array_mut().unwrap();
    let place = edit.object % objects.len();
    if matches!(edit.what, What::RemoveObject) {
        objects.remove(place);
        return;
    }
    let object = objects[place].as_object_mut().unwrap();
    let put = |map: &mut serde_json::Map<String, Value>, key: &str, value: &Value| match value {
        Value::Null => drop(map.remove(key)),
        value => drop(map.insert(key.to_owned(), value.clone())),
    };
    let fields = object["fields"].as_array_mut().unwrap();
    let index = if fields.is_empty() { return } else { edit.field % fields.len() };
    match &edit.what {
        What::Field(key, value) => put(fields[index].as_object_mut().unwrap(), key, value),
        What::Remove => drop(fields.remove(index)),
        What::Add(field) => fields.push(field.clone()),
        What::Object(key, value) => put(object, key, value),
        What::RemoveObject => {}
    }
}

/// The objects that one can hold, itself among them.
fn within(locks: &Locks, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![name.to_owned()];
    while let Some(name) = waiting.pop() {
        if !found.insert(name.clone()) {
            continue;
        }
        let Some(lock) = locks.get(&name) else { continue };
        for held in lock.schema().fields.iter().filter_map(|field| field.ty.object()) {
            waiting.push(held.to_owned());
            let heirs = locks.iter().filter(|(_, lock)| lock.schema().bases.iter().any(|base| base == held));
            waiting.extend(heirs.map(|(name, _)| name.to_owned()));
        }
    }
    found
}

fn look(base: &Value, edits: &[Edit]) -> Result<(), TestCaseError> {
    let mut edited = base.clone();
    edits.iter().for_each(|edit| apply(&mut edited, edit));
    // What contradicts itself is refused where it is read.
    let (Some(old), Some(new)) = (locks(base), locks(&edited)) else { return Ok(()) };
    // So is a literal that its field can't hold, where the locks are made.
    if !check::misfits(&new.registry()).is_empty() {
        return Ok(());
    }
    let findings = check::compare(&old, &new, &[]);
    let breaking = findings.iter().filter(|finding| finding.rule.severity == Severity::Breaking);
    let blamed: BTreeSet<String> =
        breaking.map(|finding| finding.place.split('.').next().unwrap().to_owned()).collect();
    let hosts = Hosts::new(&old, &new);
    for finding in &findings {
        if let Err(unshown) = hosts.witness(finding) {
            prop_assert!(matches!(unshown, Unshown::Function(..) | Unshown::Promise), "{finding}\n{unshown}");
        }
    }
    let mut runner = TestRunner::new(config());
    for (writer, locks) in [(Host::Released, &old), (Host::Here, &new)] {
        let registry = locks.registry();
        for name in registry.names().filter(|name| old.get(name).is_some()) {
            let objects = check::envelopes(&registry, name);
            let mut all = within(&old, name);
            all.extend(within(&new, name));
            if !all.is_disjoint(&blamed) {
                continue;
            }
            for _ in 0..8 {
                let envelope = objects.new_tree(&mut runner).unwrap().current();
                if let Some(harm) = hosts.harm(writer, &envelope) {
                    return Err(TestCaseError::fail(format!("no rule finds it: {harm}\n{findings:#?}")));
                }
            }
        }
    }
    Ok(())
}

/// A quarter of the cases of other random tests: each is a pair of hosts, and all that they send each other.
/// `tests/long` draws four times as many.
fn config() -> Config {
    let all = std::env::var_os("HARM_IN_FULL").is_some();
    let cases = Config::default().cases / if all { 1 } else { 4 };
    Config { failure_persistence: None, cases, ..Config::default() }
}

#[test]
fn what_goes_wrong_on_the_wire_is_found_and_what_is_found_goes_wrong() {
    let mut runner = TestRunner::new(config());
    let bases = bases();
    let edits = (0..bases.len(), prop::collection::vec(edit(), 1..3));
    if let Err(error) = runner.run(&edits, |(base, edits)| look(&bases[base], &edits)) {
        panic!("{error}");
    }
}

/// Harm is found on either way.
#[test]
fn harm_is_shown_whichever_host_writes() {
    let before = base();
    let mut after = before.clone();
    after["objects"][0]["fields"][0]["type"] = json!("Integer");
    let (old, new) = (locks(&before).unwrap(), locks(&after).unwrap());
    let hosts = Hosts::new(&old, &new);
    let disk = |serial: Value| -> versioned_objects::Primitive {
        serde_json::from_value(json!({
            "versioned_object.name": "Disk", "versioned_object.namespace": "shop",
            "versioned_object.version": "1.2", "versioned_object.data": {"serial": serial},
        }))
        .unwrap()
    };
    let harm = hosts.harm(Host::Released, &disk(json!("a"))).expect("a text is no number");
    assert_eq!((harm.writer, harm.reader, harm.refused), (Host::Released, Host::Here, true), "{harm}");
    let harm = hosts.harm(Host::Here, &disk(json!(7))).expect("a number is another text");
    assert_eq!((harm.writer, harm.reader), (Host::Here, Host::Released), "{harm}");
    // What the writer itself doesn't read, it doesn't send.
    assert!(hosts.harm(Host::Here, &disk(json!("a"))).is_none());
}

/// Changes that are drawn too seldom, of each object.
#[test]
fn a_change_of_an_object_alone_is_shown() {
    let changes = [
        ("by_pin", json!(true)),
        ("forgets_changes", json!(true)),
        ("keep_children", json!(true)),
        ("bases", json!(["Machine"])),
        ("bases", json!(["Document"])),
    ];
    for base in bases() {
        for object in 0..base["objects"].as_array().unwrap().len() {
            for (key, value) in &changes {
                let edit = Edit { object, field: 0, what: What::Object(key, value.clone()) };
                look(&base, std::slice::from_ref(&edit)).unwrap_or_else(|error| panic!("{edit:?}: {error}"));
            }
        }
    }
}

/// Without a change nothing goes wrong.
#[test]
fn hosts_of_one_release_do_no_harm() {
    for base in bases() {
        assert!(locks(&base).is_some(), "{base}");
        look(&base, &[]).unwrap();
    }
}

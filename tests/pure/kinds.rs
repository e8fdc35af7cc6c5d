//! Errors of reading are the same whoever reads: a type, a registry of types, and a registry of schemas.

use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::{Error, Field, VersionedObject, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "n", serial_namespace = "s", versions("1.0", "1.1"))]
struct Inner {
    id: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "n", serial_namespace = "s", versions("1.0", "1.1"))]
struct Outer {
    id: Field<i64>,
    on: Field<bool>,
    names: Field<Vec<String>>,
    inner: Field<Option<Inner>>,
    all: Field<Vec<Inner>>,
}

fn derived() -> Registry {
    Registry::new().with::<Inner>().with::<Outer>()
}

fn dynamic() -> Registry {
    Registry::new().with_schema(Inner::SCHEMA.clone()).with_schema(Outer::SCHEMA.clone())
}

fn envelope(name: &str, version: &str, data: Value) -> Value {
    json!({"s.name": name, "s.namespace": "n", "s.version": version, "s.data": data})
}

fn texts() -> Vec<String> {
    let outer = |data: Value| envelope("Outer", "1.1", data);
    let changed = |key: &str, value: Value| {
        let mut outer = outer(json!({}));
        outer[key] = value;
        outer
    };
    let mut texts: Vec<String> = [
        json!(null),
        json!(5),
        json!("Outer"),
        json!([1]),
        json!({}),
        json!({"s.name": "Outer"}),
        json!({"s.name": "Outer", "s.namespace": "n", "s.version": "1.1"}),
        json!({"s.name": 5, "s.namespace": "n", "s.version": "1.1", "s.data": {}}),
        changed("s.namespace", json!("other")),
        changed("s.namespace", json!(5)),
        changed("s.version", json!("9.0")),
        changed("s.version", json!("1.7")),
        changed("s.version", json!("newest")),
        changed("s.version", json!(1.1)),
        changed("s.data", json!([1])),
        changed("s.data", json!("x")),
        changed("s.changes", json!(5)),
        changed("s.changes", json!([5])),
        outer(json!({"id": "x"})),
        outer(json!({"id": {}})),
        outer(json!({"id": null})),
        outer(json!({"on": []})),
        outer(json!({"names": 5})),
        outer(json!({"names": [null]})),
        outer(json!({"inner": 5})),
        outer(json!({"inner": envelope("Inner", "1.7", json!({}))})),
        outer(json!({"inner": envelope("Inner", "1.1", json!({"id": "x"}))})),
        outer(json!({"inner": envelope("Other", "1.1", json!({}))})),
        outer(json!({"all": [envelope("Inner", "1.1", json!({"id": "x"}))]})),
        outer(json!({"all": {"a": 1}})),
    ]
    .map(|value| value.to_string())
    .to_vec();
    for broken in ["", "{", "{]", "nul", "{\"s.name\": \"Outer\", }", "{\"s.name\" \"Outer\"}", "\u{feff}{}"]
    {
        texts.push(broken.to_owned());
    }
    let whole = outer(json!({"id": 1})).to_string();
    texts.push(format!("{whole} {whole}"));
    texts.push(whole.replace("\"id\":1", "\"id\":1e"));
    texts.push(whole.replace("\"id\":1", "\"id\":tru"));
    texts
}

fn told(error: Error) -> String {
    format!("{:?}: {error}", error.kind())
}

#[test]
fn whoever_reads_the_error_is_the_same() {
    let (derived, dynamic) = (derived(), dynamic());
    let mut different = Vec::new();
    for text in texts() {
        let by_type = wire::from_json::<Outer>(text.as_bytes(), Default::default()).map(drop).map_err(told);
        let by_registry = derived.decode_json(text.as_bytes()).map(drop).map_err(told);
        let by_schema = dynamic.decode_json(text.as_bytes()).map(drop).map_err(told);
        let place = |told: &Result<(), String>| {
            told.as_ref().err().map_or(0, |told| told.matches(" at line ").count())
        };
        let once = [&by_type, &by_registry, &by_schema].iter().all(|told| place(told) <= 1);
        if by_type != by_registry || by_registry != by_schema || !once {
            different.push(format!("{text}\n  {by_type:?}\n  {by_registry:?}\n  {by_schema:?}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn whatever_the_deserializer_the_kind_is_the_same() {
    for registry in [derived(), dynamic()] {
        for text in texts() {
            let ours = registry.decode_json(text.as_bytes());
            let mut deserializer = serde_json::Deserializer::from_str(&text);
            let theirs = registry.decode(&mut deserializer);
            let [Err(ours), Err(theirs)] = [ours, theirs] else { continue };
            assert_eq!(ours.kind(), theirs.kind(), "{text}\n  {ours}\n  {theirs}");
            assert!(theirs.to_string().matches(" at line ").count() <= 1, "{theirs}");
        }
    }
}

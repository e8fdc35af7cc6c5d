//! The kinds of errors of reading are the same whoever reads: a type, a registry of types, and a registry of schemas.

use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::{Error, ErrorKind, Field, VersionedObject, wire};

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

/// The text with the header of each envelope before its data.
fn header_first(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let (mut data, mut header): (Vec<_>, Vec<_>) =
                entries.iter().partition(|(key, _)| ["s.data", "s.changes"].contains(&key.as_str()));
            data.reverse();
            header.extend(data);
            let entry = |(key, value): (&String, &Value)| format!("{}:{}", json!(key), header_first(value));
            format!("{{{}}}", header.into_iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => {
            format!("[{}]", values.iter().map(header_first).collect::<Vec<_>>().join(","))
        }
        value => value.to_string(),
    }
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
    .iter()
    .flat_map(|value| [value.to_string(), header_first(value)])
    .collect();
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

/// The kind of an error, whose text names a place in the text once at most.
fn kind(error: Error) -> ErrorKind {
    assert!(error.to_string().matches(" at line ").count() <= 1, "{error}");
    error.kind()
}

#[test]
fn whoever_reads_the_kind_is_the_same() {
    let (derived, dynamic) = (derived(), dynamic());
    let mut different = Vec::new();
    for text in texts() {
        let by_type = wire::from_json::<Outer>(text.as_bytes(), Default::default()).map(drop).map_err(kind);
        let by_registry = derived.decode_json(text.as_bytes()).map(drop).map_err(kind);
        let by_schema = dynamic.decode_json(text.as_bytes()).map(drop).map_err(kind);
        if by_type != by_registry || by_registry != by_schema {
            different.push(format!("{text}\n  {by_type:?}\n  {by_registry:?}\n  {by_schema:?}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn a_place_is_said_once_by_another_deserializer_too() {
    for registry in [derived(), dynamic()] {
        for text in texts() {
            let mut deserializer = serde_json::Deserializer::from_str(&text);
            let Err(error) = registry.decode(&mut deserializer) else { continue };
            assert!(error.to_string().matches(" at line ").count() <= 1, "{error}");
        }
    }
}

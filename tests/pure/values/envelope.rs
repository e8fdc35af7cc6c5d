//! Envelopes that come in an unusual order, or with unusual data.

use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::{ErrorKind, Field, Target, VersionedObject, wire};

use super::forms::{FORMS, Form, Written, data, dynamic, layouts, typed};

/// An object that has no fields before 1.1.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Bare {
    #[field(since = "1.1")]
    count: Field<u8>,
}

fn bare(version: &str, data: &str) -> String {
    format!(
        r#"{{"versioned_object.name":"Bare","versioned_object.namespace":"versionedobjects","versioned_object.version":"{version}","versioned_object.data":{data}}}"#
    )
}

/// Data in front of the header, as canonical CBOR sorts it.
fn data_first(version: &str, data: &str) -> String {
    format!(
        r#"{{"versioned_object.data":{data},"versioned_object.name":"Bare","versioned_object.version":"{version}","versioned_object.namespace":"versionedobjects"}}"#
    )
}

/// The envelope in every form that isn't compact.
fn in_each_form(text: &str) -> Vec<(Form, Written)> {
    let tree: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut cbor = Vec::new();
    ciborium::into_writer(&tree, &mut cbor).unwrap();
    vec![
        (Form::Json, Written::Bytes(text.as_bytes().to_vec())),
        (Form::SerdeJson, Written::Bytes(text.as_bytes().to_vec())),
        (Form::SerdeJsonValue, Written::Value(tree.clone())),
        (Form::MessagePack, Written::Bytes(rmp_serde::to_vec(&tree).unwrap())),
        (Form::Cbor, Written::Bytes(cbor)),
    ]
}

/// A form, and what it answers.
type Told = (Form, Result<(), (ErrorKind, String)>);

/// What each form makes of it: as a type, through a registry that knows that, and through its schema alone.
fn outcomes(text: &str) -> Vec<Told> {
    let mut out = Vec::new();
    for (form, written) in in_each_form(text) {
        let told = |error: versioned_objects::Error| (error.kind(), error.to_string());
        out.push((form, form.read::<Bare>(&written, &layouts::<Bare>()).map(drop).map_err(told)));
        for registry in [typed::<Bare>(), dynamic::<Bare>()] {
            let read = form.read_any(&written, &registry, &layouts::<Bare>());
            out.push((form, read.map(drop).map_err(told)));
        }
    }
    out
}

#[test]
fn data_of_an_object_without_fields_are_anything() {
    for data in ["true", "null", "7", "-7", "1.5", r#""text""#, "[1]", r#"["count"]"#, r#"{"count":1}"#] {
        for text in [bare("1.0", data), data_first("1.0", data)] {
            for (form, outcome) in outcomes(&text) {
                assert_eq!(outcome, Ok(()), "{form:?} {text}");
            }
        }
    }
}

#[test]
fn data_of_an_object_with_fields_are_a_map() {
    for (data, found) in [
        ("true", "a boolean"),
        ("null", "null"),
        ("7", "a number"),
        ("-7", "a number"),
        ("1.5", "a number"),
        ("170141183460469231731687303715884105727", "a number"),
        ("-170141183460469231731687303715884105728", "a number"),
        (r#"["count"]"#, "a list"),
        (r#""a count of some kind""#, "text"),
    ] {
        for text in [bare("1.1", data), data_first("1.1", data)] {
            for (form, outcome) in outcomes(&text) {
                let (kind, message) = outcome.unwrap_err();
                let wanted = format!("the fields have to be a map, not {found}");
                assert_eq!(kind, ErrorKind::InvalidValue, "{form:?} {text}");
                assert!(message.ends_with(&wanted), "{form:?} {text}: {message}");
            }
        }
    }
}

#[test]
fn a_bad_field_has_its_place_whatever_comes_first() {
    for text in [bare("1.1", r#"{"count":-1}"#), data_first("1.1", r#"{"count":-1}"#)] {
        for (form, outcome) in outcomes(&text) {
            let (_, message) = outcome.unwrap_err();
            assert!(
                message.starts_with("Bare.count: a whole number from 0 to"),
                "{form:?} {text}: {message}"
            );
        }
        let by_serde = serde_json::from_str::<Bare>(&text).unwrap_err().to_string();
        assert!(by_serde.starts_with("Bare.count: "), "{by_serde}");
    }
    let text = data_first("1.1", r#"{"count":-1}"#);
    let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut cbor = Vec::new();
    ciborium::into_writer(&tree, &mut cbor).unwrap();
    let by_serde = ciborium::from_reader::<Bare, _>(&cbor[..]).unwrap_err().to_string();
    assert!(by_serde.contains("Bare.count: "), "{by_serde}");
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), serial_namespace = "zoo_object")]
struct Animal {
    name: Field<String>,
}

fn both() -> Registry {
    Registry::new().with::<Bare>().with::<Animal>()
}

fn own(text: &str) -> String {
    let object: Bare = wire::from_json(text.as_bytes(), Default::default()).unwrap();
    String::from_utf8(wire::to_json(&object, Target::Own).unwrap()).unwrap()
}

#[test]
fn a_registry_reads_the_object_that_its_type_would_read() {
    let good = bare("1.1", r#"{"count":1}"#);
    let (before, _) = good.rsplit_once('}').unwrap();
    for odd in [
        r#""zoo_object.data":{"count":2}"#,
        r#""zoo_object.changes":5"#,
        r#""zoo_object.changes":["count"]"#,
        r#""zoo_object.version":"9.9""#,
        r#""zoo_object.name":"Animal""#,
        r#""zoo_object.namespace":7"#,
    ] {
        let (_, inside) = before.split_once('{').unwrap();
        for text in [format!("{before},{odd}}}"), format!("{{{odd},{inside}}}")] {
            // The first name says which namespace counts.
            if text.starts_with(r#"{"zoo_object.name""#) {
                let error = both().decode_json(text.as_bytes()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::MalformedPrimitive, "{text}: {error}");
                continue;
            }
            for (form, written) in in_each_form(&text) {
                // A tree sorts its keys, and so may another key come first.
                if form == Form::SerdeJsonValue {
                    continue;
                }
                let any = form.read_any(&written, &both(), &layouts::<Bare>());
                let any = any.unwrap_or_else(|error| panic!("{form:?} {text}: {error}"));
                let any = String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap();
                assert_eq!(any, own(&text), "{form:?} {text}");
            }
        }
    }
}

#[test]
fn what_stands_in_front_of_the_name_counts_by_its_namespace() {
    let text = r#"{"zoo_object.data":{"count":2},"versioned_object.changes":["count"],"versioned_object.data":{"count":1},"zoo_object.version":"9.9","versioned_object.version":"1.1","versioned_object.namespace":"versionedobjects","versioned_object.name":"Bare"}"#;
    let any = both().decode_json(text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap(), own(text));
    assert!(own(text).contains(r#"{"count":1},"versioned_object.changes":["count"]"#));
}

#[test]
fn an_object_is_read_by_its_own_namespace() {
    let text = bare("1.1", "{}").replace("versioned_object.", "zoo_object.");
    let error = both().decode_json(text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MalformedPrimitive);
    assert_eq!(error.to_string(), r#"the envelope has no "versioned_object.namespace""#);
    let without = r#"{"zoo_object.data":{},"versioned_object.data":{}}"#;
    assert_eq!(
        both().decode_json(without.as_bytes()).unwrap_err().to_string(),
        r#"the envelope has no "zoo_object.namespace""#
    );
    assert_eq!(FORMS.len(), 6);
}

/// An object with names of one letter.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Point {
    x: Field<i64>,
    y: Field<i64>,
    z: Field<i64>,
}

/// What each form reads of the changed fields of a point: as a type, through a registry that knows that, and through its
/// schema alone.
fn changed(changes: &str) -> Vec<(Form, Result<Vec<String>, String>)> {
    let whole = data::<Point>(r#"{"x":1,"y":2,"z":3}"#);
    let text = whole.replacen("}}", &format!(r#"}},"versioned_object.changes":{changes}}}"#), 1);
    let mut out = Vec::new();
    for (form, written) in in_each_form(&text) {
        let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let own = form.read::<Point>(&written, &layouts::<Point>());
        out.push((form, own.map(|point| names(point.what_changed())).map_err(|error| error.to_string())));
        for registry in [typed::<Point>(), dynamic::<Point>()] {
            let any = form.read_any(&written, &registry, &layouts::<Point>());
            out.push((form, any.map(|any| names(any.what_changed())).map_err(|error| error.to_string())));
        }
    }
    out
}

#[test]
fn of_text_each_letter_is_the_name_of_a_changed_field() {
    for (changes, expected) in [(r#""yx""#, vec!["x", "y"]), (r#""é""#, vec![]), (r#""""#, vec![])] {
        for (form, found) in changed(changes) {
            assert_eq!(found.unwrap(), expected, "{form:?} {changes}");
        }
    }
}

#[test]
fn among_the_changed_fields_scalars_name_none_and_nothing_else_may_stand() {
    for (form, found) in changed(r#"[5,-5,1.5,true,null,"y","nobody"]"#) {
        assert_eq!(found.unwrap(), ["y"], "{form:?}");
    }
    for (changes, message) in [
        (r#"["y",["y"]]"#, "a list stands among the changed fields"),
        (r#"[{"y":1}]"#, "a map stands among the changed fields"),
        (r#"[{}]"#, "a map stands among the changed fields"),
    ] {
        for (form, found) in changed(changes) {
            let error = found.unwrap_err();
            assert!(error.contains(message), "{form:?} {changes}: {error}");
        }
    }
}

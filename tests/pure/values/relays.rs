//! Relays: the marks of the fields that they carry along go out as they came, in every form.

use versioned_objects::compact::Layouts;
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::{Field, ObjectEnum, Origin, Target, UnknownFields, VersionedObject};

use super::forms::{FORMS, Form, Written};

/// Objects as the ends have them.
mod ends {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0..=1.3"))]
    pub struct Parcel {
        pub origin: Origin,
        #[field(since = "1.2")]
        pub weight: Field<i64>,
        pub id: Field<i64>,
        #[field(since = "1.2")]
        pub note: Field<Option<String>>,
        #[field(since = "1.3")]
        pub stops: Field<Vec<i64>>,
    }

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0"))]
    pub struct Van {
        pub origin: Origin,
        #[field(child_versions("1.0" => "1.3"))]
        pub parcel: Field<Parcel>,
        pub parcels: Field<Vec<Parcel>>,
    }
}

/// The relay in the middle, two releases behind.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Parcel {
    origin: Origin,
    id: Field<i64>,
    unknown: UnknownFields,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Van {
    origin: Origin,
    #[field(child_versions("1.0" => "1.1"))]
    parcel: Field<Parcel>,
    parcels: Field<Vec<Parcel>>,
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Parcel)]
enum AnyParcel {
    Parcel(Parcel),
}

fn parcel() -> ends::Parcel {
    ends::Parcel {
        origin: Origin::default(),
        weight: 5.into(),
        id: Field::unchanged(7),
        note: Field::unchanged(Some("fragile".to_owned())),
        stops: vec![1, 2].into(),
    }
}

fn marks(parcel: &ends::Parcel) -> Vec<&str> {
    parcel.what_changed()
}

/// What the other end reads of what the relay passes on: with the relay's type known, as one of several, and out of
/// a registry.
fn passed_on(form: Form, written: &Written) -> [ends::Parcel; 3] {
    let none = &Layouts::none();
    let registry = Registry::new().with::<Parcel>();
    let typed: Parcel = form.read(written, none).unwrap();
    let any = form.read_any(written, &registry, none).unwrap();
    // In the compact form one of several isn't written as one object is.
    let several = match form {
        Form::Compact => form.write(&typed, none),
        _ => form.write(&form.read::<AnyParcel>(written, none).unwrap(), none),
    };
    let again = [form.write(&typed, none), several, form.write(&any, none)];
    again.map(|written| form.read(&written.unwrap(), none).unwrap())
}

#[test]
fn what_a_relay_carries_along_stays_changed_or_unchanged() {
    for form in FORMS {
        let sent = parcel();
        for got in passed_on(form, &form.write(&sent, &Layouts::none()).unwrap()) {
            assert_eq!(got, sent, "{form:?}");
            assert_eq!(marks(&got), ["weight", "stops"], "{form:?}");
        }
        let mut clean = parcel();
        clean.reset_changes();
        for got in passed_on(form, &form.write(&clean, &Layouts::none()).unwrap()) {
            assert_eq!((marks(&got), &got), (vec![], &clean), "{form:?}");
        }
    }
}

#[test]
fn relays_inside_others_keep_them_too() {
    let mut later = parcel();
    later.reset_changes();
    later.note.set(None);
    let van = ends::Van {
        origin: Origin::default(),
        parcel: Field::unchanged(parcel()),
        parcels: Field::unchanged(vec![later, parcel()]),
    };
    for form in FORMS {
        let none = &Layouts::none();
        let middle: Van = form.read(&form.write(&van, none).unwrap(), none).unwrap();
        assert!(!middle.parcel.is_changed() || middle.what_changed().contains(&"parcel"));
        let got: ends::Van = form.read(&form.write(&middle, none).unwrap(), none).unwrap();
        assert_eq!(got, van, "{form:?}");
        assert_eq!(marks(got.parcel.get().unwrap()), ["weight", "stops"], "{form:?}");
        let parcels = got.parcels.get().unwrap().iter().map(marks).collect::<Vec<_>>();
        assert_eq!(parcels, [vec!["note"], vec!["weight", "stops"]], "{form:?}");
    }
}

fn envelope(rest: &str) -> String {
    let head = r#""versioned_object.name":"Parcel","versioned_object.namespace":"versionedobjects""#;
    format!(r#"{{{rest},{head},"versioned_object.version":"1.3"}}"#)
}

/// Wherever the marks stand, and whatever they are written as.
#[test]
fn marks_come_in_any_order_and_as_whatever_names_fields() {
    let data = r#""versioned_object.data":{"weight":5,"id":7,"note":null,"stops":[]}"#;
    for (changes, expected) in [
        (r#"["note","weight","id","none","later"]"#, vec!["weight", "id", "note"]),
        (r#"{"stops":1,"later":2}"#, vec!["stops"]),
        ("[]", vec![]),
    ] {
        let changes = format!(r#""versioned_object.changes":{changes}"#);
        let twice = format!(r#"{data},"versioned_object.changes":["stops","note"],{changes}"#);
        for rest in [format!("{changes},{data}"), format!("{data},{changes}"), twice] {
            let text = envelope(&rest);
            for form in [Form::Json, Form::SerdeJson] {
                for got in passed_on(form, &Written::Bytes(text.clone().into_bytes())) {
                    assert_eq!(marks(&got), expected, "{form:?} {text}");
                }
            }
        }
    }
    // The last of two counts, in the data as among the marks.
    let head = r#""versioned_object.name":"Parcel","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.3""#;
    let text = format!(
        r#"{{{head},"versioned_object.data":{{"note":null,"stops":[]}},"versioned_object.changes":["stops"],"versioned_object.data":{{"stops":[1],"weight":5}}}}"#
    );
    for got in passed_on(Form::Json, &Written::Bytes(text.into_bytes())) {
        assert_eq!((marks(&got), got.note.is_set()), (vec!["stops"], false));
    }
}

#[test]
fn who_resets_the_changes_of_a_relay_resets_those_too() {
    let text = serde_json::to_string(&parcel()).unwrap();
    let read = || serde_json::from_str::<Parcel>(&text).unwrap();
    let mut parcel = read();
    assert_eq!(parcel.unknown.what_changed().collect::<Vec<_>>(), ["weight", "stops"]);
    parcel.reset_changes_of(&["id"]);
    assert_eq!(parcel.unknown.what_changed().count(), 2);
    parcel.reset_own_changes();
    assert!(!serde_json::to_string(&parcel).unwrap().contains("changes"));
    let van = Van { parcel: Field::unchanged(read()), ..Van::default() };
    // A child with changes counts as a change of its parent, whoever knows the child's fields.
    assert_eq!(van.what_changed(), ["parcel"]);
    let mut reset = van.clone();
    reset.reset_changes();
    assert!(reset.what_changed().is_empty());
    assert!(!serde_json::to_string(&reset).unwrap().contains("changes"));
    // Nor to anyone, once it has forgotten where it came from.
    let mut forgotten = read();
    forgotten.origin.forget();
    let out = serde_json::to_value(&forgotten).unwrap();
    assert_eq!(out["versioned_object.data"], serde_json::json!({ "id": 7 }));
    assert_eq!(out.get("versioned_object.changes"), None);
    assert_eq!(forgotten.at(Target::Own).unwrap().dropped().len(), 3);
    // To an older version neither the fields nor their marks go out.
    let older = serde_json::to_value(read().at("1.0").unwrap()).unwrap();
    assert_eq!(older.get("versioned_object.changes"), None);
}

/// Had a field that its older peers still want.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), removed(name = "host", until = "1.0", fill = "nowhere"))]
struct Task {
    origin: Origin,
    id: Field<i64>,
    unknown: UnknownFields,
}

#[test]
fn what_a_relay_carries_along_is_not_filled_again() {
    for (data, expected) in [
        (r#"{"id":1,"host":"h"}"#, r#"{"id":1,"host":"h"}"#),
        (r#"{"id":1,"later":2}"#, r#"{"id":1,"host":"nowhere","later":2}"#),
    ] {
        let head = r#""versioned_object.name":"Task","versioned_object.namespace":"versionedobjects""#;
        let text = format!(r#"{{{head},"versioned_object.version":"1.0","versioned_object.data":{data}}}"#);
        let task: Task = serde_json::from_str(&text).unwrap();
        let out = serde_json::to_string(&task).unwrap();
        assert!(out.contains(&format!(r#""versioned_object.data":{expected}"#)), "{out}");
    }
}

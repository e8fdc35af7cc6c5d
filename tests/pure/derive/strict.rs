//! What fields take: their own form, or what the reference coerces; and what an object needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use versioned_objects::field::Decoding;
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{ErrorKind, Field, Target, wire};

/// Strict, as everything is that says nothing.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(name = "Form", versions("1.0"))]
struct Strict {
    on: Field<bool>,
    count: Field<i64>,
    tags: Field<Vec<String>>,
    #[field(coerce)]
    loose: Field<bool>,
}

/// The reference's way.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(name = "Form", coerce, versions("1.0"))]
struct Coercing {
    on: Field<bool>,
    count: Field<i64>,
    tags: Field<Vec<String>>,
    loose: Field<bool>,
}

/// Inherits strict fields, and coerces.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(name = "Form", coerce, versions("1.0"))]
struct Heir {
    #[field(extends)]
    strict: Strict,
}

fn envelope(data: &Value) -> String {
    json!({
        "versioned_object.name": "Form", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": data,
    })
    .to_string()
}

#[test]
fn nothing_is_coerced_unless_that_is_asked_for() {
    let coerced = [
        json!({ "on": "false" }),
        json!({ "on": "no" }),
        json!({ "on": 1 }),
        json!({ "count": 1.9 }),
        json!({ "count": "1" }),
        json!({ "tags": "abc" }),
        json!({ "tags": { "x": 1 } }),
    ];
    for data in coerced {
        let text = envelope(&data);
        let read = wire::from_json::<Strict>(text.as_bytes(), Decoding::new());
        assert_eq!(read.unwrap_err().kind(), ErrorKind::InvalidValue, "{data}");
        assert!(serde_json::from_str::<Strict>(&text).is_err(), "{data}");
        let registry = Registry::new().with::<Strict>();
        assert!(registry.decode_json(text.as_bytes()).is_err(), "{data}");
        assert!(wire::from_json::<Coercing>(text.as_bytes(), Decoding::new()).is_ok(), "{data}");
        assert!(serde_json::from_str::<Heir>(&text).is_ok(), "{data}");
        let (name, value) = data.as_object().unwrap().iter().next().unwrap();
        let value: versioned_objects::Primitive = serde_json::from_value(value.clone()).unwrap();
        assert!(Strict::default().set_by_name(name, value).is_err(), "{data}");
    }
    let loose: Strict =
        wire::from_json(envelope(&json!({ "loose": "no" })).as_bytes(), Decoding::new()).unwrap();
    assert_eq!(loose.loose, true, "as Python has it");
    assert!(Heir::SCHEMA.fields.iter().all(|field| !field.strict));
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(name = "Form", versions("1.0", "1.1"), validate = Needy::look)]
struct Needy {
    #[field(required)]
    count: Field<i64>,
    #[field(required, since = "1.1")]
    later: Field<Option<i64>>,
}

impl Needy {
    fn look(&self) -> Result<(), String> {
        if self.count == -1 { Err("less than nothing".to_owned()) } else { Ok(()) }
    }
}

/// Needy ones wherever they can stand.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Folder {
    one: Field<Option<Needy>>,
    all: Field<Vec<Needy>>,
    by_name: Field<BTreeMap<String, Option<Arc<Needy>>>>,
}

#[test]
fn an_object_is_asked_with_all_that_is_in_it() {
    let fine = || Needy { count: 1.into(), later: None.into() };
    let registry = Registry::new().with_schema(Needy::SCHEMA.clone()).with_schema(Folder::SCHEMA.clone());
    let typed = Registry::new().with::<Needy>().with::<Folder>();
    let folder = Folder {
        one: Some(fine()).into(),
        all: vec![fine()].into(),
        by_name: BTreeMap::from([("a".to_owned(), Some(Arc::new(fine()))), ("b".to_owned(), None)]).into(),
    };
    folder.validate().unwrap();
    let bare = || Needy { count: 1.into(), ..Needy::default() };
    for (place, odd) in [
        ("one", Folder { one: Some(bare()).into(), ..folder.clone() }),
        ("all[1]", Folder { all: vec![fine(), bare()].into(), ..folder.clone() }),
        (
            "by_name[\"a\"]",
            Folder {
                by_name: BTreeMap::from([("a".to_owned(), Some(Arc::new(bare())))]).into(),
                ..folder.clone()
            },
        ),
    ] {
        let told = format!("Folder.{place}.later: the field is required, and it is unset");
        assert_eq!(odd.validate().unwrap_err().to_string(), told);
        assert_eq!(AnyObject::new(odd.clone()).validate().unwrap_err().to_string(), told);
        // As whoever reads it would.
        let text = wire::to_json(&odd, Target::Own).unwrap();
        for registry in [&registry, &typed] {
            assert_eq!(registry.decode_json(&text).unwrap_err().to_string(), told);
        }
    }
    // An object without a type, in which something was taken away.
    for registry in [&registry, &typed] {
        let mut any = registry.decode_json(&wire::to_json(&folder, Target::Own).unwrap()).unwrap();
        any.validate().unwrap();
        let mut part = registry.decode_json(&wire::to_json(&fine(), Target::Own).unwrap()).unwrap();
        part.clear_by_name("later").unwrap();
        assert!(part.validate().unwrap_err().to_string().starts_with("Form.later: "));
        any.clear_by_name("all").unwrap();
        any.validate().unwrap();
    }
    // What arrived in an older version is asked as one of that.
    let mut arrived = registry.decode_json(envelope(&json!({ "count": 1 })).as_bytes()).unwrap();
    arrived.validate().unwrap();
    arrived.clear_by_name("count").unwrap();
    assert!(arrived.validate().is_err());
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(name = "Form", versions("1.0", "1.1"))]
struct NeedyHeir {
    #[field(extends)]
    needy: Needy,
}

#[test]
fn a_required_field_has_to_be_there() {
    const MISSING: &str = "Form.count: the field is required, and it is unset";
    let read = |data: Value| wire::from_json::<Needy>(envelope(&data).as_bytes(), Decoding::new());
    assert_eq!(read(json!({})).unwrap_err().to_string(), MISSING);
    assert!(read(json!({ "count": 1 })).is_ok(), "1.0 has no `later`");
    assert!(read(json!({ "count": -1 })).unwrap_err().to_string().contains("less than nothing"));
    let kept = r#"{"versioned_object.data":{},"versioned_object.version":"1.0",
        "versioned_object.namespace":"versionedobjects","versioned_object.name":"Form"}"#;
    assert_eq!(wire::from_json::<Needy>(kept.as_bytes(), Decoding::new()).unwrap_err().to_string(), MISSING);
    let heir = wire::from_json::<NeedyHeir>(envelope(&json!({})).as_bytes(), Decoding::new());
    assert_eq!(heir.unwrap_err().to_string(), MISSING);
    let registry = Registry::new().with_schema(Needy::SCHEMA.clone());
    let any = registry.decode_json(envelope(&json!({})).as_bytes());
    assert_eq!(any.unwrap_err().to_string(), MISSING);

    let mut made = Needy { count: 1.into(), ..Needy::default() };
    let error = made.validate().unwrap_err().to_string();
    assert_eq!(error, "Form.later: the field is required, and it is unset");
    made.later.set(None);
    made.validate().unwrap();
    made.count.set(-1);
    assert!(
        made.validate().unwrap_err().to_string().contains("less than nothing"),
        "before anything is written"
    );
}

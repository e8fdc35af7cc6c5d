//! Nulls of a `serde_json::Value`, which an option around it can't be told from.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};
use versioned_objects::{Field, VersionedObject};

use super::forms::{FORMS, comes_back, isnt_written};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Nulls {
    plain: Field<Value>,
    maybe: Field<Option<Value>>,
    list: Field<Vec<Value>>,
    options: Field<Vec<Option<Value>>>,
    map: Field<Option<BTreeMap<String, Value>>>,
    deep: Field<HashMap<String, Vec<Arc<Value>>>>,
    pair: Field<[Option<Box<Value>>; 2]>,
    cow: Field<Cow<'static, Value>>,
}

#[test]
fn a_null_that_would_come_back_as_another_is_not_written() {
    let null = || Value::Null;
    let one = |key: &str, value| BTreeMap::from([(key.to_owned(), value)]);
    let cases: [(&str, Nulls); 8] = [
        ("plain", Nulls { plain: null().into(), ..Nulls::default() }),
        ("maybe", Nulls { maybe: Some(null()).into(), ..Nulls::default() }),
        ("list", Nulls { list: vec![json!(1), null()].into(), ..Nulls::default() }),
        ("options", Nulls { options: vec![None, Some(null())].into(), ..Nulls::default() }),
        ("map", Nulls { map: Some(one("k", null())).into(), ..Nulls::default() }),
        (
            "deep",
            Nulls {
                deep: HashMap::from([("k".to_owned(), vec![Arc::new(null())])]).into(),
                ..Nulls::default()
            },
        ),
        ("pair", Nulls { pair: [None, Some(Box::new(null()))].into(), ..Nulls::default() }),
        ("cow", Nulls { cow: Cow::<Value>::Owned(null()).into(), ..Nulls::default() }),
    ];
    for (field, object) in cases {
        for form in FORMS {
            isnt_written(&object, form, &format!("Nulls.{field}: a `Value::Null` can't come back from here"));
        }
    }
}

#[test]
fn nulls_that_are_told_apart_come_back() {
    comes_back(
        &Nulls {
            plain: json!({"a": null, "b": [null]}).into(),
            maybe: None.into(),
            list: vec![json!([null])].into(),
            options: vec![None, Some(json!(1))].into(),
            map: None.into(),
            deep: HashMap::from([("k".to_owned(), vec![Arc::new(json!(1))])]).into(),
            pair: [None, Some(Box::new(json!({"k": null})))].into(),
            cow: Cow::<Value>::Owned(json!(1)).into(),
        },
        &[],
    );
}

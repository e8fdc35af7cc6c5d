use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use indexmap::IndexMap;
use versioned_objects::schema::Kind;
use versioned_objects::{Entity, FieldType};

use super::support::{becomes, read, refused, strictly_refused, write};

#[test]
fn elements_are_coerced() {
    becomes::<Vec<i64>>(r#"["1", 2.9, true]"#, "[1,2,1]");
    becomes::<VecDeque<String>>(r#"[1, 1e-7, false, "a"]"#, r#"["1","1e-07","False","a"]"#);
    becomes::<BTreeSet<i64>>(r#"[3, "3", 1]"#, "[1,3]");
    becomes::<BTreeMap<String, f64>>(r#"{"a": "1_0", "b": 1}"#, r#"{"a":10.0,"b":1.0}"#);
    becomes::<IndexMap<Box<str>, bool>>(r#"{"z": [], "a": {"b": 1}}"#, r#"{"z":false,"a":true}"#);
    becomes::<HashMap<Arc<str>, u8>>(r#"{"a": 1.0}"#, r#"{"a":1}"#);
    assert_eq!(read::<HashSet<String>>(r#"[1, "1"]"#).unwrap(), HashSet::from(["1".to_owned()]));
}

#[test]
fn what_can_be_walked_is_a_list() {
    becomes::<Vec<String>>(r#""aéb""#, r#"["a","é","b"]"#);
    becomes::<Vec<i64>>(r#""12""#, "[1,2]");
    becomes::<Vec<String>>(r#"{"b": [1, {}], "a": null, "b": 2}"#, r#"["b","a"]"#);
    becomes::<BTreeSet<String>>(r#""abba""#, r#"["a","b"]"#);
    refused::<Vec<i64>>(
        r#""1x""#,
        r#"[1]: a whole number from -9223372036854775808 to 9223372036854775807 is required, found "x""#,
    );
    refused::<Vec<i64>>("5", "a list is required, found 5");
    refused::<Vec<i64>>("5.5", "a list is required, found 5.5");
    refused::<BTreeSet<i64>>("true", "a list is required, found true");
    strictly_refused::<Vec<String>>(r#""ab""#, r#"a list is required, found "ab""#);
    strictly_refused::<Vec<String>>(r#"{"a": 1}"#, "a list is required, found a map");
}

#[test]
fn a_map_is_a_map() {
    for (json, found) in [("[]", "a list"), ("7", "7"), (r#""{}""#, r#""{}""#), ("true", "true")] {
        refused::<BTreeMap<String, i64>>(json, &format!("a map is required, found {found}"));
    }
    becomes::<BTreeMap<String, i64>>(r#"{"a": 1, "a": 2}"#, r#"{"a":2}"#);
}

#[test]
fn null_stands_where_it_may() {
    becomes::<Option<i64>>("null", "null");
    becomes::<Option<Vec<Option<String>>>>(r#"["a", null]"#, r#"["a",null]"#);
    becomes::<BTreeMap<String, Option<i64>>>(r#"{"a": null, "b": "5"}"#, r#"{"a":null,"b":5}"#);
    becomes::<Box<Option<bool>>>("null", "null");
    refused::<String>("null", "cannot be null");
    refused::<Vec<bool>>("[true, null]", "[1]: cannot be null");
    refused::<Vec<Vec<i64>>>("null", "cannot be null");
    refused::<BTreeMap<String, i64>>("null", "cannot be null");
    refused::<BTreeMap<String, Vec<i64>>>(r#"{"a": [1, null]}"#, r#"["a"][1]: cannot be null"#);
}

#[test]
fn types_are_data() {
    let ty = <BTreeMap<String, Option<Vec<Box<i64>>>>>::TYPE;
    let Kind::Dict(values) = ty.kind else { panic!("no dict") };
    assert!(values.nullable);
    let Kind::List(elements) = &values.ty.kind else { panic!("no list") };
    assert!(!elements.nullable);
    assert_eq!(elements.ty.name, "Integer");
    const { assert!(<Box<Option<i64>>>::NULLABLE) };
}

#[test]
fn any_container_is_written() {
    let words = ["a".to_owned(), "b".to_owned()];
    assert_eq!(write(&(&words[..], 1_u8, Arc::new(Some("c")), ())), r#"[["a","b"],1,"c",null]"#);
    assert_eq!(write(&[(1.5,), (2.0,)]), "[[1.5],[2.0]]");
    const { assert!(!<(Vec<String>, [Option<i64>; 2])>::HOLDS_OBJECTS) };
}

/// A peer that promises more elements than it sends costs no memory.
#[test]
fn promises_are_not_believed() {
    let decoding = versioned_objects::field::Decoding::new();
    struct Promise;
    impl<'de> serde::de::SeqAccess<'de> for Promise {
        type Error = serde::de::value::Error;
        fn next_element_seed<T: serde::de::DeserializeSeed<'de>>(
            &mut self,
            _: T,
        ) -> Result<Option<T::Value>, Self::Error> {
            Ok(None)
        }
        fn size_hint(&self) -> Option<usize> {
            Some(usize::MAX)
        }
    }
    let deserializer = serde::de::value::SeqAccessDeserializer::new(Promise);
    let list = Vec::<u64>::decode(deserializer, decoding.context()).unwrap();
    assert!(list.capacity() <= 4096);
}

//! Whatever comes for a field: an object that is known by its schema alone takes and refuses what a derived one does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use support::fixtures::Bus;
use versioned_objects::field::DateTime;
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Field, Primitive, Target, VersionedObject, wire};

use super::forms::{Form, Written, data, dynamic, layouts, typed};

/// Fields that walk over text and maps, as the reference does.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Walked {
    texts: Field<Vec<String>>,
    maybe: Field<Vec<Option<i64>>>,
    rows: Field<Vec<Vec<String>>>,
    flag_rows: Field<Vec<Vec<bool>>>,
    maybe_rows: Field<Vec<Vec<Option<bool>>>>,
    flag_maps: Field<Vec<BTreeMap<String, Vec<bool>>>>,
    set: Field<BTreeSet<String>>,
    numbers: Field<BTreeSet<i64>>,
    flags: Field<BTreeSet<bool>>,
    networks: Field<BTreeSet<ipnet::IpNet>>,
    sets: Field<BTreeSet<Vec<String>>>,
    dict_set: Field<BTreeSet<BTreeMap<String, BTreeSet<i64>>>>,
    wide_set: Field<BTreeSet<i128>>,
    addresses: Field<BTreeSet<std::net::IpAddr>>,
    dict: Field<BTreeMap<String, i64>>,
    dicts: Field<BTreeMap<String, Vec<String>>>,
    bus: Field<Bus>,
    count: Field<i64>,
    float: Field<f64>,
    flag: Field<bool>,
    text: Field<String>,
}

/// The same, and nothing is coerced.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Strict {
    texts: Field<Vec<String>>,
    maybe: Field<Vec<Option<i64>>>,
    rows: Field<Vec<Vec<String>>>,
    flag_rows: Field<Vec<Vec<bool>>>,
    maybe_rows: Field<Vec<Vec<Option<bool>>>>,
    flag_maps: Field<Vec<BTreeMap<String, Vec<bool>>>>,
    set: Field<BTreeSet<String>>,
    numbers: Field<BTreeSet<i64>>,
    flags: Field<BTreeSet<bool>>,
    networks: Field<BTreeSet<ipnet::IpNet>>,
    sets: Field<BTreeSet<Vec<String>>>,
    dict_set: Field<BTreeSet<BTreeMap<String, BTreeSet<i64>>>>,
    wide_set: Field<BTreeSet<i128>>,
    addresses: Field<BTreeSet<std::net::IpAddr>>,
    dict: Field<BTreeMap<String, i64>>,
    dicts: Field<BTreeMap<String, Vec<String>>>,
    bus: Field<Bus>,
    count: Field<i64>,
    float: Field<f64>,
    flag: Field<bool>,
    text: Field<String>,
}

fn odd_values() -> Vec<Value> {
    let many: Vec<i64> = (0..40).chain(0..40).collect();
    let texts: Vec<String> = many.iter().map(i64::to_string).collect();
    vec![
        json!(null),
        json!(true),
        json!(7),
        json!(-7),
        json!(1.5),
        json!(2.0),
        json!(""),
        json!("7"),
        json!("777"),
        json!("tea"),
        json!("été"),
        json!("nvme"),
        json!("true"),
        json!([]),
        json!(["a", "b", "a"]),
        json!(["1", 2]),
        json!([1, 2, 1, 3, 2]),
        json!([true, false, true]),
        json!([null]),
        json!([1, null]),
        json!(["a", 5]),
        json!([["a"], ["b", "c"]]),
        json!([[]]),
        json!([["a"], ["a"]]),
        json!([{ "a": [1, 2], "b": [] }, { "b": [], "a": [2, 1] }, {}]),
        json!([{ "a": 1 }]),
        json!(["10.0.0.0/8", "192.168.0.0/16", "10.0.0.0/8"]),
        json!(["10.0.0.1", "10.0.0.1/32", "10.0.0.1/255.255.255.255"]),
        json!([1, 1.0]),
        json!([0.0, -0.0]),
        json!([1_000_000_000_000_000_000_i64, 1e18]),
        json!([1, true, 1.0, "1", 0, false]),
        json!([true, 1]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "1": 2, "3": 4 }),
        json!({ "a": ["x"], "b": [] }),
        json!({ "a": null }),
        json!({ "a": "xyz" }),
        json!(many),
        json!(texts),
    ]
}

/// Brings the elements of a set in one order, and those of sets in maps in it.
fn sort(set: &mut Value, holds_sets: bool) {
    let Value::Array(values) = set else { return };
    let maps = values.iter_mut().filter_map(Value::as_object_mut).filter(|_| holds_sets);
    maps.flat_map(|map| map.values_mut()).for_each(|set| sort(set, false));
    values.sort_by_key(Value::to_string);
}

/// The JSON of what was read, without an order among the elements of sets, or where it was refused.
fn told(read: Result<Vec<u8>, String>) -> Result<Value, String> {
    let place = |error: String| error.split(": ").next().unwrap_or_default().to_owned();
    let mut read: Value = serde_json::from_slice(&read.map_err(place)?).unwrap();
    for field in ["set", "numbers", "flags", "networks", "sets", "dict_set", "wide_set", "addresses"] {
        if let Some(values) = read["versioned_object.data"].get_mut(field) {
            sort(values, field == "dict_set");
        }
    }
    Ok(read)
}

#[track_caller]
fn comes_the_same<O>()
where
    O: VersionedObject + Clone + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    let (by_type, by_schema) = (typed::<O>(), dynamic::<O>());
    let none = layouts::<O>();
    let (mut taken, mut refused) = (0, 0);
    for field in O::SCHEMA.fields.iter() {
        for value in odd_values() {
            let text = data::<O>(&json!({ &*field.name: value }).to_string());
            let tree: Value = serde_json::from_str(&text).unwrap();
            let packed = rmp_serde::to_vec(&tree).unwrap();
            for (form, written) in [
                (Form::Json, Written::Bytes(text.clone().into_bytes())),
                (Form::SerdeJson, Written::Bytes(text.clone().into_bytes())),
                (Form::SerdeJsonValue, Written::Value(tree)),
                (Form::MessagePack, Written::Bytes(packed)),
            ] {
                let read = |registry: &Registry| {
                    let read = form.read_any(&written, registry, &none);
                    told(read.map(|any| wire::to_json(&any, Target::Own).unwrap()).map_err(|e| e.to_string()))
                };
                let own = form.read::<O>(&written, &none);
                let own =
                    told(own.map(|own| wire::to_json(&own, Target::Own).unwrap()).map_err(|e| e.to_string()));
                assert_eq!(read(&by_type), own, "{form:?} {text}");
                assert_eq!(read(&by_schema), own, "{form:?} {text}");
                if own.is_ok() { taken += 1 } else { refused += 1 }
            }
        }
    }
    assert!(taken > 100 && refused > 100, "{taken} were taken, {refused} refused");
}

#[test]
fn what_comes_is_taken_or_refused_alike() {
    comes_the_same::<Walked>();
    comes_the_same::<Strict>();
}

/// Whole numbers beyond 64 bits, and those that are equal to a float, in each reader of JSON.
#[test]
fn a_set_keeps_all_digits_and_merges_what_is_equal() {
    let read = |values: &str| {
        let text = data::<Walked>(&format!(r#"{{"wide_set":{values}}}"#));
        let own: Walked = wire::from_json(text.as_bytes(), Default::default()).unwrap();
        let theirs: Walked = serde_json::from_str(&text).unwrap();
        let by_schema = dynamic::<Walked>().decode_json(text.as_bytes()).unwrap();
        let by_schema = wire::to_json(&by_schema, Target::Own).unwrap();
        let by_schema: Walked = wire::from_json(&by_schema, Default::default()).unwrap();
        assert_eq!([&theirs, &by_schema], [&own, &own], "{values}");
        own.wide_set.get().unwrap().iter().copied().collect::<Vec<_>>()
    };
    let beyond = [i128::from(i64::MIN) - 1, i128::from(u64::MAX) + 2];
    assert_eq!(read("[18446744073709551617,-9223372036854775809]"), beyond);
    // What Python takes for equal: a float of that many digits is a whole number.
    assert_eq!(read("[99999999999999997748809823456034029568,true,1e38,1.0]").len(), 2);
}

/// Bytes, extension types, floats and numbers of MessagePack that no JSON has.
const PACKED: [&[u8]; 11] = [
    &[0xc4, 0],
    &[0xc4, 2, 1, 0],
    &[0xd4, 0x6e, b'a'],
    &[0xd6, 0xff, 0, 0, 0, 1],
    &[0x92, 0xc4, 1, b'a', 0xd4, 1, 1],
    &[0x81, 0xa1, b'a', 0xc4, 1, b'7'],
    &[0x92, 0xca, 0x3f, 0x80, 0, 0, 1],
    &[0x81, 0xc4, 1, b'a', 7],
    &[0x91, 0xd4, 6, 0],
    &[0x92, 0xd5, 0, b'a', b'b', 0xa1, b'a'],
    &[0x91, 0x81, 0xa1, b'a', 0xd4, 0xfe, 1],
];

#[track_caller]
fn packed_the_same<O>()
where
    O: VersionedObject + Clone + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    let (by_type, by_schema, none) = (typed::<O>(), dynamic::<O>(), layouts::<O>());
    let mut taken = 0;
    for field in O::SCHEMA.fields.iter() {
        let text = data::<O>(&json!({ &*field.name: null }).to_string());
        let mut packed = rmp_serde::to_vec(&serde_json::from_str::<Primitive>(&text).unwrap()).unwrap();
        assert_eq!(packed.pop(), Some(0xc0), "null is the last");
        for value in PACKED {
            let written = Written::Bytes([&packed, value].concat());
            let [own, other] = [&by_type, &by_schema].map(|registry| {
                let read = Form::MessagePack.read_any(&written, registry, &none);
                let read = read.map(|any| wire::to_json(&any, Target::Own).unwrap());
                // The place of a refusal in an extension type depends on how it is shown.
                told(read.map_err(|error| error.to_string())).map_err(drop)
            });
            assert_eq!(other, own, "{} {value:x?}", field.name);
            taken += usize::from(own.is_ok());
        }
    }
    assert!(taken > 0 || O::SCHEMA.fields.iter().all(|field| field.strict));
}

#[test]
fn what_json_has_no_form_for_is_taken_or_refused_alike() {
    packed_the_same::<Walked>();
    packed_the_same::<Strict>();
}

#[track_caller]
fn sets_the_same<O>()
where
    O: VersionedObject + Clone + Send + Sync + 'static,
{
    let name = &*O::SCHEMA.name;
    let both = [typed::<O>(), dynamic::<O>()];
    for field in O::SCHEMA.fields.iter() {
        for value in odd_values() {
            let value: Primitive = serde_json::from_value(value).unwrap();
            let [own, other] = both.each_ref().map(|registry| {
                let mut object = registry.unset(name).unwrap();
                let set = registry.edit(&mut object).set_by_name(&field.name, value.clone());
                told(set.map(|()| wire::to_json(&object, Target::Own).unwrap()).map_err(|e| e.to_string()))
            });
            assert_eq!(other, own, "{} = {value:?}", field.name);
        }
    }
}

#[test]
fn what_is_set_is_taken_or_refused_alike() {
    sets_the_same::<Walked>();
    sets_the_same::<Strict>();
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Fixed {
    #[field(read_only)]
    number: Field<i64>,
    #[field(read_only)]
    float: Field<f64>,
    #[field(read_only)]
    list: Field<Vec<String>>,
    #[field(read_only)]
    set: Field<BTreeSet<String>>,
    #[field(read_only)]
    dict: Field<HashMap<String, Vec<i64>>>,
    #[field(read_only)]
    when: Field<DateTime>,
    #[field(read_only)]
    network: Field<ipnet::IpNet>,
    #[field(read_only)]
    maybe: Field<Option<i64>>,
}

#[test]
fn what_is_read_only_may_be_set_to_what_it_is_alone() {
    let pairs: [(&str, Vec<Value>); 8] = [
        ("number", vec![json!(1), json!(1), json!(2)]),
        ("float", vec![json!(1.0), json!(1), json!(1.5)]),
        ("list", vec![json!(["a", "b"]), json!(["a", "b"]), json!(["b", "a"]), json!(["a"]), json!([])]),
        (
            "set",
            vec![
                json!(["a", "b"]),
                json!(["b", "a"]),
                json!(["a"]),
                json!(["a", "b", "c"]),
                json!(["a", "c"]),
            ],
        ),
        (
            "dict",
            vec![
                json!({ "a": [1], "b": [] }),
                json!({ "b": [], "a": [1] }),
                json!({ "a": [1] }),
                json!({ "a": [1], "c": [] }),
                json!({ "a": [2], "b": [] }),
                json!({ "a": [1], "b": [], "c": [] }),
            ],
        ),
        (
            "when",
            vec![
                json!("2026-11-27T20:18:39Z"),
                json!("2026-11-27T21:18:39+01:00"),
                json!("2026-11-27T20:18:40Z"),
            ],
        ),
        (
            "network",
            vec![json!("10.0.0.0/8"), json!("10.0.0.0/8"), json!("10.1.0.0/8"), json!("10.0.0.0/16")],
        ),
        ("maybe", vec![json!(null), json!(null), json!(0)]),
    ];
    let registries = [typed::<Fixed>(), dynamic::<Fixed>()];
    for (field, values) in pairs {
        let first: Primitive = serde_json::from_value(values[0].clone()).unwrap();
        for value in &values {
            let value: Primitive = serde_json::from_value(value.clone()).unwrap();
            let [own, other] = registries.each_ref().map(|registry| {
                let mut object = registry.unset("Fixed").unwrap();
                registry.edit(&mut object).set_by_name(field, first.clone()).unwrap();
                registry
                    .edit(&mut object)
                    .set_by_name(field, value.clone())
                    .map_err(|error| error.to_string())
            });
            assert_eq!(other, own, "{field} {value:?}");
        }
        let last: Primitive = serde_json::from_value(values[values.len() - 1].clone()).unwrap();
        for registry in &registries {
            let mut object: AnyObject = registry.unset("Fixed").unwrap();
            registry.edit(&mut object).set_by_name(field, first.clone()).unwrap();
            let error = registry.edit(&mut object).set_by_name(field, last.clone()).unwrap_err();
            assert_eq!(error.message(), format!("cannot modify readonly field {field}"));
        }
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Zeros {
    #[field(default = -0.0)]
    float: Field<f64>,
    set: Field<BTreeSet<String>>,
}

/// What was read or declared once isn't taken for `serde_json`'s own, which has one float for `-0` and `-0.0`.
#[test]
fn a_negative_zero_is_read_once() {
    let text = data::<Zeros>(r#"{"float":null,"set":[-0.0]}"#);
    let written = Written::Bytes(text.into_bytes());
    for form in [Form::Json, Form::SerdeJson] {
        for registry in [typed::<Zeros>(), dynamic::<Zeros>()] {
            let read = form.read_any(&written, &registry, &layouts::<Zeros>()).unwrap();
            let written = String::from_utf8(wire::to_json(&read, Target::Own).unwrap()).unwrap();
            assert!(written.contains(r#"{"float":-0.0,"set":["-0.0"]}"#), "{form:?} {written}");
        }
    }
}

//! Another crate of the program turned on `arbitrary_precision`, as this one does: numbers of `serde_json` reach a reader
//! as maps then, and a writer as structs. The wire is the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::{ErrorKind, Field, Primitive, Target, UnknownFields, VersionedObject, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), coerce)]
struct Item {
    ratio: Field<f64>,
    on: Field<bool>,
    id: Field<String>,
    count: Field<u8>,
    large: Field<u128>,
    signed: Field<Option<i64>>,
    list: Field<Vec<f32>>,
    map: Field<BTreeMap<String, i64>>,
    any: Field<Option<Value>>,
    since: Field<std::time::Duration>,
}

/// Carries what it doesn't know.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Relay {
    origin: versioned_objects::Origin,
    unknown: UnknownFields,
}

fn envelope(name: &str, data: &str) -> String {
    format!(
        r#"{{"versioned_object.name":"{name}","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","versioned_object.data":{data}}}"#
    )
}

/// The same with the data in front of the header.
fn data_first(name: &str, data: &str) -> String {
    format!(
        r#"{{"versioned_object.data":{data},"versioned_object.name":"{name}","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0"}}"#
    )
}

fn dynamic() -> Registry {
    Registry::new().with_schema(Item::SCHEMA.clone())
}

type Outcome = Result<String, (ErrorKind, String)>;

fn told(error: versioned_objects::Error) -> (ErrorKind, String) {
    (error.kind(), error.to_string())
}

fn written<O: versioned_objects::Entity>(object: O) -> String {
    String::from_utf8(wire::to_json(&object, Target::Own).unwrap()).unwrap()
}

/// What this crate's own JSON makes of a text, which no feature of `serde_json` reaches.
fn right(text: &str) -> [Outcome; 2] {
    [
        wire::from_json::<Item>(text.as_bytes(), Default::default()).map(written).map_err(told),
        dynamic().decode_json(text.as_bytes()).map(written).map_err(told),
    ]
}

fn by_text(text: &str) -> [Outcome; 2] {
    [
        wire::decode::<Item, _>(&mut serde_json::Deserializer::from_str(text)).map(written).map_err(told),
        dynamic().decode(&mut serde_json::Deserializer::from_str(text)).map(written).map_err(told),
    ]
}

fn by_value(text: &str) -> [Outcome; 2] {
    let value: Value = serde_json::from_str(text).unwrap();
    [
        wire::decode::<Item, _>(&value).map(written).map_err(told),
        dynamic().decode(&value).map(written).map_err(told),
    ]
}

/// A registry that knows the Rust type reads through a pointer.
fn typed(text: &str) -> [Outcome; 2] {
    let registry = Registry::new().with::<Item>();
    let value: Value = serde_json::from_str(text).unwrap();
    [
        registry.decode(&mut serde_json::Deserializer::from_str(text)).map(written).map_err(told),
        registry.decode(&value).map(written).map_err(told),
    ]
}

#[track_caller]
fn same(data: &str) {
    for text in [envelope("Item", data), data_first("Item", data)] {
        let right = right(&text);
        assert_eq!(by_text(&text), right, "{text}");
        assert_eq!(by_value(&text), right, "{text}");
        let [typed_text, typed_value] = typed(&text);
        assert_eq!(typed_text, right[0], "{text}");
        assert_eq!(typed_value, right[0], "{text}");
    }
}

#[test]
fn the_feature_is_on() {
    assert_eq!(serde_json::from_str::<Value>("1.50").unwrap().to_string(), "1.50");
}

#[test]
fn numbers_are_read_as_numbers() {
    for field in ["ratio", "on", "id", "count", "large", "signed", "since", "any"] {
        for number in ["0", "1", "-1", "2.5", "0.0", "-0", "255", "256", "1e3", "9223372036854775808"] {
            same(&format!(r#"{{"{field}":{number}}}"#));
        }
    }
    for number in ["18446744073709551616", "340282366920938463463374607431768211455"] {
        for field in ["large", "ratio", "count", "signed"] {
            same(&format!(r#"{{"{field}":{number}}}"#));
        }
    }
    same(r#"{"list":[1,2.5,-3]}"#);
    same(r#"{"map":{"a":1,"b":-2}}"#);
    same(r#"{"any":{"a":[1,2.5,{"b":3}],"c":-4}}"#);
}

#[test]
fn a_number_is_no_map_and_no_list() {
    for number in ["0", "1.5", "18446744073709551616"] {
        for field in ["list", "map"] {
            for text in [envelope("Item", &format!(r#"{{"{field}":{number}}}"#))] {
                let right = right(&text);
                assert!(right.iter().all(Result::is_err), "{right:?}");
                for outcome in by_text(&text).into_iter().chain(by_value(&text)).chain(typed(&text)) {
                    let (kind, message) = outcome.unwrap_err();
                    assert_eq!(kind, ErrorKind::InvalidValue, "{message}");
                    assert!(message.starts_with(&format!("Item.{field}")), "{message}");
                }
            }
        }
    }
    for text in [envelope("Item", "7"), envelope("Item", "1.5"), data_first("Item", "7")] {
        assert_eq!(by_text(&text), right(&text));
        assert_eq!(by_value(&text), right(&text));
    }
}

#[test]
fn an_envelope_with_numbers_is_refused_as_everywhere() {
    let good = envelope("Item", "{}");
    for (from, to) in [
        (r#""versioned_object.version":"1.0""#, r#""versioned_object.version":1.0"#),
        (r#""versioned_object.name":"Item""#, r#""versioned_object.name":5"#),
        (r#""versioned_object.namespace":"versionedobjects""#, r#""versioned_object.namespace":5"#),
    ] {
        let text = good.replace(from, to);
        assert_eq!(by_text(&text), right(&text));
        assert_eq!(by_value(&text), right(&text));
    }
    let with_changes =
        |changes: &str| good.replace(r#":{}}"#, &format!(r#":{{}},"versioned_object.changes":{changes}}}"#));
    let numbers = with_changes(r#"[1,"count",2.5]"#);
    assert_eq!(by_text(&numbers), right(&numbers));
    assert_eq!(by_value(&numbers), right(&numbers));
    let number = with_changes("5");
    assert!(right(&number).iter().chain(&by_text(&number)).chain(&by_value(&number)).all(Result::is_err));
}

#[test]
fn a_value_goes_out_with_plain_numbers() {
    let any = json!({"a": 1, "b": [2.5, -3], "c": u64::MAX});
    let large: Value =
        serde_json::from_str(r#"{"a":1,"b":[2.5,-3],"c":18446744073709551615,"d":18446744073709551616}"#)
            .unwrap();
    let item = |any: &Value| Item { any: Some(any.clone()).into(), ..Item::default() };
    assert!(
        written(item(&large))
            .contains(r#""any":{"a":1,"b":[2.5,-3],"c":18446744073709551615,"d":18446744073709551616}"#)
    );
    assert!(!format!("{:?}", Primitive::of(&item(&any)).unwrap()).contains("private"));

    let mut cbor = Vec::new();
    ciborium::into_writer(&item(&any), &mut cbor).unwrap();
    assert_eq!(ciborium::from_reader::<Item, _>(&cbor[..]).unwrap(), item(&any));
    let message = rmp_serde::to_vec(&item(&any)).unwrap();
    assert_eq!(rmp_serde::from_slice::<Item>(&message).unwrap(), item(&any));
    let layouts = versioned_objects::compact::Layouts::of([Item::SCHEMA], None);
    let compact = wire::to_compact(&item(&any), Target::Own, &layouts).unwrap();
    assert_eq!(wire::from_compact::<Item>(&compact, &layouts, Default::default()).unwrap(), item(&any));
    for bytes in [&cbor, &message, &compact] {
        assert!(!String::from_utf8_lossy(bytes).contains("private"));
    }
    assert_eq!(
        serde_json::from_str::<Item>(&serde_json::to_string(&item(&large)).unwrap()).unwrap(),
        item(&large)
    );
}

/// A type of a user's own that writes what `serde_json` has.
#[derive(Clone, Debug, PartialEq)]
struct Own(Value);

impl versioned_objects::Entity for Own {
    fn encode<S: serde::Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.0, serializer)
    }
}

#[test]
fn what_a_type_of_a_user_writes_is_plain_in_the_formats_of_this_crate() {
    let own = Own(json!([1, 2.5, {"a": -3}]));
    assert_eq!(written(own.clone()), r#"[1,2.5,{"a":-3}]"#);
    let layouts = versioned_objects::compact::Layouts::none();
    let compact = wire::to_compact(&own, Target::Own, &layouts).unwrap();
    let read: Value = wire::from_compact(&compact, &layouts, Default::default()).unwrap();
    assert_eq!(read, own.0);
}

#[test]
fn a_relay_carries_numbers_on() {
    for number in ["1", "2.5", "-3", "18446744073709551616"] {
        let text = envelope("Relay", &format!(r#"{{"new":[{number}]}}"#));
        let ours: Relay = wire::from_json(text.as_bytes(), Default::default()).unwrap();
        assert!(written(ours).contains(&format!(r#"{{"new":[{number}]}}"#)));
        let theirs: Relay = serde_json::from_str(&text).unwrap();
        assert!(written(theirs.clone()).contains(&format!(r#"{{"new":[{number}]}}"#)));
        assert!(serde_json::to_string(&theirs).unwrap().contains(&format!(r#"{{"new":[{number}]}}"#)));
    }
}

#[test]
fn the_private_key_is_a_key_like_any_other_in_json_of_this_crate() {
    let data = r#"{"map":{"$serde_json::private::Number":5}}"#;
    for text in [envelope("Item", data), data_first("Item", data)] {
        let item: Item = wire::from_json(text.as_bytes(), Default::default()).unwrap();
        assert!(written(item).contains(data));
    }
}

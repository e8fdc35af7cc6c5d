//! Numbers of CBOR that stand as bytes behind a tag, and other values behind one.

use std::collections::BTreeMap;

use ciborium::Value;
use versioned_objects::field::{Bytes, FlexibleBool, Sensitive, UuidText};
use versioned_objects::{Field, Target, VersionedObject, wire};

use super::forms::{Form, Written, dynamic, layouts};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Inner {
    size: Field<u64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Tagged {
    whole: Field<u128>,
    short: Field<i8>,
    maybe: Field<Option<i64>>,
    ratio: Field<f64>,
    on: Field<bool>,
    flag: Field<FlexibleBool>,
    text: Field<String>,
    secret: Field<Sensitive>,
    uuid: Field<UuidText>,
    bytes: Field<Bytes>,
    list: Field<Vec<u64>>,
    rows: Field<Vec<Vec<i64>>>,
    map: Field<BTreeMap<String, u64>>,
    any: Field<serde_json::Value>,
    kid: Field<Inner>,
    kids: Field<BTreeMap<String, Vec<Inner>>>,
    #[field(coerce)]
    loose: Field<i64>,
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(tag: u64, bytes: &[u8]) -> Value {
    Value::Tag(tag, Box::new(Value::Bytes(bytes.to_vec())))
}

/// An envelope; its data stands first where `is_early`, as in canonical CBOR.
fn envelope(name: &str, data: Value, is_early: bool) -> Value {
    let keys = &Tagged::SCHEMA.keys;
    let mut entries = vec![
        (text(&keys.name), text(name)),
        (text(&keys.namespace), text("versionedobjects")),
        (text(&keys.version), text("1.0")),
        (text(&keys.data), data),
    ];
    if is_early {
        entries.rotate_right(1);
    }
    Value::Map(entries)
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// What a derived object and a dynamic one answer to a field of that value, the typed error and the format's.
fn answers(field: &str, value: &Value) -> Vec<String> {
    let mut answers = Vec::new();
    for is_early in [false, true] {
        let data = Value::Map(vec![(text(field), value.clone())]);
        let bytes = bytes(&envelope("Tagged", data, is_early));
        let mut reader = &bytes[..];
        let format = ciborium::from_reader::<Tagged, _>(&mut reader).unwrap_err().to_string();
        answers.push(format);
        let read = Form::Cbor.read::<Tagged>(&Written::Bytes(bytes.clone()), &layouts::<Tagged>());
        answers.push(read.unwrap_err().to_string());
        let any = Form::Cbor.read_any(&Written::Bytes(bytes), &dynamic::<Tagged>(), &layouts::<Tagged>());
        answers.push(any.unwrap_err().to_string());
    }
    answers
}

#[test]
fn a_number_beyond_128_bits_names_its_place() {
    let large = || number(2, &[1; 17]);
    let list = |value| Value::Array(vec![Value::Integer(1.into()), value]);
    let inner = || envelope("Inner", Value::Map(vec![(text("size"), large())]), false);
    let plain =
        ["whole", "short", "maybe", "ratio", "text", "secret", "uuid", "bytes", "list", "map", "any", "kid"];
    let plain = plain.into_iter().map(|field| (field, large(), format!("Tagged.{field}")));
    let nested = [
        ("list", list(large()), "Tagged.list[1]"),
        ("rows", Value::Array(vec![list(large())]), "Tagged.rows"),
        ("map", Value::Map(vec![(text("k"), large())]), "Tagged.map"),
        ("any", list(large()), "Tagged.any"),
        ("kid", inner(), "Tagged.kid.size"),
        ("kids", Value::Map(vec![(text("k"), Value::Array(vec![inner()]))]), "Tagged.kids"),
        ("short", number(3, &[1; 17]), "Tagged.short"),
        ("loose", number(3, &[1; 17]), "Tagged.loose"),
    ];
    let nested = nested.map(|(field, value, place)| (field, value, place.to_owned()));
    for (field, value, place) in plain.chain(nested) {
        // A dynamic object takes anything where any value may stand, but for numbers that no primitive holds.
        for answer in answers(field, &value) {
            assert!(answer.contains(&place), "{field}: {answer}");
            let says_why =
                ["a whole number beyond 128 bits", "found a number", "a number that lost its digits"];
            assert!(says_why.iter().any(|why| answer.contains(why)), "{field}: {answer}");
            assert!(!answer.contains("enum"), "{field}: {answer}");
        }
    }
}

#[test]
fn a_number_in_more_bytes_than_it_needs_is_read() {
    let padded = |tag, value: u8| number(tag, &[&[0; 20][..], &[value]].concat());
    for is_early in [false, true] {
        let data = vec![
            (text("whole"), padded(2, 7)),
            (text("short"), padded(3, 7)),
            (text("maybe"), number(3, &[])),
            (text("any"), padded(2, 9)),
            (text("list"), Value::Array(vec![padded(2, 1)])),
        ];
        let bytes = bytes(&envelope("Tagged", Value::Map(data), is_early));
        let read: Tagged = ciborium::from_reader(&bytes[..]).unwrap();
        let wanted = Tagged {
            whole: 7.into(),
            short: (-8).into(),
            maybe: Some(-1).into(),
            any: serde_json::Value::from(9).into(),
            list: vec![1].into(),
            ..Tagged::default()
        };
        assert_eq!(read, wanted);
    }
}

#[test]
fn another_tag_is_no_value() {
    for value in [Value::Tag(0, Box::new(text("2020-01-01T00:00:00Z"))), Value::Tag(2, Box::new(text("x")))] {
        for (index, answer) in answers("whole", &value).into_iter().enumerate() {
            // In front of the header it is refused before it is known whose field it is.
            assert!(index > 2 || answer.contains("Tagged.whole"), "{answer}");
            // ciborium looks itself for the bytes of a number's tag.
            let says_why = ["a value behind a tag", "expected byte buffer"];
            assert!(says_why.iter().any(|why| answer.contains(why)) && !answer.contains("enum"), "{answer}");
        }
    }
}

#[test]
fn an_envelope_of_such_numbers_says_so() {
    let large = number(2, &[1; 17]);
    let keys = &Tagged::SCHEMA.keys;
    for broken in
        [large.clone(), envelope("Tagged", large.clone(), false), envelope("Tagged", large.clone(), true)]
    {
        let bytes = bytes(&broken);
        let error = ciborium::from_reader::<Tagged, _>(&bytes[..]).unwrap_err().to_string();
        assert!(!error.contains("enum") && error.contains("number"), "{error}");
    }
    let Value::Map(mut entries) = envelope("Tagged", Value::Map(Vec::new()), false) else { panic!() };
    entries[0].1 = large.clone();
    let error = ciborium::from_reader::<Tagged, _>(&bytes(&Value::Map(entries.clone()))[..]).unwrap_err();
    assert!(error.to_string().contains("has to be text, not a number"), "{error}");
    // Among the changed fields any number is the name of none.
    entries[0].1 = text("Tagged");
    entries.push((text(&keys.changes), Value::Array(vec![large])));
    let read: Tagged = ciborium::from_reader(&bytes(&Value::Map(entries))[..]).unwrap();
    assert_eq!(read, Tagged::default());
    assert!(!String::from_utf8(wire::to_json(&read, Target::Own).unwrap()).unwrap().contains("changes"));
}

//! Numbers: of 128 bits, without digits, and zero with a sign.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use versioned_objects::registry::Registry;
use versioned_objects::schema::{FieldSchema, Keys, Kind, Literal, ObjectSchema, TypeSchema};
use versioned_objects::{Field, Primitive, Target, VersionedObject, wire};

use super::forms::{FORMS, Form, Written, comes_back, data, dynamic, isnt_written, layouts};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Large {
    unsigned: Field<u128>,
    signed: Field<i128>,
    many: Field<Option<Vec<u128>>>,
    short: Field<u64>,
    any: Field<Option<serde_json::Value>>,
}

fn of(unsigned: u128, signed: i128) -> Large {
    Large {
        unsigned: unsigned.into(),
        signed: signed.into(),
        many: Some(vec![unsigned]).into(),
        ..Large::default()
    }
}

const TWO_TO_64: u128 = 1 << 64;
const TWO_TO_127: u128 = 1 << 127;

#[test]
fn numbers_of_128_bits_come_back_or_are_refused_on_writing() {
    for small in [(0, 0), (5, 5), (u64::MAX.into(), i64::MIN.into()), (1, i64::MAX.into())] {
        comes_back(&of(small.0, small.1), &[]);
    }
    let edges = [
        (TWO_TO_64, -(1 << 64)),
        (TWO_TO_127 - 1, i128::MAX),
        (TWO_TO_127, i128::MIN),
        (u128::MAX, i128::from(i64::MIN) - 1),
    ];
    for (unsigned, signed) in edges {
        let large = of(unsigned, signed);
        comes_back(&large, &[Form::MessagePack, Form::SerdeJsonValue]);
        isnt_written(&large, Form::MessagePack, "a whole number beyond 64 bits has no form in this format");
        isnt_written(&large, Form::SerdeJsonValue, "number out of range");
    }
}

#[test]
fn any_number_comes_back() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let run = runner.run(&(any::<u128>(), any::<i128>(), 0..128_u32), |(unsigned, signed, shift)| {
        let large = of(unsigned >> shift, signed >> shift);
        comes_back(&large, &[Form::MessagePack, Form::SerdeJsonValue]);
        Ok(())
    });
    run.unwrap();
}

#[test]
fn a_number_beyond_128_bits_is_refused() {
    let text = data::<Large>(&format!(r#"{{"unsigned":{}0}}"#, u128::MAX));
    let error = wire::from_json::<Large>(text.as_bytes(), Default::default()).unwrap_err();
    assert!(error.to_string().contains("a whole number beyond 128 bits"), "{error}");
    assert!(serde_json::from_str::<Large>(&text).is_err());
}

#[test]
fn a_number_that_does_not_fit_says_what_does() {
    for (field, wanted) in [("short", u64::MAX.to_string()), ("signed", i128::MAX.to_string())] {
        let text = data::<Large>(&format!(r#"{{"{field}":{}}}"#, u128::MAX));
        let error = wire::from_json::<Large>(text.as_bytes(), Default::default()).unwrap_err().to_string();
        assert!(error.ends_with(&format!("to {wanted} is required, found {}", u128::MAX)), "{error}");
    }
}

/// An envelope of `Large` as CBOR, with a `short` that is written as Python's `cbor` writes it: from 2^63 on as a bignum.
fn with_bignum(value: u64) -> Vec<u8> {
    let bignum = ciborium::Value::Tag(2, Box::new(ciborium::Value::Bytes(value.to_be_bytes().to_vec())));
    let text = |text: &str| ciborium::Value::Text(text.to_owned());
    let keys = &Large::SCHEMA.keys;
    let envelope = ciborium::Value::Map(vec![
        (text(&keys.name), text("Large")),
        (text(&keys.namespace), text("versionedobjects")),
        (text(&keys.version), text("1.0")),
        (text(&keys.data), ciborium::Value::Map(vec![(text("short"), bignum)])),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&envelope, &mut bytes).unwrap();
    bytes
}

#[test]
fn bignums_of_cbor_are_numbers_wherever_they_fit() {
    for value in [1 << 63, u64::MAX] {
        let bytes = with_bignum(value);
        let read: Large = ciborium::from_reader(&bytes[..]).unwrap();
        assert_eq!(read.short.get(), Some(&value));
        let registry = dynamic::<Large>();
        let any = Form::Cbor.read_any(&Written::Bytes(bytes), &registry, &layouts::<Large>()).unwrap();
        let text = String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap();
        assert!(text.contains(&format!(r#""short":{value}"#)), "{text}");
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Zero {
    float: Field<f64>,
    int: Field<i64>,
    any: Field<Option<serde_json::Value>>,
}

fn text_of(zero: &Zero) -> String {
    let text = String::from_utf8(wire::to_json(zero, Target::Own).unwrap()).unwrap();
    let (_, text) = text.split_once(r#""versioned_object.data":"#).unwrap();
    text.strip_suffix('}').unwrap().to_owned()
}

#[test]
fn minus_zero_is_zero_however_json_is_read() {
    let text = data::<Zero>(r#"{"float":-0,"int":-0,"any":[-0]}"#);
    let right = r#"{"float":0.0,"int":0,"any":[0]}"#;
    let ours: Zero = wire::from_json(text.as_bytes(), Default::default()).unwrap();
    assert_eq!(text_of(&ours), right);
    assert_eq!(text_of(&serde_json::from_str(&text).unwrap()), right);
    let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text_of(&serde_json::from_value(tree.clone()).unwrap()), right);
    let registry = dynamic::<Zero>();
    for any in [registry.decode_json(text.as_bytes()), registry.decode(&tree)] {
        let text = String::from_utf8(wire::to_json(&any.unwrap(), Target::Own).unwrap()).unwrap();
        assert!(text.contains(right), "{text}");
    }
}

#[test]
fn the_sign_of_a_float_zero_is_kept_where_text_is_read() {
    let text = data::<Zero>(r#"{"float":-0.0}"#);
    let right = r#"{"float":-0.0}"#;
    assert_eq!(text_of(&wire::from_json(text.as_bytes(), Default::default()).unwrap()), right);
    assert_eq!(text_of(&serde_json::from_str(&text).unwrap()), right);
    // A tree of `serde_json` has one float for `-0` and `-0.0`.
    let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text_of(&serde_json::from_value(tree).unwrap()), r#"{"float":0.0}"#);
    comes_back(&Zero { float: (-0.0).into(), ..Zero::default() }, &[]);
}

#[test]
fn values_of_serde_json_come_back() {
    for value in
        [json!(0), json!(-1), json!(u64::MAX), json!(1.5), json!([null, {"a": [true, "x", -0.5]}]), json!({})]
    {
        comes_back(&Large { any: Some(value).into(), ..Large::default() }, &[]);
    }
    // Null there is the option's.
    comes_back(&Large { any: None.into(), ..Large::default() }, &[]);
}

#[test]
fn what_serde_json_has_no_number_for_is_refused() {
    for (text, shown) in
        [("NaN", "NaN"), ("[1e400]", "inf"), ("[18446744073709551616]", "18446744073709551616")]
    {
        let text = data::<Large>(&format!(r#"{{"any":{text}}}"#));
        let error = wire::from_json::<Large>(text.as_bytes(), Default::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("Large.any: {shown} is beyond what serde_json can hold"));
    }
}

#[test]
fn floats_without_digits_come_back_but_in_json_by_serde_json() {
    for value in [f64::INFINITY, f64::NEG_INFINITY] {
        let zero = Zero { float: value.into(), ..Zero::default() };
        comes_back(&zero, &[Form::SerdeJson, Form::SerdeJsonValue]);
        for form in [Form::SerdeJson, Form::SerdeJsonValue] {
            isnt_written(&zero, form, "inf has no form in this format");
        }
    }
    let own = layouts::<Zero>();
    let nan = Zero { float: f64::NAN.into(), ..Zero::default() };
    for form in [Form::Json, Form::MessagePack, Form::Cbor, Form::Compact] {
        let read: Zero = form.read(&form.write(&nan, &own).unwrap(), &own).unwrap();
        assert!(read.float.get().unwrap().is_nan(), "{form:?}");
    }
}

/// An object of one field with that default.
fn with_default(ty: TypeSchema, default: Literal) -> ObjectSchema {
    let mut schema = Large::SCHEMA.clone();
    schema.name = "T".into();
    schema.namespace = "nova".into();
    schema.keys = Keys::new("nova_object");
    schema.versions = vec!["1.3".parse().unwrap()].into();
    schema.fields = vec![FieldSchema { default: Some(default.into()), ..FieldSchema::new("a", ty) }].into();
    schema
}

#[test]
fn defaults_beyond_64_bits_have_the_reference_s_fingerprint() {
    let integer = || TypeSchema::new("Integer", Kind::Integer);
    let schema = with_default(integer(), Literal::Int(1 << 64));
    assert_eq!(schema.fingerprint(), "1.3-f20178e461e4d336babc9464d287473d");
    for (default, text) in [(1 << 63, "9223372036854775808"), (u64::MAX.into(), "18446744073709551615")] {
        let schema = with_default(integer(), Literal::Int(default));
        assert!(schema.fingerprint_text().contains(&format!("Integer(default={text},nullable=False)")));
    }
    let float = || TypeSchema::new("Float", Kind::Float);
    for (default, text) in
        [(Literal::Float(f64::INFINITY), "inf"), (Literal::Float(-0.0), "-0.0"), (Literal::Int(0), "0")]
    {
        let schema = with_default(float(), default);
        assert!(schema.fingerprint_text().contains(&format!("Float(default={text},nullable=False)")));
    }
}

#[test]
fn defaults_of_any_size_are_set() {
    let ty = TypeSchema::new("NonNegativeInteger", Kind::NonNegativeInteger);
    let registry = Registry::new().with_schema(with_default(ty, Literal::Int(1 << 64)));
    let text = r#"{"nova_object.name":"T","nova_object.namespace":"nova","nova_object.version":"1.3","nova_object.data":{"a":null}}"#;
    let any = registry.decode_json(text.as_bytes()).unwrap();
    let text = String::from_utf8(wire::to_json(&any, Target::Own).unwrap()).unwrap();
    assert!(text.contains(r#"{"a":18446744073709551616}"#), "{text}");
}

#[test]
fn primitives_hold_128_bits() {
    assert_eq!(Primitive::from(u128::MAX), Primitive::Large(u128::MAX));
    assert_eq!(Primitive::from(7_u128), Primitive::Int(7));
    let text = wire::to_json(&of(u128::MAX, i128::MIN), Target::Own).unwrap();
    let mut text = wire::json::Deserializer::new(&text).unwrap();
    let read: Primitive = serde::Deserialize::deserialize(&mut text).unwrap();
    let data = read.get("versioned_object.data").unwrap();
    assert_eq!(data.get("unsigned"), Some(&Primitive::Large(u128::MAX)));
    assert_eq!(data.get("signed"), Some(&Primitive::Int(i128::MIN)));
    assert_eq!(Primitive::of(&read).unwrap(), read);
    assert_eq!(FORMS.len(), 6);
}

//! JSON text, beside `serde_json` and by itself.

use std::collections::BTreeMap;
use support::fixtures;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use versioned_objects::check::envelopes;
use versioned_objects::field::DateTime;
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::wire::json::{Deserializer, IoSink, JsonError, Serializer};
use versioned_objects::{Backport, Field, Manifest, Target, VersionedObject, nova, wire};

fn read<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, JsonError> {
    let mut json = Deserializer::new(text)?;
    let value = T::deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    let mut out = Vec::new();
    value.serialize(Serializer::new(&mut out))?;
    Ok(String::from_utf8(out).unwrap())
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(u8);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Letter {
    A,
    #[serde(rename = "b\"")]
    B,
}

/// All that serde's model has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Unit,
    Newtype(Option<i64>),
    Tuple(u8, String),
    Struct {
        by_number: BTreeMap<i16, Newtype>,
        by_letter: BTreeMap<Letter, Unit>,
        by_flag: BTreeMap<bool, char>,
    },
    Nested(Vec<Shape>),
    Floats(f32, f64),
    Wide(i128, u64),
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,40}", "\\PC{0,20}", "[\\x00-\\x22\\\\é\u{1f600}\u{ffff}]{0,12}"]
}

fn shape() -> impl Strategy<Value = Shape> {
    let letter = prop_oneof![Just(Letter::A), Just(Letter::B)];
    let leaf = prop_oneof![
        Just(Shape::Unit),
        any::<Option<i64>>().prop_map(Shape::Newtype),
        (any::<u8>(), text()).prop_map(|(number, text)| Shape::Tuple(number, text)),
        (
            prop::collection::btree_map(any::<i16>(), any::<u8>().prop_map(Newtype), 0..3),
            prop::collection::btree_map(letter, Just(Unit), 0..3),
            prop::collection::btree_map(any::<bool>(), any::<char>(), 0..3),
        )
            .prop_map(|(by_number, by_letter, by_flag)| Shape::Struct {
                by_number,
                by_letter,
                by_flag
            }),
        (any::<f32>(), any::<f64>()).prop_map(|(a, b)| Shape::Floats(a, b)),
        (any::<i64>(), any::<u64>()).prop_map(|(a, b)| Shape::Wide(a.into(), b)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Shape::Nested))
}

/// JSON with white space of all kinds.
fn spaced(value: &serde_json::Value) -> String {
    // Text has no newline as it is.
    serde_json::to_string_pretty(value).unwrap().replace('\n', "\r\n\t ")
}

/// Both take these bytes for the same value, or neither takes them.
fn taken_alike(bytes: &[u8]) -> Result<(), String> {
    let (ours, theirs) =
        (read::<serde_json::Value>(bytes), serde_json::from_slice::<serde_json::Value>(bytes));
    match (ours, theirs) {
        // Python takes `-0` as a whole number, which has one zero.
        (Ok(ours), Ok(theirs)) if unsigned(&ours) == unsigned(&theirs) => Ok(()),
        (Err(_), Err(_)) => Ok(()),
        // Python takes a float beyond all as infinite.
        (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => Ok(()),
        (ours, theirs) => Err(format!("{:?}: {ours:?}, {theirs:?}", String::from_utf8_lossy(bytes))),
    }
}

fn unsigned(value: &serde_json::Value) -> String {
    value.to_string().replace("-0.0", "0")
}

#[test]
fn each_byte_of_a_number_may_be_any() {
    for text in ["[0.0,-0.0]", "[1e9,10]", "[-7.5E-3]"] {
        for place in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut other = text.as_bytes().to_vec();
                other[place] = byte;
                taken_alike(&other).unwrap();
            }
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_serde_json_reads(shape in shape()) {
        let text = write(&shape).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Shape>(&text).unwrap(), &shape);
        prop_assert_eq!(&read::<Shape>(text.as_bytes()).unwrap(), &shape);
        let plain = serde_json::to_string(&shape).unwrap();
        prop_assert_eq!(&read::<Shape>(plain.as_bytes()).unwrap(), &shape);
    }

    #[test]
    fn what_serde_json_takes_is_taken(shape in shape(), cut in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let value = serde_json::to_value(&shape).unwrap();
        let text = if value.is_string() { value.to_string() } else { spaced(&value) };
        prop_assert_eq!(&read::<serde_json::Value>(text.as_bytes()).unwrap(), &value);
        // One byte is another, or the text ends there.
        let place = cut.index(text.len());
        let mut other = text.clone().into_bytes();
        other[place] = byte;
        for bytes in [&other[..], &text.as_bytes()[..place]] {
            prop_assert!(taken_alike(bytes).is_ok(), "{:?}", taken_alike(bytes));
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = read::<serde_json::Value>(&bytes);
        let _ = read::<Shape>(&bytes);
    }
}

#[test]
fn errors_say_where() {
    let error = |text: &str| read::<serde_json::Value>(text.as_bytes()).unwrap_err().to_string();
    let texts = [
        "",
        "{",
        "{\"a\" 1}",
        "{\"a\": 1,}",
        "[1 2]",
        "[1,",
        "\"a",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "01",
        "1.",
        "-",
        "tru",
        "1 2",
        "{1: 2}",
        "[\n  1,\n  ?\n]",
        "99999999999999999999999999999999999999999",
    ];
    let errors: Vec<_> = texts.into_iter().map(|text| format!("{text:?}: {}", error(text))).collect();
    let deep = error(&"[".repeat(10_000));
    support::snapshots("errors")
        .bind(|| insta::assert_snapshot!("json", format!("{}\ndeep: {deep}", errors.join("\n"))));
    assert_eq!(
        read::<String>(b"\xff").unwrap_err().to_string(),
        "the text isn't UTF-8: invalid utf-8 sequence of 1 bytes from index 0"
    );
}

#[test]
fn a_surrogate_pair_is_one_character() {
    assert_eq!(read::<String>(br#""\ud83d\ude00\u00e9""#).unwrap(), "\u{1f600}é");
}

#[test]
fn raw_values_pass_through() {
    let text = r#"[ {"a" : NaN} ,1e400, "\u00e9" ]"#;
    let values: Vec<&RawValue> = read(text.as_bytes()).unwrap();
    let texts: Vec<&str> = values.iter().map(|value| value.get()).collect();
    assert_eq!(texts, [r#"{"a" : NaN}"#, "1e400", r#""\u00e9""#]);
    let owned: BTreeMap<String, Box<RawValue>> = read(br#"{"b": [1 , 2]}"#).unwrap();
    assert_eq!(write(&(values, owned)).unwrap(), r#"[[{"a" : NaN},1e400,"\u00e9"],{"b":[1 , 2]}]"#);
}

/// What a `Display` gives in parts.
struct Printed;

impl std::fmt::Display for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a")?;
        f.write_str("b\"\n")
    }
}

impl Serialize for Printed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[test]
fn what_prints_as_text_is_text() {
    assert_eq!(write(&[Printed]).unwrap(), serde_json::to_string(&[Printed]).unwrap());
    let mut room = [0; 2];
    let error = Printed.serialize(Serializer::new(&mut IoSink(&mut room[..]))).unwrap_err();
    assert_eq!(error.to_string(), "failed to write whole buffer");
}

#[test]
fn a_key_has_to_be_text() {
    let error = write(&BTreeMap::from([((1, 2), 3)])).unwrap_err();
    assert_eq!(error.to_string(), "a key of a map has to be text");
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Disk {
    serial: Field<String>,
    #[field(name = "type")]
    kind: Field<Option<String>>,
    #[field(since = "1.1", refuse)]
    size: Field<i64>,
}

/// The names that are due, others in between, and none of them at all.
#[test]
fn names_in_any_order_and_with_any_space() {
    let disk = Disk { serial: "s".to_owned().into(), kind: None.into(), size: 5.into() };
    let text = String::from_utf8(wire::to_json(&disk, Target::Own).unwrap()).unwrap();
    assert_eq!(text, serde_json::to_string(&disk).unwrap());
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    // `serde_json` sorts keys, so the data come first and every name is another than that which is due.
    for text in [text.clone(), value.to_string(), spaced(&value), text.replace("serial", "\\u0073erial")] {
        let read: Disk = wire::from_json(text.as_bytes(), Default::default()).unwrap();
        assert_eq!(read, disk, "{text}");
        assert_eq!(read.what_changed(), ["serial", "type", "size"], "{text}");
    }
}

#[test]
fn a_refusal_leaves_the_buffer_as_it_was() {
    let disk = Disk { size: 5.into(), ..Disk::default() };
    let mut text = b"before".to_vec();
    let version = "1.0".parse().unwrap();
    let error = wire::append_json(&[disk], Target::Version(version, None), &mut text).unwrap_err();
    assert_eq!(error.path(), "[0]Disk.size");
    assert_eq!(text, b"before");
}

#[test]
fn a_full_writer_is_an_error() {
    let mut room = [0; 10];
    let error = wire::write_json(&Disk::default(), Target::Own, &mut &mut room[..]).unwrap_err();
    assert_eq!(error.to_string(), "failed to write whole buffer");
}

/// Writing finds on its way what a look before it finds: every object, for every version of it.
fn refused_alike(registry: &Registry) {
    for name in registry.names() {
        let versions = registry.versions(name);
        let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
        let drawn = (envelopes(registry, name), 0..versions.len(), any::<bool>());
        let tried = TestRunner::new(config).run(&drawn, |(envelope, place, by_manifest)| {
            let Ok(object) = registry.decode_json(write(&envelope).unwrap().as_bytes()) else {
                return Ok(());
            };
            let manifest: Manifest =
                registry.names().map(|name| (name, registry.versions(name)[0])).collect();
            let older = Target::Version(versions[place], by_manifest.then_some(&manifest));
            for target in [Target::Own, older] {
                let (view, text) = (object.at(target), wire::to_json(&object, target));
                match (&view, &text) {
                    (Ok(view), Ok(text)) => {
                        prop_assert_eq!(write(view).unwrap().into_bytes(), text.clone());
                    }
                    (Err(one), Err(other)) => {
                        prop_assert_eq!((one.kind(), one.to_string()), (other.kind(), other.to_string()));
                    }
                    _ => prop_assert!(false, "{:?} and {:?}", view.err(), text.err()),
                }
            }
            Ok(())
        });
        tried.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn what_is_refused_is_refused_on_the_way_too() {
    refused_alike(&fixtures::registry());
    refused_alike(&nova::registry());
}

/// Names whose keys are as long as the room that short keys are copied with, and longer.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Names {
    #[field(name = "n")]
    short: Field<DateTime>,
    #[field(name = "name_of_twenty_eight_letters")]
    full: Field<Option<u8>>,
    #[field(name = "name_of_twenty_nine_letters_x")]
    longer: Field<String>,
    #[field(name = "a_name_that_goes_on_and_on_for_more_than_thirty_two_letters")]
    long: Field<Vec<Names>>,
}

#[test]
fn names_of_any_length_are_written_as_serde_json_writes_them() {
    let moment: DateTime = "2026-11-29T20:38:04+05:30".parse().unwrap();
    let inner = [
        Names { short: moment.into(), ..Default::default() },
        Names { full: None.into(), ..Default::default() },
        Names { longer: "\"".to_owned().into(), ..Default::default() },
        Names { long: vec![Names::default()].into(), ..Default::default() },
        Names::default(),
    ];
    let mut all = Names {
        short: moment.into(),
        full: Some(7).into(),
        longer: String::new().into(),
        long: inner.to_vec().into(),
    };
    for _ in 0..2 {
        let expected = serde_json::to_string(&all).unwrap();
        let text = wire::to_json(&all, Target::Own).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        // A writer, to which nothing can be written and taken back.
        let mut written = Vec::new();
        wire::write_json(&all, Target::Own, &mut &mut written).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
        // With the label that it came with, once more.
        all = wire::from_json(expected.as_bytes(), Default::default()).unwrap();
    }
}

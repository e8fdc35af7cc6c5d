//! Types that projects made for themselves: in every form, derived and dynamic, and what they make of other spellings.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use support::fixtures::more::Ready;
use versioned_objects::field::{CheckedUuid, EuiText, FlexibleDict, FlexibleList, IpNetworkText, JsonText};
use versioned_objects::{FieldType, Primitive, wire};

use super::forms::{comes_back, dynamic, typed};

fn json_text(text: &str) -> JsonText {
    text.parse().unwrap()
}

fn flexible(entries: &[(&str, Primitive)]) -> FlexibleDict {
    entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

#[test]
fn they_come_back_in_every_form() {
    let inner = Primitive::List(vec![Primitive::Null, 1.into(), "x".into(), Primitive::Float(1.5)]);
    let extra =
        flexible(&[("a", inner.clone()), ("b", Primitive::Map(flexible(&[("c", true.into())]).0.into()))]);
    comes_back(&Ready::default(), &[]);
    let ready = Ready {
        checked: "{B6D2FF0E-1C73-4E21-9D37-4F0D3A9C8F01}".parse::<CheckedUuid>().unwrap().into(),
        mac: Some("AABB.CCDD.EEFF".parse::<EuiText>().unwrap()).into(),
        network: "10.0.0.5/255.255.255.0".parse::<IpNetworkText>().unwrap().into(),
        networks: vec!["::1".parse().unwrap()].into(),
        profile: Some(json_text(r#"{"z": [1, 1.0, null, "\u00e9\ud83d\ude00\u007f"], "a": {}}"#)).into(),
        profiles: vec![json_text("[]"), json_text("-0.0")].into(),
        extra: extra.clone().into(),
        hints: vec![Some(FlexibleDict::default()), None, Some(extra)].into(),
        steps: FlexibleList(vec![Primitive::Null, inner]).into(),
        by_name: [("k".to_owned(), FlexibleList::default())].into_iter().collect::<HashMap<_, _>>().into(),
    };
    comes_back(&ready, &[]);
    comes_back(&Ready { mac: None.into(), profile: None.into(), ..ready }, &[]);
}

/// What a field makes of a value, by the derived type and by its schema alone.
#[track_caller]
fn made(field: &str, value: &Value) -> Result<Value, String> {
    let text = json!({
        "versioned_object.name": "Ready", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": { field: value },
    });
    let text = text.to_string();
    let outcomes = [typed::<Ready>(), dynamic::<Ready>()].map(|registry| {
        let object = registry.decode_json(text.as_bytes()).map_err(|error| error.to_string())?;
        let out =
            wire::to_json(&object, versioned_objects::Target::Own).map_err(|error| error.to_string())?;
        let out: Value = serde_json::from_slice(&out).unwrap();
        Ok(out["versioned_object.data"][field].clone())
    });
    let [derived, dynamic] = outcomes;
    assert_eq!(derived, dynamic, "{field} of {value}");
    derived
}

#[test]
fn other_spellings_are_read() {
    let cases = [
        ("profile", json!(r#" {"b":1,"a":[1.50,1e3],"b":-0} "#), json!(r#"{"b": 0, "a": [1.5, 1000.0]}"#)),
        ("profile", json!({ "b": { "a": null } }), json!(r#"{"b": {"a": null}}"#)),
        ("profile", json!([1]), json!("[1]")),
        ("profile", json!(r#""[1]""#), json!("[1]")),
        ("profile", json!(r#"["\ud83d\ude00\/"]"#), json!(r#"["\ud83d\ude00/"]"#)),
        ("profile", json!("[1e400, 1E-7, 1e16]"), json!("[Infinity, 1e-07, 1e+16]")),
        ("mac", json!(5), json!("00-00-00-00-00-05")),
        ("mac", json!(1_u64 << 48), json!("00-01-00-00-00-00-00-00")),
        ("mac", json!(true), json!("00-00-00-00-00-01")),
        ("mac", json!("a:b:c"), json!("a:b:c")),
        (
            "checked",
            json!(format!("urn:uuid:{}", "1".repeat(32))),
            json!(format!("urn:uuid:{}", "1".repeat(32))),
        ),
        ("extra", json!("{'a': (1, None), 2: {'x': -.5,},}"), json!({ "a": [1, null], "2": { "x": -0.5 } })),
        (
            "extra",
            json!("{True: 'a', 1: 'b', None: 'c', 1.5: 'd'}"),
            json!({ "true": "b", "null": "c", "1.5": "d" }),
        ),
        ("extra", json!("\t{ # a comment\n 'a':\n'b' \"c\"\n}\n"), json!({ "a": "bc" })),
        (
            "extra",
            json!(r"{r'\n': '\x41\u00e9\101\n\q', u'''a'b''': '\ud83d\ude00'}"),
            json!({ "\\n": "Aé\u{41}\n\\q", "a'b": "😀" }),
        ),
        ("extra", json!([["a", 1], ["b", null]]), json!({ "a": 1, "b": null })),
        ("extra", json!(["ab", { "c": 0, "d": 0 }]), json!({ "a": "b", "c": "d" })),
        ("extra", json!("''"), json!({})),
        ("extra", json!(null), json!({ "a": [1, null] })),
        (
            "steps",
            json!("1, 'a', 0x1F, 0b11, 0o17, 1_000, 1e3, -2"),
            json!([1, "a", 31, 3, 15, 1000, 1000.0, -2]),
        ),
        ("steps", json!("()"), json!([])),
        ("steps", json!(null), json!([])),
        ("steps", json!({ "a": 1 }), json!(["a"])),
        ("steps", json!("'ab'"), json!(["a", "b"])),
    ];
    for (field, value, expected) in cases {
        assert_eq!(made(field, &value), Ok(expected), "{field} of {value}");
    }
}

#[test]
fn what_is_none_is_refused() {
    let cases = [
        ("profile", json!("{")),
        ("profile", json!("")),
        ("profile", json!("null")),
        ("profile", json!(r#""a""#)),
        ("profile", json!("[1] 2")),
        ("profile", json!(format!("[{}]", "1".repeat(60)))),
        ("profile", json!("[".repeat(200))),
        ("checked", json!("b6d2ff0e")),
        ("checked", json!(7)),
        ("checked", json!("é".repeat(32))),
        ("mac", json!("aa:bb")),
        ("mac", json!("aa-bb:cc-dd-ee-ff")),
        ("mac", json!("-1")),
        ("network", json!("10/8")),
        ("network", json!("10.0.0.0/33")),
        ("network", json!(5)),
        ("extra", json!("{'a': b'x'}")),
        ("extra", json!("{1, 2}")),
        ("extra", json!("{'a': 1j}")),
        ("extra", json!("{[]: 1}")),
        ("extra", json!("{'a': f(1)}")),
        ("extra", json!("{'a': 'x")),
        ("extra", json!("{'a': '\\ud800'}")),
        ("extra", json!("{'a': '\\N{BULLET}'}")),
        ("extra", json!("{'a': 1} {}")),
        ("extra", json!(format!("{{'a': {}}}", "9".repeat(60)))),
        ("extra", json!("[".repeat(200))),
        ("extra", json!([1])),
        ("extra", json!(5)),
        ("steps", json!("012")),
        ("steps", json!("1__0,")),
        ("steps", json!("1_,")),
        ("steps", json!("--1,")),
        ("steps", json!("[1")),
        ("steps", json!(5)),
        ("steps", json!("(1)")),
    ];
    let refused =
        |(field, value): &(&str, Value)| made(field, value).expect_err(&format!("{field} of {value}"));
    let refusals: Vec<String> = cases.iter().map(refused).collect();
    support::snapshots("errors").bind(|| insta::assert_snapshot!("ready_types", refusals.join("\n")));
}

#[test]
fn json_in_a_text_is_a_type_of_one_s_own() {
    let text = JsonText::of(&BTreeMap::from([("vlan", 5)])).unwrap();
    assert_eq!(text.to_string(), r#"{"vlan": 5}"#);
    let read: HashMap<String, u16> = text.read().unwrap();
    assert_eq!(read["vlan"], 5);
    assert!(JsonText::of("text").is_err() && JsonText::of(&None::<u8>).is_err());
    assert_eq!(JsonText::TYPE.name, "Json");
}

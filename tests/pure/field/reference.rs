//! The cases of `reference.jsonl`, which `reference.py` has from the reference itself.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{FixedOffset, NaiveDateTime, Utc};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;
use versioned_objects::field::{
    DateTime, FlexibleBool, MacAddress, NonNegativeFloat, PciAddress, Sensitive, UuidText, VersionPredicate,
};
use versioned_objects::wire::json;
use versioned_objects::{FieldType, Primitive};

use super::support::{read, read_strictly, write};

#[derive(Deserialize)]
struct Case<'a> {
    #[serde(rename = "type")]
    ty: &'a str,
    #[serde(borrow)]
    input: &'a RawValue,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    unwritable: Option<&'a str>,
    error: Option<&'a str>,
}

impl<'a> Case<'a> {
    fn all() -> impl Iterator<Item = Case<'a>> {
        let lines = include_str!("reference.jsonl").lines();
        lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
    }

    /// What the reference makes of it, in this crate's words.
    fn expected(&self) -> Outcome {
        if let Some(value) = self.unwritable {
            let word = value.replace("nan", "NaN").replace("inf", "Infinity");
            return Outcome::Written(word);
        }
        match (self.result, self.error) {
            (Some(result), None) => Outcome::Written(normal(result.get())),
            (None, Some(_)) => Outcome::Refused,
            _ => panic!("neither result nor error of {}", self.input),
        }
    }
}

#[derive(Debug, PartialEq)]
pub enum Outcome {
    Written(String),
    Refused,
}

/// The text as this crate's serializer writes it.
fn normal(text: &str) -> String {
    let read =
        json::Deserializer::new(text.as_bytes()).and_then(|mut json| Primitive::deserialize(&mut json));
    let mut out = Vec::new();
    match read.and_then(|value| value.serialize(json::Serializer::new(&mut out))) {
        Ok(()) => String::from_utf8(out).unwrap(),
        Err(_) => text.to_owned(),
    }
}

fn outcome<T: FieldType>(json: &str, strict: bool) -> Outcome {
    let value = if strict { read_strictly::<T>(json) } else { read::<T>(json) };
    value.map_or(Outcome::Refused, |value| Outcome::Written(normal(&write(&value))))
}

pub type Outcomes = fn(&str, bool) -> Outcome;

/// The types of the table.
pub const TYPES: [&str; 26] = [
    "String",
    "SensitiveString",
    "VersionPredicate",
    "UUID",
    "MACAddress",
    "PCIAddress",
    "Integer",
    "NonNegativeInteger",
    "Float",
    "NonNegativeFloat",
    "Boolean",
    "FlexibleBoolean",
    "DateTime",
    "NaiveDateTime",
    "IPAddress",
    "IPV4Address",
    "IPV6Address",
    "IPNetwork",
    "IPV4Network",
    "IPV6Network",
    "ListOfStrings",
    "ListOfIntegers",
    "SetOfIntegers",
    "DictOfStrings",
    "DictOfNullableStrings",
    "DictOfListOfStrings",
];

/// The Rust type that takes all that the reference's does.
pub fn widest(ty: &str) -> Outcomes {
    match ty {
        "String" => outcome::<String>,
        "SensitiveString" => outcome::<Sensitive>,
        "VersionPredicate" => outcome::<VersionPredicate>,
        "UUID" => outcome::<UuidText>,
        "MACAddress" => outcome::<MacAddress>,
        "PCIAddress" => outcome::<PciAddress>,
        "Integer" => outcome::<i128>,
        "NonNegativeInteger" => outcome::<u128>,
        "Float" => outcome::<f64>,
        "NonNegativeFloat" => outcome::<NonNegativeFloat>,
        "Boolean" => outcome::<bool>,
        "FlexibleBoolean" => outcome::<FlexibleBool>,
        "DateTime" => outcome::<DateTime>,
        "NaiveDateTime" => outcome::<NaiveDateTime>,
        "IPAddress" => outcome::<IpAddr>,
        "IPV4Address" => outcome::<Ipv4Addr>,
        "IPV6Address" => outcome::<Ipv6Addr>,
        "IPNetwork" => outcome::<IpNet>,
        "IPV4Network" => outcome::<Ipv4Net>,
        "IPV6Network" => outcome::<Ipv6Net>,
        "ListOfStrings" => outcome::<Vec<String>>,
        "ListOfIntegers" => outcome::<Vec<i64>>,
        "SetOfIntegers" => outcome::<BTreeSet<i64>>,
        "DictOfStrings" => outcome::<BTreeMap<String, String>>,
        "DictOfNullableStrings" => outcome::<BTreeMap<String, Option<String>>>,
        "DictOfListOfStrings" => outcome::<BTreeMap<String, Vec<String>>>,
        ty => panic!("no Rust type for {ty}"),
    }
}

/// Rust types that hold less.
fn narrower(ty: &str) -> &'static [Outcomes] {
    match ty {
        "UUID" => &[outcome::<Uuid>],
        "Integer" => {
            &[outcome::<i8>, outcome::<i32>, outcome::<i64>, outcome::<u16>, outcome::<u64>, outcome::<isize>]
        }
        "NonNegativeInteger" => &[outcome::<u8>, outcome::<u32>, outcome::<u64>, outcome::<usize>],
        "Float" => &[outcome::<f32>],
        "DateTime" => &[outcome::<chrono::DateTime<Utc>>, outcome::<chrono::DateTime<FixedOffset>>],
        _ => &[],
    }
}

/// Where the widest type differs: what it makes of the input, and why.
fn deviation(ty: &str, input: &str) -> Option<(Outcome, &'static str)> {
    const WIDE: &str = "the Rust type has 128 bits";
    const YEAR: &str = "a year has four digits, without which the reference can't read what it wrote";
    let refused = |reason| Some((Outcome::Refused, reason));
    let written = |date: &str| Some((Outcome::Written(format!("\"{date}T00:00:00Z\"")), YEAR));
    match (ty, input) {
        ("Integer", "1e100" | "1.7976931348623157e308") => refused(WIDE),
        ("Integer" | "NonNegativeInteger", r#""9999999999999999999999999999999999999999""#) => refused(WIDE),
        ("Integer", r#""-9999999999999999999999999999999999999999""#) => refused(WIDE),
        ("DateTime" | "NaiveDateTime", r#""0001-01-01T00:00:00Z""# | r#""0001""#) => written("0001-01-01"),
        ("DateTime" | "NaiveDateTime", r#""0999-12-31T00:00:00Z""#) => written("0999-12-31"),
        _ => None,
    }
}

#[test]
fn results_are_the_reference_s() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in Case::all() {
        assert!(TYPES.contains(&case.ty), "{}", case.ty);
        count += 1;
        let input = case.input.get();
        let (expected, found) = (case.expected(), widest(case.ty)(input, false));
        match deviation(case.ty, input) {
            None if expected != found => {
                wrong.push(format!("{} {input}: {found:?}, not {expected:?}", case.ty))
            }
            Some((other, reason)) if other != found || expected == found => {
                wrong.push(format!("{} {input}: {found:?} (though {reason})", case.ty));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "of {count} cases {} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1500, "only {count} cases");
}

/// What a type of Rust can't hold it refuses; it never makes another value of it.
#[test]
fn nothing_is_rewritten() {
    for case in Case::all() {
        let input = case.input.get();
        // An offset of chrono's is one of zero, however that is spelled.
        let by_offset = |outcome| match outcome {
            Outcome::Written(text) if case.ty == "DateTime" => {
                Outcome::Written(text.replace("Z\"", "+00:00\""))
            }
            other => other,
        };
        let widest = || widest(case.ty)(input, false);
        let allowed =
            [Outcome::Refused, case.expected(), widest(), by_offset(case.expected()), by_offset(widest())];
        for narrow in narrower(case.ty) {
            let found = narrow(input, false);
            assert!(allowed.contains(&found), "{} {input}: {found:?}", case.ty);
        }
    }
}

/// A strict reader takes nothing that it would write in another form, and all that this crate writes.
#[test]
fn strict_readers_take_the_own_form() {
    for case in Case::all() {
        let (ty, input) = (case.ty, case.input.get());
        if let strict @ Outcome::Written(_) = widest(ty)(input, true) {
            // A whole number is a number.
            let own =
                if ty.contains("Float") { widest(ty)(input, false) } else { Outcome::Written(normal(input)) };
            assert!(ty.contains("Set") || strict == own, "{ty} {input}: {strict:?}");
        }
        let Outcome::Written(own) = widest(ty)(input, false) else { continue };
        // Text that is no UUID, or has a newline at its end, is kept by lenient readers alone.
        if ty != "UUID" && !own.ends_with("\\n\"") {
            assert_eq!(widest(ty)(&own, true), Outcome::Written(own.clone()), "{ty} {input}");
        }
    }
}

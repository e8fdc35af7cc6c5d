//! Texts of literals: the compiler takes those alone that a strict reader takes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroI8, NonZeroU128};
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::de::value::{Error, StrDeserializer};
use uuid::Uuid;
use versioned_objects::__private_0_1::{Held, fits};
use versioned_objects::field::{
    Bytes, DateTime, Decoding, FromMapKey, IpV4AndV6Address, MacAddress, PciAddress, UuidText,
    VersionPredicate,
};
use versioned_objects::schema::Literal;
use versioned_objects::{Field, FieldEnum, FieldType};

fn held(literal: &Literal) -> Held<'_> {
    Held { literal, is_strict: true, is_narrow: true }
}

/// A literal as a constant has it.
fn list(values: Vec<Literal>) -> Literal {
    Literal::List(Cow::Borrowed(values.leak()))
}

fn map(key: &'static str, value: Literal) -> Literal {
    Literal::Map(Cow::Borrowed(vec![(Cow::Borrowed(key), value)].leak()))
}

fn is_taken<T: FieldType>(text: &str) -> bool {
    fits::<Field<T>>(held(&Literal::text(text.to_owned().leak())))
}

fn is_read<T: FieldType>(text: &str) -> bool {
    let decoding = Decoding::new();
    T::decode(StrDeserializer::<Error>::new(text), decoding.context().strict(true)).is_ok()
}

fn is_key<K: FromMapKey + Ord>(text: &str) -> bool {
    fits::<Field<BTreeMap<K, i64>>>(held(&map(text.to_owned().leak(), Literal::Int(1))))
}

/// Asks of texts that are like these.
fn of(texts: &[&str], alphabet: &str, check: impl Fn(&str)) {
    texts.iter().for_each(|text| check(text));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let alphabet: Vec<char> = alphabet.chars().collect();
    let edit = (any::<Index>(), any::<Index>(), 0..3_u8);
    let edits = (any::<Index>(), prop::collection::vec(edit, 1..3));
    let run = runner.run(&edits, |(text, edits)| {
        let mut text: Vec<char> = text.get(texts).chars().collect();
        for (place, letter, kind) in edits {
            let (place, letter) = (place.index(text.len() + 1), *letter.get(&alphabet));
            match kind {
                0 => text.insert(place, letter),
                _ if place == text.len() => {}
                1 => drop(text.remove(place)),
                _ => text[place] = letter,
            }
        }
        check(&text.into_iter().collect::<String>());
        Ok(())
    });
    run.unwrap();
}

#[track_caller]
fn values<T: FieldType>(texts: &[&str], alphabet: &str) {
    of(texts, alphabet, |text| {
        assert_eq!(is_taken::<T>(text), is_read::<T>(text), "{text:?} as {}", std::any::type_name::<T>());
    });
    assert!(texts.iter().any(|text| is_taken::<T>(text)), "{}", std::any::type_name::<T>());
}

#[track_caller]
fn keys<K: FromMapKey + Ord>(texts: &[&str], alphabet: &str) {
    of(texts, alphabet, |text| {
        assert_eq!(
            is_key::<K>(text),
            K::from_text(text.to_owned()).is_ok(),
            "{text:?} by {}",
            std::any::type_name::<K>()
        );
    });
    assert!(texts.iter().any(|text| is_key::<K>(text)), "{}", std::any::type_name::<K>());
}

const UUIDS: &[&str] =
    &["6a09e667-f3bc-4908-b2fb-8f2f6e8a2c11", "6A09E667f3bc4908b2fb8f2f6e8a2c11", "zz", ""];
const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "255.255.255.255",
    "0.0.0.0",
    "::",
    "::1",
    "::1:2",
    "::1.2.3.4",
    "::102:304",
    "::ffff:1.2.3.4",
    "::ffff:102:304",
    "2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1",
    "1:2:3:4:5:6:7:8",
    "1::",
    "1:0:0:2::",
    "1::2:0:0:0:3",
    "fe80::a:b",
    "0:0:0:0:0:0:0:1",
];
const MOMENTS: &[&str] = &[
    "2024-02-29T23:59:59Z",
    "2023-02-28T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59+23:59",
    "2024-04-30T12:30:00-00:00",
    "2024-01-31T12:30:00+00:00",
    "2024-06-15T12:30:00+05:99",
    "2024-06-15 12:30:00",
];

#[test]
fn a_literal_of_text_is_what_its_reader_takes() {
    values::<Uuid>(UUIDS, "-0aAzg");
    values::<UuidText>(UUIDS, "-0aAzg");
    values::<char>(&["a", "é", "ab", ""], "aé");
    values::<Bytes>(&["", "AP8=", "dmVyc2lvbmVk", "AA==", "AB=="], "=A/9_B");
    values::<MacAddress>(&["00:1a:2b:3c:4d:5e"], ":-0aA\n");
    values::<PciAddress>(&["0000:0a:1f.7", "ffff:00:00:0"], ":.0a28A\n");
    values::<String>(&["", "any"], "é ");
    for texts in [ADDRESSES, UUIDS] {
        of(texts, ":.0f1/g", |text| {
            assert_eq!(is_taken::<Ipv4Addr>(text), is_read::<Ipv4Addr>(text), "{text:?}");
        });
    }
    values::<IpAddr>(ADDRESSES, ":.0f12F");
    values::<IpV4AndV6Address>(ADDRESSES, ":.0f12F");
    values::<Ipv4Addr>(ADDRESSES, ":.05");
    values::<Ipv6Addr>(ADDRESSES, ":.0f12F");
    let networks: Vec<String> =
        ADDRESSES.iter().flat_map(|address| [format!("{address}/8"), format!("{address}/64")]).collect();
    let networks: Vec<&str> =
        networks.iter().map(String::as_str).chain(["10.0.0.0", "::/128", "1::/0"]).collect();
    values::<ipnet::IpNet>(&networks, ":./0123");
    values::<ipnet::Ipv4Net>(&networks, ":./0123");
    values::<ipnet::Ipv6Net>(&networks, ":./0123");
}

#[test]
fn a_literal_of_a_moment_is_what_its_reader_takes() {
    values::<DateTime>(MOMENTS, "0123T:+-Z");
    values::<chrono::DateTime<chrono::Utc>>(MOMENTS, "0123T:+-Z");
    values::<chrono::DateTime<chrono::FixedOffset>>(MOMENTS, "0123T:+-Z");
    values::<chrono::NaiveDateTime>(MOMENTS, "0123T:+-Z");
    values::<SystemTime>(MOMENTS, "0123T:+-Z");
}

#[test]
fn whatever_its_reader_takes_is_a_predicate() {
    let texts = [">=1.0,<2", "== 1.0", "!=1!2.0rc1", " > v1 , <= 2.post1", "1.0", ">"];
    of(&texts, "<>=!,. 0v1a", |text| {
        assert!(is_taken::<VersionPredicate>(text) || !is_read::<VersionPredicate>(text), "{text:?}");
    });
    assert!(!is_taken::<VersionPredicate>("1.0") && !is_taken::<VersionPredicate>(""));
}

#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[field_enum(rename_all = "lowercase")]
enum Style {
    Old,
    New,
}

#[test]
fn a_literal_s_keys_are_those_that_a_map_has() {
    let numbers = ["0", "1", "-1", "-0", "01", "+1", "127", "-128", "128", "255", "256", ""];
    keys::<i8>(&numbers, "-012+ ");
    keys::<u8>(&numbers, "-012+ ");
    keys::<NonZeroI8>(&numbers, "-012+ ");
    let (least, most) = (i128::MIN.to_string(), u128::MAX.to_string());
    let large = [least.as_str(), &most, "170141183460469231731687303715884105727", "0"];
    keys::<i128>(&large, "-0123");
    keys::<u128>(&large, "-0123");
    keys::<NonZeroU128>(&large, "-0123");
    keys::<bool>(&["true", "false", "True"], "Te");
    keys::<char>(&["a", "é", "ab", ""], "aé");
    keys::<Style>(&["old", "new", "odd"], "olde");
    keys::<String>(&["", "any"], "é ");
    keys::<Uuid>(UUIDS, "-0aAzg");
    keys::<UuidText>(UUIDS, "-0aAzg");
    keys::<IpAddr>(ADDRESSES, ":.0f12F");
    keys::<Ipv4Addr>(ADDRESSES, ":.05");
    keys::<Ipv6Addr>(ADDRESSES, ":.0f12F");
}

#[test]
fn each_level_of_a_literal_has_bounds_of_its_own() {
    type Nested = BTreeMap<u8, HashMap<Uuid, Vec<[u8; 2]>>>;
    let of = |number: &'static str, uuid: &'static str, pair: Literal| {
        fits::<Field<Nested>>(held(&map(number, map(uuid, list(vec![pair])))))
    };
    let pair = |values: &[i128]| list(values.iter().copied().map(Literal::Int).collect());
    assert!(of("1", UUIDS[0], pair(&[1, 255])));
    assert!(!of("256", UUIDS[0], pair(&[1, 255])));
    assert!(!of("1", "zz", pair(&[1, 255])));
    assert!(!of("1", UUIDS[0], pair(&[1, 256])));
    assert!(!of("1", UUIDS[0], pair(&[1, 2, 3])));
}

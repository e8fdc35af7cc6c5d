//! Versions that arrive, as Python's `packaging` takes them.

use versioned_objects::field::VersionPredicate;
use versioned_objects::{Arriving, ErrorKind, Field, Origin, Version, VersionedObject, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.3"))]
struct Item {
    origin: Origin,
    needs: Field<Option<VersionPredicate>>,
}

fn envelope(version: &str, data: &str) -> String {
    let version = serde_json::to_string(version).unwrap();
    format!(
        r#"{{"versioned_object.name":"Item","versioned_object.namespace":"versionedobjects","versioned_object.version":{version},"versioned_object.data":{data}}}"#
    )
}

fn read(version: &str) -> Result<Item, versioned_objects::Error> {
    wire::from_json(envelope(version, "{}").as_bytes(), Default::default())
}

#[test]
fn numbers_of_any_length_are_ordered_as_numbers() {
    for newer in [
        "1.4294967296",
        "1.18446744073709551616",
        "1.3.4294967296",
        "1.3.post18446744073709551616",
        "1.3.post1",
        "1.3+20261128101530123456",
        "18446744073709551616!1.0",
        "4294967297.0",
    ] {
        let error = read(newer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::IncompatibleVersion, "{newer}: {error}");
        let text = format!("version {newer} of Item is not supported, supported version is 1.3");
        assert_eq!(error.to_string(), text);
    }
    for older in [
        "1.0.4294967296",
        "1.2.18446744073709551616",
        "1.2.post18446744073709551616",
        "1.3rc18446744073709551616",
        "1.3.dev18446744073709551616",
        "1.0+18446744073709551616",
        "1.00000000000000000000000003",
    ] {
        let item = read(older).unwrap_or_else(|error| panic!("{older}: {error}"));
        assert_eq!(item.origin.arriving().map(ToString::to_string).as_deref(), Some(older));
    }
}

#[test]
fn white_space_around_a_version_is_passed_over() {
    for (before, after) in [(" ", ""), ("", "\u{2003}"), ("\u{a0}", "\u{1f}"), ("\u{85}\n", "\u{2028}\t")] {
        let text = format!("{before}1.3{after}");
        let item = read(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(item.origin.version(), Some(Version::new(1, 3)));
        let arriving: Arriving = text.parse().unwrap();
        assert!(arriving.is(Version::new(1, 3)) && arriving.is_read_by(Version::new(1, 3)));
        assert_eq!(arriving.to_string(), text);
    }
    for text in ["1. 3", "1.3\u{180e}", "\u{661}.3", "1_3"] {
        assert_eq!(read(text).unwrap_err().kind(), ErrorKind::InvalidValue, "{text}");
    }
}

#[test]
fn a_predicate_takes_numbers_of_any_length() {
    for text in [
        ">=1.18446744073709551616",
        "\u{2003}<\u{a0}2\u{85},!=1.0.post99999999999999999999",
        "==1.0+99999999999999999999999",
    ] {
        let data = format!(r#"{{"needs":{}}}"#, serde_json::to_string(text).unwrap());
        let item: Item = serde_json::from_str(&envelope("1.3", &data)).unwrap();
        assert_eq!(item.needs.get().unwrap().as_ref().unwrap().as_str(), text);
    }
    assert!(VersionPredicate::try_from(">=1. 0").is_err());
}

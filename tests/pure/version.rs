//! Versions: their text, their two orders, and what they are compatible with.

use proptest::prelude::*;
use versioned_objects::{Arriving, Manifest, Version};

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

#[track_caller]
fn refused(text: &str) -> String {
    text.parse::<Version>().unwrap_err().to_string()
}

#[test]
fn text_that_is_no_version_is_refused_with_the_reason() {
    let texts =
        ["", "1", "1.", ".1", "1.2.3.4", "v1.0", "1.x", "1.02", "-1.0", "1.0 ", "99999999999.0", "1.0rc1"];
    let errors: Vec<_> = texts.iter().map(|text| refused(text)).collect();
    support::snapshots("errors").bind(|| insta::assert_snapshot!("version", errors.join("\n")));
}

#[test]
fn order_is_that_of_integers_with_length_as_tie_break() {
    let sorted = ["0.9", "1.0", "1.2", "1.3", "1.3.0", "1.3.1", "1.10", "2.0"];
    assert!(sorted.map(version).is_sorted_by(|a, b| a < b));
}

#[test]
fn a_version_reads_the_same_major_and_not_newer() {
    for (reader, written, reads) in [
        ("1.1", "1.0", true),
        ("1.0", "1.1", false),
        ("1.9", "1.10", false),
        ("1.0", "2.0", false),
        ("1.0", "0.9", false),
        ("1.0", "1.0.1", false),
        ("1.0.1", "1.0", true),
        ("1.0", "1.0.0", true),
    ] {
        assert_eq!(version(reader).reads(version(written)), reads, "{reader} reads {written}");
    }
}

// What `packaging.version` answers, in the table of the reference's class selection.
#[test]
fn arriving_text_is_compared_as_pep_440_has_it() {
    let registered = version("1.5");
    for text in ["1.5", "1.4", "1", "01.05", "1.5rc1", "1.5.0", "1.4.9", "v1.0", " 1.0", "1.0.0"] {
        let arriving: Arriving = text.parse().unwrap();
        assert!(arriving.is_read_by(registered), "{text}");
        assert_eq!(arriving.to_string(), text);
    }
    for text in ["1.6", "1.5.1", "1.99", "0.9", "3.0", "1.6a1", "1!1.0", "1.5.post1", "1.5+local"] {
        let arriving: Arriving = text.parse().unwrap();
        assert!(!arriving.is_read_by(registered), "{text}");
    }
    for text in ["abc", "", "1.0.x"] {
        assert!(text.parse::<Arriving>().is_err(), "{text}");
    }
}

#[test]
fn requirements_and_conversions_are_semver_s() {
    assert!(version("1.4").matches(&">=1.2, <2".parse().unwrap()));
    assert!(!version("2.0").matches(&"^1.2".parse().unwrap()));
    assert_eq!(Version::try_from(&semver::Version::new(1, 4, 0)).unwrap(), version("1.4"));
    assert_eq!(Version::try_from(&semver::Version::new(1, 4, 2)).unwrap(), version("1.4.2"));
    assert_eq!(semver::Version::from(version("1.4")), semver::Version::new(1, 4, 0));
}

#[test]
fn a_manifest_is_a_map_from_name_to_version_on_the_wire() {
    let text = r#"{"Flavor":"1.2","Instance":"2.8"}"#;
    let manifest: Manifest = serde_json::from_str(text).unwrap();
    assert_eq!(manifest.get("Instance"), Some(Version::new(2, 8)));
    assert_eq!(serde_json::to_string(&manifest).unwrap(), text);
    assert!(serde_json::from_str::<Manifest>(r#"{"Flavor":"1"}"#).is_err());
}

proptest! {
    #[test]
    fn text_and_version_are_one(major in any::<u32>(), minor in any::<u32>(), patch in any::<Option<u32>>()) {
        let version = match patch {
            Some(patch) => Version::with_patch(major, minor, patch),
            None => Version::new(major, minor),
        };
        prop_assert_eq!(version.to_string().parse::<Version>().unwrap(), version);
        let json = serde_json::to_string(&version).unwrap();
        prop_assert_eq!(json, format!("\"{version}\""));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = text.parse::<Version>();
        let _ = text.parse::<Arriving>();
    }
}

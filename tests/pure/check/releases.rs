//! Earlier releases as peers, from their locks alone.

use std::collections::BTreeMap;
use std::path::Path;
use support::fixtures;

use versioned_objects::check::{Lock, Locks, Releases};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, Origin, VersionedObject, nova};

/// What each release had, where that isn't what there is now: some time between two changes of nova's objects.
const RELEASES: [(&str, &[(&str, &str)]); 2] = [
    (
        "1",
        &[
            ("HyperVLiveMigrateData", "1.2"),
            ("LibvirtLiveMigrateBDMInfo", "1.0"),
            ("LibvirtLiveMigrateData", "1.4"),
            ("Migration", "1.5"),
            ("VIFMigrateData", "1.0"),
            ("VMwareLiveMigrateData", "1.0"),
            ("XenapiLiveMigrateData", "0.1"),
        ],
    ),
    (
        "2",
        &[
            ("HyperVLiveMigrateData", "1.4"),
            ("LibvirtLiveMigrateBDMInfo", "1.1"),
            ("LibvirtLiveMigrateData", "1.10"),
            ("LibvirtLiveMigrateNUMAInfo", "1.0"),
            ("Migration", "1.7"),
            ("VIFMigrateData", "1.0"),
            ("VMwareLiveMigrateData", "1.0"),
            ("XenapiLiveMigrateData", "1.0"),
        ],
    ),
];

#[test]
fn the_locks_of_earlier_releases_are_what_the_objects_were_then() {
    let now = Locks::of(&nova::registry());
    for (release, versions) in RELEASES {
        let settings = support::snapshots(&format!("releases/{release}"));
        for (name, version) in versions {
            let lock = now.get(name).unwrap().at(version.parse().unwrap()).unwrap();
            settings.bind(|| insta::assert_snapshot!(*name, lock.to_string()));
        }
    }
}

#[test]
fn each_release_of_nova_reads_what_each_writes_for_it() {
    let releases =
        Releases::read(Path::new("../snapshots/releases")).unwrap().with("now", Locks::of(&nova::registry()));
    let matrix = releases.check(24).unwrap_or_else(|misread| panic!("{misread}"));
    let cells: Vec<String> =
        matrix.cells.iter().map(|(writer, reader, count)| format!("{writer}>{reader} {count}")).collect();
    assert_eq!(cells.join(", "), "1>1 7, 1>2 7, 1>now 7, 2>1 7, 2>2 8, 2>now 8, now>1 7, now>2 8, now>now 8");
    assert_eq!(matrix.left_out, []);
}

/// One field that a function converts, and one that nothing does.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct Volume {
    #[field(was(type = String, name = "size", since = "1.1", to_older = to_text, from_older = from_text))]
    size_mb: Field<i64>,
    name: Field<String>,
}

fn to_text(size: &i64) -> Result<String, String> {
    Ok(size.to_string())
}

fn from_text(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

#[test]
fn what_a_function_rules_is_listed_and_not_tried() {
    let now = Locks::of(&Registry::new().with::<Volume>().with::<fixtures::Span>());
    let then = now.iter().map(|(_, lock)| lock.at("1.0".parse().unwrap()).unwrap());
    let releases = Releases::new().with("then", then.collect()).with("now", now);
    let matrix = releases.check(24).unwrap_or_else(|misread| panic!("{misread}"));
    let told: Vec<String> =
        matrix.left_out.iter().map(|(release, gate)| format!("{release}: {gate}")).collect();
    assert_eq!(matrix.cells.len(), 4);
    assert_eq!(
        told,
        [
            "then: Span: Self::make_older",
            "then: Span: Self::check",
            "now: Span: Self::make_older",
            "now: Span: Self::check",
            "now: Volume.size_mb: to_text",
        ]
    );
}

/// Nova gave all of its migration data ports and didn't bump the one for vSphere, which has no other version for
/// hosts that know of no ports.
#[test]
fn ports_came_to_vsphere_without_a_version() {
    let locks = Locks::of(&nova::registry());
    let without_ports = locks.iter().filter(|(name, _)| *name != "VIFMigrateData");
    let before = without_ports.map(|(_, lock)| lock.at(lock.schema().versions[0]).unwrap()).collect();
    let misread = Releases::new().with("before", before).with("now", locks).check(64).unwrap_err();
    let sent = String::from_utf8(misread.sent.clone().unwrap_or_else(|| panic!("{misread}"))).unwrap();
    assert_eq!(
        (&*misread.writer, &*misread.reader, &*misread.object),
        ("now", "before", "VMwareLiveMigrateData")
    );
    assert!(misread.what.ends_with("unsupported object type VIFMigrateData"), "{misread}");
    assert!(sent.contains(r#""nova_object.name":"VIFMigrateData""#), "{misread}");
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"))]
struct Text {
    serial: Field<String>,
}

/// The same version, with something else in it.
#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"))]
struct Number {
    serial: Field<i64>,
}

#[test]
fn what_is_misread_shows_its_bytes() {
    let locks = |registry: Registry| Locks::of(&registry);
    let releases = Releases::new()
        .with("1", locks(Registry::new().with::<Text>()))
        .with("2", locks(Registry::new().with::<Number>()));
    let misread = releases.check(64).unwrap_err();
    assert_eq!((&*misread.writer, &*misread.reader, &*misread.object), ("1", "2", "Disk"));
    support::snapshots("errors").bind(|| insta::assert_snapshot!("misread", misread.to_string()));
}

/// A field that is gone, and is filled for who still reads it.
// The lint takes `until = "1.0"` of two removed fields for one word said twice.
#[allow(clippy::duplicated_attributes)]
#[derive(VersionedObject, Clone)]
#[object(
    coerce,
    name = "Drive",
    versions("1.0", "1.1"),
    removed(name = "kind", until = "1.0", fill = "none")
)]
#[object(removed(name = "forgotten", until = "1.0"))]
struct Filling {
    origin: Origin,
    serial: Field<String>,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Drive", versions("1.0"))]
struct Filled {
    serial: Field<String>,
    kind: Field<String>,
    forgotten: Field<Vec<i64>>,
}

/// A drive inside another object.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Bay {
    drives: Field<BTreeMap<String, Filling>>,
}

#[test]
fn what_is_filled_for_who_still_reads_it_is_understood() {
    let then = Locks::of(&Registry::new().with::<Filled>().with::<Bay>());
    let now = Locks::of(&Registry::new().with::<Filling>().with::<Bay>());
    let matrix = Releases::new().with("then", then).with("now", now).check(64);
    let matrix = matrix.unwrap_or_else(|misread| panic!("{misread}"));
    assert_eq!((matrix.cells.len(), matrix.left_out), (4, vec![]));
}

#[test]
fn an_object_without_that_version_has_no_lock_of_it() {
    let lock = Lock::of(Text::SCHEMA);
    assert!(lock.at("1.1".parse().unwrap()).is_none());
    assert_eq!(lock.at("1.0".parse().unwrap()).unwrap().to_string(), lock.to_string());
}

/// The newer release has forgotten the version that the older one reads.
#[test]
fn what_can_not_be_written_for_a_release_is_told() {
    let lock = |versions: &[&str]| {
        super::rules::short_locks(&[serde_json::json!({
            "name": "Disk", "versions": versions, "fields": {"serial": {"type": "String"}},
        })])
    };
    let releases = Releases::new().with("1", lock(&["1.0", "1.1"])).with("2", lock(&["1.0", "1.2"]));
    let misread = releases.check(8).unwrap_err();
    assert_eq!((&*misread.writer, &*misread.reader), ("2", "1"), "{misread}");
    assert!(misread.what.starts_with("it isn't written: ") && misread.sent.is_none(), "{misread}");
}

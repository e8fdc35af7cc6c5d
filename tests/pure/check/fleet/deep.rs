//! Ends where the quick answer is wrong, and what the framework does there.

use std::sync::Arc;

use versioned_objects::check::{Fault, Fleet, Locks, Policy, Seat};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{Agreement, Negotiation, Versions};
use versioned_objects::{Backport, ErrorKind, Field, Manifest, Origin, Primitive, VersionedObject};

use super::objects::{Disk, Part, fleet, releases};

/// Objects that came with a stored row of a newer release, after the host went back.
#[test]
fn a_roll_back_after_objects_were_stored_in_the_new_version() {
    let releases = releases();
    let policy = Policy::rolling().roll_back();
    let story = fleet(&releases[..2]).policy(policy.clone()).stores_own_version().check(300, 1);
    let story = story.expect_err("a host can't read what it stored before it went back");
    assert_eq!(story.fault, Fault::Unreadable, "{story}");
    assert!(story.what.contains("stored by"), "{story}");
    // Stored for the oldest release that a host may go back to, every host reads it.
    let drawn = fleet(&releases[..2]).policy(policy).check(150, 1);
    let drawn = drawn.unwrap_or_else(|story| panic!("{story}"));
    assert!(drawn.loads > 50, "{drawn}");
}

/// A cast is answered by nobody: what was agreed with a host that went back since is wrong, and nobody hears of it. So
/// hosts say that they may go back, or the fleet is pinned.
#[test]
fn a_cast_to_a_host_that_went_back_is_lost_unless_it_said_that_it_may() {
    let releases = releases();
    let policy = Policy::rolling().roll_back();
    let asked = fleet(&releases[..2]).policy(policy.clone()).casts().check(300, 1);
    let story = asked.expect_err("it is lost");
    assert!(story.what.contains("nobody is told"), "{story}");
    let said = fleet(&releases[..2]).policy(policy.clone()).casts().announces_roll_back();
    said.check(300, 1).unwrap_or_else(|story| panic!("{story}"));
    let oldest: Manifest = super::objects::locks(&releases[0].1).registry().manifest().clone();
    let pinned = fleet(&releases[..2]).policy(policy).casts();
    let pinned =
        pinned.negotiation(move |seat: &Seat| Negotiation::pinned(Arc::clone(seat.registry()), &oldest));
    pinned.check(150, 1).unwrap_or_else(|story| panic!("{story}"));
}

/// Each side has the other's child in a newer version: the parent is agreed on, and no version of the child is.
#[test]
fn each_side_holds_the_other_s_child() {
    let versions = |disk: &[&str], part: &[&str]| -> Versions {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        [("Disk", parse(disk)), ("Part", parse(part))].into_iter().collect()
    };
    // One went on with the parent, the other with the child.
    let ours = versions(&["1.0", "1.1"], &["1.0"]);
    let theirs = versions(&["1.0"], &["1.0", "1.1"]);
    let (there, back) = (Agreement::between(&ours, &theirs), Agreement::between(&theirs, &ours));
    for agreement in [&there, &back] {
        let agreed = [agreement.version("Disk"), agreement.version("Part")]
            .map(|version| version.unwrap().to_string());
        assert_eq!(agreed, ["1.0", "1.0"]);
    }
    assert_eq!(there.manifest(), back.manifest(), "it doesn't matter who asks whom");
    // What the parent declares of its child would be another answer: so a manifest goes before the declaration.
    let disk = Disk { part: Part { end: 4.into(), ..Part::default() }.into(), ..Disk::default() };
    let declared = Primitive::of(&disk.at("1.1").unwrap()).unwrap();
    let text = serde_json::to_string(&declared).unwrap();
    assert!(text.contains(r#""versioned_object.name":"Part","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.1""#), "{text}");
    let mut manifest = there.manifest().clone();
    manifest.insert("Disk", "1.1".parse().unwrap());
    let agreed = serde_json::to_string(&disk.at(&manifest).unwrap()).unwrap();
    assert!(!agreed.contains(r#""end""#), "{agreed}");
}

/// A manifest that names a child and not the parent is refused before the first byte; one that names the parent alone
/// leaves the child as it is, and negotiation refuses to send that.
#[test]
fn a_manifest_names_a_child_and_not_its_parent() {
    let disk = Disk { part: Part::default().into(), ..Disk::default() };
    let child: Manifest = [("Part", "1.0".parse().unwrap())].into_iter().collect();
    let error = disk.at(&child).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTargetVersion);
    assert!(error.to_string().contains("doesn't name Disk"), "{error}");
    let whole = Locks::of(&Registry::new().with::<Disk>().with::<Part>());
    let without: Locks =
        whole.iter().filter(|(name, _)| *name == "Disk").map(|(_, lock)| lock.clone()).collect();
    let fleet =
        Fleet::new().release("1", without.registry()).release("2", whole.registry()).hosts(["a", "b"]);
    let story = fleet.check(200, 1).expect_err("it isn't sent");
    assert!(matches!(story.fault, Fault::Refused | Fault::Unreadable), "{story}");
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Host", versions("1.0"))]
struct First {
    origin: Origin,
    name: Field<String>,
}

/// The name of today means something else than it did in the beginning.
#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Host", versions("1.0", "1.1", "1.2"))]
struct Third {
    origin: Origin,
    #[field(renamed(from = "name", since = "1.1"))]
    fqdn: Field<String>,
    #[field(since = "1.2")]
    name: Field<i64>,
}

#[test]
fn the_old_name_of_a_field_comes_back_as_another_field() {
    let now = Registry::new().with::<Third>();
    let held = now.clone().held_to("Host", "1.1".parse().unwrap()).unwrap();
    let fleet =
        Fleet::new().release("1", Registry::new().with::<First>()).release("2", held).release("3", now);
    let fleet = fleet.hosts(["a", "b", "c"]).policy(Policy::any_mix());
    let drawn = fleet.check(150, 1).unwrap_or_else(|story| panic!("{story}"));
    assert!(
        drawn.pairs.iter().any(|(from, to, count)| (&**from, &**to) == ("3", "1") && *count > 0),
        "{drawn}"
    );
    // The name is that of the version that it came in.
    let host = Third { fqdn: "a.b".to_owned().into(), name: 7.into(), ..Third::default() };
    let old = serde_json::to_string(&host.at("1.0").unwrap()).unwrap();
    assert!(old.contains(r#""name":"a.b""#), "{old}");
    let back: Third = serde_json::from_str(&old).unwrap();
    assert_eq!((back.fqdn.get().map(String::as_str), back.name.is_set()), (Some("a.b"), false));
}

/// A size that is rounded on its way to older hosts.
#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Size", versions("1.0", "1.1", "1.2"))]
struct Size {
    origin: Origin,
    #[field(
        was(type = i64, name = "kb", since = "1.2", to_older = kb, from_older = bytes),
        was(type = i64, name = "mb", since = "1.1", to_older = mb, from_older = from_mb)
    )]
    bytes: Field<i64>,
}

fn kb(bytes: &i64) -> Result<i64, String> {
    Ok(bytes / 1024)
}

fn bytes(kb: i64) -> Result<i64, String> {
    kb.checked_mul(1024).ok_or_else(|| format!("{kb} KB are too many"))
}

/// It rounds up, where the way by 1.1 rounds down first.
fn mb(bytes: &i64) -> Result<i64, String> {
    Ok((bytes + 1_048_575) / 1_048_576)
}

fn from_mb(mb: i64) -> Result<i64, String> {
    mb.checked_mul(1_048_576).ok_or_else(|| format!("{mb} MB are too many"))
}

#[test]
fn conversions_that_aren_t_inverses_depend_on_the_way() {
    let laws = versioned_objects::check::laws(&Registry::new().with::<Size>(), 512);
    let broken = laws.expect_err("by way of a version in between is another value");
    let told = broken.to_string();
    assert!(told.contains("Size"), "{told}");
}

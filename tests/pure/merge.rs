//! A peer's edit merges into what is held.

use std::collections::BTreeMap;
use support::fixtures;

use support::fixtures::{Bus, Rules};
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Backport, Field, Manifest, Origin, VersionedObject};

/// One of several volumes.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Volume {
    origin: Origin,
    size: Field<i64>,
    label: Field<Option<String>>,
    #[field(since = "1.1")]
    cache: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Host {
    origin: Origin,
    #[field(renamed(from = "hostname", since = "1.1"))]
    name: Field<String>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    root: Field<Option<Volume>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    volumes: Field<Vec<Volume>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    by_name: Field<BTreeMap<String, Volume>>,
}

fn registry() -> Registry {
    Registry::new().with::<Volume>().with::<Host>()
}

fn volume(size: i64) -> Volume {
    Volume {
        size: Field::unchanged(size),
        label: Field::unchanged(None),
        cache: Field::unchanged("writeback".to_owned()),
        ..Volume::default()
    }
}

fn host() -> Host {
    Host {
        name: Field::unchanged("a".to_owned()),
        root: Field::unchanged(Some(volume(1))),
        volumes: Field::unchanged(vec![volume(2), volume(3)]),
        by_name: Field::unchanged(BTreeMap::from([("x".to_owned(), volume(4)), ("y".to_owned(), volume(5))])),
        ..Host::default()
    }
}

/// What a peer of 1.0 makes of it comes back.
#[track_caller]
fn after(held: &Host, edit: impl FnOnce(&mut Host)) -> Host {
    let sent = serde_json::to_string(&held.at("1.0").unwrap()).unwrap();
    let mut there: Host = serde_json::from_str(&sent).unwrap();
    edit(&mut there);
    let back: Host = serde_json::from_str(&serde_json::to_string(&there).unwrap()).unwrap();
    registry().merge(held, &back, "1.0").unwrap()
}

#[test]
fn what_a_peer_leaves_alone_stays() {
    let merged = after(&host(), |_| {});
    assert_eq!(merged, host());
    assert!(merged.what_changed().is_empty());
}

#[test]
fn the_peer_s_changes_win() {
    let merged = after(&host(), |there| there.name.set("b".to_owned()));
    assert_eq!(merged, Host { name: "b".to_owned().into(), ..host() });
    assert_eq!(merged.what_changed(), ["name"]);
    assert_eq!(merged.origin.version(), None);
}

#[test]
fn objects_inside_keep_what_the_peer_never_knew() {
    let merged = after(&host(), |there| {
        if let Some(Some(root)) = there.root.get_mut() {
            root.size.set(10);
        }
    });
    let root = merged.root.get().unwrap().as_ref().unwrap();
    assert_eq!((root.size.get(), root.cache.get().map(String::as_str)), (Some(&10), Some("writeback")));
    assert_eq!(merged, Host { root: Some(Volume { size: 10.into(), ..volume(1) }).into(), ..host() });
}

#[test]
fn an_object_that_was_put_in_another_s_place_is_the_peer_s() {
    let size_alone = || Volume { size: Field::unchanged(99), ..Volume::default() };
    let merged = after(&host(), |there| there.root.set(Some(size_alone())));
    assert_eq!(merged, Host { root: Some(size_alone()).into(), ..host() });
    // Where the peer doesn't say so, what is held stays.
    let merged = after(&host(), |there| there.root = Field::unchanged(Some(size_alone())));
    assert_eq!(merged, host());
}

#[test]
fn objects_in_lists_and_dicts_are_merged_by_place_and_by_key() {
    let merged = after(&host(), |there| {
        if let Some(volumes) = there.volumes.get_mut() {
            volumes[1].size.set(30);
        }
        if let Some(by_name) = there.by_name.get_mut() {
            by_name.remove("y");
            by_name.insert("z".to_owned(), Volume { size: 6.into(), ..Volume::default() });
            if let Some(x) = by_name.get_mut("x") {
                x.label.set(Some("root".to_owned()));
            }
        }
    });
    let volumes = vec![volume(2), Volume { size: 30.into(), ..volume(3) }];
    assert_eq!(merged.volumes.get(), Some(&volumes));
    let by_name = BTreeMap::from([
        ("x".to_owned(), Volume { label: Some("root".to_owned()).into(), ..volume(4) }),
        ("z".to_owned(), Volume { size: 6.into(), ..Volume::default() }),
    ]);
    assert_eq!(merged.by_name.get(), Some(&by_name));
}

#[test]
fn a_list_of_another_length_is_the_peer_s() {
    let merged =
        after(&host(), |there| there.volumes.set(vec![Volume { size: 9.into(), ..Volume::default() }]));
    assert_eq!(merged.volumes.get().map(Vec::len), Some(1));
}

#[test]
fn what_was_replaced_for_the_peer_does_not_come_back() {
    let registry = fixtures::registry();
    let held = Rules { buses: vec![Some(Bus::Nvme)].into(), service_id: Some(1).into(), ..Rules::default() };
    let sent = serde_json::to_string(&held.at("1.4").unwrap()).unwrap();
    assert!(sent.contains(r#""buses":["virtio"]"#) && sent.contains(r#""buses","#), "{sent}");
    let mut there: Rules = serde_json::from_str(&sent).unwrap();
    there.service_id.set(Some(2));
    let merged = registry.merge(&held, &there, "1.4").unwrap();
    assert_eq!(merged.buses.get(), Some(&vec![Some(Bus::Nvme)]));
    assert_eq!(merged.service_id.get(), Some(&Some(2)));
}

#[test]
fn objects_of_any_name_merge_too() {
    let registry = registry();
    let held = AnyObject::new(volume(1));
    let manifest: Manifest = [("Volume", "1.0".parse().unwrap())].into_iter().collect();
    let sent = serde_json::to_string(&held.at(&manifest).unwrap()).unwrap();
    let mut there = registry.decode(&mut serde_json::Deserializer::from_str(&sent)).unwrap();
    there.downcast_mut::<Volume>().unwrap().size.set(2);
    let merged = registry.merge_any(&held, &there, &manifest).unwrap();
    assert_eq!(merged.downcast_ref::<Volume>(), Some(&Volume { size: 2.into(), ..volume(1) }));
}

#[test]
fn what_could_not_be_sent_does_not_merge() {
    let error = registry().merge(&volume(1), &volume(2), "0.9").unwrap_err();
    assert_eq!(error.to_string(), "Volume has no version 0.9 to be written in; it has 1.0, 1.1");
}

/// Lists and maps of plain values and of objects.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Notes {
    origin: Origin,
    words: Field<Vec<String>>,
    tags: Field<BTreeMap<String, String>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    volumes: Field<Vec<Volume>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    by_name: Field<BTreeMap<String, Volume>>,
}

fn notes() -> Notes {
    let tags = [("a", "1"), ("b", "2")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    Notes {
        words: Field::unchanged(vec!["one".to_owned(), "two".to_owned()]),
        tags: Field::unchanged(BTreeMap::from(tags)),
        volumes: Field::unchanged(vec![volume(1), volume(2)]),
        by_name: Field::unchanged(BTreeMap::from([("x".to_owned(), volume(4))])),
        ..Notes::default()
    }
}

#[track_caller]
fn noted(edit: impl FnOnce(&mut Notes)) -> Notes {
    let registry = registry().with::<Notes>();
    let sent = serde_json::to_string(&notes().at("1.0").unwrap()).unwrap();
    let mut there: Notes = serde_json::from_str(&sent).unwrap();
    edit(&mut there);
    let back: Notes = serde_json::from_str(&serde_json::to_string(&there).unwrap()).unwrap();
    registry.merge(&notes(), &back, "1.0").unwrap()
}

#[test]
fn what_the_peer_does_not_mark_as_changed_stays_unmarked() {
    let merged = noted(|there| {
        there.words = Field::unchanged(vec!["three".to_owned(), "four".to_owned()]);
        there.tags = Field::unchanged(BTreeMap::from([("a".to_owned(), "7".to_owned())]));
        there.by_name = Field::unchanged(BTreeMap::from([(
            "y".to_owned(),
            Volume { size: Field::unchanged(9), ..Volume::default() },
        )]));
    });
    assert_eq!((&merged, merged.what_changed()), (&notes(), vec![]));
}

#[test]
fn plain_lists_and_maps_are_the_peer_s_as_a_whole() {
    let words = || vec!["one".to_owned(), "three".to_owned()];
    let tags = || BTreeMap::from([("a".to_owned(), "7".to_owned())]);
    let merged = noted(|there| {
        there.words.set(words());
        there.tags.set(tags());
    });
    assert_eq!(merged, Notes { words: words().into(), tags: tags().into(), ..notes() });
    assert_eq!(merged.what_changed(), ["words", "tags"]);
}

#[test]
fn a_longer_list_of_objects_is_the_peer_s_too() {
    let size =
        |size| Volume { size: Field::unchanged(size), label: Field::unchanged(None), ..Volume::default() };
    for sizes in [vec![1, 2, 3], vec![7], vec![]] {
        let volumes: Vec<Volume> = sizes.iter().map(|each| size(*each)).collect();
        let merged = noted(|there| there.volumes.set(volumes.clone()));
        assert_eq!(merged, Notes { volumes: volumes.into(), ..notes() });
    }
}

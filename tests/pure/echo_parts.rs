//! What comes back of maps, of lists whose elements have no keys, and how much is remembered.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Echo, Registry};
use versioned_objects::{Backport, Field, Manifest, Origin, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Slot {
    origin: Origin,
    id: Field<String>,
    speed: Field<i64>,
    #[field(since = "1.1")]
    label: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Shelf {
    origin: Origin,
    name: Field<String>,
    #[field(since = "1.1")]
    note: Field<String>,
    by_name: Field<BTreeMap<String, Slot>>,
    tags: Field<BTreeMap<String, String>>,
    slots: Field<Vec<Slot>>,
    words: Field<Vec<String>>,
}

fn registry() -> Registry {
    Registry::new().with::<Shelf>().with::<Slot>()
}

fn older() -> Manifest {
    [("Shelf", "1.0"), ("Slot", "1.0")]
        .into_iter()
        .map(|(name, version)| (name, version.parse().unwrap()))
        .collect()
}

fn slot(id: &str, speed: i64) -> Slot {
    Slot {
        id: id.to_owned().into(),
        speed: speed.into(),
        label: format!("label of {id}").into(),
        ..Slot::default()
    }
}

/// As a peer makes one, which knows of no label.
fn theirs(id: &str, speed: i64) -> Slot {
    Slot { label: Field::unset(), ..slot(id, speed) }
}

fn map<T>(entries: impl IntoIterator<Item = (&'static str, T)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn shelf() -> Shelf {
    Shelf {
        name: "shelf".to_owned().into(),
        note: "a note".to_owned().into(),
        by_name: map([("a", slot("a", 1)), ("b", slot("b", 2))]).into(),
        tags: map([("k", "v".to_owned())]).into(),
        slots: vec![slot("x", 1), slot("y", 2), slot("x", 1)].into(),
        words: vec!["one".to_owned(), "two".to_owned()].into(),
        ..Shelf::default()
    }
}

fn echo() -> Echo {
    Echo::new(1 << 20, Duration::from_secs(60))
}

/// The shelf after a peer of the older release had it, and one here was edited meanwhile.
#[track_caller]
fn after(here: impl FnOnce(&mut Shelf), there: impl FnOnce(&mut Shelf)) -> (Shelf, Vec<String>) {
    let (registry, now, mut echo) = (registry(), Instant::now(), echo());
    let object = AnyObject::new(shelf());
    echo.sent("shelf", &registry, &object, &older(), now).unwrap();
    let sent = serde_json::to_vec(&object.at(&older()).unwrap()).unwrap();
    let mut peer: Shelf = registry.decode_json(&sent).unwrap().downcast().unwrap();
    there(&mut peer);
    let back = registry.decode_json(&serde_json::to_vec(&peer).unwrap()).unwrap();
    let mut current = shelf();
    here(&mut current);
    let current = AnyObject::new(current);
    let restored = echo.came_back("shelf", &registry, Some(&current), &back, now).unwrap();
    assert!(restored.was_kept);
    (restored.object.downcast().unwrap(), restored.conflicts)
}

#[test]
fn objects_in_a_map_are_merged_by_their_keys() {
    let (found, conflicts) = after(
        |here| {
            here.by_name.get_mut().unwrap().insert("d".to_owned(), slot("d", 4));
        },
        |there| {
            let by_name = there.by_name.get_mut().unwrap();
            by_name.remove("b");
            by_name.insert("c".to_owned(), theirs("c", 3));
            by_name.get_mut("a").unwrap().speed.set(10);
        },
    );
    let expected = map([("a", slot("a", 10)), ("c", theirs("c", 3)), ("d", slot("d", 4))]);
    assert_eq!((found, conflicts), (Shelf { by_name: expected.into(), ..shelf() }, vec![]));
}

#[test]
fn a_conflict_within_a_map_has_its_key() {
    let (found, conflicts) = after(
        |here| here.by_name.get_mut().unwrap().get_mut("a").unwrap().speed.set(5),
        |there| there.by_name.get_mut().unwrap().get_mut("a").unwrap().speed.set(6),
    );
    let expected = map([("a", slot("a", 6)), ("b", slot("b", 2))]);
    assert_eq!(found, Shelf { by_name: expected.into(), ..shelf() });
    assert_eq!(conflicts, ["Shelf.by_name[a].speed"]);
    // Both said the same, and so no one is wronged.
    let same = |shelf: &mut Shelf| shelf.by_name.get_mut().unwrap().get_mut("a").unwrap().speed.set(6);
    assert_eq!(after(same, same).1, [""; 0]);
}

#[test]
fn a_plain_map_is_one_value() {
    let other = || map([("other", "w".to_owned())]);
    let (found, conflicts) = after(|_| {}, |there| there.tags.set(other()));
    assert_eq!((found, conflicts), (Shelf { tags: other().into(), ..shelf() }, vec![]));
    let (found, conflicts) = after(
        |here| here.tags.get_mut().unwrap().insert("more".to_owned(), "z".to_owned()).map_or((), drop),
        |there| there.tags.set(other()),
    );
    assert_eq!(found, Shelf { tags: other().into(), ..shelf() });
    assert_eq!(conflicts, ["Shelf.tags"]);
    let (found, conflicts) = after(|here| here.tags.set(other()), |there| there.tags.set(other()));
    assert_eq!((found, conflicts), (Shelf { tags: other().into(), ..shelf() }, vec![]));
    let (found, conflicts) = after(|here| here.tags.set(other()), |_| {});
    assert_eq!((found, conflicts), (Shelf { tags: other().into(), ..shelf() }, vec![]));
}

#[test]
fn a_map_that_was_emptied_here_stays_empty() {
    let (found, conflicts) = after(|here| here.by_name.set(map([])), |_| {});
    assert_eq!((found, conflicts), (Shelf { by_name: map([]).into(), ..shelf() }, vec![]));
    // But for what the peer changed in it.
    let (found, conflicts) = after(
        |here| here.by_name.set(map([])),
        |there| {
            there.by_name.get_mut().unwrap().get_mut("a").unwrap().speed.set(10);
        },
    );
    assert_eq!(found.by_name.get().unwrap().keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(conflicts, ["Shelf.by_name[a]"]);
    let (found, conflicts) = after(|_| {}, |there| there.by_name.set(map([])));
    assert_eq!((found, conflicts), (Shelf { by_name: map([]).into(), ..shelf() }, vec![]));
}

#[test]
fn what_the_peer_changed_alone_counts_as_changed() {
    let (found, _) = after(
        |here| here.reset_changes(),
        |there| {
            there.reset_changes();
            there.tags.set(map([("k", "w".to_owned())]));
        },
    );
    assert_eq!(found.what_changed(), ["tags"]);
}

#[test]
fn elements_without_keys_are_found_by_what_they_were() {
    // Two of them are equal, and each comes back once.
    let (found, conflicts) = after(
        |_| {},
        |there| {
            let mut slots = there.slots.get().unwrap().clone();
            slots.reverse();
            slots[1].speed.set(20);
            slots.push(theirs("x", 1));
            there.slots.set(slots);
        },
    );
    let expected = vec![slot("x", 1), theirs("y", 20), slot("x", 1), theirs("x", 1)];
    assert_eq!((found, conflicts), (Shelf { slots: expected.into(), ..shelf() }, vec![]));
}

#[test]
fn where_elements_without_keys_changed_here_too_the_peer_s_count() {
    let came = || vec![theirs("x", 1), theirs("z", 3)];
    for here in [vec![slot("x", 1)], vec![slot("x", 1), slot("y", 2), slot("x", 7)]] {
        let (found, conflicts) = after(|shelf| shelf.slots.set(here), |there| there.slots.set(came()));
        assert_eq!(found, Shelf { slots: came().into(), ..shelf() });
        assert_eq!(conflicts, ["Shelf.slots"]);
    }
    let words = || vec!["two".to_owned()];
    let (found, conflicts) = after(|here| here.words.set(words()), |there| there.words.set(words()));
    assert_eq!((found, conflicts), (Shelf { words: words().into(), ..shelf() }, vec![]));
}

#[test]
fn as_many_are_remembered_as_there_is_room_for() {
    let (registry, now, object) = (registry(), Instant::now(), AnyObject::new(shelf()));
    let send = |echo: &mut Echo, key: &str| echo.sent(key, &registry, &object, &older(), now).unwrap();
    let mut one = echo();
    assert!((one.len(), one.bytes()) == (0, 0) && one.is_empty());
    send(&mut one, "a");
    let bytes = one.bytes();
    assert!(bytes > 500 && !one.is_empty());
    send(&mut one, "a longer key");
    assert_eq!((one.len(), one.bytes()), (2, 2 * bytes + 11));
    send(&mut one, "a");
    assert_eq!((one.len(), one.bytes()), (2, 2 * bytes + 11));
    assert_eq!(format!("{one:?}"), format!("Echo {{ objects: 2, bytes: {}, .. }}", 2 * bytes + 11));

    let lives = Duration::from_secs(60);
    let mut less = Echo::new(bytes - 1, lives);
    send(&mut less, "a");
    assert!(less.is_empty() && less.bytes() == 0);
    let mut just_one = Echo::new(bytes, lives);
    send(&mut just_one, "a");
    assert_eq!(just_one.len(), 1);
    let mut two = Echo::new(2 * bytes, lives);
    let came = registry.decode_json(&serde_json::to_vec(&object.at(&older()).unwrap()).unwrap()).unwrap();
    for (key, kept) in [
        ("a", ["a"].as_slice()),
        ("b", &["a", "b"]),
        ("c", &["b", "c"]),
        ("b", &["c", "b"]),
        ("d", &["b", "d"]),
    ] {
        send(&mut two, key);
        assert_eq!((two.len(), two.bytes()), (kept.len(), kept.len() * bytes));
        for key in ["a", "b", "c", "d"] {
            let back = two.came_back(key, &registry, None, &came, now).unwrap();
            assert_eq!(back.was_kept, kept.contains(&key), "{key}");
        }
    }

    // One that was sent again in between is as young as that.
    let mut three = Echo::new(3 * bytes, lives);
    ["a", "b", "c", "b", "d", "e"].iter().for_each(|key| send(&mut three, key));
    let is_kept = |key: &&str| three.came_back(key, &registry, None, &came, now).unwrap().was_kept;
    let kept: Vec<_> = ["a", "b", "c", "d", "e"].into_iter().filter(is_kept).collect();
    assert_eq!(kept, ["b", "d", "e"]);
}

#[test]
fn a_longer_text_takes_that_much_more_room() {
    let (registry, now) = (registry(), Instant::now());
    let bytes = |shelf: Shelf| {
        let mut echo = echo();
        echo.sent("a", &registry, &AnyObject::new(shelf), &older(), now).unwrap();
        echo.bytes()
    };
    let plain = bytes(shelf());
    assert_eq!(bytes(Shelf { note: "a note!!!".to_owned().into(), ..shelf() }), plain + 3);
    // What the peer has too is kept twice, as it was sent and as it was.
    assert_eq!(bytes(Shelf { name: "shelf!!!".to_owned().into(), ..shelf() }), plain + 6);
    let words = vec!["one".to_owned(), "two".to_owned(), "six".to_owned()];
    assert_eq!(bytes(Shelf { words: words.into(), ..shelf() }), plain + 2 * (32 + 3));
    let tags = map([("k", "v".to_owned()), ("key", "value".to_owned())]);
    assert_eq!(bytes(Shelf { tags: tags.into(), ..shelf() }), plain + 2 * (32 + 3 + 5));
}

#[test]
fn what_is_too_old_is_forgotten() {
    let (registry, now, object) = (registry(), Instant::now(), AnyObject::new(shelf()));
    let came = registry.decode_json(&serde_json::to_vec(&object.at(&older()).unwrap()).unwrap()).unwrap();
    for (seconds, is_kept) in [(0, true), (59, true), (60, false), (61, false)] {
        let mut echo = echo();
        echo.sent("a", &registry, &object, &older(), now).unwrap();
        let later = now + Duration::from_secs(seconds);
        assert_eq!(echo.came_back("a", &registry, None, &came, later).unwrap().was_kept, is_kept);
        assert_eq!(echo.is_empty(), !is_kept);
    }
    // Sending looks for what is too old, too; what was sent again since is younger.
    let mut echo = echo();
    for (key, seconds, kept) in
        [("a", 0, 1), ("b", 30, 2), ("a", 40, 2), ("c", 95, 2), ("d", 99, 3), ("e", 100, 3)]
    {
        echo.sent(key, &registry, &object, &older(), now + Duration::from_secs(seconds)).unwrap();
        assert_eq!(echo.len(), kept, "{key} after {seconds} seconds");
    }
}

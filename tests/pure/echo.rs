//! What an older peer couldn't carry comes back with the object.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use versioned_objects::check::envelopes;
use versioned_objects::registry::{AnyObject, Echo, Registry};
use versioned_objects::{
    Backport, ByName, Field, FieldEnum, Manifest, Origin, Primitive, SetByName, VersionedObject, nova,
};

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "lowercase")]
enum Bus {
    Ide,
    Virtio,
    Nvme,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Port {
    origin: Origin,
    id: Field<String>,
    speed: Field<i64>,
    #[field(since = "1.1")]
    label: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Card {
    origin: Origin,
    name: Field<String>,
    #[field(since = "1.1")]
    note: Field<Option<String>>,
    #[field(values("nvme", since = "1.1", older = "virtio"))]
    bus: Field<Bus>,
    ports: Field<Vec<Port>>,
}

fn registry() -> Registry {
    Registry::new().with::<Card>().with::<Port>()
}

fn older() -> Manifest {
    [("Card", "1.0"), ("Port", "1.0")]
        .into_iter()
        .map(|(name, version)| (name, version.parse().unwrap()))
        .collect()
}

fn port(id: &str, speed: i64) -> Port {
    Port {
        id: id.to_owned().into(),
        speed: speed.into(),
        label: format!("label of {id}").into(),
        ..Port::default()
    }
}

fn card() -> Card {
    Card {
        name: "card".to_owned().into(),
        note: Some("a note".to_owned()).into(),
        bus: Bus::Nvme.into(),
        ports: vec![port("a", 1), port("b", 2)].into(),
        ..Card::default()
    }
}

/// The object as a peer of that release has it.
fn there(registry: &Registry, object: &AnyObject, manifest: &Manifest) -> Option<AnyObject> {
    let sent = serde_json::to_vec(&object.at(manifest).ok()?).unwrap();
    let names = registry.names().map(str::to_owned).collect::<Vec<_>>();
    let peer = names
        .iter()
        .fold(registry.clone(), |peer, name| peer.held_to(name, manifest.get(name).unwrap()).unwrap());
    Some(peer.decode_json(&sent).unwrap())
}

fn back(registry: &Registry, there: &AnyObject) -> AnyObject {
    registry.decode_json(&serde_json::to_vec(there).unwrap()).unwrap()
}

fn echo() -> Echo {
    Echo::new(1 << 20, Duration::from_secs(60)).element_key("Port", "id")
}

/// The card after a peer of the older release had it.
#[track_caller]
fn after(edit: impl FnOnce(&mut Card)) -> (Card, Vec<String>) {
    let (registry, now, mut echo) = (registry(), Instant::now(), echo());
    let object = AnyObject::new(card());
    echo.sent("card", &registry, &object, &older(), now).unwrap();
    let mut peer: Card = there(&registry, &object, &older()).unwrap().downcast().unwrap();
    edit(&mut peer);
    let back = back(&registry, &AnyObject::new(peer));
    let restored = echo.came_back("card", &registry, None, &back, now).unwrap();
    assert!(restored.was_kept);
    (restored.object.downcast().unwrap(), restored.conflicts)
}

#[test]
fn what_the_peer_left_alone_is_as_it_was() {
    assert_eq!(after(|_| {}), (card(), vec![]));
}

#[test]
fn what_the_peer_changed_is_as_it_says() {
    let (found, _) = after(|peer| {
        peer.name.set("other".to_owned());
        peer.bus.set(Bus::Ide);
    });
    assert_eq!(found, Card { name: "other".to_owned().into(), bus: Bus::Ide.into(), ..card() });
    assert_eq!(found.what_changed().into_iter().filter(|name| *name == "name").count(), 1);
}

#[test]
fn elements_are_found_by_their_keys_wherever_they_stand() {
    let (found, _) = after(|peer| {
        let mut ports = peer.ports.get().unwrap().clone();
        ports.reverse();
        ports[0].speed.set(20);
        ports.insert(0, Port { id: "c".to_owned().into(), ..Port::default() });
        peer.ports.set(ports);
    });
    let new = Port { id: "c".to_owned().into(), ..Port::default() };
    assert_eq!(found.ports.get().unwrap(), &[new, port("b", 20), port("a", 1)]);
}

#[test]
fn what_the_peer_took_away_stays_away() {
    let (found, _) = after(|peer| {
        let ports =
            peer.ports.get().unwrap().iter().filter(|port| port.id.get().unwrap() != "a").cloned().collect();
        peer.ports.set(ports);
        peer.name.clear();
    });
    assert_eq!(found, Card { name: Field::unset(), ports: vec![port("b", 2)].into(), ..card() });
}

#[test]
fn what_was_changed_here_meanwhile_stays_and_a_conflict_is_told() {
    let (registry, now, mut echo) = (registry(), Instant::now(), echo());
    let object = AnyObject::new(card());
    echo.sent("card", &registry, &object, &older(), now).unwrap();
    let mut peer: Card = there(&registry, &object, &older()).unwrap().downcast().unwrap();
    peer.name.set("theirs".to_owned());
    let mut current = card();
    current.note.set(Some("changed here".to_owned()));
    current.name.set("ours".to_owned());
    // A port was deleted here, and another one came.
    current.ports.set(vec![port("b", 2), port("d", 4)]);
    let ports = peer.ports.get().unwrap().iter().cloned().map(|mut port| {
        port.speed.set(10);
        port
    });
    peer.ports.set(ports.collect());
    let back = back(&registry, &AnyObject::new(peer));
    let restored = echo.came_back("card", &registry, Some(&AnyObject::new(current)), &back, now).unwrap();
    let found: Card = restored.object.downcast().unwrap();
    assert_eq!(found.note.get(), Some(&Some("changed here".to_owned())));
    assert_eq!(found.name.get().map(String::as_str), Some("theirs"));
    assert_eq!(found.ports.get().unwrap(), &[port("b", 10), port("d", 4)]);
    assert_eq!(restored.conflicts, ["Card.name"]);
}

#[test]
fn memory_is_bounded_and_old_entries_go() {
    let (registry, now) = (registry(), Instant::now());
    let object = AnyObject::new(card());
    let mut echo = Echo::new(20_000, Duration::from_secs(60));
    for number in 0..500 {
        echo.sent(&number.to_string(), &registry, &object, &older(), now).unwrap();
        echo.sent("again and again", &registry, &object, &older(), now).unwrap();
        assert!(echo.bytes() <= 20_000, "{echo:?}");
    }
    assert!(echo.len() > 2 && echo.len() < 50, "{echo:?}");
    let back = back(&registry, &there(&registry, &object, &older()).unwrap());
    assert!(!echo.came_back("0", &registry, None, &back, now).unwrap().was_kept);
    assert!(echo.came_back("499", &registry, None, &back, now).unwrap().was_kept);
    let later = now + Duration::from_secs(61);
    let restored = echo.came_back("499", &registry, None, &back, later).unwrap();
    assert!(!restored.was_kept && echo.is_empty() && echo.bytes() == 0, "{echo:?}");
    // It is as it came.
    assert!(!restored.object.is_set("note").unwrap());
    // What loses nothing isn't kept, and what is forgotten is gone.
    let newest = registry.manifest().clone();
    echo.sent("whole", &registry, &object, &newest, later).unwrap();
    echo.sent("gone", &registry, &object, &older(), later).unwrap();
    echo.forget("gone");
    assert!(echo.is_empty() && echo.bytes() == 0, "{echo:?}");
}

/// Random objects of a registry to each older version and back, with a field edited or not: how many lose something with
/// the echo, and how many without.
fn lives(registry: &Registry, cases: u32) -> (u32, u32) {
    let names: Vec<String> = registry.names().map(str::to_owned).collect();
    let (lost, naive) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    for name in &names {
        let versions = registry.versions(name);
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
        let values = (envelopes(registry, name), proptest::sample::select(versions), any::<Option<bool>>());
        let tested = TestRunner::new_with_rng(config, rng).run(&values, |(envelope, version, edit)| {
            let text = serde_json::to_vec(&envelope).unwrap();
            let Ok(object) = registry.decode_json(&text) else { return Ok(()) };
            let mut manifest = registry.manifest().clone();
            manifest.insert(name, version);
            let Some(mut peer) = there(registry, &object, &manifest) else { return Ok(()) };
            let (now, mut echo) = (Instant::now(), echo());
            echo.sent("it", registry, &object, &manifest, now).unwrap();
            let edited = edit.and_then(|_| edited(registry, &mut peer));
            let back = back(registry, &peer);
            let restored = echo.came_back("it", registry, None, &back, now).unwrap().object;
            let differ = |found: &AnyObject| {
                let fields =
                    object.schema().fields.iter().filter(|field| edited.as_deref() != Some(&*field.name));
                let mut fields = fields.filter(|field| {
                    object.is_set(&field.name).unwrap()
                        && found.get_by_name(&field.name).unwrap() != object.get_by_name(&field.name).unwrap()
                });
                fields.next().map(|field| field.name.to_string())
            };
            naive.set(naive.get() + u32::from(differ(&back).is_some()));
            let differs = differ(&restored);
            lost.set(lost.get() + u32::from(differs.is_some()));
            prop_assert_eq!(differs, None, "{} by way of {}", name, version);
            if let Some(edited) = &edited {
                prop_assert_eq!(restored.get_by_name(edited).unwrap(), back.get_by_name(edited).unwrap());
            }
            Ok(())
        });
        tested.unwrap_or_else(|error| panic!("{error}"));
    }
    (lost.get(), naive.get())
}

/// Gives the first plain text of the object another value, where its version has one.
fn edited(registry: &Registry, peer: &mut AnyObject) -> Option<String> {
    let version = peer.origin()?.version()?;
    let fields = peer.schema().fields.iter();
    let mut plain =
        fields.filter(|field| field.is_in(version) && field.rules.is_empty() && field.ty.name == "String");
    let name = plain.next()?.name.to_string();
    registry.edit(peer).set_by_name(&name, Primitive::from("edited by the peer")).ok()?;
    Some(name)
}

#[test]
fn no_object_loses_anything_on_its_way_through_an_older_host() {
    let (lost, naive) = lives(&registry(), 200);
    assert_eq!(lost, 0);
    assert!(naive > 100, "without an echo {naive} lose something");
    let (lost, naive) = lives(&nova::registry(), 60);
    assert_eq!(lost, 0);
    assert!(naive > 50, "without an echo {naive} lose something");
}

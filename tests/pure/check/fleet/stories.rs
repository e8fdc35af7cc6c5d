//! What fleets of other objects do, and how the story of a fault is told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use support::fixtures::{self, more};
use versioned_objects::check::{Call, Fault, Fleet, Locks, Policy, Seat, Story};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::Negotiation;
use versioned_objects::{Field, Manifest, Origin, Version, VersionedObject};

use super::super::routines::Follows;
use super::objects::{Disk, Part, fleet, releases};

fn told(story: &Story) -> String {
    story.lines.join("\n")
}

#[test]
fn a_story_says_who_sends_what_and_which_version_arrives() {
    // An operator pins hosts of the new release to what that has. The elements of a list are told as a child is.
    let holders = [
        ("Holder", Registry::new().with::<Part>().with::<Holder>()),
        ("PartList", Registry::new().with::<Part>().with::<PartList>()),
    ];
    for (holder, now) in holders {
        let then = now.clone().held_to("Part", Version::new(1, 0)).unwrap();
        let newest = now.manifest().clone();
        let found = |seed: u64| {
            let newest = newest.clone();
            let fleet = Fleet::new().release("1", then.clone()).release("2", now.clone()).hosts(["a", "b"]);
            let pinned = fleet.policy(Policy::any_mix()).negotiation(move |seat: &Seat| {
                let registry = Arc::clone(seat.registry());
                if registry.is_held() {
                    Negotiation::by_receiver(registry)
                } else {
                    Negotiation::pinned(registry, &newest)
                }
            });
            let story = pinned.casts().operations_alone().check(100, seed).expect_err("it is found");
            assert_eq!(story.fault, Fault::Unreadable, "{story}");
            let head = format!("a host gets what it can't read (plan {} of seed {seed})\n  1. ", story.plan);
            assert!(story.to_string().starts_with(&head), "{story}");
            story
                .lines
                .iter()
                .any(|line| line.contains(&format!(": {holder} 1.0 with Part 1.1, nobody waits")))
        };
        assert!((1..=20).any(found), "{holder}");
    }
    // A fault of one field is shown with that field alone.
    let mut releases = releases();
    releases.iter_mut().skip(1).for_each(|(_, locks)| {
        locks["Disk"]["fields"]["cache"].as_object_mut().unwrap().remove("since");
    });
    let found = |seed| fleet(&releases).policy(Policy::any_mix()).check(800, seed).expect_err("it is found");
    let made: Vec<String> = (1..=6)
        .filter_map(|seed| found(seed).lines.into_iter().find(|line| line.contains(r#" Disk {"cache":"#)))
        .collect();
    assert!(made.len() > 1, "{made:?}");
    for line in made {
        assert!(line.matches("\":").count() == 1, "{line}");
    }
}

/// An operation that fails from a number on: how often it was called, and what it says of the smallest.
fn failing_from(least: u64) -> (Arc<AtomicU64>, Box<Story>) {
    let calls = Arc::new(AtomicU64::new(0));
    let here = Arc::clone(&calls);
    let fleet = Fleet::new().release("1", Registry::new()).hosts(["a", "b"]).operations_alone();
    let fleet = fleet.operation("count", 1, move |call: Call| {
        here.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if call.number() >= least { Err(format!("{} is too much", call.number())) } else { Ok(()) }
        })
    });
    (calls, fleet.check(20, 1).expect_err("it fails"))
}

#[test]
fn numbers_are_made_smaller_as_far_as_it_fails_and_for_no_longer_than_that() {
    let (_, story) = failing_from(10);
    assert_eq!(story.what, "count: 10 is too much");
    assert_eq!((story.hosts.len(), story.lines.len()), (1, 2), "{story}");
    let (_, story) = failing_from(0);
    assert_eq!(story.what, "count: 0 is too much");
    // The next smaller one fails again and again.
    let (calls, story) = failing_from(1 << 62);
    assert!(story.what.starts_with("count: "), "{story}");
    assert!(calls.load(Ordering::Relaxed) < 4000, "{calls:?}");
}

/// Numbers are drawn, and hosts change while an operation waits.
#[test]
fn an_operation_sees_its_number_its_hosts_and_what_changes_while_it_waits() {
    let numbers: Arc<Mutex<Vec<u64>>> = Arc::default();
    let changed = Arc::new(AtomicU64::new(0));
    let (drawn, met) = (Arc::clone(&numbers), Arc::clone(&changed));
    let fleet = Fleet::of(|| Mutex::new(Vec::<String>::new())).release("1", Registry::new());
    let fleet =
        fleet.release("2", Registry::new()).hosts(["a", "b"]).operations_alone().policy(Policy::any_mix());
    let fleet = fleet.invariant("who is where", |moment| {
        *moment.world.lock().unwrap() =
            moment.hosts.iter().map(|(_, release)| (*release).to_owned()).collect();
        Ok(())
    });
    let fleet = fleet.operation("wait", 2, move |call| {
        drawn.lock().unwrap().push(call.number());
        let changed = Arc::clone(&met);
        Box::pin(async move {
            if call.seats().iter().any(|seat| seat.transport().host() != seat.host()) {
                return Err(format!("{call:?}"));
            }
            let before = call.world().lock().unwrap().clone();
            call.pause().await;
            call.pause().await;
            if !before.is_empty() && *call.world().lock().unwrap() != before {
                changed.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
    });
    let shown = format!("{fleet:?}");
    assert!(shown.contains(r#"hosts: ["a", "b"], releases: ["1", "2"]"#), "{shown}");
    let figures = fleet.check(100, 1).unwrap_or_else(|story| panic!("{story}"));
    assert!(changed.load(Ordering::Relaxed) > 20, "{changed:?}");
    let mut numbers = numbers.lock().unwrap().clone();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() > all / 2, "{numbers:?}");
    let text = figures.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with(&format!("100 plans, 0 messages, {} changes", figures.changes)), "{text}");
    assert_eq!(lines[2], "objects by release of writer and reader: ");
    let failing = Fleet::new().release("1", Registry::new()).hosts(["a"]).operations_alone();
    let failing =
        failing.operation("tell", 1, |call: Call| Box::pin(async move { Err(format!("{call:?}")) }));
    let story = failing.check(4, 1).expect_err("it fails");
    assert_eq!(story.what, r#"tell: Call { seats: [Seat { host: "a", release: "1", .. }], number: 0, .. }"#);
}

#[test]
fn casts_alone_are_of_objects_too() {
    let now = Registry::new().with::<Part>();
    let of = || Fleet::new().release("1", now.clone()).hosts(["a", "b"]).operations_alone();
    let silent = of().check(20, 1).unwrap_or_else(|story| panic!("{story}"));
    let casts = of().casts().check(20, 1).unwrap_or_else(|story| panic!("{story}"));
    assert_eq!((silent.messages, casts.loads), (0, 0));
    assert!(casts.messages > 20, "{casts}");
}

/// Each object in a fleet of its oldest version, one in between, and its newest.
fn of_versions(registry: &Registry, names: &[&str]) -> Fleet {
    let fleet = [0.0, 0.5, 1.0].into_iter().fold(Fleet::new(), |fleet, part: f64| {
        let held = names.iter().fold(registry.clone(), |held, name| {
            let versions = registry.versions(name);
            let place = ((versions.len() - 1) as f64 * part) as usize;
            held.held_to(name, versions[place]).unwrap()
        });
        fleet.release(part.to_string(), held)
    });
    fleet.hosts(["a", "b", "c"]).policy(Policy::any_mix())
}

#[test]
fn objects_with_rules_of_all_kinds_go_through_a_fleet() {
    let port = || Registry::new().with::<fixtures::Port>();
    for registry in [
        Registry::new().with::<fixtures::Rules>(),
        Registry::new().with::<fixtures::Renamed>(),
        Registry::new().with::<fixtures::Timestamped>(),
        Registry::new().with::<more::Nic>().with::<more::Device>(),
        port().with::<more::Device>().with::<more::Several>(),
        port().with::<more::Device>().with::<more::Machine>(),
    ] {
        let names: Vec<&str> = registry.names().collect();
        let drawn = of_versions(&registry, &names).check(60, 1);
        let drawn = drawn.unwrap_or_else(|story| panic!("{names:?}: {story}"));
        assert!(drawn.messages > 100, "{names:?}: {drawn}");
    }
}

#[test]
fn a_field_that_changes_with_what_another_host_sets_is_found() {
    let now = Registry::new().with::<Follows>();
    let then = now.clone().held_to("Follows", Version::new(1, 0)).unwrap();
    let fleet =
        Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]).policy(Policy::any_mix());
    let story = fleet.check(400, 1).expect_err("it is found");
    assert_eq!(story.fault, Fault::Differs, "{story}");
    assert!(told(&story).contains("which sets a field, and back"), "{story}");
}

/// A field that older hosts can't have.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct Refusing {
    origin: Origin,
    id: Field<i64>,
    #[field(since = "1.1", refuse)]
    key: Field<String>,
}

/// An object that says nothing of the one that it holds.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Holder {
    origin: Origin,
    part: Field<Part>,
}

/// An object that holds such a one, and says of it.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Outer {
    origin: Origin,
    #[field(child_versions("1.0" => "1.0"))]
    holder: Field<Holder>,
}

#[test]
fn what_must_be_refused_is_no_fault() {
    let now = Registry::new().with::<Refusing>();
    let then = now.clone().held_to("Refusing", Version::new(1, 0)).unwrap();
    let fleet =
        Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]).policy(Policy::any_mix());
    let drawn = fleet.check(100, 1).unwrap_or_else(|story| panic!("{story}"));
    assert!(drawn.refused > 20, "{drawn}");
    // An object that a release doesn't know; its hosts refuse it, and nobody blames them.
    let (one, both) = (Registry::new().with::<Part>(), Registry::new().with::<Part>().with::<Disk>());
    let fleet = Fleet::new().release("1", one).release("2", both).hosts(["a", "b"]).policy(Policy::any_mix());
    let drawn = fleet.check(100, 1).unwrap_or_else(|story| panic!("{story}"));
    assert!(drawn.refused > 20, "{drawn}");
}

/// An object that sends what it holds as it is.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"), keep_children)]
struct Keeps {
    origin: Origin,
    part: Field<Part>,
}

/// No rule refuses these, so that whoever refuses them is at fault.
#[test]
fn what_no_rule_refuses_is_a_fault() {
    let fails = |then: Registry, now: Registry, pin: Option<Manifest>| {
        let fleet =
            Fleet::new().release("1", then).release("2", now).hosts(["a", "b"]).policy(Policy::any_mix());
        let fleet = fleet.negotiation(move |seat: &Seat| {
            let registry = Arc::clone(seat.registry());
            match &pin {
                Some(pin) => Negotiation::pinned(registry, pin),
                None => Negotiation::at_first_contact(registry),
            }
        });
        let story = fleet.check(200, 1).expect_err("it is found");
        assert_eq!(story.fault, Fault::Refused, "{story}");
        story.what.clone()
    };
    let now = Registry::new().with::<Part>().with::<Keeps>();
    let then = now.clone().held_to("Part", Version::new(1, 0)).unwrap();
    let what = fails(then, now, None);
    assert!(what.ends_with("Part goes out in version 1.1, and the peer reads 1.0"), "{what}");
    // Both hosts know it, and the pin doesn't.
    let (one, both) = (Registry::new().with::<Part>(), Registry::new().with::<Part>().with::<Disk>());
    let what = fails(one.clone(), both, Some(one.manifest().clone()));
    assert!(what.starts_with("Disk from "), "{what}");
}

/// A list that says nothing of the versions of its elements.
#[derive(VersionedObject, Clone)]
#[object(coerce, list, versions("1.0"))]
struct PartList {
    origin: Origin,
    objects: Field<Vec<Part>>,
}

#[test]
fn an_object_that_says_nothing_of_its_children_is_stored_as_the_release_has_them() {
    let now = Registry::new().with::<Part>().with::<Holder>().with::<Outer>().with::<PartList>();
    let then = now.clone().held_to("Part", Version::new(1, 0)).unwrap();
    let fleet = Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]);
    let drawn =
        fleet.policy(Policy::rolling().roll_back()).check(200, 1).unwrap_or_else(|story| panic!("{story}"));
    assert!(drawn.loads > 200, "{drawn}");
}

#[test]
fn objects_of_which_a_function_decides_are_left_out_where_there_are_locks_alone() {
    let all = Registry::new().with::<fixtures::Span>().with::<fixtures::Port>();
    let fleet = |registry: Registry| {
        Fleet::new().release("1", registry.clone()).release("2", registry).hosts(["a", "b"])
    };
    let by_locks = Locks::of(&all).registry();
    let drawn = fleet(by_locks).check(20, 1).unwrap_or_else(|story| panic!("{story}"));
    assert_eq!(drawn.left_out, ["Span"]);
    let drawn = fleet(all).check(20, 1).unwrap_or_else(|story| panic!("{story}"));
    assert_eq!(drawn.left_out, [""; 0]);
}

//! More faults, of kinds that nobody named before: in a release's schemas, and in what its hosts do.

use std::sync::Arc;

use serde_json::{Value, json};
use versioned_objects::check::{Call, Fault, Fleet, Policy, Seat, Story, compare};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, Negotiation, ObjectVersions, Payload,
    Server,
};
use versioned_objects::{Manifest, Target, Version};

use super::objects::{Disk, Part, Shelf, fleet, locks, releases};
use super::planted::Plant;

const PLANTS: &[Plant] = &[
    ("a gate is a version too low", 1, |locks| locks["Disk"]["fields"]["cache"]["since"] = json!("1.0")),
    ("a value of an enum is gated a version too low", 2, |locks| {
        locks["Disk"]["fields"]["bus"]["rules"][0]["before"] = json!("1.1");
    }),
    ("what stands for a new value isn't of its type", 2, |locks| {
        locks["Disk"]["fields"]["bus"]["rules"][0]["action"]["values"]["instead"]["write"] = json!(7);
    }),
    ("a rename is a version too low", 2, |locks| {
        locks["Disk"]["fields"]["label"]["rules"][0]["before"] = json!("1.1");
    }),
    ("a rename is a version too high", 2, |locks| {
        locks["Disk"]["fields"]["label"]["rules"][0]["before"] = json!("1.3");
    }),
    ("a rename is from another name", 2, |locks| {
        locks["Disk"]["fields"]["label"]["rules"][0]["action"]["rename"]["from"] = json!("titel");
    }),
    ("a removed field has no tombstone", 2, |locks| {
        locks["Disk"].as_object_mut().unwrap().remove("tombstones");
    }),
    ("an absent field counts as nothing", 2, |locks| {
        locks["Disk"]["fields"]["mode"].as_object_mut().unwrap().remove("absent");
    }),
    ("a list has no row for its oldest version", 1, |locks| {
        locks["Shelf"]["child_versions"].as_object_mut().unwrap().remove("1.0");
    }),
    ("a child is left as it is", 1, |locks| locks["Disk"]["fields"]["part"]["alone"] = json!(true)),
    ("a text may be no longer than it was", 2, |locks| {
        locks["Disk"]["fields"]["serial"]["check"] = json!({"max_length": 1});
    }),
    ("a number may no longer be negative", 2, |locks| {
        locks["Disk"]["fields"]["size"]["type"] = json!("NonNegativeInteger");
    }),
    ("a version in between is no longer in the history", 2, |locks| {
        let versions = locks["Disk"]["versions"].as_array_mut().unwrap();
        versions.retain(|version| version != "1.1");
    }),
    ("a field is added to a version that is out", 2, |locks| {
        locks["Disk"]["fields"]["extra"] = json!({"type": "String", "since": "1.1"});
    }),
    ("a value is taken no longer in another form", 2, |locks| {
        locks["Disk"]["fields"]["serial"]["type"] = json!("UUID");
        locks["Disk"]["fields"]["serial"]["strict"] = json!(true);
    }),
    ("a child is another object", 2, |locks| {
        locks["Disk"]["fields"]["part"]["type"]["name"] = json!("Shelf");
    }),
];

/// Faults by which no message is misunderstood: what a host leaves out it reports, a key too many is passed over, and a
/// field that was set once may be. The locks of what was released tell of them.
const QUIET: &[Plant] = &[
    ("a tombstone is a version too high", 2, |locks| {
        locks["Disk"]["tombstones"][0]["until"] = json!("1.2");
    }),
    ("a fill is missing", 2, |locks| {
        locks["Disk"]["tombstones"][0].as_object_mut().unwrap().remove("fill");
    }),
    ("a child has no row for the oldest version", 1, |locks| {
        locks["Disk"]["fields"]["part"]["child_versions"].as_object_mut().unwrap().remove("1.0");
    }),
    ("a field can be set but once", 2, |locks| locks["Disk"]["fields"]["serial"]["read_only"] = json!(true)),
];

#[test]
fn a_fault_that_no_message_shows_is_found_by_the_lock() {
    for (name, since, plant) in QUIET {
        let released = releases().swap_remove(*since).1;
        let mut planted = released.clone();
        plant(&mut planted);
        let findings = compare(&locks(&released), &locks(&planted), &[]);
        assert!(!findings.is_empty(), "{name}");
    }
}

#[test]
fn a_fault_of_another_kind_is_found_too() {
    let good = releases();
    let mut missed = Vec::new();
    for (name, since, plant) in PLANTS {
        let mut releases = good.clone();
        releases.iter_mut().skip(*since).for_each(|(_, locks)| plant(locks));
        match fleet(&releases).policy(Policy::any_mix()).check(800, 1) {
            Ok(drawn) => missed.push(format!("{name}: {drawn}")),
            Err(story) => {
                assert!(story.hosts.len() <= 3 && story.lines.len() <= 12, "{name}: {story}");
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn two() -> (Registry, Registry) {
    let now = Registry::new().with::<Disk>().with::<Part>().with::<Shelf>();
    let held = [("Disk", "1.0"), ("Part", "1.0"), ("Shelf", "1.0")];
    let then = held.iter().fold(now.clone(), |registry, (name, version)| {
        registry.held_to(name, version.parse().unwrap()).unwrap()
    });
    (then, now)
}

fn disk() -> Disk {
    let part = Part { start: 1.into(), end: 2.into(), ..Part::default() };
    Disk { serial: "a".to_owned().into(), cache: "c".to_owned().into(), part: part.into(), ..Disk::default() }
}

#[test]
fn a_pin_without_the_child_is_found() {
    let (then, now) = two();
    let lacking: Manifest =
        [("Disk", Version::new(1, 0)), ("Shelf", Version::new(1, 0))].into_iter().collect();
    let fleet = Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]);
    let fleet =
        fleet.negotiation(move |seat: &Seat| Negotiation::pinned(Arc::clone(seat.registry()), &lacking));
    let story = fleet.check(200, 1).expect_err("it is found");
    assert!(matches!(story.fault, Fault::Refused | Fault::Unreadable), "{story}");
    assert!(story.to_string().contains("Part"), "{story}");
}

/// A service of one method, whose hosts have a fault.
struct Faulty {
    registry: Arc<Registry>,
    serve: Serve,
}

type Serve = fn(&Registry, &mut Args, &CallContext) -> Result<Payload, Failure>;

impl Endpoint for Faulty {
    fn methods(&self) -> &[&str] {
        &["work"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let payload = (self.serve)(&self.registry, &mut args, context)?;
            args.finish()?;
            Ok(payload)
        })
    }
}

type Ask = fn(Seat, String) -> BoxFuture<'static, Result<(), String>>;

/// A fleet whose hosts ask each other to work.
fn asked(announces: fn(&Seat, &Registry) -> Registry, serve: Serve, ask: Ask) -> Fleet {
    let (then, now) = two();
    let newest = now.clone();
    let fleet = Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]).operations_alone();
    let fleet = fleet.policy(Policy::rolling().roll_back()).service("work", move |seat: &Seat| {
        let versions = ObjectVersions::new(Arc::new(announces(seat, &newest)));
        let faulty = Faulty { registry: Arc::clone(seat.registry()), serve };
        Server::new(seat.host()).endpoint(versions).endpoint(faulty)
    });
    fleet.operation("work", 2, move |call: Call| {
        let [from, to] = call.seats() else { return Box::pin(async { Ok(()) }) };
        ask(from.clone(), to.host().to_owned())
    })
}

fn own(seat: &Seat, _: &Registry) -> Registry {
    (**seat.registry()).clone()
}

fn takes_a_disk(registry: &Registry, args: &mut Args, _: &CallContext) -> Result<Payload, Failure> {
    args.take::<Disk>("disk", registry)?;
    Ok(Payload::null())
}

fn gives_it_as_it_is(_: &Registry, _: &mut Args, _: &CallContext) -> Result<Payload, Failure> {
    Ok(Payload::of(&disk(), Target::Version(Version::new(1, 1), None))?)
}

fn gives_what_is_read(registry: &Registry, _: &mut Args, context: &CallContext) -> Result<Payload, Failure> {
    let target = if registry.is_held() { Target::Manifest(registry.manifest()) } else { Target::Own };
    Ok(Payload::reply(&disk(), target, context, registry)?)
}

fn client(from: &Seat, to: String) -> Client {
    Client::new(Arc::clone(from.transport()), Address::server("work", to))
}

/// Sends a disk as it is agreed at first contact.
fn sends(from: Seat, to: String) -> BoxFuture<'static, Result<(), String>> {
    Box::pin(async move {
        let negotiation = Negotiation::at_first_contact(Arc::clone(from.registry()));
        let fill = |args: &mut Args, target: Target<'_>| args.insert("disk", &disk(), target);
        let called = negotiation.call(&client(&from, to), "work", &CallContext::new(), fill).await;
        called.map(drop).map_err(|error| error.to_string())
    })
}

/// Sends what came later, whoever is there.
fn sends_another_argument(from: Seat, to: String) -> BoxFuture<'static, Result<(), String>> {
    Box::pin(async move {
        let negotiation = Negotiation::at_first_contact(Arc::clone(from.registry()));
        let fill = |args: &mut Args, target: Target<'_>| {
            args.insert("disk", &disk(), target)?;
            if from.release() == "2" { args.insert_plain("force", &true) } else { Ok(()) }
        };
        let called = negotiation.call(&client(&from, to), "work", &CallContext::new(), fill).await;
        called.map(drop).map_err(|error| error.to_string())
    })
}

/// Sends an object of the new version under the label of the old one.
fn sends_under_another_label(from: Seat, to: String) -> BoxFuture<'static, Result<(), String>> {
    Box::pin(async move {
        let mut value = serde_json::to_value(disk()).map_err(|error| error.to_string())?;
        value["versioned_object.version"] = json!("1.0");
        let mut args = Args::new();
        args.insert_plain("disk", &value).map_err(|error| error.to_string())?;
        let called = client(&from, to).call("work", args, &CallContext::new()).await;
        called.map(drop).map_err(|error| error.to_string())
    })
}

/// Asks for a disk, and tells what is read here.
fn asks(from: Seat, to: String) -> BoxFuture<'static, Result<(), String>> {
    Box::pin(async move {
        let mut args = Args::new();
        args.reading(from.registry().tree("Disk").map_err(|error| error.to_string())?);
        let answer = client(&from, to).call("work", args, &CallContext::new()).await;
        let read = answer.and_then(|answer| answer.read::<Disk>(from.registry()));
        read.map(drop).map_err(|error| error.to_string())
    })
}

#[track_caller]
fn found(fleet: Fleet) -> Box<Story> {
    fleet.check(200, 1).expect_err("it is found")
}

#[test]
fn what_hosts_do_wrong_is_found() {
    let takes_another: Serve = |registry, args, context| {
        // The newer release takes it; the older one refuses what it doesn't know.
        if registry.manifest().get("Disk") > Some(Version::new(1, 0)) && args.contains("force") {
            let _: Value = args.take_plain("force")?;
        }
        takes_a_disk(registry, args, context)
    };
    for (kind, right) in
        [("sends", asked(own, takes_a_disk, sends)), ("asks", asked(own, gives_what_is_read, asks))]
    {
        right.check(100, 1).unwrap_or_else(|story| panic!("{kind}: {story}"));
    }
    let more = asked(|_, newest| newest.clone(), takes_a_disk, sends);
    let faults = [
        ("a host announces more than it reads", more, "version 1."),
        ("an answer is in the newest version", asked(own, gives_it_as_it_is, asks), "can't read its answer"),
        ("an argument has no since", asked(own, takes_another, sends_another_argument), "'force'"),
        ("a label lies", asked(own, takes_a_disk, sends_under_another_label), "Disk"),
    ];
    for (kind, fleet, what) in faults {
        let story = found(fleet);
        assert!(story.to_string().contains(what), "{kind}: {story}");
        assert!(story.hosts.len() <= 2, "{kind}: {story}");
    }
}

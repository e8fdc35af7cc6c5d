//! Faults that are planted into one release or into its hosts: drawn plans find each, and tell it in few steps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use versioned_objects::check::{Fault, Fleet, Policy, Seat, Story};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, CallContext, Client, Negotiation, ObjectVersions, Payload, Server, Versions,
};
use versioned_objects::{ByName, Field, Manifest, Origin, Target, UnknownFields, Version, VersionedObject};

use super::objects::{Disk, Part, Shelf, fleet, releases};

/// A fault in the locks of a release and of those after it.
pub type Plant = (&'static str, usize, fn(&mut Value));

fn field<'a>(locks: &'a mut Value, object: &str, field: &str) -> &'a mut serde_json::Map<String, Value> {
    locks[object]["fields"][field].as_object_mut().unwrap_or_else(|| panic!("{object}.{field}"))
}

const PLANTS: &[Plant] = &[
    ("a gate is deleted", 1, |locks| drop(field(locks, "Disk", "cache").remove("since"))),
    ("a gate comes too late", 2, |locks| locks["Disk"]["fields"]["cache"]["since"] = json!("1.2")),
    ("a child version is one too high", 1, |locks| {
        locks["Disk"]["fields"]["part"]["child_versions"]["1.0"] = json!("1.1");
    }),
    ("the elements of a list are in a version too high", 1, |locks| {
        locks["Shelf"]["child_versions"]["1.0"] = json!("1.1");
    }),
    ("a field is never gated", 2, |locks| locks["Disk"]["fields"]["extra"] = json!({"type": "String"})),
    ("a child isn't bumped", 2, |locks| locks["Part"]["fields"]["extra"] = json!({"type": "String"})),
    ("a field is removed and nobody fills it", 1, |locks| {
        locks["Disk"]["fields"].as_object_mut().unwrap().remove("size");
    }),
    ("a removed field is filled with what it can't be", 2, |locks| {
        locks["Disk"]["tombstones"][0]["fill"] = Value::Null;
        locks["Disk"]["tombstones"][0]["fill"] = json!([1]);
    }),
    ("what an absent field counts as changes", 2, |locks| {
        locks["Disk"]["fields"]["mode"]["absent"] = json!("ro")
    }),
    ("a value of an enum isn't gated", 2, |locks| drop(field(locks, "Disk", "bus").remove("rules"))),
    ("what stands for a new value isn't known either", 2, |locks| {
        let rules = locks["Disk"]["fields"]["bus"]["rules"].to_string().replace("virtio", "scsi");
        locks["Disk"]["fields"]["bus"]["rules"] = serde_json::from_str(&rules).unwrap();
    }),
    ("a value of an enum is removed", 2, |locks| {
        locks["Disk"]["fields"]["bus"]["type"]["values"] = json!(["virtio", "nvme"]);
    }),
    ("a field is renamed and doesn't say from what", 2, |locks| {
        drop(field(locks, "Disk", "label").remove("rules"));
    }),
    ("a field changes its type", 1, |locks| locks["Disk"]["fields"]["serial"]["type"] = json!("Integer")),
    ("null may stand there no more", 2, |locks| drop(field(locks, "Disk", "size").remove("nullable"))),
    ("null may stand where it couldn't", 2, |locks| {
        locks["Disk"]["fields"]["serial"]["nullable"] = json!(true);
    }),
    ("a field is required that was not", 2, |locks| {
        locks["Disk"]["fields"]["cache"]["required"] = json!(true)
    }),
    ("old versions are no longer in the history", 2, |locks| {
        let versions = locks["Disk"]["versions"].as_array_mut().unwrap();
        versions.drain(..2);
    }),
    ("an object is gone that others hold", 2, |locks| {
        locks.as_object_mut().unwrap().remove("Part");
    }),
    ("the namespace changes", 1, |locks| locks["Disk"]["project_namespace"] = json!("other")),
    ("the serial namespace changes", 1, |locks| locks["Disk"]["serial_namespace"] = json!("other")),
    ("changes are forgotten", 1, |locks| locks["Disk"]["forgets_changes"] = json!(true)),
    ("children aren't converted", 1, |locks| locks["Disk"]["keep_children"] = json!(true)),
];

#[test]
fn a_fault_in_a_schema_is_found_whatever_its_kind() {
    let good = releases();
    let mut missed = Vec::new();
    for (name, since, plant) in PLANTS {
        let mut releases = good.clone();
        releases.iter_mut().skip(*since).for_each(|(_, locks)| plant(locks));
        match fleet(&releases).policy(Policy::any_mix()).check(800, 1) {
            Ok(drawn) => missed.push(format!("{name}: {drawn}")),
            // It takes few hosts, and few steps, to show it.
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

fn found(fleet: Fleet<impl Send + Sync + 'static>, fault: Fault) -> Box<Story> {
    let story = fleet.check(200, 1).expect_err("it is found");
    assert_eq!(story.fault, fault, "{story}");
    story
}

#[test]
fn a_pin_above_what_a_host_serves_is_found() {
    let (then, now) = two();
    let newest: Manifest = now.manifest().clone();
    let fleet = Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]);
    let fleet =
        fleet.negotiation(move |seat: &Seat| Negotiation::pinned(Arc::clone(seat.registry()), &newest));
    // A host of the old release can't write that itself, and one of the new release is refused.
    let story = fleet.check(200, 1).expect_err("it is found");
    assert!(matches!(story.fault, Fault::Refused | Fault::Unreadable), "{story}");
    assert_eq!(story.hosts.len(), 2, "{story}");
}

#[test]
fn a_pin_to_the_oldest_release_is_right() {
    let (then, now) = two();
    let oldest: Manifest = then.manifest().clone();
    let fleet = Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]).casts();
    let fleet =
        fleet.negotiation(move |seat: &Seat| Negotiation::pinned(Arc::clone(seat.registry()), &oldest));
    let drawn = fleet.policy(Policy::rolling().roll_back()).check(60, 1);
    let drawn = drawn.unwrap_or_else(|story| panic!("{story}"));
    assert_eq!(drawn.written_again, 0, "{drawn}");
}

/// What hosts were told, and kept for ever.
type Kept = Mutex<BTreeMap<(String, String), Versions>>;

#[test]
fn what_was_kept_of_a_peer_that_went_back_is_found() {
    let (then, now) = two();
    let fleet = Fleet::of(Kept::default).release("1", then).release("2", now).hosts(["a", "b"]);
    let fleet = fleet.operations_alone().policy(Policy::rolling().roll_back());
    let fleet = fleet.service("kept", |seat: &Seat<Kept>| {
        let versions = ObjectVersions::new(Arc::clone(seat.registry()));
        Server::new(seat.host()).endpoint(versions).endpoint(Takes(Arc::clone(seat.registry())))
    });
    let fleet = fleet.operation("hand over", 2, |call| {
        Box::pin(async move {
            let [from, to] = call.seats() else { return Ok(()) };
            let client = Client::new(Arc::clone(from.transport()), Address::server("kept", to.host()));
            let key = (from.host().to_owned(), to.host().to_owned());
            let context = CallContext::new();
            let known = call.world().lock().unwrap().get(&key).cloned();
            let theirs = match known {
                Some(known) => known,
                // It asks once, and no process of the host ever asks again.
                None => Versions::of(to.registry()),
            };
            call.world().lock().unwrap().insert(key, theirs.clone());
            let ours = Versions::of(from.registry());
            let agreed = versioned_objects::rpc::Agreement::between(&ours, &theirs);
            let disk = Disk { serial: "a".to_owned().into(), ..Disk::default() };
            let mut args = Args::new();
            args.insert("disk", &disk, Target::Manifest(agreed.manifest()))
                .map_err(|error| error.to_string())?;
            let answer = client.call("take", args, &context).await;
            answer.map(drop).map_err(|error| error.to_string())
        })
    });
    let story = fleet.check(300, 1).expect_err("it is found");
    assert!(story.lines.iter().any(|line| line.contains("changes to 1")), "{story}");
}

/// Takes a disk.
struct Takes(Arc<Registry>);

impl versioned_objects::rpc::Endpoint for Takes {
    fn methods(&self) -> &[&str] {
        &["take"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> versioned_objects::rpc::BoxFuture<'a, Result<Payload, versioned_objects::rpc::Failure>> {
        Box::pin(async move {
            args.take::<Disk>("disk", &self.0)?;
            args.finish()?;
            Ok(Payload::null())
        })
    }
}

/// A method that came with the second release, which hosts of it call.
fn with_new_method(policy: Policy) -> Fleet {
    let (then, now) = two();
    let fleet = Fleet::new().release("1", then).release("2", now).hosts(["conductor", "a", "b"]);
    let fleet = fleet.policy(policy).operations_alone().service("new", |seat: &Seat| {
        let server = Server::new(seat.host());
        if seat.release() == "2" { server.endpoint(Takes(Arc::clone(seat.registry()))) } else { server }
    });
    fleet.operation("a call of the conductor", 3, |call| {
        Box::pin(async move {
            let caller = call.seats().iter().find(|seat| seat.host() != "conductor" && seat.release() == "2");
            let Some(caller) = caller else { return Ok(()) };
            let client = Client::new(Arc::clone(caller.transport()), Address::server("new", "conductor"));
            let mut args = Args::new();
            args.insert("disk", &Disk::default(), Target::Version(Version::new(1, 0), None))
                .map_err(|error| error.to_string())?;
            let answer = client.call("take", args, &CallContext::new()).await;
            answer.map(drop).map_err(|error| error.to_string())
        })
    })
}

#[test]
fn an_order_that_is_reversed_is_found() {
    let right = with_new_method(Policy::rolling().first(["conductor"])).check(100, 1);
    right.unwrap_or_else(|story| panic!("{story}"));
    let story = found(with_new_method(Policy::rolling().first(["a", "b"])), Fault::Operation);
    assert!(story.what.contains("Endpoint does not support RPC version"), "{story}");
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Volume", versions("1.0", "1.1"))]
struct Right {
    origin: Origin,
    #[field(was(type = String, name = "size", since = "1.1", to_older = to_text, from_older = from_text))]
    size_mb: Field<i64>,
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Volume", versions("1.0", "1.1"))]
struct Wrong {
    origin: Origin,
    #[field(was(type = String, name = "size", since = "1.1", to_older = to_text, from_older = from_text_and_more))]
    size_mb: Field<i64>,
}

fn to_text(size: &i64) -> Result<String, String> {
    Ok(size.to_string())
}

fn from_text(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

fn from_text_and_more(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse::<i64>().map(|size| size.saturating_add(1))
}

#[test]
fn a_conversion_that_isn_t_one_is_found() {
    let of = |now: Registry| {
        let then = now.clone().held_to("Volume", "1.0".parse().unwrap()).unwrap();
        Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"])
    };
    of(Registry::new().with::<Right>()).check(60, 1).unwrap_or_else(|story| panic!("{story}"));
    let story = found(of(Registry::new().with::<Wrong>()), Fault::Differs);
    assert!(story.what.contains("Volume"), "{story}");
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Job", versions("1.0"))]
struct Relay {
    origin: Origin,
    id: Field<i64>,
    rest: UnknownFields,
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Job", versions("1.0"))]
struct NoRelay {
    origin: Origin,
    id: Field<i64>,
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, name = "Job", versions("1.0", "1.1"))]
struct Job {
    origin: Origin,
    id: Field<i64>,
    #[field(since = "1.1")]
    note: Field<String>,
}

/// Gives back what it gets, as it has it.
struct Gives(Arc<Registry>);

impl versioned_objects::rpc::Endpoint for Gives {
    fn methods(&self) -> &[&str] {
        &["give"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> versioned_objects::rpc::BoxFuture<'a, Result<Payload, versioned_objects::rpc::Failure>> {
        Box::pin(async move {
            let json: Box<serde_json::value::RawValue> = args.take_plain("job")?;
            let job = self.0.decode_json(json.get().as_bytes())?;
            Ok(Payload::of(&job, Target::Own)?)
        })
    }
}

#[test]
fn a_relay_that_drops_what_it_does_not_know_is_found() {
    let of = |then: Registry| {
        let now = Registry::new().with::<Job>();
        let fleet =
            Fleet::new().release("1", then).release("2", now).hosts(["a", "b", "c"]).operations_alone();
        let fleet = fleet.service("relay", |seat: &Seat| {
            Server::new(seat.host()).endpoint(Gives(Arc::clone(seat.registry())))
        });
        fleet.operation("by way of a relay", 2, |call| {
            Box::pin(async move {
                let [from, via] = call.seats() else { return Ok(()) };
                if from.release() == "1" {
                    return Ok(());
                }
                let mut job = Job { id: 1.into(), note: "a note".to_owned().into(), ..Job::default() };
                job.reset_changes();
                let mut args = Args::new();
                args.insert("job", &job, Target::Own).map_err(|error| error.to_string())?;
                let client = Client::new(Arc::clone(from.transport()), Address::server("relay", via.host()));
                let answer = client.call("give", args, &CallContext::new()).await;
                let back = answer.and_then(|answer| answer.read::<Job>(from.registry()));
                let back = back.map_err(|error| error.to_string())?;
                if back.note == job.note { Ok(()) } else { Err("the note is gone".to_owned()) }
            })
        })
    };
    let with = of(Registry::new().with::<Relay>()).check(60, 1);
    with.unwrap_or_else(|story| panic!("{story}"));
    let story = of(Registry::new().with::<NoRelay>()).check(200, 1).expect_err("it is found");
    assert!(matches!(story.fault, Fault::Unreadable | Fault::Lost), "{story}");
}

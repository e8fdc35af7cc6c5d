//! Peers that refuse an object: who is called again, and who isn't.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pollster::block_on;
use serde_json::json;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, InProcess, Negotiation,
    ObjectVersions, Patience, Payload, Reply, Server, Transport, TransportError,
};
use versioned_objects::{Error, Target, Version};

use super::hosts::{Log, client, registry};
use super::objects::{Careless, MigrateData, V0_1, V1_0, Volume, data};

fn old() -> Arc<Registry> {
    let held = registry().held_to("MigrateData", V0_1).unwrap();
    Arc::new(held.held_to("Careless", V1_0).unwrap().held_to("Volume", V1_0).unwrap())
}

/// Takes many objects, and calls another host once it has them.
struct Taker {
    registry: Arc<Registry>,
    begun: Arc<AtomicUsize>,
    third: Option<Client>,
}

impl Taker {
    async fn take(&self, mut args: Args, context: &CallContext) -> Result<Payload, Failure> {
        let data: Vec<MigrateData> = args.take("data", &self.registry)?;
        let careless: Careless = args.take("careless", &self.registry)?;
        args.finish()?;
        self.begun.fetch_add(1, Ordering::Relaxed);
        let Some(third) = &self.third else {
            return Ok(Payload::plain(&(data.len() + usize::from(careless.more.is_set())))?);
        };
        let mut args = Args::new();
        args.insert("data", &data, Target::Own)?;
        args.insert("careless", &careless, Target::Own)?;
        third.call("take", args, context).await?;
        Ok(Payload::null())
    }
}

impl Endpoint for Taker {
    fn version(&self) -> Version {
        Version::new(6, 0)
    }

    fn methods(&self) -> &[&str] {
        &["take"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(self.take(args, context))
    }
}

fn fill(args: &mut Args, target: Target<'_>) -> Result<(), Error> {
    let volume =
        Volume { id: String::from("v").into(), target: String::from("t").into(), ..Volume::default() };
    let careless = Careless { more: String::from("m").into(), volume: volume.into(), ..Careless::default() };
    args.insert("data", &vec![data(), data()], target)?;
    args.insert("careless", &careless, target)
}

fn ways() -> [Negotiation; 2] {
    [Negotiation::at_first_contact(Arc::new(registry())), Negotiation::by_receiver(Arc::new(registry()))]
}

#[test]
fn a_silent_peer_that_is_behind_in_several_objects_is_served_at_the_first_call() {
    for negotiation in ways() {
        let (bus, log, begun) = (InProcess::new(), Log::default(), Arc::<AtomicUsize>::default());
        let old = Registry::new().with::<MigrateData>().with::<Volume>().with::<Careless>();
        let old = old.held_to("MigrateData", V0_1).unwrap().held_to("Careless", V1_0).unwrap();
        let taker = Taker { registry: Arc::new(old), begun: Arc::clone(&begun), third: None };
        bus.serve("compute", Server::new("b").endpoint(taker));
        let client = client(&bus, "a", "b", &log);
        for _ in 0..2 {
            let answer = block_on(negotiation.call(&client, "take", &CallContext::new(), fill)).unwrap();
            assert_eq!(answer.read_plain::<usize>().unwrap(), 2);
        }
        assert_eq!(begun.load(Ordering::Relaxed), 2);
        let lines = log.lines();
        assert_eq!(
            lines.last().unwrap(),
            "a -> b take MigrateData 0.1 -[0]MigrateData.naming MigrateData 0.1 -[1]MigrateData.naming Careless 1.0 -Careless.more"
        );
    }
}

#[test]
fn a_third_host_s_refusal_of_the_same_object_makes_nobody_call_twice() {
    for negotiation in ways() {
        let (bus, log) = (InProcess::new(), Log::default());
        let [begun_b, begun_c] = [Arc::<AtomicUsize>::default(), Arc::default()];
        let third = Some(client(&bus, "b", "c", &log));
        let b = Taker { registry: Arc::new(registry()), begun: Arc::clone(&begun_b), third };
        let c = Taker { registry: old(), begun: Arc::clone(&begun_c), third: None };
        bus.serve(
            "compute",
            Server::new("b").endpoint(b).endpoint(ObjectVersions::new(Arc::new(registry()))),
        );
        bus.serve("compute", Server::new("c").endpoint(c));
        let client = client(&bus, "a", "b", &log);
        let error = block_on(negotiation.call(&client, "take", &CallContext::new(), fill)).unwrap_err();
        let failure = error.as_remote().unwrap();
        assert!(failure.incompatible_version().is_some() && !failure.is_unbegun(), "{failure}");
        let counts = [&begun_b, &begun_c].map(|begun| begun.load(Ordering::Relaxed));
        assert_eq!(counts, [1, 0]);
    }
}

/// A Python host: replies with a failure as `oslo.messaging` has it until the versions suit it.
struct Python {
    traceback: Vec<String>,
    calls: AtomicUsize,
}

impl Transport for Python {
    fn host(&self) -> &str {
        "a"
    }

    fn call<'a>(
        &'a self,
        _: &'a Address,
        request: Vec<u8>,
        _: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        let request = String::from_utf8(request).unwrap();
        let refusal = |name: &str, sent: &str, supported: &str| {
            json!({"class": "IncompatibleObjectVersion", "module": "oslo_versionedobjects.exception", "message": "x",
                "tb": self.traceback, "args": [], "kwargs": {"objname": name, "objver": sent, "supported": supported}})
        };
        self.calls.fetch_add(1, Ordering::Relaxed);
        let newer = |name: &str, version: &str| {
            request.contains(&format!(r#""t.name":"{name}","t.namespace":"tests","t.version":"{version}""#))
        };
        let failure = if newer("MigrateData", "1.0") {
            Some(refusal("MigrateData", "1.0", "0.1"))
        } else if newer("Careless", "1.1") {
            Some(refusal("Careless", "1.1", "1.0"))
        } else {
            None
        };
        let failure = failure.map(|failure| failure.to_string());
        let reply = json!({"result": "done", "failure": failure, "ending": true}).to_string();
        Box::pin(async { Ok(reply.into_bytes()) })
    }

    fn cast<'a>(&'a self, _: &'a Address, _: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async { Ok(()) })
    }
}

fn python(frames: &[&str], last: &str) -> (Result<String, CallError>, usize) {
    let frame =
        |name: &&str| format!("  File \"/usr/lib/x.py\", line 19, in {name}\n    a = b(c)\n        ^^^^\n");
    let mut traceback = vec!["Traceback (most recent call last):\n".to_owned()];
    traceback.extend(frames.iter().map(frame));
    traceback.push(last.to_owned());
    let python = Arc::new(Python { traceback, calls: AtomicUsize::new(0) });
    let client = Client::new(Arc::clone(&python) as Arc<dyn Transport>, Address::server("compute", "b"));
    let negotiation = Negotiation::by_receiver(Arc::new(registry()));
    let outcome = block_on(negotiation.call(&client, "take", &CallContext::new(), fill));
    (outcome.and_then(|answer| answer.read_plain()), python.calls.load(Ordering::Relaxed))
}

#[test]
fn a_python_host_s_refusal_counts_where_its_traceback_shows_that_nothing_had_begun() {
    let refused = "oslo_versionedobjects.exception.IncompatibleObjectVersion: Version 1.0 of MigrateData\n";
    let own = ["_process_incoming", "dispatch", "_do_dispatch", "deserialize_entity", "_process_object"];
    let (outcome, calls) = python(&own, refused);
    assert_eq!((outcome.unwrap().as_str(), calls), ("done", 3));

    let began = ["_process_incoming", "dispatch", "_do_dispatch", "pre_live_migration", "call", "_send"];
    let remote = "oslo_versionedobjects.exception_Remote.IncompatibleObjectVersion_Remote: Version 1.0 of \
        MigrateData\n  File \"d.py\", line 1, in _do_dispatch\n  File \"s.py\", line 2, in deserialize_entity\n";
    for last in [refused, remote] {
        assert_eq!(python(&began, last).1, 1);
    }
    assert_eq!(python(&own, remote).1, 1);
    assert_eq!(python(&[], refused).1, 1);
}

#[test]
fn a_peer_that_refuses_whatever_it_gets_is_not_asked_for_ever() {
    struct Never(AtomicUsize);

    impl Transport for Never {
        fn host(&self) -> &str {
            "a"
        }

        fn call<'a>(
            &'a self,
            _: &'a Address,
            _: Vec<u8>,
            _: Patience,
        ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
            let [version, supported] = if self.0.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
                ["1.0", "0.1"]
            } else {
                ["0.1", "1.0"]
            };
            let failure = Failure::new("x", "IncompatibleObjectVersion", "x").unbegun();
            let failure =
                failure.with("objname", "MigrateData").with("objver", version).with("supported", supported);
            let reply = Reply::Failure(failure).to_bytes().unwrap();
            Box::pin(async { Ok(reply) })
        }

        fn cast<'a>(&'a self, _: &'a Address, _: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
            Box::pin(async { Ok(()) })
        }
    }

    let never = Arc::new(Never(AtomicUsize::new(0)));
    let client = Client::new(Arc::clone(&never) as Arc<dyn Transport>, Address::server("compute", "b"));
    let negotiation = Negotiation::by_receiver(Arc::new(registry()));
    let error = block_on(negotiation.call(&client, "take", &CallContext::new(), fill)).unwrap_err();
    assert!(error.as_remote().is_some(), "{error}");
    assert_eq!(never.0.load(Ordering::Relaxed), 3);
}

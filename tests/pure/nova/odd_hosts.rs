//! Hosts at the other end that don't do what they should.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::nova::block_device::Instance;
use versioned_objects::nova::compute::ComputeApi;
use versioned_objects::nova::objects::XenapiLiveMigrateData;
use versioned_objects::nova::registry;
use versioned_objects::nova::scenario::{Parted, Report, Role, RoleHost, Scenario};
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Endpoint, Failure, InProcess, Patience, Payload, Server,
    Transport, TransportError, Versions,
};
use versioned_objects::{Target, Version};

const PATIENCE: Duration = Duration::from_secs(10);

fn scenario() -> Scenario {
    Scenario::from_json(support::SCENARIO.as_bytes()).unwrap()
}

/// A source that has the destination made ready, says that the instance has come where it did, and then ends so.
struct OddSource {
    api: ComputeApi,
    has_sent: bool,
    ending: Result<Value, Failure>,
}

impl OddSource {
    async fn serve(&self, method: &str, mut args: Args, context: &CallContext) -> Result<Payload, Failure> {
        let instance: Instance = args.take_plain("instance")?;
        if method == "check_can_live_migrate_source" {
            let data: XenapiLiveMigrateData = args.take("dest_check_data", &registry())?;
            return Ok(Payload::of(&data, Target::Own)?);
        }
        let destination: String = args.take_plain("dest")?;
        let data: XenapiLiveMigrateData = args.take("migrate_data", &registry())?;
        self.api.pre_live_migration(context, &destination, &instance, &data).await?;
        if self.has_sent {
            self.api.post_live_migration_at_destination(context, &destination, &instance).await?;
        }
        self.ending.clone().and_then(|ending| Ok(Payload::plain(&ending)?))
    }
}

impl Endpoint for OddSource {
    fn version(&self) -> Version {
        Version::new(6, 0)
    }

    fn methods(&self) -> &[&str] {
        &["check_can_live_migrate_source", "live_migration"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(self.serve(method, args, context))
    }
}

fn with_odd_source(has_sent: bool, ending: Result<Value, Failure>) -> Report {
    let (scenario, bus) = (scenario(), InProcess::new());
    let connect = |host: &str| Arc::new(bus.connect(host));
    let destination = connect(&scenario.destination.host);
    let server = block_on(RoleHost::server(&scenario, Role::Destination, destination, PATIENCE)).unwrap();
    bus.serve(RoleHost::TOPIC, server);
    let api = ComputeApi::new(connect(&scenario.source.host), Arc::new(registry()));
    let source = Server::new(&*scenario.source.host).endpoint(OddSource { api, has_sent, ending });
    bus.serve(RoleHost::TOPIC, source);
    block_on(Parted::new(scenario, connect(""), PATIENCE).migrate()).unwrap()
}

#[test]
fn a_source_that_does_not_say_how_it_ended_leaves_nothing_half_done() {
    let endings = [
        (
            Err(Failure::new("builtins", "RuntimeError", "the method panicked")),
            "RuntimeError: the method panicked",
        ),
        (Ok(json!(null)), "malformed reply to live_migration: invalid type: null, expected an outcome"),
        (Ok(json!({"outcome": "exploded"})), "malformed reply to live_migration: unknown variant `exploded`"),
    ];
    for (ending, reason) in endings {
        let report = with_odd_source(false, ending.clone());
        assert_eq!(report.outcome.to_string(), "rolled back");
        assert!(report.reason.starts_with(reason), "{}", report.reason);
        assert_eq!((report.runs_on, report.leftovers), (Role::Source, Vec::new()));
        assert_eq!(report.destination_srs.len(), 3, "it was ready");

        let report = with_odd_source(true, ending);
        assert_eq!(report.outcome.to_string(), "migrated");
        assert!(
            report.reason.starts_with(&format!("not tidied up: the source: {reason}")),
            "{}",
            report.reason
        );
        assert_eq!((report.runs_on, report.destination_srs.len()), (Role::Destination, 3));
    }
}

/// The transport of a source, of whose question whether its machine is taken in something becomes.
struct Between {
    inner: Arc<dyn Transport>,
    /// The destination is told first to roll back.
    rolled_back: Option<(ComputeApi, Scenario)>,
    /// The answers that are lost.
    lost: AtomicU32,
}

impl Between {
    async fn meet(
        &self,
        to: &Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> Result<Vec<u8>, TransportError> {
        let is_question = String::from_utf8_lossy(&message).contains("\"take_in\"");
        if is_question && let Some((api, scenario)) = &self.rolled_back {
            let (instance, data) = (scenario.instance(), XenapiLiveMigrateData::default());
            let host = &*scenario.destination.host;
            api.rollback_live_migration_at_destination(&CallContext::new(), host, &instance, &data)
                .await
                .unwrap();
        }
        let answer = self.inner.call(to, message, patience).await?;
        let fewer = |left: u32| left.checked_sub(1);
        if is_question && self.lost.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).is_ok() {
            return Err(TransportError::Timeout { to: to.clone(), after: Duration::from_secs(5) });
        }
        Ok(answer)
    }
}

impl Transport for Between {
    fn host(&self) -> &str {
        self.inner.host()
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(self.meet(to, message, patience))
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        self.inner.cast(to, message)
    }
}

fn with_something_between(is_rolled_back: bool, lost: u32) -> Report {
    let (scenario, bus) = (scenario(), InProcess::new());
    let connect = |host: &str| Arc::new(bus.connect(host));
    let api = ComputeApi::new(connect(""), Arc::new(registry()));
    let between = Between {
        inner: connect(&scenario.source.host),
        rolled_back: is_rolled_back.then(|| (api, scenario.clone())),
        lost: lost.into(),
    };
    let destination = connect(&scenario.destination.host);
    let hosts: [(Role, Arc<dyn Transport>); 2] =
        [(Role::Source, Arc::new(between)), (Role::Destination, destination)];
    for (role, transport) in hosts {
        bus.serve(RoleHost::TOPIC, block_on(RoleHost::server(&scenario, role, transport, PATIENCE)).unwrap());
    }
    block_on(Parted::new(scenario, connect(""), PATIENCE).migrate()).unwrap()
}

#[test]
fn a_machine_leaves_when_the_destination_has_it_and_not_before() {
    let report = with_something_between(true, 0);
    assert_eq!(report.outcome.to_string(), "rolled back", "{}", report.reason);
    assert!(report.reason.contains("HANDLE_INVALID"), "{}", report.reason);
    assert_eq!((report.runs_on, report.leftovers), (Role::Source, Vec::new()));

    let report = with_something_between(false, 2);
    assert_eq!((report.outcome.to_string().as_str(), &*report.reason), ("migrated", ""));
    assert_eq!((report.runs_on, report.leftovers), (Role::Destination, Vec::new()));
}

/// A host that announces something, and is asked nothing else.
struct Announces {
    versions: Value,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Endpoint for Announces {
    fn namespace(&self) -> Option<&str> {
        Some("ovo")
    }

    fn methods(&self) -> &[&str] {
        &["object_versions"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        self.asked.lock().unwrap().push(method.to_owned());
        Box::pin(async { Ok(Payload::plain(&self.versions)?) })
    }
}

#[test]
fn a_destination_that_can_not_be_spoken_to_is_told_apart_before_it_is_asked() {
    let own = serde_json::to_value(Versions::of(&registry())).unwrap();
    let name = "XenapiLiveMigrateData";
    let mut other = own.clone();
    other["fingerprints"][name] = json!("1.0-00000000000000000000000000000000");
    for (versions, reason) in [
        (
            json!({"versions": {name: ["2.0"]}}),
            "no common version of XenapiLiveMigrateData: this host reads 0.1, 1.0, the peer reads 2.0",
        ),
        (
            json!({"versions": {}}),
            "no common version of XenapiLiveMigrateData: this host reads 0.1, 1.0, the peer reads none",
        ),
        (other, "not the same XenapiLiveMigrateData: this host's fingerprint is 1.0-"),
        (json!({"versions": 5}), "malformed reply to object_versions: "),
    ] {
        let (scenario, bus) = (scenario(), InProcess::new());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let announces = Announces { versions, asked: Arc::clone(&asked) };
        bus.serve(RoleHost::TOPIC, Server::new(&*scenario.destination.host).endpoint(announces));
        let report = block_on(Parted::new(scenario, Arc::new(bus.connect("")), PATIENCE).migrate()).unwrap();
        assert_eq!(report.outcome.to_string(), "refused");
        assert!(report.reason.starts_with(reason), "{}", report.reason);
        assert_eq!(*asked.lock().unwrap(), ["object_versions"]);
    }
}

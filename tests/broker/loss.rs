//! The broker is stopped and started in the middle. No other test may need it meanwhile, so these stand alone.

mod cluster;
mod doubt;
mod soak;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use support::broker;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use versioned_objects::nova::scenario::{Parted, Role, RoleHost, Scenario};
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, Patience,
    Payload, Server, Transport, TransportError,
};

/// One at a time: they share the broker.
pub static ALONE: Mutex<()> = Mutex::const_new(());

/// The broker takes its time on a machine with other work to do.
const PATIENCE: Duration = Duration::from_secs(120);

async fn connect(host: &str) -> Arc<Amqp> {
    let options = AmqpOptions::new().exchange("loss");
    Arc::new(Amqp::connect(&broker::url(), host, options).await.unwrap())
}

async fn command(command: &'static str) {
    spawn_blocking(move || broker::command(command)).await.unwrap();
}

struct Slow {
    begun: Arc<AtomicUsize>,
}

impl Endpoint for Slow {
    fn methods(&self) -> &[&str] {
        &["slow", "quick"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            self.begun.fetch_add(1, Ordering::Relaxed);
            if method == "slow" {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(Payload::plain(method)?)
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_gets_its_reply_and_the_next_ones_work() {
    let _alone = ALONE.lock().await;
    let begun = Arc::new(AtomicUsize::new(0));
    let host = connect("b").await;
    let server = Server::new("b").endpoint(Slow { begun: Arc::clone(&begun) });
    let _serving = host.serve("slow", server).await.unwrap();
    let client = Client::new(connect("a").await, Address::server("slow", "b")).timeout(PATIENCE);
    let calling = tokio::spawn({
        let client = client.clone();
        async move { client.call("slow", Args::new(), &CallContext::new()).await }
    });
    while begun.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    command("stop").await;

    let short = client.clone().timeout(Duration::from_millis(300));
    let error = short.call("quick", Args::new(), &CallContext::new()).await.unwrap_err();
    assert!(matches!(error, CallError::Transport(TransportError::Unreachable { .. })), "{error}");
    assert!(error.to_string().contains("is away: "), "{error}");

    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.call("quick", Args::new(), &CallContext::new()).await }
    });
    command("start").await;
    assert_eq!(calling.await.unwrap().unwrap().as_json(), "\"slow\"");
    assert_eq!(waiting.await.unwrap().unwrap().as_json(), "\"quick\"");
    assert_eq!(begun.load(Ordering::Relaxed), 2);
}

/// A transport whose broker is stopped, and started a moment later, just before the call of a method.
struct Interrupted {
    transport: Arc<Amqp>,
    before: &'static str,
    stops: Arc<AtomicUsize>,
}

impl Transport for Interrupted {
    fn host(&self) -> &str {
        self.transport.host()
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let method = format!("{{\"method\":\"{}\"", self.before);
            if message.starts_with(method.as_bytes()) && self.stops.fetch_add(1, Ordering::Relaxed) == 0 {
                command("stop").await;
                tokio::spawn(command("start"));
            }
            self.transport.call(to, message, patience).await
        })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        self.transport.cast(to, message)
    }
}

fn scenario(fault: Option<&str>) -> Scenario {
    let mut scenario: serde_json::Value = serde_json::from_str(support::SCENARIO).unwrap();
    if let Some(call) = fault {
        scenario["faults"] = json!([{"host": "source", "call": call, "nth": 1}]);
    }
    Scenario::from_json(scenario.to_string().as_bytes()).unwrap()
}

/// Runs a migration in which the broker goes before the source calls that method.
async fn migrate(scenario: Scenario, before: &'static str) -> versioned_objects::nova::scenario::Report {
    let stops = Arc::new(AtomicUsize::new(0));
    let source = connect(&scenario.source.host).await;
    let interrupted = Interrupted { transport: Arc::clone(&source), before, stops: Arc::clone(&stops) };
    let server = RoleHost::server(&scenario, Role::Source, Arc::new(interrupted), PATIENCE).await.unwrap();
    let _source = source.serve(RoleHost::TOPIC, server).await.unwrap();
    let destination = connect(&scenario.destination.host).await;
    let shared: Arc<dyn Transport> = Arc::clone(&destination) as _;
    let server = RoleHost::server(&scenario, Role::Destination, shared, PATIENCE).await.unwrap();
    let _destination = destination.serve(RoleHost::TOPIC, server).await.unwrap();
    let begun = Instant::now();
    let report = Parted::new(scenario, connect("").await, PATIENCE).migrate().await.unwrap();
    assert_eq!(stops.load(Ordering::Relaxed), 1);
    assert!(begun.elapsed() < PATIENCE);
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_goes_on_when_the_broker_is_back() {
    let _alone = ALONE.lock().await;
    for before in ["pre_live_migration", "post_live_migration_at_destination"] {
        let report = migrate(scenario(None), before).await;
        assert_eq!(
            (report.outcome.to_string().as_str(), report.reason.as_str()),
            ("migrated", ""),
            "{before}"
        );
        assert_eq!(report.runs_on, Role::Destination);
        assert_eq!(report.source_srs, report.destination_srs);
        assert!(report.source_srs_after.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_gets_through_when_the_broker_is_back() {
    let _alone = ALONE.lock().await;
    let report = migrate(scenario(Some("VM.migrate_send")), "rollback_live_migration_at_destination").await;
    assert_eq!(report.outcome.to_string(), "rolled back");
    assert_eq!((report.runs_on, report.leftovers), (Role::Source, Vec::new()));
    assert_eq!(report.source_srs, report.source_srs_after);
}

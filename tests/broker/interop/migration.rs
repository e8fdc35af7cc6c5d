//! The table of outcomes, with a Python host at one end.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use versioned_objects::nova::scenario::{Parted, Report, Role, RoleHost, Scenario};
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Args, CallContext, Client, Transport};

use support::broker;
use support::peer::Peer;

const PATIENCE: Duration = Duration::from_secs(20);

const NAMINGS: [&str; 3] = ["new-style", "old-style", "mixed"];

/// Three volumes on one target.
fn scenario(names: &[String; 2], speaks: [&str; 2], naming: &str) -> Scenario {
    let volumes = (1..=3).map(|place| {
        let of_mixed = if place == 2 { "old-style" } else { "new-style" };
        json!({
            "mount_device": format!("/dev/xvd{place}"),
            "sr_naming": if naming == "mixed" { of_mixed } else { naming },
            "connection_info": {"driver_volume_type": "iscsi", "data": {
                "volume_id": format!("volume-{place}"), "target_portal": "10.0.0.1:3260", "target_iqn": "iqn.shared",
                "target_lun": place,
            }},
        })
    });
    let scenario = json!({
        "instance": {"uuid": "00000000-0000-0000-0000-00000000000a", "name": "instance-a"},
        "source": {"host": names[0], "speaks": speaks[0]},
        "destination": {"host": names[1], "speaks": speaks[1]},
        "volumes": volumes.collect::<Vec<_>>(),
    });
    Scenario::from_json(scenario.to_string().as_bytes()).unwrap()
}

async fn connect(host: &str) -> Arc<Amqp> {
    let options = AmqpOptions::new().exchange("nova");
    Arc::new(Amqp::connect(&broker::url(), host, options).await.unwrap())
}

/// What the Python host is asked beside its methods.
struct Control(Client);

impl Control {
    async fn ask(&self, method: &str, args: Args) -> Value {
        self.0.call(method, args, &CallContext::new()).await.unwrap().read_plain().unwrap()
    }

    async fn set_up(&self, srs: &[String], machines: &[&str]) {
        let mut args = Args::new();
        args.insert_plain("srs", srs).unwrap();
        args.insert_plain("machines", machines).unwrap();
        self.ask("set_up", args).await;
    }
}

/// Runs a scenario of which the host in that role is a Python one.
async fn run(scenario: &Scenario, python: Role) -> (Report, Value) {
    let rust = if python == Role::Source { Role::Destination } else { Role::Source };
    let transport = connect(&scenario.host(rust).host).await;
    let shared: Arc<dyn Transport> = Arc::clone(&transport) as _;
    let server = RoleHost::server(scenario, rust, shared, PATIENCE).await.unwrap();
    let serving = transport.serve(RoleHost::TOPIC, server).await.unwrap();

    let caller = connect("").await;
    let there = Address::server("compute", &*scenario.host(python).host);
    let control = Control(
        Client::new(Arc::clone(&caller) as _, there).namespace("control").timeout(Duration::from_secs(8)),
    );
    match python {
        Role::Source => {
            let srs: Vec<String> = known_srs(scenario).await;
            control.set_up(&srs, &["instance-a"]).await;
        }
        Role::Destination => control.set_up(&[], &[]).await,
    }
    let report = Parted::new(scenario.clone(), caller, PATIENCE).migrate().await.unwrap();
    let contents = control.ask("contents", Args::new()).await;
    serving.stop().await;
    (report, contents)
}

/// The source's SRs, as a Rust source makes them of the scenario.
async fn known_srs(scenario: &Scenario) -> Vec<String> {
    let cloud = versioned_objects::nova::scenario::Cloud::new(scenario.clone()).await.unwrap();
    cloud.migrate().await.source_srs.into_values().collect()
}

/// What has to come out: old names get through where both hosts speak of them.
fn expected(speaks: [&str; 2], naming: &str) -> &'static str {
    match (naming, speaks) {
        ("new-style", _) | (_, ["1.0", "1.0"]) => "migrated",
        (_, ["1.0", _]) => "refused",
        _ => "rolled back",
    }
}

async fn table(release: &str, python: Role) {
    let host = format!("python-{release}-{python}");
    let _peer = Peer::start("host.py", &[&broker::url(), &host, release]);
    for other in ["0.1", "1.0"] {
        for naming in NAMINGS {
            let rust = format!("rust-for-{host}");
            let (names, speaks) = match python {
                Role::Source => ([host.clone(), rust], [release, other]),
                Role::Destination => ([rust, host.clone()], [other, release]),
            };
            let case = format!("{python} in python, {speaks:?}, {naming}");
            let scenario = scenario(&names, speaks, naming);
            let (report, contents) = run(&scenario, python).await;
            assert_eq!(report.outcome.to_string(), expected(speaks, naming), "{case}: {}", report.reason);
            assert_eq!(report.leftovers, Vec::<String>::new(), "{case}");
            let has_come = report.outcome.to_string() == "migrated";
            assert_eq!(report.runs_on == Role::Destination, has_come, "{case}");
            let runs_here = has_come == (python == Role::Destination);
            let machines = if runs_here { json!(["instance-a"]) } else { json!([]) };
            assert_eq!(contents["machines"], machines, "{case}");
            let storage = known_srs(&scenario).await;
            let mut storage = if runs_here { storage } else { Vec::new() };
            storage.sort();
            storage.dedup();
            assert_eq!(contents["srs"], json!(storage), "{case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_source_of_the_old_release() {
    table("0.1", Role::Source).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_source_of_the_new_release() {
    table("1.0", Role::Source).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_destination_of_the_old_release() {
    table("0.1", Role::Destination).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_destination_of_the_new_release() {
    table("1.0", Role::Destination).await;
}

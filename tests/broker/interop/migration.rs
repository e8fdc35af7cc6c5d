//! The table of outcomes, with a Python host at one end.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use support::broker;
use support::migration::{Control, NAMINGS, expected, known_srs, name, scenario};
use support::peer::Peer;
use versioned_objects::nova::scenario::{Parted, Report, Role, RoleHost, Scenario};
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Client, Transport};

const PATIENCE: Duration = Duration::from_secs(20);

const INSTANCE: u32 = 1;

async fn connect(host: &str) -> Arc<Amqp> {
    let options = AmqpOptions::new().exchange("nova");
    Arc::new(Amqp::connect(&broker::url(), host, options).await.unwrap())
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
            control.set_up(&srs, &[name(INSTANCE)]).await.unwrap();
        }
        Role::Destination => control.set_up(&[], &[]).await.unwrap(),
    }
    let report = Parted::new(scenario.clone(), caller, PATIENCE).migrate().await.unwrap();
    let contents = control.contents().await.unwrap();
    serving.stop().await;
    (report, contents)
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
            let scenario = scenario(INSTANCE, &names, speaks, naming);
            let (report, contents) = run(&scenario, python).await;
            assert_eq!(report.outcome.to_string(), expected(speaks, naming), "{case}: {}", report.reason);
            assert_eq!(report.leftovers, Vec::<String>::new(), "{case}");
            let has_come = report.outcome.to_string() == "migrated";
            assert_eq!(report.runs_on == Role::Destination, has_come, "{case}");
            let runs_here = has_come == (python == Role::Destination);
            let machines = if runs_here { json!([name(INSTANCE)]) } else { json!([]) };
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

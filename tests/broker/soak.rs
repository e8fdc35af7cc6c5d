//! Migrations between Rust and Python hosts, one after another, while the broker goes and comes back: for
//! `SOAK_SECONDS`, with `SOAK_RESTART` seconds between one restart and the next.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::broker;
use support::migration::{Control, NAMINGS, expected, known_srs, scenario};
use support::peer::Peer;
use tokio::sync::watch;
use versioned_objects::nova::scenario::{Parted, Report, Role, RoleHost, Scenario};
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Client, Serving, Transport};

use super::{ALONE, command};

/// As long as a Python host waits for a call of its own.
const PATIENCE: Duration = Duration::from_secs(20);

/// As long as a host may take to reach the broker again.
const SETTLED: Duration = Duration::from_secs(5);

const RELEASES: [&str; 2] = ["0.1", "1.0"];

fn seconds(variable: &str, default: u64) -> Duration {
    let asked = std::env::var(variable).ok();
    Duration::from_secs(asked.map_or(default, |asked| asked.parse().expect("a number of seconds")))
}

async fn connect(host: &str) -> Arc<Amqp> {
    let options = AmqpOptions::new().exchange("nova");
    Arc::new(Amqp::connect(&broker::url(), host, options).await.unwrap())
}

/// Tries until it succeeds, as one does while the broker may be away.
async fn insist<T, E: fmt::Display>(what: &str, mut attempt: impl AsyncFnMut() -> Result<T, E>) -> T {
    let begun = Instant::now();
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(120), "{what}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// How the broker is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Broker {
    restarts: u32,
    /// Since when it is up; none, while it is not.
    up_since: Option<Instant>,
}

impl Broker {
    /// Whether hosts may still be on their way to it.
    fn is_unsettled(&self) -> bool {
        self.up_since.is_none_or(|since| since.elapsed() < SETTLED)
    }
}

/// Stops the broker and starts it again, until it is told to end.
async fn restart(between: Duration, is_over: Arc<AtomicBool>, tell: watch::Sender<Broker>) {
    let mut next = Instant::now() + between;
    while !is_over.load(Ordering::Relaxed) {
        if Instant::now() < next {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        tell.send_modify(|broker| *broker = Broker { restarts: broker.restarts + 1, up_since: None });
        command("stop").await;
        command("start").await;
        tell.send_modify(|broker| broker.up_since = Some(Instant::now()));
        next = Instant::now() + between;
    }
}

/// One migration: who is at which end.
struct Move {
    scenario: Scenario,
    python: Role,
    expected: &'static str,
}

impl Move {
    /// The one of that number: all pairs of releases and all namings take turns.
    fn new(number: u32) -> Self {
        let choose = |of: &[&'static str], place: u32| of[(number / place) as usize % of.len()];
        let (release, other) = (choose(&RELEASES, 2), choose(&RELEASES, 4));
        let naming = choose(&NAMINGS, 8);
        let (python, rust) = (host(release), "soak-rust".to_owned());
        let (python, names, speaks) = match number % 2 {
            0 => (Role::Source, [python, rust], [release, other]),
            _ => (Role::Destination, [rust, python], [other, release]),
        };
        Move {
            scenario: scenario(number, &names, speaks, naming),
            python,
            expected: expected(speaks, naming),
        }
    }

    fn rust(&self) -> Role {
        if self.python == Role::Source { Role::Destination } else { Role::Source }
    }
}

/// The Python host of a release.
fn host(release: &str) -> String {
    format!("soak-python-{release}")
}

fn control(caller: &Arc<Amqp>, host: &str) -> Control {
    let client = Client::new(Arc::clone(caller) as _, Address::server("compute", host));
    Control(client.namespace("control").timeout(Duration::from_secs(8)))
}

/// How the migrations ended.
#[derive(Debug, Default)]
struct Tally {
    done: u32,
    migrated: u32,
    refused: u32,
    rolled_back: u32,
    /// Those of which somebody couldn't be asked how they ended; they are among the others.
    unsure: u32,
    /// Those during which the broker was away.
    disturbed: u32,
    /// Migrations from and to Python hosts.
    sent: u64,
    arrived: u64,
}

impl Tally {
    fn add(&mut self, of: &Move, report: &Report, is_sure: bool, is_disturbed: bool) {
        self.done += 1;
        self.unsure += u32::from(!is_sure);
        self.disturbed += u32::from(is_disturbed);
        match report.outcome.to_string().as_str() {
            "migrated" => {
                self.migrated += 1;
                match of.python {
                    Role::Source => self.sent += 1,
                    Role::Destination => self.arrived += 1,
                }
            }
            "refused" => self.refused += 1,
            _ => self.rolled_back += 1,
        }
    }
}

/// Kilobytes that this process holds.
fn held() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Readies both hosts of a migration.
async fn ready(of: &Move, rust: &Arc<Amqp>, control: &Control, srs: &[String]) -> Serving {
    let machines = if of.python == Role::Source { vec![of.scenario.instance.name.clone()] } else { vec![] };
    let srs = if of.python == Role::Source { srs } else { &[] };
    insist("set up", async || control.set_up(srs, &machines).await).await;
    insist("serve", async || {
        let shared: Arc<dyn Transport> = Arc::clone(rust) as _;
        let server = RoleHost::server(&of.scenario, of.rust(), shared, PATIENCE).await.unwrap();
        rust.serve(RoleHost::TOPIC, server).await
    })
    .await
}

/// Checks a migration whose end everybody could be asked for.
fn check(of: &Move, report: &Report, contents: &Value, srs: &[String]) {
    let case = format!("{:?}: {report:?}, {contents}", of.scenario);
    assert_eq!(report.leftovers, Vec::<String>::new(), "{case}");
    let has_come = report.outcome.to_string() == "migrated";
    let is_python_s = has_come == (of.python == Role::Destination);
    let machines = if is_python_s { json!([of.scenario.instance.name]) } else { json!([]) };
    assert_eq!(contents["machines"], machines, "{case}");
    assert_eq!(contents["srs"], if is_python_s { json!(srs) } else { json!([]) }, "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_end_well_while_the_broker_restarts() {
    let _alone = ALONE.lock().await;
    let (lasts, between) = (seconds("SOAK_SECONDS", 30), seconds("SOAK_RESTART", 8));
    let _peers = RELEASES.map(|release| Peer::start("host.py", &[&broker::url(), &host(release), release]));
    let (rust, caller) = (connect("soak-rust").await, connect("").await);
    let is_over = Arc::new(AtomicBool::new(false));
    let (tell, seen) = watch::channel(Broker { restarts: 0, up_since: Some(Instant::now()) });
    let restarting = tokio::spawn(restart(between, Arc::clone(&is_over), tell));

    let mut tally = Tally::default();
    let (begun, mut told, mut early) = (Instant::now(), Instant::now(), None);
    for number in 0.. {
        if begun.elapsed() > lasts {
            break;
        }
        if begun.elapsed() > lasts / 3 && early.is_none() {
            early = Some(held());
        }
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            let (passed, restarts) = (begun.elapsed().as_secs(), seen.borrow().restarts);
            eprintln!("{passed} s: {tally:?}, {restarts} restarts, {} kB", held());
        }
        let of = Move::new(number);
        let mut srs = known_srs(&of.scenario).await;
        srs.sort();
        srs.dedup();
        let control = control(&caller, &of.scenario.host(of.python).host);
        let serving = ready(&of, &rust, &control, &srs).await;

        let before = *seen.borrow();
        let was_unsettled = before.is_unsettled();
        let shared: Arc<dyn Transport> = Arc::clone(&caller) as _;
        let report = Parted::new(of.scenario.clone(), shared, PATIENCE).migrate().await.unwrap();
        let is_disturbed = was_unsettled || *seen.borrow() != before;
        let contents = insist("contents", async || control.contents().await).await;
        serving.stop().await;

        let outcome = report.outcome.to_string();
        let is_sure =
            !["not tidied up", "; the destination: "].iter().any(|told| report.reason.contains(told));
        assert!(outcome != "migrated" || of.expected == "migrated", "{:?}: {report:?}", of.scenario);
        assert_eq!(contents["repeated"], json!([]), "{:?}: {report:?}", of.scenario);
        if !is_disturbed {
            assert_eq!((outcome.as_str(), is_sure), (of.expected, true), "{:?}: {report:?}", of.scenario);
        }
        if is_sure {
            check(&of, &report, &contents, &srs);
        }
        tally.add(&of, &report, is_sure, is_disturbed);
    }
    is_over.store(true, Ordering::Relaxed);
    restarting.await.unwrap();

    // What the Python hosts saw is what their callers were told.
    let (mut sent, mut arrived) = (0, 0);
    for release in RELEASES {
        let contents = insist("contents", async || control(&caller, &host(release)).contents().await).await;
        sent += contents["sent"].as_u64().unwrap();
        arrived += contents["arrived"].as_u64().unwrap();
    }
    let (early, late, restarts) = (early.unwrap_or_else(held), held(), seen.borrow().restarts);
    let figures = format!(
        "{tally:?}, {restarts} restarts; Python sent {sent} and got {arrived}; {early} kB, {late} kB"
    );
    eprintln!("{figures}");
    assert!(sent.abs_diff(tally.sent) <= tally.unsure.into(), "{figures}");
    assert!(arrived.abs_diff(tally.arrived) <= tally.unsure.into(), "{figures}");
    assert!(tally.unsure <= 2 * restarts, "{figures}");
    assert!(restarts > 0 && tally.migrated > 0, "{figures}");
    assert!(late <= early + early / 10 + 8192, "{figures}");
}

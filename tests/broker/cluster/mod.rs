//! A cluster of three nodes that are killed, stopped and restarted under hosts of both languages. Who sent what, what ran
//! and what the sender was told is written down and judged by the promises of the documentation.
//!
//! `tests/brokers/cluster` runs it for ten minutes, `tests/run` for half of one.

mod checker;
mod fleet;
mod history;
mod nodes;
mod planted;
mod table;

use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use self::checker::{By, Verdict};
use self::fleet::{Fleet, PYTHON, WAYS};
use self::history::{Outage, Outcome, Recorder, Watchdog};
use self::nodes::{COUNT, FROZEN, Nodes};
use crate::ALONE;

/// How long nodes go on being hit, in seconds. With it the run has to say that the promises are kept; without it, it is short,
/// and on a machine that stood still too long it may say nothing.
const SECONDS: &str = "CLUSTER_SECONDS";

/// The short run.
const SHORT: Duration = Duration::from_secs(30);

/// What happens to which nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Kill(usize),
    Freeze(usize),
    Restart(usize),
    KillTwo(usize),
    FreezeTwo(usize),
    KillAll,
    FreezeAll,
}

impl Fault {
    /// Those of a long run, in turns that hit each node.
    fn nth(place: usize) -> Self {
        let node = place / 7 % COUNT;
        match place % 7 {
            0 => Fault::Kill(node),
            1 => Fault::Freeze((node + 1) % COUNT),
            2 => Fault::Restart(node),
            3 => Fault::KillTwo(node),
            4 => Fault::FreezeTwo(node),
            5 => Fault::KillAll,
            _ => Fault::FreezeAll,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Fault::Kill(_) => "one node killed",
            Fault::Freeze(_) => "one node stopped",
            Fault::Restart(_) => "one node restarted",
            Fault::KillTwo(_) => "two nodes killed",
            Fault::FreezeTwo(_) => "two nodes stopped",
            Fault::KillAll => "all nodes killed",
            Fault::FreezeAll => "all nodes stopped",
        }
    }

    fn nodes(self) -> Vec<usize> {
        match self {
            Fault::Kill(node) | Fault::Freeze(node) | Fault::Restart(node) => vec![node],
            Fault::KillTwo(node) | Fault::FreezeTwo(node) => vec![node, (node + 1) % COUNT],
            Fault::KillAll | Fault::FreezeAll => (0..COUNT).collect(),
        }
    }

    /// Lets it happen. Gives when all nodes were there again.
    fn happen(self, cluster: &Nodes, pause: Duration) -> Instant {
        let hit = self.nodes();
        match self {
            Fault::Freeze(_) | Fault::FreezeTwo(_) | Fault::FreezeAll => {
                hit.iter().for_each(|node| cluster.signal(*node, "-STOP"));
                std::thread::sleep(FROZEN);
                hit.iter().for_each(|node| cluster.signal(*node, "-CONT"));
            }
            Fault::Restart(node) => {
                cluster.stop(node);
                std::thread::sleep(pause);
                cluster.begin(node);
            }
            Fault::Kill(_) | Fault::KillTwo(_) | Fault::KillAll => {
                hit.iter().for_each(|node| cluster.signal(*node, "-KILL"));
                std::thread::sleep(pause);
                hit.iter().for_each(|node| cluster.begin(*node));
            }
        }
        cluster.whole()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_are_kept_while_nodes_go() {
    let long = std::env::var(SECONDS).ok().map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let (length, pause, callers) = match long {
        Some(length) => (length, Duration::from_secs(5), 3),
        None => (SHORT, Duration::from_millis(500), 2),
    };
    // The nodes are its own, so they may start beside the other tests.
    let mut cluster = spawn_blocking(Nodes::start).await.unwrap();
    let _alone = ALONE.lock().await;
    let recorder = Recorder::new();
    let watchdog = Watchdog::start(&recorder);
    let folder = tempfile::tempdir().unwrap();
    let conf = fleet::configuration(folder.path(), &cluster.url());
    let fleet = Fleet::start(&conf, &recorder, callers).await;
    is_served(&recorder, Duration::ZERO, Duration::from_secs(60)).await;
    let began = recorder.now();
    for place in 0.. {
        if recorder.now() - began > length {
            break;
        }
        let fault = Fault::nth(place);
        let from = recorder.now();
        let (back, whole) = spawn_blocking(move || {
            let whole = fault.happen(&cluster, pause);
            (cluster, whole)
        })
        .await
        .unwrap();
        cluster = back;
        let returned = recorder.now() - whole.elapsed();
        recorder.outage(Outage { what: fault.name().to_owned(), from, returned });
        is_served(&recorder, returned, checker::AGAIN).await;
        if long.is_some() {
            // Long enough for calls that have to be answered.
            sleep((returned + checker::AGAIN + Duration::from_secs(4)).saturating_sub(recorder.now())).await;
        }
    }
    let until = recorder.now();
    fleet.stop().await;
    drop(watchdog);
    let history = recorder.so_far();
    let broken = checker::judge(&history, &[&WAYS[..], &PYTHON].concat(), until);
    let verdict = checker::verdict(&history, until, &broken);
    println!("{}", table::summary(&history, until, &broken, &verdict));
    let ours: Vec<String> =
        broken.iter().filter(|broken| broken.by == By::Us).map(ToString::to_string).collect();
    let told = ours.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    println!("{told}");
    assert!(verdict != Verdict::Broken, "{} promises are broken:\n{told}", ours.len());
    assert!(long.is_none() || verdict == Verdict::Kept, "the machine stood still too long for a verdict");
    let answered = history.sent.values().filter(|sent| matches!(sent.end, Some((_, Outcome::Done)))).count();
    assert!(answered > 100, "{answered} calls say little");
}

/// Waits until all ways are served again, or it's too late for that.
async fn is_served(recorder: &Recorder, since: Duration, limit: Duration) {
    // The checker tells which way isn't.
    while !recorder.is_served_since(since, &WAYS) && recorder.now() < since + limit {
        sleep(Duration::from_millis(100)).await;
    }
}

//! A cluster of three nodes that are killed, stopped and restarted under hosts of both languages. Who sent what, what ran
//! and what the sender was told is written down and judged by the promises of the documentation.
//!
//! `tests/brokers/cluster` runs it for ten minutes.

mod checker;
mod fleet;
mod history;
mod nodes;

use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use self::fleet::{Fleet, PYTHON, WAYS};
use self::history::{History, Kind, Outage, Outcome, Recorder};
use self::nodes::{COUNT, FROZEN, Nodes};
use crate::ALONE;

/// How long nodes go on being hit; without it, none is started. What a loaded machine does to three nodes isn't the same
/// twice, so the cluster is no part of `tests/run`; the checker's own tests are.
const SECONDS: &str = "CLUSTER_SECONDS";

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
    let Ok(seconds) = std::env::var(SECONDS) else { return };
    let seconds: u64 = seconds.parse().unwrap();
    // The nodes are its own, so they may start beside the other tests.
    let mut cluster = spawn_blocking(Nodes::start).await.unwrap();
    let _alone = ALONE.lock().await;
    let recorder = Recorder::new();
    let watching = recorder.watch();
    let folder = tempfile::tempdir().unwrap();
    let conf = fleet::configuration(folder.path(), &cluster.url());
    let fleet = Fleet::start(&conf, &recorder, 3).await;
    is_served(&recorder, Duration::ZERO, Duration::from_secs(60)).await;
    let (began, mut faults) = (recorder.now(), Vec::new());
    for place in 0.. {
        if recorder.now() - began > Duration::from_secs(seconds) {
            break;
        }
        let fault = Fault::nth(place);
        let from = recorder.now();
        let pause = Duration::from_secs(5);
        let (back, whole) = spawn_blocking(move || {
            let whole = fault.happen(&cluster, pause);
            (cluster, whole)
        })
        .await
        .unwrap();
        cluster = back;
        let returned = recorder.now() - whole.elapsed();
        recorder.outage(Outage { what: fault.name().to_owned(), from, returned });
        faults.push(fault);
        is_served(&recorder, returned, checker::AGAIN).await;
        // Long enough for calls that have to be answered.
        sleep((returned + checker::AGAIN + Duration::from_secs(4)).saturating_sub(recorder.now())).await;
    }
    let until = recorder.now();
    fleet.stop().await;
    watching.abort();
    let history = recorder.so_far();
    println!("{}", summary(&history, until));
    let broken = checker::judge(&history, &WAYS, until);
    let told: Vec<String> = broken.iter().take(20).map(ToString::to_string).collect();
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), told.join("\n"));
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

/// The tables of the README.
fn summary(history: &History, until: Duration) -> String {
    let mut text = String::from(
        "| sent | answered or confirmed | unreachable | unknown | timed out | ran again, told |\n",
    );
    text += "| --- | --- | --- | --- | --- | --- |\n";
    for kind in [Kind::Call, Kind::Cast, Kind::Notification] {
        let of_kind: Vec<_> = history.sent.values().filter(|sent| sent.kind == kind).collect();
        let count = |outcome| {
            of_kind.iter().filter(|sent| sent.end.is_some_and(|(_, found)| found == outcome)).count()
        };
        let again = of_kind.iter().filter(|sent| sent.runs.len() > 1).count();
        text += &format!(
            "| {} {kind:?} | {} | {} | {} | {} | {again} |\n",
            of_kind.len(),
            count(Outcome::Done),
            count(Outcome::Unreachable),
            count(Outcome::Unknown),
            count(Outcome::TimedOut),
        );
    }
    let (count, slow) = (history.stalls.len(), history.stalled(Duration::ZERO, until));
    text += &format!("\nThe machine stood still {count} times, for {:.1} s in all.\n", slow.as_secs_f64());
    text += "\n| what happened | times | longest without an answer | longest until served again | with Python |\n| --- | --- | --- | --- | --- |\n";
    let mut names: Vec<&str> = history.outages.iter().map(|outage| outage.what.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (mut times, mut gap, mut again) = (0, Duration::ZERO, [Duration::ZERO; 2]);
        for (place, outage) in history.outages.iter().enumerate().filter(|(_, outage)| outage.what == name) {
            let next = history.outages.get(place + 1).map_or(until, |next| next.from);
            times += 1;
            gap = gap.max(history.gap(outage.from, next));
            for (longest, ways) in again.iter_mut().zip([&WAYS[..], &PYTHON]) {
                let served = history.served(outage.returned, until, ways).unwrap_or(until);
                *longest = (*longest).max(served - outage.returned);
            }
        }
        let [again, python] = again.map(|longest| longest.as_secs_f64());
        text +=
            &format!("| {name} | {times} | {:.1} s | {again:.1} s | {python:.1} s |\n", gap.as_secs_f64());
    }
    text
}

//! The tables of tests/brokers/README.md, of one run.

use std::time::Duration;

use super::checker::{Broken, By, Promise, Verdict};
use super::fleet::{PYTHON, WAYS};
use super::history::{History, Kind, Outcome};

/// All of them, with the verdict.
pub fn summary(history: &History, until: Duration, broken: &[Broken], verdict: &Verdict) -> String {
    let slow = history.stalled(Duration::ZERO, until);
    format!(
        "{}\n{}\n{}\nThe machine stood still {} times, for {:.1} s of {:.0} s.\n\nThe promises: {verdict}\n",
        outcomes(history),
        faults(history, until),
        promises(broken),
        history.stalls.len(),
        slow.as_secs_f64(),
        until.as_secs_f64(),
    )
}

/// What became of what was sent.
fn outcomes(history: &History) -> String {
    let mut text =
        "| sent | answered or confirmed | unreachable | unknown | timed out | ran again, told |\n".to_owned();
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
    text
}

/// How long each kind of fault was felt.
fn faults(history: &History, until: Duration) -> String {
    let mut text =
        "| what happened | times | longest without an answer | longest until served again | with Python |\n"
            .to_owned();
    text += "| --- | --- | --- | --- | --- |\n";
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

/// How often each promise wasn't kept, and by whom. What Python breaks it never promised.
fn promises(broken: &[Broken]) -> String {
    let mut text = "| of | broken by this crate | by oslo.messaging | at worst |\n".to_owned();
    text += "| --- | --- | --- | --- |\n";
    for promise in Promise::ALL {
        let of = |by| broken.iter().filter(move |broken| broken.promise == promise && broken.by == by);
        let worst = of(By::Us).chain(of(By::Oslo)).max_by_key(|broken| broken.late);
        let worst = worst.map_or("", |broken| broken.how.as_str());
        let (ours, theirs) = (of(By::Us).count(), of(By::Oslo).count());
        text += &format!("| {} | {ours} | {theirs} | {worst} |\n", promise.subject());
    }
    text
}

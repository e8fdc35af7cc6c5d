//! Histories with one fault each, which the checker has to find.

use std::time::Duration;

use super::checker::{By, Promise, Verdict, judge, verdict};
use super::history::{History, Kind, Outage, Outcome, Run, Sent};

const WAY: (&str, &str) = ("a", "b");
const TO_PYTHON: (&str, &str) = ("a", "python");
const FROM_PYTHON: (&str, &str) = ("python", "b");
const UNTOLD: Run = Run { is_told: false };
const TOLD: Run = Run { is_told: true };
const LENGTH: Duration = s(100);

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn sent(at: u64, kind: Kind, ended: u64, outcome: Outcome, runs: &[Run]) -> Sent {
    let way = (WAY.0.to_owned(), WAY.1.to_owned());
    let end = Some((s(ended), outcome));
    Sent { kind, way, at: s(at), time_out: s(3), end, runs: runs.to_vec() }
}

fn answered(at: u64) -> Sent {
    sent(at, Kind::Call, at, Outcome::Done, &[UNTOLD])
}

fn on(way: (&str, &str), sent: Sent) -> Sent {
    Sent { way: (way.0.to_owned(), way.1.to_owned()), ..sent }
}

fn history(sent: impl IntoIterator<Item = Sent>) -> History {
    History { sent: (0..).zip(sent).collect(), ..History::default() }
}

fn judged(sent: impl IntoIterator<Item = Sent>) -> Vec<(By, Promise)> {
    found(&history(sent))
}

fn found(history: &History) -> Vec<(By, Promise)> {
    let ways = [WAY, TO_PYTHON];
    let ways = if history.outages.is_empty() { &ways[..] } else { &ways[..1] };
    judge(history, ways, LENGTH).into_iter().map(|broken| (broken.by, broken.promise)).collect()
}

#[test]
fn what_keeps_the_promises_is_let_through() {
    let (call, cast) = (Kind::Call, Kind::Cast);
    let well = [
        answered(1),
        sent(1, call, 2, Outcome::Done, &[UNTOLD, TOLD]),
        sent(1, call, 2, Outcome::Done, &[TOLD]),
        sent(1, call, 4, Outcome::Unreachable, &[]),
        sent(1, call, 4, Outcome::Unknown, &[]),
        sent(1, call, 4, Outcome::Unknown, &[UNTOLD]),
        sent(1, call, 4, Outcome::TimedOut, &[UNTOLD, TOLD, TOLD]),
        sent(1, cast, 1, Outcome::Done, &[UNTOLD]),
        sent(1, cast, 1, Outcome::Unknown, &[]),
        sent(1, Kind::Notification, 50, Outcome::Done, &[UNTOLD, UNTOLD]),
        sent(1, Kind::Notification, 1, Outcome::Unknown, &[]),
    ];
    assert_eq!(judged(well), []);
}

#[test]
fn each_fault_is_found_and_told_by_its_promise() {
    let (call, cast) = (Kind::Call, Kind::Cast);
    let half_a_second_late = Some((ms(4501), Outcome::TimedOut));
    let faults = [
        (Promise::Answer, sent(1, call, 2, Outcome::Done, &[])),
        (Promise::Answer, sent(1, call, 2, Outcome::Wrong, &[UNTOLD])),
        (Promise::Told, sent(1, call, 2, Outcome::Done, &[UNTOLD, UNTOLD])),
        (Promise::Unreachable, sent(1, call, 2, Outcome::Unreachable, &[UNTOLD])),
        (Promise::Unreachable, sent(1, call, 2, Outcome::Unreachable, &[TOLD])),
        (Promise::Unreachable, sent(1, cast, 2, Outcome::Unreachable, &[UNTOLD])),
        (Promise::Told, sent(1, call, 2, Outcome::Unknown, &[UNTOLD, UNTOLD])),
        (Promise::Told, sent(1, call, 2, Outcome::TimedOut, &[UNTOLD, TOLD, UNTOLD])),
        (Promise::Cast, sent(1, cast, 2, Outcome::Done, &[])),
        (Promise::Told, sent(1, cast, 2, Outcome::Done, &[UNTOLD, UNTOLD])),
        (Promise::Notification, sent(1, Kind::Notification, 2, Outcome::Done, &[])),
        (Promise::InTime, Sent { end: half_a_second_late, ..answered(1) }),
        (Promise::InTime, Sent { end: None, ..answered(1) }),
    ];
    for (promise, fault) in faults {
        assert_eq!(judged([answered(1), fault.clone(), answered(2)]), [(By::Us, promise)], "{fault:?}");
    }
}

#[test]
fn what_python_breaks_is_counted_as_python_s() {
    let late = sent(1, Kind::Call, 60, Outcome::TimedOut, &[]);
    assert_eq!(judged([on(FROM_PYTHON, late.clone())]), [(By::Oslo, Promise::InTime)]);
    assert_eq!(judged([on(TO_PYTHON, late)]), [(By::Us, Promise::InTime)]);
    let twice = sent(1, Kind::Call, 2, Outcome::Done, &[UNTOLD, UNTOLD]);
    assert_eq!(judged([on(TO_PYTHON, twice.clone())]), [(By::Oslo, Promise::Told)]);
    assert_eq!(judged([on(FROM_PYTHON, twice)]), [(By::Us, Promise::Told)]);
    let told =
        judge(&history([on(FROM_PYTHON, sent(1, Kind::Call, 60, Outcome::TimedOut, &[]))]), &[], LENGTH);
    assert_eq!(verdict(&History::default(), LENGTH, &told), Verdict::Kept);
}

#[test]
fn a_machine_that_stood_still_is_no_fault_and_hides_none() {
    let late = sent(1, Kind::Call, 12, Outcome::TimedOut, &[]);
    let with = |stalls| found(&History { stalls, ..history([late.clone()]) });
    assert_eq!(with(vec![(s(2), ms(7500))]), []);
    assert_eq!(with(vec![(s(2), ms(7499))]), [(By::Us, Promise::InTime)]);
    // Only the part within the call counts.
    assert_eq!(with(vec![(s(0), s(2)), (s(5), s(6))]), [(By::Us, Promise::InTime)]);
    assert_eq!(with(vec![(s(0), s(2)), (s(5), ms(6500))]), []);
    assert_eq!(with(vec![(s(20), s(7))]), [(By::Us, Promise::InTime)]);
}

#[test]
fn a_machine_that_stood_still_for_long_says_nothing_of_time_and_all_of_the_rest() {
    let late = sent(1, Kind::Call, 12, Outcome::TimedOut, &[]);
    let lost = sent(1, Kind::Cast, 2, Outcome::Done, &[]);
    let of = |sent: &[Sent], stalls| {
        let history = History { stalls, ..history(sent.iter().cloned()) };
        verdict(&history, LENGTH, &judge(&history, &[], LENGTH))
    };
    let (little, much) = (vec![(s(50), s(5))], vec![(s(50), ms(5001))]);
    assert_eq!(of(&[answered(1)], little.clone()), Verdict::Kept);
    assert_eq!(of(std::slice::from_ref(&late), little.clone()), Verdict::Broken);
    assert_eq!(of(std::slice::from_ref(&lost), little), Verdict::Broken);
    assert_eq!(of(&[answered(1)], much.clone()), Verdict::Inconclusive);
    assert_eq!(of(&[late], much.clone()), Verdict::Inconclusive);
    assert_eq!(of(&[lost], much), Verdict::Broken);
}

#[test]
fn a_run_that_nobody_sent_is_found() {
    let stray = History { stray: vec![(7, UNTOLD)], ..History::default() };
    assert_eq!(found(&stray), [(By::Us, Promise::Answer)]);
}

fn outage(calls: &[Sent]) -> Vec<(By, Promise)> {
    let outages = vec![Outage { what: "a fault".to_owned(), from: s(10), returned: s(20) }];
    found(&History { outages, ..history(calls.iter().cloned()) })
}

#[test]
fn a_service_that_does_not_come_back_is_found() {
    let again = [(By::Us, Promise::Again)];
    let lost = |at| sent(at, Kind::Call, at + 3, Outcome::TimedOut, &[]);
    assert_eq!(outage(&[lost(12), lost(21), answered(29), answered(31)]), []);
    // Sent before the return, so it says nothing of the way back.
    let early = sent(19, Kind::Call, 21, Outcome::Done, &[UNTOLD]);
    assert_eq!(outage(&[early, answered(31)]), again);
    assert_eq!(outage(&[answered(29), lost(31)]), again);
    let cast = sent(22, Kind::Cast, 22, Outcome::Done, &[UNTOLD]);
    assert_eq!(outage(&[cast, answered(40)]), again);
}

#[test]
fn a_fault_is_told_with_the_promise() {
    let mut twice = history([answered(1)]);
    twice.sent.get_mut(&0).unwrap().end = Some((s(2), Outcome::Unreachable));
    let told: Vec<String> = judge(&twice, &[], LENGTH).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "a call or a cast that ends as [`Unreachable`](crate::rpc::TransportError::Unreachable): it failed: the \
             method didn't run, and won't; yet 0, a Call from a to b at 1s ran 1 times, 1 of them untold"
        ]
    );
}

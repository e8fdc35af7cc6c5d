//! Judges a history by the table of promises in the documentation. Its texts are the documentation's own: a row that the
//! checker doesn't know, or one that the table lost, is an error.

use std::fmt;
use std::time::Duration;

use super::history::{History, Kind, Outcome, Sent};

/// The table as it stands in the documentation of `Amqp` and in the guide.
const TABLE: &str = include_str!("../../../src/rpc/amqp/promises.md");

/// What a machine with other work to do may take longer.
const SLACK: Duration = Duration::from_secs(2);

/// Rows of the table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    Answer,
    Unreachable,
    Unknown,
    TimedOut,
    Cast,
    Notification,
    Told,
    InTime,
    Again,
}

impl Promise {
    const ALL: [Promise; 9] = [
        Promise::Answer,
        Promise::Unreachable,
        Promise::Unknown,
        Promise::TimedOut,
        Promise::Cast,
        Promise::Notification,
        Promise::Told,
        Promise::InTime,
        Promise::Again,
    ];

    /// What is promised, as the checker understands it.
    const fn text(self) -> &'static str {
        match self {
            Promise::Answer => "the method ran, once",
            Promise::Unreachable => "it failed: the method didn't run, and won't",
            Promise::Unknown => {
                "it was under way when the connection was lost, or the broker didn't confirm it: the method ran once at \
                 most, or runs yet"
            }
            Promise::TimedOut => "the broker has the request: the method ran once at most, or is running",
            Promise::Cast => {
                "the broker has it: the method runs once at most, and from a quorum queue exactly once"
            }
            Promise::Notification => {
                "the broker has it: from a quorum queue a listener gets it once at least"
            }
            Promise::Told => {
                "the method is told so ([`CallContext::is_redelivered`](crate::rpc::CallContext::is_redelivered)); its \
                 runs are not counted above"
            }
            Promise::InTime => {
                "it ends within its time-out: a call's own, and `kombu_missing_consumer_retry_timeout` for a cast"
            }
            Promise::Again => "they are answered again within ten seconds",
        }
    }

    /// What it is promised of.
    const fn subject(self) -> &'static str {
        match self {
            Promise::Answer => "a call that gets an answer",
            Promise::Unreachable => {
                "a call or a cast that ends as [`Unreachable`](crate::rpc::TransportError::Unreachable)"
            }
            Promise::Unknown => {
                "a call or a cast that ends as [`Unknown`](crate::rpc::TransportError::Unknown)"
            }
            Promise::TimedOut => "a call that ends as [`Timeout`](crate::rpc::TransportError::Timeout)",
            Promise::Cast => "a cast that ends as `Ok`",
            Promise::Notification => "a notification that ends as `Ok`",
            Promise::Told => "a request that another host may have begun",
            Promise::InTime => "each call and each cast from a Rust host",
            Promise::Again => "calls between Rust hosts after the broker, or its cluster, came back",
        }
    }
}

/// A promise that wasn't kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub promise: Promise,
    pub how: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; yet {}", self.promise.subject(), self.promise.text(), self.how)
    }
}

/// How long after the cluster's return calls may go unanswered.
pub const AGAIN: Duration = Duration::from_secs(10);

/// Whatever the history holds against the promises. `ways` are those that have to be served again; `all_until` is when
/// the last call was sent.
pub fn judge(history: &History, ways: &[(&str, &str)], all_until: Duration) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (id, sent) in &history.sent {
        let named =
            || format!("{id}, a {:?} from {} to {} at {:?}", sent.kind, sent.way.0, sent.way.1, sent.at);
        let mut add =
            |promise, how: String| broken.push(Broken { promise, how: format!("{} {how}", named()) });
        let (ran, untold) = (sent.runs.len(), sent.runs.iter().filter(|run| !run.is_told).count());
        let Some((ended, outcome)) = sent.end else {
            add(Promise::InTime, "never ended".to_owned());
            continue;
        };
        // A Python caller promises nothing of that, and a notification waits as long as it takes.
        let has_limit = sent.kind != Kind::Notification && sent.way.0 != "python";
        let limit = sent.time_out + SLACK + history.stalled(sent.at, ended);
        if has_limit && ended > sent.at + limit {
            add(Promise::InTime, format!("ended after {:?}", ended - sent.at));
        }
        let promise = promise_of(sent, outcome);
        let is_kept = match promise {
            Promise::Answer => ran >= 1 && untold <= 1,
            Promise::Unreachable => ran == 0,
            Promise::Cast => ran >= 1 && untold <= 1,
            Promise::Notification => ran >= 1,
            _ => sent.kind == Kind::Notification || untold <= 1,
        };
        if !is_kept {
            // Too often, and nobody was told.
            let promise = if untold > 1 && promise != Promise::Unreachable { Promise::Told } else { promise };
            add(promise, format!("ran {ran} times, {untold} of them untold"));
        }
    }
    broken.extend(history.stray.iter().map(|(id, _)| {
        let how = format!("{id} ran, and nobody sent it");
        Broken { promise: Promise::Answer, how }
    }));
    for (place, outage) in history.outages.iter().enumerate() {
        let until = history.outages.get(place + 1).map_or(all_until, |next| next.from);
        let named = format!("after {} at {:?}", outage.what, outage.from);
        let by = outage.returned + AGAIN;
        let by = by + history.stalled(outage.returned, by);
        for way in ways {
            // A time that is too short for them says nothing.
            if by <= until && history.served(outage.returned, by, &[*way]).is_none() {
                let how = format!("{named} nothing from {} to {} was answered in time", way.0, way.1);
                broken.push(Broken { promise: Promise::Again, how });
            }
        }
        let is_later = |sent: &Sent| sent.kind == Kind::Call && sent.at >= by && of_ways(sent, ways);
        let later = history.sent.iter().filter(|(_, sent)| is_later(sent));
        for (id, sent) in later {
            let is_within = sent.end.is_some_and(|(ended, _)| ended < until);
            if is_within && !matches!(sent.end, Some((_, Outcome::Done))) {
                let how = format!("{named} call {id}, sent at {:?}, ended as {:?}", sent.at, sent.end);
                broken.push(Broken { promise: Promise::Again, how });
            }
        }
    }
    broken
}

fn of_ways(sent: &Sent, ways: &[(&str, &str)]) -> bool {
    ways.contains(&(sent.way.0.as_str(), sent.way.1.as_str()))
}

/// The row that speaks of it.
fn promise_of(sent: &Sent, outcome: Outcome) -> Promise {
    match (outcome, sent.kind) {
        (Outcome::Done, Kind::Call) => Promise::Answer,
        (Outcome::Done, Kind::Cast) => Promise::Cast,
        (Outcome::Done, Kind::Notification) => Promise::Notification,
        (Outcome::Unreachable, _) => Promise::Unreachable,
        (Outcome::Unknown, _) => Promise::Unknown,
        (Outcome::TimedOut, _) => Promise::TimedOut,
    }
}

#[test]
fn the_checker_holds_the_documentation_s_own_words() {
    let rows = TABLE.lines().skip(2).map(|line| line.trim_matches('|').split_once(" | ").unwrap());
    let rows: Vec<_> = rows.map(|(subject, text)| (subject.trim(), text.trim())).collect();
    let known: Vec<_> = Promise::ALL.iter().map(|promise| (promise.subject(), promise.text())).collect();
    assert_eq!(rows, known);
}

mod planted {
    //! Histories with one fault each.

    use super::super::history::{Outage, Run};
    use super::*;

    const WAY: (&str, &str) = ("a", "b");
    const UNTOLD: Run = Run { is_told: false };
    const TOLD: Run = Run { is_told: true };

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn sent(at: u64, kind: Kind, ended: u64, outcome: Outcome, runs: &[Run]) -> Sent {
        let way = (WAY.0.to_owned(), WAY.1.to_owned());
        let end = Some((s(ended), outcome));
        Sent { kind, way, at: s(at), time_out: s(3), end, runs: runs.to_vec() }
    }

    fn answered(at: u64) -> Sent {
        sent(at, Kind::Call, at, Outcome::Done, &[UNTOLD])
    }

    fn judged(sent: impl IntoIterator<Item = Sent>) -> Vec<Promise> {
        let sent = (0..).zip(sent).collect();
        found(&History { sent, ..History::default() })
    }

    fn found(history: &History) -> Vec<Promise> {
        judge(history, &[WAY], s(100)).into_iter().map(|broken| broken.promise).collect()
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
            Sent { way: ("python".to_owned(), "b".to_owned()), ..sent(1, call, 30, Outcome::TimedOut, &[]) },
        ];
        assert_eq!(judged(well), []);
    }

    #[test]
    fn each_fault_is_found_and_told_by_its_promise() {
        let (call, cast) = (Kind::Call, Kind::Cast);
        let faults = [
            (Promise::Answer, sent(1, call, 2, Outcome::Done, &[])),
            (Promise::Told, sent(1, call, 2, Outcome::Done, &[UNTOLD, UNTOLD])),
            (Promise::Unreachable, sent(1, call, 2, Outcome::Unreachable, &[UNTOLD])),
            (Promise::Unreachable, sent(1, call, 2, Outcome::Unreachable, &[TOLD])),
            (Promise::Unreachable, sent(1, cast, 2, Outcome::Unreachable, &[UNTOLD])),
            (Promise::Told, sent(1, call, 2, Outcome::Unknown, &[UNTOLD, UNTOLD])),
            (Promise::Told, sent(1, call, 2, Outcome::TimedOut, &[UNTOLD, TOLD, UNTOLD])),
            (Promise::Cast, sent(1, cast, 2, Outcome::Done, &[])),
            (Promise::Told, sent(1, cast, 2, Outcome::Done, &[UNTOLD, UNTOLD])),
            (Promise::Notification, sent(1, Kind::Notification, 2, Outcome::Done, &[])),
            (Promise::InTime, sent(1, call, 20, Outcome::TimedOut, &[])),
            (Promise::InTime, Sent { end: None, ..answered(1) }),
        ];
        for (promise, fault) in faults {
            assert_eq!(judged([answered(1), fault.clone(), answered(2)]), [promise], "{fault:?}");
        }
    }

    #[test]
    fn a_machine_that_stood_still_is_no_fault_and_hides_none() {
        let late = sent(1, Kind::Call, 12, Outcome::TimedOut, &[]);
        let with = |stalls| {
            let sent = [(0, late.clone())].into();
            found(&History { sent, stalls, ..History::default() })
        };
        assert_eq!(with(vec![(s(2), s(7))]), []);
        assert_eq!(with(vec![(s(2), s(3))]), [Promise::InTime]);
        assert_eq!(with(vec![(s(20), s(7))]), [Promise::InTime]);
    }

    #[test]
    fn a_run_that_nobody_sent_is_found() {
        assert_eq!(found(&History { stray: vec![(7, UNTOLD)], ..History::default() }), [Promise::Answer]);
    }

    fn outage(calls: &[Sent]) -> Vec<Promise> {
        let outages = vec![Outage { what: "a fault".to_owned(), from: s(10), returned: s(20) }];
        let sent = (0..).zip(calls.iter().cloned()).collect();
        found(&History { sent, outages, ..History::default() })
    }

    #[test]
    fn a_service_that_does_not_come_back_is_found() {
        let lost = |at| sent(at, Kind::Call, at + 3, Outcome::TimedOut, &[]);
        assert_eq!(outage(&[lost(12), lost(21), answered(29), answered(31)]), []);
        // Sent before the return, so it says nothing of the way back.
        let early = sent(19, Kind::Call, 21, Outcome::Done, &[UNTOLD]);
        assert_eq!(outage(&[early, answered(31)]), [Promise::Again]);
        assert_eq!(outage(&[answered(29), lost(31)]), [Promise::Again]);
        let cast = sent(22, Kind::Cast, 22, Outcome::Done, &[UNTOLD]);
        assert_eq!(outage(&[cast, answered(40)]), [Promise::Again]);
    }

    #[test]
    fn a_fault_is_told_with_the_promise() {
        let fault = History { sent: [(3, answered(1))].into(), ..History::default() };
        let mut twice = fault.clone();
        twice.sent.get_mut(&3).unwrap().end = Some((s(2), Outcome::Unreachable));
        let told: Vec<String> = judge(&twice, &[], s(100)).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "a call or a cast that ends as [`Unreachable`](crate::rpc::TransportError::Unreachable): it failed: the \
                 method didn't run, and won't; yet 3, a Call from a to b at 1s ran 1 times, 1 of them untold"
            ]
        );
    }
}

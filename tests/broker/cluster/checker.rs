//! Judges a history by the table of promises in the documentation. Its texts are the documentation's own: a row that the
//! checker doesn't know, or one that the table lost, is an error.

use std::fmt;
use std::time::Duration;

use super::history::{History, Kind, Outcome, Sent};

/// The table as it stands in the documentation of `Amqp` and in the guide.
const TABLE: &str = include_str!("../../../src/rpc/amqp/promises.md");

/// How much later than its time-out a call may end: a timer and a task that has to be woken.
const SLACK: Duration = Duration::from_millis(500);

/// How long after the cluster's return calls may go unanswered.
pub const AGAIN: Duration = Duration::from_secs(10);

/// A run in which the machine stood still for more than this part of the time says nothing of what has to be in time.
const MOST_STALLS: u32 = 20;

/// Rows of the table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    pub const ALL: [Promise; 9] = [
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
    pub const fn text(self) -> &'static str {
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
    pub const fn subject(self) -> &'static str {
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

    /// Whether a machine that stands still can break it.
    const fn is_of_time(self) -> bool {
        matches!(self, Promise::InTime | Promise::Again)
    }
}

/// Who didn't keep a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A host of this crate.
    Us,
    /// A host of `oslo.messaging`, which never gave that promise: it is counted beside ours.
    Oslo,
}

impl By {
    /// Host of that name, or of that topic and name.
    fn host(name: &str) -> Self {
        if name.contains("python") { By::Oslo } else { By::Us }
    }

    /// Whoever answers for calls that go that way.
    fn way((from, to): (&str, &str)) -> Self {
        if By::host(from) == By::Oslo { By::Oslo } else { By::host(to) }
    }
}

/// A promise that wasn't kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub by: By,
    pub promise: Promise,
    /// How much later than it may be, where time is what it hangs on.
    pub late: Duration,
    pub how: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; yet {}", self.promise.subject(), self.promise.text(), self.how)
    }
}

/// What a run says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Kept,
    /// Nothing: the machine stood still for too long, and what doesn't hang on time was kept.
    Inconclusive,
    Broken,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Kept => "kept",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Broken => "broken",
        })
    }
}

/// Verdict on a run of that length in which this crate's hosts broke these.
pub fn verdict(history: &History, until: Duration, broken: &[Broken]) -> Verdict {
    let ours = || broken.iter().filter(|broken| broken.by == By::Us);
    let stood_still = history.stalled(Duration::ZERO, until) * MOST_STALLS > until;
    if ours().any(|broken| !broken.promise.is_of_time() || !stood_still) {
        Verdict::Broken
    } else if stood_still {
        Verdict::Inconclusive
    } else {
        Verdict::Kept
    }
}

/// Whatever the history holds against the promises. `ways` are those that have to be served again; `until` is when
/// the last call was sent.
pub fn judge(history: &History, ways: &[(&str, &str)], until: Duration) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (id, sent) in &history.sent {
        broken.extend(judge_one(history, *id, sent));
    }
    broken.extend(history.stray.iter().map(|(id, _)| {
        let how = format!("{id} ran, and nobody sent it");
        Broken { by: By::Us, promise: Promise::Answer, late: Duration::ZERO, how }
    }));
    for (place, outage) in history.outages.iter().enumerate() {
        let end = history.outages.get(place + 1).map_or(until, |next| next.from);
        let named = format!("after {} at {:?}", outage.what, outage.from);
        let by = outage.returned + AGAIN;
        let by = by + history.stalled(outage.returned, by);
        for way in ways {
            let (party, promise) = (By::way(*way), Promise::Again);
            let mut add = |late, how| broken.push(Broken { by: party, promise, late, how });
            // A time that is too short for them says nothing.
            if by <= end && history.served(outage.returned, by, &[*way]).is_none() {
                add(end - by, format!("{named} nothing from {} to {} was answered in time", way.0, way.1));
            }
            for (id, sent) in &history.sent {
                let is_later = sent.kind == Kind::Call && sent.at >= by && sent.goes(way);
                let is_within = sent.end.is_some_and(|(ended, _)| ended < end);
                if is_later && is_within && !matches!(sent.end, Some((_, Outcome::Done))) {
                    let late = sent.at - by;
                    add(late, format!("{named} call {id}, sent at {:?}, ended as {:?}", sent.at, sent.end));
                }
            }
        }
    }
    broken
}

/// Whatever one call, cast or notification holds against them.
fn judge_one(history: &History, id: u64, sent: &Sent) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut add = |by, promise, late, how: String| {
        let how =
            format!("{id}, a {:?} from {} to {} at {:?} {how}", sent.kind, sent.way.0, sent.way.1, sent.at);
        broken.push(Broken { by, promise, late, how });
    };
    const NOT: Duration = Duration::ZERO;
    let (sender, receiver) = (By::host(&sent.way.0), By::host(&sent.way.1));
    let (ran, untold) = (sent.runs.len(), sent.runs.iter().filter(|run| !run.is_told).count());
    let Some((ended, outcome)) = sent.end else {
        add(sender, Promise::InTime, Duration::MAX, "never ended".to_owned());
        return broken;
    };
    // A notification waits as long as it takes.
    let limit = sent.time_out + SLACK + history.stalled(sent.at, ended);
    if sent.kind != Kind::Notification && ended > sent.at + limit {
        let late = ended - sent.at - limit;
        add(sender, Promise::InTime, late, format!("ended after {:?}", ended - sent.at));
    }
    if outcome == Outcome::Wrong {
        add(sender, Promise::Answer, NOT, "got another one's answer".to_owned());
        return broken;
    }
    let promise = promise_of(sent, outcome);
    // Too often, and nobody was told.
    if sent.kind != Kind::Notification && untold > 1 && promise != Promise::Unreachable {
        add(receiver, Promise::Told, NOT, format!("ran {ran} times, {untold} of them untold"));
    }
    let is_kept = match promise {
        Promise::Answer | Promise::Cast | Promise::Notification => ran >= 1,
        Promise::Unreachable => ran == 0,
        _ => true,
    };
    if !is_kept {
        add(By::Us, promise, NOT, format!("ran {ran} times, {untold} of them untold"));
    }
    broken
}

/// The row that speaks of it.
fn promise_of(sent: &Sent, outcome: Outcome) -> Promise {
    match (outcome, sent.kind) {
        (Outcome::Done, Kind::Cast) => Promise::Cast,
        (Outcome::Done, Kind::Notification) => Promise::Notification,
        (Outcome::Done | Outcome::Wrong, _) => Promise::Answer,
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

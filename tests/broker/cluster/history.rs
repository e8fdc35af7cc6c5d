//! What became of each call, cast and notification, as those at both ends saw it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;
use tokio::time::sleep;

/// How something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Call,
    Cast,
    Notification,
}

/// What the sender was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A call's answer, or the broker's word that it has the rest.
    Done,
    Unreachable,
    Unknown,
    TimedOut,
}

/// A method that was begun, or a notification that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Whether the method was told that another host may have begun the request.
    pub is_told: bool,
}

/// One call from its sender's side, and its runs.
#[derive(Clone, Debug)]
pub struct Sent {
    pub kind: Kind,
    /// Who sends it to whom.
    pub way: (String, String),
    pub at: Duration,
    pub time_out: Duration,
    pub end: Option<(Duration, Outcome)>,
    pub runs: Vec<Run>,
}

/// A time in which nodes were missing.
#[derive(Clone, Debug)]
pub struct Outage {
    pub what: String,
    pub from: Duration,
    /// When all nodes were there again.
    pub returned: Duration,
}

/// Events by the id of what was sent.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub sent: BTreeMap<u64, Sent>,
    pub outages: Vec<Outage>,
    /// When the machine came to nothing, and for how long: that is nobody's fault.
    pub stalls: Vec<(Duration, Duration)>,
    /// Runs of what nobody has sent; a Python host may say so a moment later.
    pub stray: Vec<(u64, Run)>,
}

/// Writes the history down, from all hosts.
#[derive(Clone)]
pub struct Recorder {
    began: Instant,
    history: Arc<Mutex<History>>,
}

impl Recorder {
    pub fn new() -> Self {
        Recorder { began: Instant::now(), history: Arc::default() }
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap()
    }

    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub fn sent(&self, id: u64, kind: Kind, way: (&str, &str), time_out: Duration) {
        let (way, at) = ((way.0.to_owned(), way.1.to_owned()), self.now());
        let mut history = self.history();
        let runs = history.stray.extract_if(.., |(stray, _)| *stray == id).map(|(_, run)| run).collect();
        let sent = Sent { kind, way, at, time_out, end: None, runs };
        assert!(history.sent.insert(id, sent).is_none(), "{id} is sent twice");
    }

    pub fn ended(&self, id: u64, outcome: Outcome) {
        let now = self.now();
        let mut history = self.history();
        let sent = history.sent.get_mut(&id).expect("who sends says so first");
        assert!(sent.end.replace((now, outcome)).is_none(), "{id} ends twice");
    }

    pub fn ran(&self, id: u64, is_told: bool) {
        let (mut history, run) = (self.history(), Run { is_told });
        match history.sent.get_mut(&id) {
            Some(sent) => sent.runs.push(run),
            None => history.stray.push((id, run)),
        }
    }

    pub fn outage(&self, outage: Outage) {
        self.history().outages.push(outage);
    }

    /// Notes when the machine is slow, until it is dropped.
    pub fn watch(&self) -> AbortHandle {
        const TICK: Duration = Duration::from_millis(100);
        let recorder = self.clone();
        let watching = tokio::spawn(async move {
            loop {
                let before = recorder.now();
                sleep(TICK).await;
                let late = recorder.now().saturating_sub(before + TICK);
                if late > TICK {
                    recorder.history().stalls.push((before, late));
                }
            }
        });
        watching.abort_handle()
    }

    /// Whether each way has a call that was sent and answered since then.
    pub fn is_served_since(&self, since: Duration, ways: &[(&str, &str)]) -> bool {
        let history = self.history();
        let later: Vec<_> =
            history.sent.values().rev().take(20_000).filter(|sent| sent.at >= since).collect();
        ways.iter().all(|way| later.iter().any(|sent| is_answer(sent, way)))
    }

    /// Whether all that must run has run.
    pub fn is_settled(&self) -> bool {
        let is_open = |sent: &Sent| {
            let is_done = matches!(sent.end, Some((_, Outcome::Done)));
            sent.end.is_none() || (is_done && sent.kind != Kind::Call && sent.runs.is_empty())
        };
        !self.history().sent.values().any(is_open)
    }

    pub fn so_far(&self) -> History {
        self.history().clone()
    }
}

fn is_answer(sent: &Sent, way: &(&str, &str)) -> bool {
    sent.kind == Kind::Call
        && (sent.way.0.as_str(), sent.way.1.as_str()) == *way
        && matches!(sent.end, Some((_, Outcome::Done)))
}

impl History {
    /// How long the machine came to nothing in that time.
    pub fn stalled(&self, from: Duration, to: Duration) -> Duration {
        let is_within = |(at, late): &&(Duration, Duration)| *at < to && *at + *late > from;
        self.stalls.iter().filter(is_within).map(|(_, late)| *late).sum()
    }

    /// When the last way was served again after that time, by what was sent since.
    pub fn served(&self, since: Duration, until: Duration, ways: &[(&str, &str)]) -> Option<Duration> {
        let of_way = |way: &(&str, &str)| {
            let answers = self.sent.values().filter(|sent| sent.at >= since && is_answer(sent, way));
            answers.filter_map(|sent| sent.end.map(|(at, _)| at)).filter(|at| *at <= until).min()
        };
        ways.iter().map(of_way).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// The longest time without an answer to any call, from one time to another.
    pub fn gap(&self, from: Duration, to: Duration) -> Duration {
        let is_answered =
            |sent: &&Sent| sent.kind == Kind::Call && matches!(sent.end, Some((_, Outcome::Done)));
        let mut ends: Vec<_> =
            self.sent.values().filter(is_answered).filter_map(|sent| sent.end.map(|(at, _)| at)).collect();
        ends.push(to);
        ends.sort();
        let mut last = from;
        let mut longest = Duration::ZERO;
        for end in ends.into_iter().filter(|end| (from..=to).contains(end)) {
            longest = longest.max(end - last);
            last = end;
        }
        longest
    }
}

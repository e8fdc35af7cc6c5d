//! What became of each call, cast and notification, as those at both ends saw it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

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
    /// The answer to something else.
    Wrong,
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
    /// When the machine stood still, and for how long, as a thread saw it that does nothing else.
    pub stalls: Vec<(Duration, Duration)>,
    /// Runs of what nobody has sent; a Python host may say so a moment later.
    pub stray: Vec<(u64, Run)>,
}

/// A thread that sleeps for a moment again and again, and writes down when it was woken late: nobody's fault but the
/// machine's. It ends with this.
pub struct Watchdog {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    /// How long it sleeps.
    const TICK: Duration = Duration::from_millis(10);

    /// Lateness that a machine with nothing else to do has as well.
    const NOTHING: Duration = Duration::from_millis(20);

    pub fn start(recorder: &Recorder) -> Self {
        let (is_over, recorder) = (Arc::new(AtomicBool::new(false)), recorder.clone());
        let over = Arc::clone(&is_over);
        let watch = move || {
            let mut before = recorder.now();
            while !over.load(Ordering::Relaxed) {
                sleep(Self::TICK);
                let now = recorder.now();
                let late = now.saturating_sub(before + Self::TICK);
                if late > Self::NOTHING {
                    recorder.history().stalls.push((before + Self::TICK, late));
                }
                before = now;
            }
        };
        Watchdog { is_over, thread: Some(std::thread::spawn(watch)) }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // One that panicked has written down what it saw.
        let _ = self.thread.take().map(JoinHandle::join);
    }
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

impl Sent {
    pub fn goes(&self, way: &(&str, &str)) -> bool {
        (self.way.0.as_str(), self.way.1.as_str()) == *way
    }
}

fn is_answer(sent: &Sent, way: &(&str, &str)) -> bool {
    sent.kind == Kind::Call && sent.goes(way) && matches!(sent.end, Some((_, Outcome::Done)))
}

impl History {
    /// How long the machine stood still within that time.
    pub fn stalled(&self, from: Duration, to: Duration) -> Duration {
        let within =
            |(at, late): &(Duration, Duration)| (*at + *late).min(to).saturating_sub((*at).max(from));
        self.stalls.iter().map(within).sum()
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

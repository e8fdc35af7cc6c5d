//! The way between the hosts of a fleet: each message waits on it, and is looked at when it arrives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::understood::{Header, header, outermost, versions_in};
use super::fault::Fault;
use super::judge::{Judge, Verdict};
use super::pause::held_up;
use super::seat::ReleaseOf;
use crate::primitive::Primitive;
use crate::rpc::{Address, BoxFuture, Connection, Patience, Transport, TransportError};
use crate::version::{Manifest, Version};

/// The key of a call's context that says which act of the plan it belongs to.
pub(super) const ACT: &str = "fleet_act";

/// The state that all hosts of a run share.
pub(super) struct Shared {
    pub(super) releases: Arc<[ReleaseOf]>,
    pub(super) names: Arc<[String]>,
    pub(super) judge: Arc<Judge>,
    facts: Mutex<Facts>,
}

#[derive(Default)]
pub(super) struct Facts {
    /// The number of the step that runs.
    pub(super) step: usize,
    /// By host: the releases that it ran, each with the step in which it changed to it. The last is the one that it runs.
    pub(super) ran: BTreeMap<String, Vec<(usize, usize)>>,
    pub(super) fault: Option<(Fault, String)>,
    /// The lines of the story, where one is told.
    pub(super) lines: Option<Vec<String>>,
    /// By act: the lowest version of each object that went over the wire.
    pub(super) lowest: BTreeMap<u64, Manifest>,
    /// By act: the field that the last host set, under its name on the wire, and the value.
    pub(super) edits: BTreeMap<u64, (String, Primitive)>,
    /// By host: how many answers it waits for.
    pub(super) waiting: BTreeMap<String, usize>,
    /// Messages that nobody waits for.
    pub(super) casts: Vec<Cast>,
    pub(super) tally: Tally,
}

pub(super) struct Cast {
    pub(super) to: Address,
    pub(super) message: Vec<u8>,
    pub(super) wire: Wire,
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) messages: u64,
    pub(super) changes: u64,
    pub(super) under_way: u64,
    pub(super) written_again: u64,
    pub(super) refused: u64,
    pub(super) loads: u64,
    /// By writer's and reader's release.
    pub(super) pairs: BTreeMap<(usize, usize), u64>,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Tally) {
        self.messages += other.messages;
        self.changes += other.changes;
        self.under_way += other.under_way;
        self.written_again += other.written_again;
        self.refused += other.refused;
        self.loads += other.loads;
        for (pair, count) in &other.pairs {
            *self.pairs.entry(*pair).or_default() += count;
        }
    }
}

impl Facts {
    /// The release that a host runs, and the step in which it changed to it.
    fn place(&self, host: &str) -> Option<(usize, usize)> {
        self.ran.get(host)?.last().copied()
    }
}

impl Shared {
    pub(super) fn new(
        releases: Arc<[ReleaseOf]>,
        names: Arc<[String]>,
        judge: Arc<Judge>,
        is_told: bool,
    ) -> Self {
        let facts = Facts { lines: is_told.then(Vec::new), ..Facts::default() };
        Shared { releases, names, judge, facts: Mutex::new(facts) }
    }

    /// Never held while a message is under way.
    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first fault is the one that is told.
    pub(super) fn fail(&self, fault: Fault, what: String) {
        self.facts().fault.get_or_insert((fault, what));
    }

    pub(super) fn tell(&self, line: impl FnOnce() -> String) {
        let mut facts = self.facts();
        if let Some(lines) = &mut facts.lines {
            lines.push(line());
        }
    }

    pub(super) fn release(&self, index: usize) -> Option<&ReleaseOf> {
        self.releases.get(index)
    }
}

/// One process of a host on its way to the others.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) inner: Connection,
    pub(super) shared: Arc<Shared>,
    /// The release that the process runs.
    pub(super) release: usize,
    /// The step in which it began.
    pub(super) since: usize,
}

impl Wire {
    /// Looks at a request on its arrival. Whether it is read, and its act.
    fn arrives(&self, to: &str, message: &[u8], is_cast: bool) {
        let place = self.shared.facts().place(to);
        let Some((release, changed)) = place else { return };
        let Some(of) = self.shared.release(release) else { return };
        let (act, objects) = parts(message, "args");
        self.shared.facts().tally.messages += 1;
        for object in &objects {
            let verdict = self.shared.judge.of(object.as_bytes(), release, of);
            self.shared.tell(|| {
                let shown = shown(object);
                format!(
                    "{} -> {to}: {shown}{}",
                    self.inner.host(),
                    if is_cast { ", nobody waits" } else { "" }
                )
            });
            match &*verdict {
                Verdict::Fine(heads) => self.fine(act, heads, release),
                Verdict::Wrong(fault, what) => self.shared.fail(*fault, format!("on {to}: {what}")),
                // A receiver that changed meanwhile refuses before it begins, and gets it once more.
                Verdict::Unreadable(_) if changed > self.since && !is_cast => {
                    self.shared.facts().tally.written_again += 1;
                    self.shared.tell(|| format!("{to} can't read that, and says so"));
                }
                Verdict::Unreadable(what) => {
                    let lost = if is_cast { ", and nobody is told" } else { "" };
                    self.shared
                        .fail(Fault::Unreadable, format!("{to} gets what it can't read{lost}: {what}"));
                }
            }
        }
    }

    /// Looks at a reply on its arrival at this process.
    fn returns(&self, from: &str, message: &[u8], written_by: Option<usize>) {
        let Some(of) = self.shared.release(self.release) else { return };
        let (_, objects) = parts(message, "result");
        self.shared.facts().tally.messages += 1;
        for object in &objects {
            self.shared.tell(|| format!("{from} -> {}: {}, the answer", self.inner.host(), shown(object)));
            let host = self.inner.host();
            match &*self.shared.judge.of(object.as_bytes(), self.release, of) {
                Verdict::Fine(_) => {
                    if let Some(writer) = written_by {
                        let mut facts = self.shared.facts();
                        *facts.tally.pairs.entry((writer, self.release)).or_default() += 1;
                    }
                }
                Verdict::Wrong(fault, what) => self.shared.fail(*fault, format!("on {host}: {what}")),
                Verdict::Unreadable(what) => {
                    self.shared.fail(Fault::Unreadable, format!("{host} can't read its answer: {what}"));
                }
            }
        }
    }

    fn fine(&self, act: Option<u64>, heads: &[Header], reader: usize) {
        let mut facts = self.shared.facts();
        *facts.tally.pairs.entry((self.release, reader)).or_default() += 1;
        let Some(act) = act else { return };
        let lowest = facts.lowest.entry(act).or_default();
        for head in heads {
            let Ok(version) = head.version.parse::<Version>() else { continue };
            if lowest.get(&head.name).is_none_or(|known| version < known) {
                lowest.insert(&*head.name, version);
            }
        }
    }

    /// Delivers what nobody waits for.
    pub(super) async fn deliver(&self, to: &Address, message: Vec<u8>) {
        held_up().await;
        if let Some(host) = &to.server {
            self.arrives(host, &message, true);
        }
        // Nobody waits for what becomes of it; the wire has looked at it.
        let _ = self.inner.call(to, message, PATIENCE.into()).await;
    }
}

/// The act that a message belongs to, and the outermost objects in it as text.
fn parts(message: &[u8], key: &str) -> (Option<u64>, Vec<String>) {
    let Ok(value) = serde_json::from_slice::<Primitive>(message) else { return (None, Vec::new()) };
    let act = match value.get(&format!("_context_{ACT}")) {
        Some(Primitive::Int(act)) => u64::try_from(*act).ok(),
        _ => None,
    };
    let objects = value.get(key).map(outermost).unwrap_or_default();
    (act, objects.into_iter().filter_map(|object| serde_json::to_string(object).ok()).collect())
}

/// The object as a story shows it.
fn shown(object: &str) -> String {
    let value: Primitive = serde_json::from_str(object).unwrap_or_default();
    let Some(head) = header(&value) else { return String::new() };
    let inside = versions_in(&value, true);
    let inside: Vec<String> = inside
        .iter()
        .filter(|(name, _)| *name != head.name)
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    let inside = if inside.is_empty() { String::new() } else { format!(" with {}", inside.join(", ")) };
    format!("{} {}{inside}", head.name, head.version)
}

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// A call of a host that isn't answered yet.
struct Waiting<'a>(&'a Wire);

impl<'a> Waiting<'a> {
    fn of(wire: &'a Wire) -> Self {
        *wire.shared.facts().waiting.entry(wire.inner.host().to_owned()).or_default() += 1;
        Waiting(wire)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.0.shared.facts().waiting.get_mut(self.0.inner.host()) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Transport for Wire {
    fn host(&self) -> &str {
        self.inner.host()
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let _waiting = Waiting::of(self);
            held_up().await;
            let host = to.server.as_deref().unwrap_or(&to.topic);
            self.arrives(host, &message, false);
            let written_by = self.shared.facts().place(host).map(|(release, _)| release);
            let reply = self.inner.call(to, message, patience).await?;
            held_up().await;
            self.returns(host, &reply, written_by);
            Ok(reply)
        })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let cast = Cast { to: to.clone(), message, wire: self.clone() };
            self.shared.facts().casts.push(cast);
            Ok(())
        })
    }
}

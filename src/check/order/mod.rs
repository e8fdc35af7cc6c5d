//! In which order hosts can be upgraded: from the locks of two releases, and who calls whom.
//!
//! A [`Graph`] says which service calls which with which objects. [`Graph::prove`] looks at each call between a service of
//! the one release and one of the other, and tells which of the two has to go first, and why: as messages that can't be
//! read. From these follow all orders that are safe.

mod called;
mod reach;
mod spoken;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use self::reach::Message;
use super::lock::Locks;

pub use called::{Called, GraphError, Speech, When};
pub use spoken::{Spoken, SpokenObject};

/// Services, and the calls between them.
///
/// ```
/// use versioned_objects::check::Graph;
///
/// let graph = Graph::from_json(
///     r#"{"calls": [{"from": "api", "to": "compute", "method": "build", "takes": ["Instance"], "speaks": "own"}]}"#,
/// )?;
/// assert_eq!(graph.services().collect::<Vec<_>>(), ["api", "compute"]);
/// # Ok::<(), versioned_objects::check::GraphError>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a call graph, an object of calls")]
pub struct Graph {
    calls: Vec<Called>,
}

impl FromIterator<Called> for Graph {
    fn from_iter<I: IntoIterator<Item = Called>>(calls: I) -> Self {
        Graph { calls: calls.into_iter().collect() }
    }
}

impl Graph {
    /// Reads a graph from JSON text: an object whose `calls` are those of [`Called`], by the names of its fields.
    ///
    /// # Errors
    /// Where the text isn't that.
    pub fn from_json(text: &str) -> Result<Self, GraphError> {
        serde_json::from_str(text).map_err(|error| GraphError(format!("call graph: {error}")))
    }

    /// The services, sorted by name.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        let all: BTreeSet<&str> =
            self.calls.iter().flat_map(|call| [call.from.as_str(), call.to.as_str()]).collect();
        all.into_iter()
    }

    /// The calls, in the order in which they were given.
    pub fn calls(&self) -> &[Called] {
        &self.calls
    }

    /// Proves which orders of an upgrade from the one release to the other are safe.
    ///
    /// # Errors
    /// Where a call names an object that neither release knows.
    pub fn prove(&self, old: &Locks, new: &Locks) -> Result<Proof, GraphError> {
        for call in &self.calls {
            let unknown = call
                .takes
                .iter()
                .chain(&call.gives)
                .find(|name| old.get(name).is_none() && new.get(name).is_none());
            if let Some(name) = unknown {
                let what =
                    format!("{} calls {} with {name}, which neither release knows", call.from, call.to);
                return Err(GraphError(what));
            }
        }
        let releases = [old, new];
        let mut proof = Proof { services: self.services().map(str::to_owned).collect(), ..Proof::default() };
        for call in &self.calls {
            for (from_new, to_new) in [(false, false), (true, true), (true, false), (false, true)] {
                if !call.called.is_in(from_new) {
                    continue;
                }
                let failure = fails(call, releases, from_new, to_new);
                let spoken = Spoken::new(call, releases, [from_new, to_new], failure);
                if spoken.failure.is_some() {
                    proof.add(&spoken);
                }
                proof.spoken.push(spoken);
            }
        }
        Ok(proof)
    }
}

/// The message of a call that isn't understood between services of those releases.
fn fails(call: &Called, releases: [&Locks; 2], from_new: bool, to_new: bool) -> Option<String> {
    if !call.served.is_in(to_new) {
        return Some(format!("{} has no method {}", call.to, call.method));
    }
    let of = |is_new: bool| if is_new { releases[1] } else { releases[0] };
    let (writer, reader) = (of(from_new), of(to_new));
    let takes = call.takes.iter().find_map(|name| {
        let message = Message { writer, reader, pin: releases[0], speech: call.speaks };
        // What the caller's release doesn't know it can't send.
        writer.get(name)?;
        message.fails(name)
    });
    let gives = || {
        call.gives.iter().find_map(|name| {
            // Nothing but a caller's word says what it reads.
            let speech = if call.speaks == Speech::Asked { Speech::Asked } else { Speech::Own };
            let message = Message { writer: reader, reader: writer, pin: releases[0], speech };
            reader.get(name)?;
            message.fails(name).map(|what| format!("in the answer: {what}"))
        })
    };
    takes.or_else(gives)
}

/// An order between two services, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The service that goes first.
    pub first: String,
    /// The service that goes later.
    pub then: String,
    /// The message that isn't understood where it is the other way round.
    pub otherwise: String,
}

/// The order of an upgrade: what has to be, and what can't.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    services: Vec<String>,
    before: Vec<Before>,
    /// Messages that aren't understood in any order.
    never: Vec<String>,
    spoken: Vec<Spoken>,
}

/// A moment of an upgrade in which a message isn't understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The services that are upgraded by then.
    pub upgraded: Vec<String>,
    /// The message, with both ends and why it isn't understood.
    pub message: String,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upgraded = if self.upgraded.is_empty() { "none".to_owned() } else { self.upgraded.join(", ") };
        write!(f, "upgraded: {upgraded}; then {}", self.message)
    }
}

impl Proof {
    fn add(&mut self, call: &Spoken) {
        let message = call.to_string();
        if call.from_new == call.to_new || call.from == call.to {
            self.never.push(message);
            return;
        }
        // The one that is new in the bad pair has to wait for the other.
        let (first, then) = if call.from_new { (&call.to, &call.from) } else { (&call.from, &call.to) };
        let known = self.before.iter().any(|before| before.first == *first && before.then == *then);
        if !known {
            self.before.push(Before { first: first.clone(), then: then.clone(), otherwise: message });
        }
    }

    /// Lists the calls between the services in each pair of releases, understood or not.
    pub fn calls(&self) -> &[Spoken] {
        &self.spoken
    }

    /// Lists which service goes before which, and why.
    pub fn before(&self) -> &[Before] {
        &self.before
    }

    /// The services that have to go before others, with the reason of each.
    pub fn firsts(&self) -> impl Iterator<Item = &Before> {
        self.before.iter().filter(|before| !self.before.iter().any(|other| other.then == before.first))
    }

    /// Whether an order is safe: the services in it, one after the other.
    ///
    /// # Errors
    /// The first moment in which a message isn't understood.
    pub fn is_safe<S: AsRef<str>>(&self, order: &[S]) -> Result<(), Counterexample> {
        if let Some(message) = self.never.first() {
            return Err(Counterexample { upgraded: Vec::new(), message: message.clone() });
        }
        let mut upgraded: Vec<String> = Vec::new();
        for service in order {
            upgraded.push(service.as_ref().to_owned());
            let is_in = |name: &String| upgraded.contains(name);
            let broken = self.before.iter().find(|before| is_in(&before.then) && !is_in(&before.first));
            if let Some(before) = broken {
                return Err(Counterexample { upgraded, message: before.otherwise.clone() });
            }
        }
        Ok(())
    }

    /// The services in groups: all of a group can go in any order once those of the groups before have gone.
    ///
    /// # Errors
    /// Where no order is safe: messages that show it, one of which isn't understood whatever the order.
    pub fn order(&self) -> Result<Vec<Vec<String>>, Vec<String>> {
        if !self.never.is_empty() {
            return Err(self.never.clone());
        }
        let mut left: BTreeMap<&str, BTreeSet<&str>> =
            self.services.iter().map(|name| (name.as_str(), BTreeSet::new())).collect();
        for before in &self.before {
            left.entry(&before.then).or_default().insert(&before.first);
        }
        let mut groups = Vec::new();
        while !left.is_empty() {
            let ready: Vec<&str> = left
                .iter()
                .filter(|(_, waits)| !waits.iter().any(|other| left.contains_key(other)))
                .map(|(name, _)| *name)
                .collect();
            if ready.is_empty() {
                let stuck =
                    |before: &&Before| left.contains_key(&*before.then) && left.contains_key(&*before.first);
                return Err(self
                    .before
                    .iter()
                    .filter(stuck)
                    .map(|before| before.otherwise.clone())
                    .collect());
            }
            ready.iter().for_each(|name| drop(left.remove(name)));
            groups.push(ready.into_iter().map(str::to_owned).collect());
        }
        Ok(groups)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order() {
            Ok(groups) if self.before.is_empty() => {
                write!(f, "any order is safe: {}", groups.concat().join(", "))
            }
            Ok(groups) => {
                let groups: Vec<String> = groups.iter().map(|group| group.join(", ")).collect();
                writeln!(f, "safe, one after the other: {}", groups.join("; then "))?;
                let reasons = self.before.iter().map(|before| {
                    format!("{} before {}, otherwise\n  {}", before.first, before.then, before.otherwise)
                });
                f.write_str(&reasons.collect::<Vec<_>>().join("\n"))
            }
            Err(messages) => {
                writeln!(f, "no order is safe; one of these isn't understood in any:")?;
                let lines: Vec<String> = messages.iter().map(|message| format!("  {message}")).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

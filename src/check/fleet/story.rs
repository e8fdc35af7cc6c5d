//! A plan that failed, as people read it.

use std::fmt;

use super::fault::Fault;
use super::wire::Tally;

/// The smallest plan found that goes wrong. Its text is a story: the hosts, the steps, the messages, and the fault.
#[derive(Clone, Debug)]
pub struct Story {
    /// The way in which it goes wrong.
    pub fault: Fault,
    /// The fault, for people.
    pub what: String,
    /// The seed that the plans were drawn of.
    pub seed: u64,
    /// The number of the plan among those of the seed, before it was made smaller.
    pub plan: u32,
    /// The names of the hosts that it takes.
    pub hosts: Vec<String>,
    /// The steps and messages, a line each.
    pub lines: Vec<String>,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} (plan {} of seed {})", self.fault, self.plan, self.seed)?;
        for (number, line) in self.lines.iter().enumerate() {
            writeln!(f, "{:>3}. {line}", number + 1)?;
        }
        write!(f, "so {}", self.what)
    }
}

impl std::error::Error for Story {}

/// Counts of plans that were drawn and went well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The number of plans.
    pub plans: u32,
    /// The messages between hosts.
    pub messages: u64,
    /// How often a host changed release.
    pub changes: u64,
    /// How many calls were under way meanwhile, all changes together.
    pub under_way: u64,
    /// The messages that a host refused since it had changed meanwhile, and that were written again for it.
    pub written_again: u64,
    /// The calls that were refused by a rule, or since a host didn't know an object; their callers were told.
    pub refused: u64,
    /// The stored objects that were read.
    pub loads: u64,
    /// Writer's and reader's release, and the objects that went between them.
    pub pairs: Vec<(String, String, u64)>,
    /// Objects that no plan is about, since a Rust function decides of them and a release is made of its lock.
    pub left_out: Vec<String>,
}

impl Drawn {
    pub(super) fn of(
        tally: &Tally,
        plans: u32,
        name: impl Fn(usize) -> String,
        left_out: Vec<String>,
    ) -> Self {
        let pairs = tally.pairs.iter();
        Drawn {
            plans,
            messages: tally.messages,
            changes: tally.changes,
            under_way: tally.under_way,
            written_again: tally.written_again,
            refused: tally.refused,
            loads: tally.loads,
            pairs: pairs.map(|((from, to), count)| (name(*from), name(*to), *count)).collect(),
            left_out,
        }
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} plans, {} messages, {} changes of release with {} calls under way",
            self.plans, self.messages, self.changes, self.under_way
        )?;
        writeln!(
            f,
            "{} written again, {} refused and told, {} stored objects read",
            self.written_again, self.refused, self.loads
        )?;
        let pairs: Vec<String> =
            self.pairs.iter().map(|(from, to, count)| format!("{from} > {to}: {count}")).collect();
        write!(f, "objects by release of writer and reader: {}", pairs.join(", "))
    }
}

//! What is told, and how it is silenced.

use std::fmt;

use super::lock::Silenced;
use crate::version::Version;

/// How bad a broken rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Hosts of different releases misunderstand each other.
    Breaking,
    /// A warning: nothing breaks, but something was forgotten or is of no use.
    Warning,
}

/// How much of what a project promises its peers a comparison holds it to: each category has the rules of those
/// before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Strictness {
    /// Messages: objects that are refused, misread, or lose what they hold on the way.
    Wire,
    /// Names too: methods and arguments, by which hosts call each other, and the fingerprints by which releases tell their
    /// objects apart.
    Names,
    /// Source code too: what who uses an object in a program may do with it.
    Source,
    /// All rules, warnings among them.
    All,
}

impl Strictness {
    /// All categories, the least strict first.
    pub const EACH: [Strictness; 4] =
        [Strictness::Wire, Strictness::Names, Strictness::Source, Strictness::All];
}

/// Which way of a message a broken rule harms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// Messages that new code writes and older code reads.
    NewToOld,
    /// Messages that older code writes and new code reads.
    OldToNew,
    /// Calls of methods between hosts.
    Rpc,
}

/// A way in which a change breaks hosts of other releases.
#[derive(Debug)]
pub struct ChangeRule {
    /// Its name, which stays.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The least strict category that has it.
    pub strictness: Strictness,
    /// Which messages it harms.
    pub directions: &'static [Direction],
    /// The damage that such a change does.
    pub meaning: &'static str,
    /// The remedy: the change to make instead.
    pub remedy: &'static str,
    /// The rules that say the same more precisely.
    pub(super) gives_way: GivesWay,
    pub(super) find: fn(&super::change::Comparison<'_>) -> Vec<Hit>,
}

/// Before which other rules a rule is silent, so that one change gives one finding.
#[derive(Debug)]
pub(super) enum GivesWay {
    /// Before these, of the same place.
    To(&'static [&'static str]),
    /// Before every other, of the same object.
    ToAll,
}

/// A place where a rule is broken.
pub(super) struct Hit {
    /// The place; a second one where two are one thing.
    pub(super) places: Vec<String>,
    pub(super) versions: Vec<Version>,
    pub(super) what: String,
}

impl Hit {
    pub(super) fn new(place: impl Into<String>, versions: Vec<Version>, what: impl Into<String>) -> Self {
        Hit { places: vec![place.into()], versions, what: what.into() }
    }
}

/// A finding: a rule that a change breaks.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static ChangeRule,
    /// The place: `Disk`, `Disk.serial` or `Disk.save()`.
    pub place: String,
    /// The released versions whose hosts are harmed.
    pub versions: Vec<Version>,
    /// The change, for people.
    pub what: String,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Breaking => "breaking",
            Severity::Warning => "warning",
        })
    }
}

impl fmt::Display for Strictness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Strictness::Wire => "wire",
            Strictness::Names => "names",
            Strictness::Source => "source",
            Strictness::All => "all",
        })
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::NewToOld => "new to old",
            Direction::OldToNew => "old to new",
            Direction::Rpc => "RPC",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChangeRule { id, severity, directions, meaning, remedy, .. } = self.rule;
        let directions: Vec<_> = directions.iter().map(Direction::to_string).collect();
        writeln!(f, "{id}: {}: {}", self.place, self.what)?;
        if !self.versions.is_empty() {
            writeln!(f, "  released: {}", crate::schema::History(&self.versions))?;
        }
        let way = if directions.is_empty() { String::new() } else { format!(", {}", directions.join(", ")) };
        writeln!(f, "  {severity}{way}: {meaning}")?;
        write!(f, "  to do: {remedy}")
    }
}

/// A finding that is right as it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub(super) rule: String,
    pub(super) place: String,
    pub(super) reason: String,
}

impl Silence {
    /// Silences a rule at a place: `Disk`, `Disk.serial` or `Disk.save()`. The lock keeps the reason on record.
    pub fn new(rule: impl Into<String>, place: impl Into<String>, reason: impl Into<String>) -> Self {
        Silence { rule: rule.into(), place: place.into(), reason: reason.into() }
    }

    pub(super) fn hits(&self, rule: &str, place: &str) -> bool {
        self.rule == rule && self.place == place
    }

    pub(super) fn exception(&self) -> Silenced {
        Silenced { rule: self.rule.clone(), place: self.place.clone(), reason: self.reason.clone() }
    }

    pub(super) fn object(&self) -> &str {
        object_of(&self.place)
    }
}

pub(super) fn object_of(place: &str) -> &str {
    place.split_once('.').map_or(place, |(object, _)| object)
}

//! What a finding looks like on the wire: both schemas are run, and the message that goes wrong is kept.

mod calls;
mod kept;
mod sample;
mod trip;

use std::fmt;

use serde::Serialize;

use super::finding::{Direction, Finding, object_of};
use super::lock::{Lock, Locks};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, ObjectSchema};
use crate::version::{Manifest, Version};

/// A message, or a call, between hosts of two releases, that shows what a change breaks.
///
/// It is made by running both schemas as objects without Rust types: one host writes, the other reads and answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Witness {
    /// The name of the object that is sent.
    pub object: String,
    /// The version that is written for.
    pub version: Version,
    /// Who sends.
    pub writer: Host,
    /// Kind of what is sent.
    pub act: Act,
    /// The text that is sent: a message's bytes, which are JSON, or a call.
    pub sent: String,
    /// Who answers.
    pub reader: Host,
    /// Whether the answer is a refusal.
    pub refused: bool,
    /// The answer: the reason of a refusal, or the message that the reader makes of what it got.
    pub answer: String,
    /// The answer of a host of the released version, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

/// Hosts of the two releases that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Host {
    /// A host of what was released.
    Released,
    /// A host of what there is now.
    Here,
}

/// Kinds of what a host does, so that the other has something to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// It writes an object.
    Write,
    /// It calls a method of an object.
    Call,
    /// It makes an object and sets its defaults.
    Default,
    /// It sets a field a second time.
    Set,
    /// It tells the fingerprint of an object, of which the text is shown that is hashed.
    Fingerprint,
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Host::Released => "released",
            Host::Here => "here",
        })
    }
}

impl Act {
    fn verb(self) -> &'static str {
        match self {
            Act::Write => "writes",
            Act::Call => "calls",
            Act::Default => "makes",
            Act::Set => "sets",
            Act::Fingerprint => "hashes",
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Witness { object, version, writer, act, sent, reader, refused, answer, expected } = self;
        writeln!(f, "witness: {object} {version}")?;
        writeln!(f, "  {:<18} {sent}", format!("{writer} {}", act.verb()))?;
        let verb = if *refused { "refuses" } else { "answers" };
        write!(f, "  {:<18} {answer}", format!("{reader} {verb}"))?;
        match expected {
            Some(expected) if expected != sent => write!(f, "\n  {:<18} {expected}", "released answers"),
            _ => Ok(()),
        }
    }
}

/// Why a finding has no witness.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unshown {
    /// A Rust function does what changed, which no schema runs: its place and its name.
    Function(String, String),
    /// Nothing that one host sends to the other shows it.
    Nothing,
    /// No message differs yet: the version may change from here on, and nothing would tell.
    Promise,
}

impl fmt::Display for Unshown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unshown::Function(place, name) => {
                write!(f, "no witness: {place} goes by `{name}`, a Rust function, which no schema runs")
            }
            Unshown::Nothing => f.write_str("no witness: no message shows it"),
            Unshown::Promise => {
                f.write_str("no witness: no message differs yet, and each further change would pass unseen")
            }
        }
    }
}

/// A host of each of two releases, to be run against each other: as their schemas say, without Rust types and without
/// Rust functions.
///
/// ```
/// use versioned_objects::check::{Hosts, Lock, Locks, compare};
/// use versioned_objects::{Field, VersionedObject};
///
/// #[derive(VersionedObject, Clone)]
/// #[object(name = "Disk", versions("1.0"))]
/// struct Then {
///     size: Field<i64>,
/// }
///
/// #[derive(VersionedObject, Clone)]
/// #[object(name = "Disk", versions("1.0"))]
/// struct Now {
///     size: Field<String>,
/// }
///
/// let [old, new] = [Then::SCHEMA, Now::SCHEMA].map(|schema| [Lock::of(schema)].into_iter().collect::<Locks>());
/// let findings = compare(&old, &new, &[]);
/// assert_eq!(findings[0].rule.id, "FIELD_TYPE_CHANGED");
/// let witness = Hosts::new(&old, &new).witness(&findings[0]).unwrap();
/// assert_eq!(witness.answer, "Disk.size: a string is required here, not a number");
/// ```
pub struct Hosts {
    old: Registry,
    new: Registry,
    locks: [Locks; 2],
    /// As they came, with what a schema can't run.
    whole: [Locks; 2],
    /// The oldest version of each object that was released.
    oldest: Manifest,
    /// What was left out: a place, and the function.
    functions: Vec<(String, String)>,
}

impl Hosts {
    /// The witness of a finding, of comparing these locks.
    ///
    /// # Errors
    /// Why there is none.
    pub fn witness(&self, finding: &Finding) -> Result<Witness, Unshown> {
        let object = object_of(&finding.place);
        let field = finding.place.split_once('.').map(|(_, field)| field);
        let found = match (finding.rule.directions, field) {
            ([], _) => None,
            ([Direction::Rpc], Some(method)) => {
                let [old, new] = &self.whole;
                calls::refused(old, new, object, method.trim_end_matches("()"))
            }
            _ => {
                let names = field.map(|field| self.names(object, field)).unwrap_or_default();
                let shown = trip::shown(self, object, &names, &finding.versions);
                let shown = shown.or_else(|| kept::shown(self, object, field, finding));
                // What breaks an object alone may show where another holds it.
                shown.or_else(|| {
                    self.holders(object).iter().find_map(|parent| trip::shown(self, parent, &[], &[]))
                })
            }
        };
        found.ok_or_else(|| match self.function(object, field) {
            Some((place, name)) => Unshown::Function(place, name),
            None if self.is_unreleased_again(object) => Unshown::Promise,
            None => Unshown::Nothing,
        })
    }

    /// Hosts of what was released, and of what there is now.
    pub fn new(old: &Locks, new: &Locks) -> Self {
        let (old, new) = (&old.listed(), &new.listed());
        let mut functions = Vec::new();
        for lock in old.iter().chain(new.iter()).map(|(_, lock)| lock.schema()) {
            for field in lock.fields.iter() {
                for rule in field.rules.iter() {
                    if let Action::Convert { name, routines, .. } = &rule.action {
                        for name in [&**name, &*field.name] {
                            functions.push((format!("{}.{name}", lock.name), routines.0.to_string()));
                        }
                    }
                }
            }
            let routines = [&lock.compatible, &lock.validate].into_iter().flatten();
            functions.extend(routines.map(|routine| (lock.name.to_string(), routine.to_string())));
        }
        let runs = |locks: &Locks| -> Locks {
            let all = locks.iter().map(|(name, lock)| {
                let schema = lock.schema();
                let kept =
                    |field: &str| !functions.iter().any(|(place, _)| *place == format!("{name}.{field}"));
                Lock::of(&ObjectSchema {
                    fields: schema.fields.iter().filter(|field| kept(&field.name)).cloned().collect(),
                    compatible: None,
                    validate: None,
                    ..schema.clone()
                })
            });
            all.collect()
        };
        let locks = [runs(old), runs(new)];
        let oldest =
            locks[0].iter().filter_map(|(name, lock)| Some((name, lock.released().next()?))).collect();
        let whole = [old.clone(), new.clone()];
        let [old, new] = [locks[0].registry(), locks[1].registry()];
        Hosts { old, new, locks, whole, oldest, functions }
    }

    /// The names that a field has, or had, in either release.
    fn names(&self, object: &str, field: &str) -> Vec<String> {
        let mut names = vec![field.to_owned()];
        for schema in self.locks.iter().filter_map(|locks| Some(locks.get(object)?.schema())) {
            for own in schema.fields.iter() {
                let former = own.rules.iter().filter_map(|rule| match &rule.action {
                    Action::Rename(name) => Some(&**name),
                    _ => None,
                });
                let all: Vec<&str> = former.chain([&*own.name]).collect();
                if all.contains(&field) {
                    names.extend(all.into_iter().map(str::to_owned));
                }
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// The objects of what was released that have that one in a field.
    fn holders(&self, object: &str) -> Vec<String> {
        let [old, _] = &self.locks;
        let bases = old.get(object).map(|lock| lock.schema().bases.to_vec()).unwrap_or_default();
        let holds = |schema: &ObjectSchema| {
            schema.fields.iter().any(|field| {
                field.ty.object().is_some_and(|name| name == object || bases.iter().any(|base| base == name))
            })
        };
        let all = old.iter().filter(|(name, lock)| *name != object && holds(lock.schema()));
        all.map(|(name, _)| name.to_owned()).collect()
    }

    /// Whether a version that was released counts as unreleased here.
    fn is_unreleased_again(&self, object: &str) -> bool {
        let [old, new] = self.locks.each_ref().map(|locks| locks.get(object));
        let again = new.and_then(|lock| lock.schema().unreleased);
        old.is_some_and(|lock| lock.released().any(|version| Some(version) == again))
    }

    fn function(&self, object: &str, field: Option<&str>) -> Option<(String, String)> {
        let place = field.map_or(object.to_owned(), |field| format!("{object}.{field}"));
        let own = self.functions.iter().find(|(other, _)| *other == place);
        own.or_else(|| self.functions.iter().find(|(other, _)| object_of(other) == object)).cloned()
    }
}

/// A value as a message has it.
fn text(value: &Primitive) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

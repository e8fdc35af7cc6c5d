//! Hosts of earlier releases, from their locks alone.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use super::arbitrary::envelopes;
use super::gates::Gate;
use super::laws::functions;
use super::lock::{Lock, LockError, Locks};
use super::understood::{read, without_graves};
use crate::compat::Backport;
use crate::error::ErrorKind;
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, FieldSchema, ObjectSchema};
use crate::version::Manifest;

/// Releases of a project, each by the locks that it was made with.
///
/// ```no_run
/// # mod objects { pub fn registry() -> versioned_objects::registry::Registry { Default::default() } }
/// use versioned_objects::check::{Locks, Releases};
///
/// // A folder for each earlier release, and the code as it is.
/// let releases = Releases::read("snapshots/releases".as_ref())?.with("now", Locks::of(&objects::registry()));
/// let matrix = releases.check(32)?;
/// assert!(matrix.left_out.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Releases {
    releases: Vec<(String, Locks)>,
}

/// The matrix of releases that were tried, each writing for each.
#[derive(Clone, Debug, Default)]
pub struct ReleaseMatrix {
    /// Writer, reader, and how many objects both know.
    pub cells: Vec<(String, String, usize)>,
    /// Gates that a Rust function decides, so that no lock tells their effect; by release.
    pub left_out: Vec<(String, Gate)>,
}

/// A message between two releases that went wrong.
#[derive(Debug)]
pub struct Misread {
    /// The release that wrote.
    pub writer: String,
    /// The release that reads.
    pub reader: String,
    /// The name of the object.
    pub object: String,
    /// The fault, for people.
    pub what: String,
    /// The bytes that were sent, where any were.
    pub sent: Option<Vec<u8>>,
    /// The smallest object that shows it.
    pub envelope: Primitive,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let envelope = serde_json::to_string(&self.envelope).map_err(|_| fmt::Error)?;
        writeln!(f, "{} from {} to {}: {}", self.object, self.writer, self.reader, self.what)?;
        if let Some(sent) = &self.sent {
            writeln!(f, "sent {} bytes: {}", sent.len(), String::from_utf8_lossy(sent))?;
        }
        write!(f, "of {envelope}")
    }
}

impl std::error::Error for Misread {}

/// Failure, and the message that was sent.
type Failure = (String, Option<Vec<u8>>);

impl Releases {
    /// Returns a list without any release.
    pub fn new() -> Self {
        Releases::default()
    }

    /// Adds a release by its locks.
    pub fn with(mut self, name: impl Into<String>, locks: Locks) -> Self {
        self.releases.push((name.into(), locks));
        self
    }

    /// A release for each folder in this one, sorted by name, with the locks in it.
    ///
    /// # Errors
    /// Where a folder can't be read, or a file in it is no lock.
    pub fn read(folder: &Path) -> Result<Self, LockError> {
        let failed = |error: std::io::Error| LockError::new(error).of(folder);
        let mut releases = Releases::default();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                releases.releases.push((name, Locks::read(&path)?));
            }
        }
        releases.releases.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(releases)
    }

    /// Has each release write for each, so many random objects of every name: the reader reads what was written
    /// for it, has all of it, and its answer is read by the writer.
    ///
    /// # Errors
    /// The first message that isn't understood.
    pub fn check(&self, cases: u32) -> Result<ReleaseMatrix, Box<Misread>> {
        let mut matrix = ReleaseMatrix::default();
        for (release, locks) in &self.releases {
            let all = locks.iter().flat_map(|(_, lock)| functions(lock.schema()));
            matrix.left_out.extend(all.map(|(place, what)| (release.clone(), Gate { place, what })));
        }
        let ruled = self.ruled();
        let hosts: Vec<(&String, Registry)> =
            self.releases.iter().map(|(name, locks)| (name, without(locks, &ruled).registry())).collect();
        for (writer, from) in &hosts {
            for (reader, to) in &hosts {
                let shared: Vec<&str> = from.names().filter(|name| to.schema(name).is_ok()).collect();
                for name in &shared {
                    if let Some(((what, sent), envelope)) = misread(from, to, name, cases) {
                        let (writer, reader, object) =
                            ((*writer).clone(), (*reader).clone(), (*name).to_owned());
                        return Err(Box::new(Misread { writer, reader, object, what, sent, envelope }));
                    }
                }
                matrix.cells.push(((*writer).clone(), (*reader).clone(), shared.len()));
            }
        }
        Ok(matrix)
    }

    /// The fields that a Rust function converts, by object, with the names that they had.
    fn ruled(&self) -> BTreeSet<(String, String)> {
        let locks = self.releases.iter().flat_map(|(_, locks)| locks.iter());
        let mut found = BTreeSet::new();
        for (object, lock) in locks {
            for field in lock.schema().fields.iter() {
                for rule in field.rules.iter() {
                    if let Action::Convert { name, .. } = &rule.action {
                        found.insert((object.to_owned(), name.to_string()));
                        found.insert((object.to_owned(), field.name.to_string()));
                    }
                }
            }
        }
        found
    }
}

/// The locks without the fields that are left out, and without routines.
fn without(locks: &Locks, ruled: &BTreeSet<(String, String)>) -> Locks {
    let kept =
        |object: &str, field: &FieldSchema| !ruled.contains(&(object.to_owned(), field.name.to_string()));
    let all = locks.iter().map(|(name, lock)| {
        let schema = lock.schema();
        let fields: Vec<_> = schema.fields.iter().filter(|field| kept(name, field)).cloned().collect();
        Lock::of(&ObjectSchema {
            fields: Cow::Owned(fields),
            read: None,
            compatible: None,
            validate: None,
            ..schema.clone()
        })
    });
    all.collect()
}

/// The smallest object that goes wrong between two hosts, where one does.
fn misread(from: &Registry, to: &Registry, name: &str, cases: u32) -> Option<(Failure, Primitive)> {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
    let tested = TestRunner::new(config).run(&envelopes(from, name), |envelope| {
        send(from, to, &envelope).map_err(|(what, _)| TestCaseError::fail(what))
    });
    match tested {
        Ok(()) => None,
        Err(TestError::Abort(what)) => Some(((what.to_string(), None), Primitive::Null)),
        Err(TestError::Fail(what, envelope)) => {
            let failure = send(from, to, &envelope).err().unwrap_or((what.to_string(), None));
            Some((failure, envelope))
        }
    }
}

/// The newest version of each object that the reader knows, as far as the writer has it.
pub(super) fn common(from: &Registry, to: &Registry) -> Manifest {
    let known = from.manifest().iter().map(|(name, own)| match to.manifest().get(name) {
        Some(theirs) if theirs < own => (name, theirs),
        _ => (name, own),
    });
    known.collect()
}

fn send(from: &Registry, to: &Registry, envelope: &Primitive) -> Result<(), Failure> {
    let object =
        read(from, envelope).map_err(|error| (format!("it isn't read by its writer: {error}"), None))?;
    let manifest = common(from, to);
    let view = match object.at(&manifest) {
        Ok(view) => view,
        Err(error) if error.kind() == ErrorKind::ObjectAction => return Ok(()),
        Err(error) => return Err((format!("it isn't written: {error}"), None)),
    };
    let bytes = serde_json::to_vec(&view).map_err(|error| (error.to_string(), None))?;
    let failed = |what: String| (what, Some(bytes.clone()));
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let there = to.decode(&mut deserializer).map_err(|error| failed(format!("it isn't read: {error}")))?;
    let answer = serde_json::to_vec(&there).map_err(|error| failed(error.to_string()))?;
    let parsed =
        |bytes: &[u8]| serde_json::from_slice::<Primitive>(bytes).map_err(|error| failed(error.to_string()));
    let kept = |bytes: &[u8]| parsed(bytes).map(|value| in_order(without_graves(to, value)));
    if kept(&answer)? != kept(&bytes)? {
        return Err(failed(format!("the reader has {} of it", String::from_utf8_lossy(&answer))));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(&answer);
    match from.decode(&mut deserializer) {
        Ok(_) => Ok(()),
        Err(error) => Err(failed(format!("the answer isn't read: {error}"))),
    }
}

/// Lists of names have the order of a schema, which a lock doesn't keep.
fn in_order(value: Primitive) -> Primitive {
    match value {
        Primitive::Map(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let value = in_order(value);
                let is_names = key.ends_with(".changes");
                (key, if is_names { sorted(value) } else { value })
            });
            Primitive::Map(entries.collect())
        }
        Primitive::List(values) => Primitive::List(values.into_iter().map(in_order).collect()),
        other => other,
    }
}

fn sorted(names: Primitive) -> Primitive {
    match names {
        Primitive::List(mut names) => {
            names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            Primitive::List(names)
        }
        other => other,
    }
}

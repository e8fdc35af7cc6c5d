//! The lock: what was released, in files that a project keeps with its tests.

mod earlier;
mod first;
mod kind;
mod merge;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::registry::Registry;
use crate::schema::ObjectSchema;
use crate::version::Version;

pub(super) use kind::{described, shown};
pub use merge::{Clash, Side};

/// One object as it was locked: its schema, and what of it was broken on purpose.
///
/// Its text is JSON with all names sorted, so that a change of it reads as a change of the object.
#[derive(Clone, Debug)]
pub struct Lock {
    schema: ObjectSchema,
    exceptions: Vec<Silenced>,
}

/// A break that was silenced, as the lock keeps it on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Silenced {
    /// The rule that was broken.
    pub rule: String,
    /// The place: `Disk`, `Disk.serial` or `Disk.save()`.
    pub place: String,
    /// Why that was right.
    pub reason: String,
}

impl Lock {
    /// The version of the form of the files.
    pub const FORMAT: u32 = crate::registry::schemas::FORMAT;

    /// The lock of an object as it is.
    pub fn of(schema: &ObjectSchema) -> Self {
        let lock = Lock { schema: schema.clone(), exceptions: Vec::new() };
        // A schema of the program points at those of other objects, and a lock is to know of nothing but itself.
        // One that can't be read back has no versions, and no releases to be held to.
        text::write(&lock).and_then(|text| text::read(&text)).unwrap_or(lock)
    }

    /// Returns the schema of the object.
    pub fn schema(&self) -> &ObjectSchema {
        &self.schema
    }

    /// Returns the breaks that were made on purpose.
    pub fn exceptions(&self) -> &[Silenced] {
        &self.exceptions
    }

    /// The versions that can't change any more, oldest first.
    pub fn released(&self) -> impl Iterator<Item = Version> {
        self.schema.versions.iter().copied().filter(|version| Some(*version) != self.schema.unreleased)
    }

    /// The lock with all versions listed that an open schema doesn't list: those of its major number, up to its newest.
    /// Of very many the last alone, which bounds what a number in a file can ask for.
    pub(super) fn listed(&self) -> Lock {
        const MOST: u32 = 256;
        let newest = self.schema.current();
        if !self.schema.is_open {
            return self.clone();
        }
        let from = newest.minor().saturating_sub(MOST);
        let implied = (from..=newest.minor()).map(|minor| Version::new(newest.major(), minor));
        let mut versions: Vec<_> = implied.chain(self.schema.versions.iter().copied()).collect();
        versions.retain(|version| *version <= newest);
        versions.sort_unstable();
        versions.dedup();
        let schema = ObjectSchema { versions: versions.into(), ..self.schema.clone() };
        Lock { schema, exceptions: self.exceptions.clone() }
    }

    pub(super) fn except(&mut self, exceptions: impl IntoIterator<Item = Silenced>) {
        for exception in exceptions {
            let same = |other: &Silenced| other.rule == exception.rule && other.place == exception.place;
            if !self.exceptions.iter().any(same) {
                self.exceptions.push(exception);
            }
        }
        self.exceptions.sort();
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::write(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Lock {
    type Err = LockError;

    /// Reads a lock from its text, with or without the head that `insta` puts before it.
    fn from_str(text: &str) -> Result<Self, LockError> {
        text::read(without_head(text))
    }
}

/// `insta` puts some lines between two of dashes before a snapshot.
fn without_head(text: &str) -> &str {
    match text.strip_prefix("---") {
        Some(rest) => rest.split_once("\n---").map_or(text, |(_, body)| body),
        None => text,
    }
}

/// A lock that can't be read.
#[derive(Debug)]
pub struct LockError {
    path: Option<PathBuf>,
    message: String,
}

impl LockError {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        LockError { path: None, message: message.to_string() }
    }

    pub(super) fn of(self, path: &Path) -> Self {
        LockError { path: Some(path.to_owned()), ..self }
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for LockError {}

/// The locks of a registry's objects, by name.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    locks: BTreeMap<String, Lock>,
}

impl Locks {
    /// The locks of all objects as they are; of a name that is registered more than once, of its newest.
    pub fn of(registry: &Registry) -> Self {
        registry.names().filter_map(|name| registry.schema(name).ok()).map(Lock::of).collect()
    }

    /// The locks in a folder: its `.snap` files. There are none in a folder that isn't there yet.
    ///
    /// # Errors
    /// Where the folder or a file can't be read, or a file is no lock.
    pub fn read(folder: &Path) -> Result<Self, LockError> {
        let mut locks = Locks::default();
        if !folder.exists() {
            return Ok(locks);
        }
        let failed = |error: std::io::Error| LockError::new(error).of(folder);
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_none_or(|extension| extension != "snap") {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(|error| LockError::new(error).of(&path))?;
            let lock: Lock = text.parse().map_err(|error: LockError| error.of(&path))?;
            locks.locks.insert(lock.schema.name.to_string(), lock);
        }
        Ok(locks)
    }

    /// The lock of the object of that name.
    pub fn get(&self, name: &str) -> Option<&Lock> {
        self.locks.get(name)
    }

    /// All locks, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Lock)> {
        self.locks.iter().map(|(name, lock)| (name.as_str(), lock))
    }

    /// The locks with every version listed that there was.
    pub(super) fn listed(&self) -> Locks {
        self.locks.values().map(Lock::listed).collect()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Lock)> {
        self.locks.iter_mut().map(|(name, lock)| (name.as_str(), lock))
    }

    /// A registry of objects without Rust types, as they were locked: a host of that release.
    #[cfg(feature = "dynamic")]
    pub fn registry(&self) -> Registry {
        self.locks.values().fold(Registry::new(), |registry, lock| registry.with_schema(lock.schema.clone()))
    }
}

impl FromIterator<Lock> for Locks {
    fn from_iter<I: IntoIterator<Item = Lock>>(locks: I) -> Self {
        Locks { locks: locks.into_iter().map(|lock| (lock.schema.name.to_string(), lock)).collect() }
    }
}

//! Whether an object that one release writes is read by another.

use super::super::lock::Locks;
use super::called::Speech;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Version;

/// Objects on their way from one release to another.
pub(super) struct Message<'a> {
    pub(super) writer: &'a Locks,
    pub(super) reader: &'a Locks,
    /// Locks of the release that an operator has pinned the fleet to.
    pub(super) pin: &'a Locks,
    pub(super) speech: Speech,
}

fn schema<'a>(locks: &'a Locks, name: &str) -> Option<&'a ObjectSchema> {
    locks.get(name).map(|lock| lock.schema())
}

impl Message<'_> {
    /// Why an object with all that it can hold isn't understood.
    pub(super) fn fails(&self, name: &str) -> Option<String> {
        let own = schema(self.writer, name)?;
        let version = match self.version(name) {
            Ok(version) => version,
            Err(what) => return Some(what),
        };
        self.at(own, version, &mut Vec::new())
    }

    /// How an object of the writer's goes out: its name with its version, and the fields that the version lacks.
    pub(super) fn said(&self, name: &str) -> (String, Vec<String>) {
        let (Some(own), Ok(version)) = (schema(self.writer, name), self.version(name)) else {
            return (name.to_owned(), Vec::new());
        };
        let lacking = own.fields.iter().filter(|field| !field.is_in(version));
        (format!("{name} {version}"), lacking.map(|field| field.name.to_string()).collect())
    }

    /// The version that the caller writes an object in.
    fn version(&self, name: &str) -> Result<Version, String> {
        let Some(own) = schema(self.writer, name) else {
            return Err(format!("{name} is unknown to who writes it"));
        };
        match self.speech {
            Speech::Own => Ok(own.current()),
            Speech::Asked => self.common(own, schema(self.reader, name)),
            Speech::Pinned => self.common(own, schema(self.pin, name)),
        }
    }

    fn common(&self, own: &ObjectSchema, other: Option<&ObjectSchema>) -> Result<Version, String> {
        let theirs = other.map(|other| &*other.versions).unwrap_or_default();
        let limit = |version: &&Version| match self.speech {
            // A pin names one version of each object.
            Speech::Pinned => other.is_some_and(|other| **version == other.current()),
            _ => theirs.contains(version),
        };
        own.versions.iter().filter(limit).max().copied().ok_or_else(|| match theirs {
            [] => format!("{} is unknown to the other side", own.name),
            _ => {
                let theirs: Vec<String> = theirs.iter().map(Version::to_string).collect();
                format!(
                    "no common version of {}: {} here, {} there",
                    own.name,
                    own.history(),
                    theirs.join(", ")
                )
            }
        })
    }

    /// Why an object in that version isn't understood.
    fn at(&self, own: &ObjectSchema, version: Version, seen: &mut Vec<(String, Version)>) -> Option<String> {
        let key = (own.name.to_string(), version);
        if seen.contains(&key) {
            return None;
        }
        seen.push(key);
        let Some(theirs) = schema(self.reader, &own.name) else {
            return Some(format!("{} {version} is sent, and the other side doesn't know it", own.name));
        };
        if !theirs.has_version(version) {
            return Some(format!("{} {version} is sent, and {} read", own.name, theirs.history()));
        }
        own.fields.iter().filter(|field| field.is_in(version)).find_map(|field| {
            let child = own.child_of(field)?;
            let child_schema = schema(self.writer, child)?;
            let child_version = match self.child_version(own, version, field, child) {
                Ok(Some(version)) => version,
                // The field is left out then.
                Ok(None) => return None,
                Err(what) => return Some(format!("{} {version} with {}: {what}", own.name, field.name)),
            };
            let inside = self.at(child_schema, child_version, seen);
            inside.map(|what| format!("{} {version} with {}: {what}", own.name, field.name))
        })
    }

    /// The version in which a child goes out inside a version of its parent; none, where the field is left out.
    fn child_version(
        &self,
        own: &ObjectSchema,
        version: Version,
        field: &FieldSchema,
        child: &str,
    ) -> Result<Option<Version>, String> {
        let newest = schema(self.writer, child).map(ObjectSchema::current);
        let is_kept = own.keep_children || own.has_two_ways() && self.speech == Speech::Pinned;
        if self.speech == Speech::Own || is_kept {
            return Ok(newest);
        }
        if let Some(rows) = own.rows_of_elements(field).filter(|_| own.is_list()) {
            if rows.last().is_some_and(|(parent, _)| *parent < version) {
                return Ok(newest);
            }
            let row = rows.iter().rev().find(|(parent, _)| *parent <= version);
            return Ok(row.map(|(_, child)| *child));
        }
        self.version(child).map(Some)
    }
}

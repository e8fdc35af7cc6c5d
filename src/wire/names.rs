//! Fields that the names in the data of one version lead to.

use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Version;

/// Where a name of the data leads.
pub(super) enum Found {
    /// To the field at that index.
    Field(usize),
    /// To the field at that index, through the object's conversion.
    Older(usize, usize),
}

impl Found {
    pub(super) fn index(self) -> usize {
        match self {
            Found::Field(index) | Found::Older(index, _) => index,
        }
    }
}

/// The names that data of one version may have.
#[derive(Clone, Copy)]
pub(crate) struct Names {
    pub(super) version: Version,
    /// Whether some of them mean something else today.
    differ: bool,
}

impl Names {
    /// Names of the version that the schema has now.
    pub(super) fn current(schema: &ObjectSchema) -> Self {
        Names { version: schema.current(), differ: false }
    }

    pub(crate) fn of(schema: &ObjectSchema, version: Version) -> Self {
        let is_older = version < schema.current();
        let had_others = |field: &FieldSchema| !field.rules.is_empty();
        let differ = is_older && (!schema.tombstones.is_empty() || schema.fields.iter().any(had_others));
        Names { version, differ }
    }

    /// Whether some names mean something else today.
    pub(super) fn differs(self) -> bool {
        self.differ
    }

    /// Way to the field at that index from the name that it had in that version.
    pub(super) fn at(schema: &ObjectSchema, index: usize, version: Version) -> Option<Found> {
        let form = schema.fields.get(index)?.form_at(version);
        Some(match form.conversion {
            Some(conversion) => Found::Older(index, conversion),
            None => Found::Field(index),
        })
    }

    /// Whether the version had a field of that name that is gone since.
    pub(super) fn was_removed(self, schema: &ObjectSchema, name: &str) -> bool {
        schema.tombstones.iter().any(|tombstone| tombstone.name == name && tombstone.is_in(self.version))
    }

    /// Field that the version called so; else, of a peer that wrote more than its version has, what is called so today,
    /// which stands at `today`.
    #[inline]
    pub(super) fn find(self, schema: &ObjectSchema, today: Option<usize>, name: &str) -> Option<Found> {
        if self.differ { self.found_then(schema, today, name) } else { today.map(Found::Field) }
    }

    /// The name of the field at that index, where it's the one that it has today and needs no escapes.
    #[inline]
    pub(super) fn today(self, schema: &ObjectSchema, index: usize) -> Option<&str> {
        match schema.fields.get(index) {
            Some(field) if !self.differ => field.name.plain(),
            _ => None,
        }
    }

    /// Whether the field at that index has that name, as it has today.
    #[inline]
    pub(crate) fn is_today(self, schema: &ObjectSchema, index: usize, name: &str) -> bool {
        !self.differ && schema.fields.get(index).is_some_and(|field| field.name == name)
    }

    fn found_then(self, schema: &ObjectSchema, today: Option<usize>, name: &str) -> Option<Found> {
        let had_it =
            |field: &FieldSchema| field.is_in(self.version) && field.form_at(self.version).name == name;
        match schema.fields.iter().position(had_it) {
            Some(index) => Names::at(schema, index, self.version),
            None if self.was_removed(schema, name) => None,
            None => today.map(Found::Field),
        }
    }
}

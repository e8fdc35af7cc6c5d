//! Fields found by name, in time that doesn't grow with the number of the fields.

use std::cell::{Cell, OnceCell};

use super::names::{Found, Names};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Version;

/// So many names are looked for one field after the other. As a rule names come in the order of the fields, and an
/// index would cost more than the few that don't.
const FEW: usize = 32;

/// Means to find the fields of an object whose envelope is of one version.
pub(crate) struct Finder {
    pub(super) names: Names,
    looks: Cell<usize>,
    /// Indices of the fields, sorted by the names that they have today.
    today: OnceCell<Vec<usize>>,
    /// Indices of the fields that the version has, sorted by the names that they had then.
    then: OnceCell<Vec<usize>>,
}

impl Finder {
    pub(crate) fn of(schema: &ObjectSchema, version: Version) -> Self {
        let (looks, today, then) = (Cell::new(0), OnceCell::new(), OnceCell::new());
        Finder { names: Names::of(schema, version), looks, today, then }
    }

    /// The names that the data may have.
    pub(crate) fn names(&self) -> Names {
        self.names
    }

    /// Where the name leads; `position` looks for a field that has it today.
    pub(super) fn find(
        &self,
        schema: &ObjectSchema,
        name: &str,
        position: impl FnOnce(&str) -> Option<usize>,
    ) -> Option<Found> {
        if schema.fields.len() <= FEW || self.looks.get() < FEW {
            self.looks.set(self.looks.get() + 1);
            return self.names.find(schema, position(name), name);
        }
        let today = || {
            let sorted = self.today.get_or_init(|| sorted(schema, |_| true, |field| &field.name));
            searched(schema, sorted, name, |field| &field.name)
        };
        if !self.names.differs() {
            return today().map(Found::Field);
        }
        let version = self.names.version;
        let then = self.then.get_or_init(|| {
            sorted(schema, |field| field.is_in(version), |field| field.form_at(version).name)
        });
        let then = searched(schema, then, name, |field| field.form_at(version).name);
        match then.and_then(|index| Names::at(schema, index, version)) {
            Some(index) => Some(index),
            None if self.names.was_removed(schema, name) => None,
            None => today().map(Found::Field),
        }
    }

    /// Index of the field that the name leads to.
    pub(crate) fn index(&self, schema: &ObjectSchema, name: &str) -> Option<usize> {
        self.find(schema, name, |name| schema.index_of(name)).map(Found::index)
    }

    /// Whether the field at that index has that name, as it has today.
    pub(crate) fn is_today(&self, schema: &ObjectSchema, index: usize, name: &str) -> bool {
        self.names.is_today(schema, index, name)
    }
}

/// Indices of the fields that are taken, by name; of equal names in their order.
fn sorted<'s>(
    schema: &'s ObjectSchema,
    is_taken: impl Fn(&FieldSchema) -> bool,
    name: impl Fn(&'s FieldSchema) -> &'s str,
) -> Vec<usize> {
    let mut named: Vec<_> = schema.fields.iter().enumerate().filter(|(_, field)| is_taken(field)).collect();
    named.sort_by_key(|(_, field)| name(field));
    named.into_iter().map(|(index, _)| index).collect()
}

/// The first index of that name among the sorted ones.
fn searched<'s>(
    schema: &'s ObjectSchema,
    sorted: &[usize],
    wanted: &str,
    name: impl Fn(&'s FieldSchema) -> &'s str,
) -> Option<usize> {
    let named = |index: usize| schema.fields.get(index).map(&name);
    let first = sorted.partition_point(|index| named(*index).is_some_and(|name| name < wanted));
    sorted.get(first).copied().filter(|index| named(*index) == Some(wanted))
}

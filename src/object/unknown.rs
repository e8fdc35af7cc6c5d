use std::fmt;

use indexmap::IndexMap;

use super::Indices;
use crate::mask;
use crate::primitive::Primitive;

/// The fields of a newer release that an object carries along: what makes it a relay.
///
/// A derived struct with a field of this type reads newer versions of its own major number, keeps what it
/// doesn't know, and writes it again for whoever gets the object in the version that it came in. Those that came marked
/// as changed go out so too, until all changes of the object are reset.
#[derive(Clone, Default)]
pub struct UnknownFields {
    fields: IndexMap<String, Unknown>,
}

impl fmt::Debug for UnknownFields {
    /// The fields with their values, but for those of secrets: nothing else is known of what a peer has put there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.iter() {
            let shown = if mask::is_secret(name) {
                mask::SECRET.to_owned()
            } else {
                mask::told(&format!("{value:?}"))
            };
            map.entry(&mask::told(name), &format_args!("{shown}"));
        }
        map.finish()
    }
}

#[derive(Clone)]
struct Unknown {
    value: Primitive,
    is_changed: bool,
}

impl UnknownFields {
    /// Returns a set without any field.
    pub fn none() -> Self {
        UnknownFields::default()
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The fields, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Primitive)> {
        self.fields.iter().map(|(name, field)| (name.as_str(), &field.value))
    }

    /// The names of those that count as changed, in the order in which the fields came (`obj_what_changed`).
    pub fn what_changed(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(_, field)| field.is_changed).map(|(name, _)| name.as_str())
    }

    /// Whether any counts as changed.
    pub(crate) fn has_changes(&self) -> bool {
        self.what_changed().next().is_some()
    }

    /// From here on all count as unchanged.
    pub(crate) fn reset_changes(&mut self) {
        self.fields.values_mut().for_each(|field| field.is_changed = false);
    }

    pub(crate) fn insert(&mut self, name: String, value: Primitive) {
        self.fields.insert(name, Unknown { value, is_changed: false });
    }

    /// The index of the field of that name.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.fields.get_index_of(name)
    }

    /// Takes it that the fields at those indices are changed.
    pub(crate) fn mark(&mut self, indices: &Indices) {
        for index in indices.iter() {
            if let Some((_, field)) = self.fields.get_index_mut(index) {
                field.is_changed = true;
            }
        }
    }
}

impl PartialEq for UnknownFields {
    /// Whether the values are equal, changed or not.
    fn eq(&self, other: &Self) -> bool {
        self.fields.len() == other.fields.len()
            && self
                .fields
                .iter()
                .all(|(name, field)| other.fields.get(name).is_some_and(|other| other.value == field.value))
    }
}

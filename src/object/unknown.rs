use indexmap::IndexMap;

use crate::primitive::Primitive;

/// The fields of a newer release that an object carries along: what makes it a relay.
///
/// A derived struct with a field of this type reads newer versions of its own major number, keeps what it
/// doesn't know, and writes it again for whoever gets the object in the version that it came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnknownFields {
    fields: IndexMap<String, Primitive>,
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
        self.fields.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn insert(&mut self, name: String, value: Primitive) {
        self.fields.insert(name, value);
    }
}

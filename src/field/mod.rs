//! Fields, and the types that can stand in them.
//!
//! A [`Field`] is unset or holds a value, and knows whether it was changed. What may stand in one implements
//! [`FieldType`]; a value that can go out at all, alone or in a container, is an [`Entity`].

mod boolean;
mod choice;
mod context;
mod encoded;
mod list;
mod map;
mod number;
mod optional;
mod path;
mod python;
mod scalar;
mod text;
mod tuple;
mod types;

use std::fmt;

pub use boolean::FlexibleBool;
#[doc(hidden)]
pub use choice::{Choice, decode_choice, deserialize_choice, parse_choice};
pub use context::{Context, Decoding, Limits};
pub(crate) use encoded::Encoded;
pub use number::NonNegativeFloat;
pub use path::{Loss, Path, Survey};
pub use text::Sensitive;
pub use types::{Current, Entity, FieldSlot, FieldType};

/// A field of an object: unset, or set to a value.
///
/// Unset and null differ: a field that may be null holds an `Option`. Whoever sets a field changes it, also to
/// the value that it had; reading an object from the wire does not. Two fields are equal where their values
/// are, changed or not.
///
/// ```
/// use versioned_objects::Field;
///
/// let mut port: Field<Option<u16>> = Field::unset();
/// assert!(!port.is_set());
/// port.set(None);
/// assert_eq!(port.get(), Some(&None));
/// assert!(port.is_changed());
/// ```
#[derive(Clone)]
pub struct Field<T> {
    value: Option<T>,
    changed: bool,
}

impl<T> Field<T> {
    /// A field without a value.
    pub const fn unset() -> Self {
        Field { value: None, changed: false }
    }

    /// A field with a value that counts as unchanged.
    pub const fn unchanged(value: T) -> Self {
        Field { value: Some(value), changed: false }
    }

    /// The value, where the field is set.
    pub const fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The value, to be changed in place, where the field is set. The field counts as changed.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.changed |= self.value.is_some();
        self.value.as_mut()
    }

    /// The value, where the field is set, taken out of the object.
    pub fn into_value(self) -> Option<T> {
        self.value
    }

    /// Sets the value. The field counts as changed, also where the value is the one that it had.
    pub fn set(&mut self, value: T) {
        self.value = Some(value);
        self.changed = true;
    }

    /// Takes the value away. Whether the field counts as changed stays, as in the reference.
    pub fn clear(&mut self) -> Option<T> {
        self.value.take()
    }

    /// Whether there is a value (`obj_attr_is_set`); null is one.
    pub const fn is_set(&self) -> bool {
        self.value.is_some()
    }

    /// Whether the field was set since it was made, read or reset.
    pub const fn is_changed(&self) -> bool {
        self.changed
    }

    /// From here on the field counts as unchanged (`obj_reset_changes`).
    pub fn reset_changes(&mut self) {
        self.changed = false;
    }

    /// The objects in the value count as unchanged from here on.
    pub(crate) fn reset_within(&mut self)
    where
        T: Entity,
    {
        if let Some(value) = &mut self.value {
            value.reset_within();
        }
    }

    /// What a decoder found in the data.
    pub(crate) fn fill(&mut self, value: T) {
        self.value = Some(value);
    }

    /// What a decoder found in the list of changes.
    pub(crate) fn mark_changed(&mut self) {
        self.changed = true;
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Field::unset()
    }
}

impl<T> From<T> for Field<T> {
    /// A field that was just set, so it counts as changed.
    fn from(value: T) -> Self {
        Field { value: Some(value), changed: true }
    }
}

impl<T: PartialEq> PartialEq for Field<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Field<T> {}

impl<T: fmt::Debug> fmt::Debug for Field<T> {
    /// The value; `<?>` where there is none, as the reference prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str("<?>"),
        }
    }
}

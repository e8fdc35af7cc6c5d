use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

/// What marks a name of a schema as one that needs no escapes. Only this crate's serializer of JSON looks at it; to
/// any other, the name is text.
pub(crate) const PLAIN: &str = "$versioned_objects::plain";

/// A name of a schema on its way to a format.
#[derive(Clone, Copy)]
pub(crate) enum Name<'a> {
    /// Any.
    Any(&'a str),
    /// One that needs no escapes.
    Plain(&'static str),
}

impl<'a> Name<'a> {
    /// The name; `plain` where no name of the schema needs escapes.
    #[inline(always)]
    pub(crate) fn of(name: &'a Cow<'static, str>, plain: bool) -> Self {
        match name {
            Cow::Borrowed(name) if plain => Name::Plain(name),
            name => Name::Any(name),
        }
    }
}

impl Serialize for Name<'_> {
    #[inline(always)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Name::Any(name) => serializer.serialize_str(name),
            Name::Plain(name) => serializer.serialize_unit_variant(PLAIN, 0, name),
        }
    }
}

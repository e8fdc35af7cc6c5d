use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::foreign::Format;
use crate::marks::KEY;

/// The name in a key of JSON, which is told how a key looks so that all that writes one copies text alone.
///
/// # Panics
/// At compile time: where the text is no such key.
#[doc(hidden)]
pub const fn name_in(key: &'static str) -> &'static str {
    let (front, rest) = key.split_at(2);
    let (name, end) = rest.split_at(rest.len() - 2);
    assert!(super::equal(front, ",\"") && super::equal(end, "\":"), "a key of JSON is `,\"name\":`");
    name
}

/// A name of a schema on its way to a format.
#[derive(Clone, Copy)]
pub(crate) enum Name<'a> {
    /// Any.
    Any(&'a str),
    /// One that needs no escapes, and its key.
    Known(&'static str, &'static str),
}

impl<'a> Name<'a> {
    /// The name, with the key that it was taken from where there is one. A schema that was changed since may have
    /// another name beside that key.
    #[inline(always)]
    #[expect(clippy::ptr_arg, reason = "a name that is owned was taken from no key")]
    pub(crate) fn of(name: &'a Cow<'static, str>, key: Option<&'static str>) -> Self {
        match (name, key) {
            (Cow::Borrowed(name), Some(key)) if std::ptr::eq(name.as_ptr(), key.as_ptr().wrapping_add(2)) => {
                Name::Known(name, key)
            }
            (name, _) => Name::Any(name),
        }
    }
}

impl Serialize for Name<'_> {
    #[inline(always)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Name::Any(name) => serializer.serialize_str(name),
            Name::Known(name, key) if Format::is_own::<S::Error>() => {
                serializer.serialize_unit_variant(key, KEY, name)
            }
            Name::Known(name, _) => serializer.serialize_str(name),
        }
    }
}

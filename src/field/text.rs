use std::borrow::Cow;
use std::fmt;

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::scalar::{self, Found};
use super::{Context, Entity, FieldType, python};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

const WANTED: &str = "text";

fn coerce(found: Found<'_>, strict: bool) -> Result<String, String> {
    match found {
        Found::Text(text) => Ok(text.into_owned()),
        Found::Bool(value) if !strict => Ok(python::bool_text(value).to_owned()),
        Found::Int(value) if !strict => Ok(value.to_string()),
        Found::Float(value) if !strict => python::number_text(value)
            .ok_or_else(|| "a whole number this large loses its digits before it can become text".to_owned()),
        found => Err(found.refused_unseen(WANTED)),
    }
}

impl Entity for str {
    const HOLDS_OBJECTS: bool = false;

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl Entity for String {
    const HOLDS_OBJECTS: bool = false;

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// Numbers and booleans become text, as Python writes them.
impl FieldType for String {
    const TYPE: TypeSchema = TypeSchema::new("String", Kind::String);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| coerce(found, context.is_strict()))
    }
}

/// Text that people should not read (`SensitiveString`): it goes over the wire as it is, and prints as `***`.
///
/// ```
/// use versioned_objects::field::Sensitive;
///
/// let password = Sensitive::from("secret");
/// assert_eq!(format!("{password} {password:?}"), "*** ***");
/// assert_eq!(password.expose(), "secret");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sensitive(String);

impl Sensitive {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text itself, taken out.
    pub fn into_exposed(self) -> String {
        self.0
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Sensitive(text)
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        Sensitive(text.to_owned())
    }
}

impl fmt::Display for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Entity for Sensitive {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FieldType for Sensitive {
    const TYPE: TypeSchema = TypeSchema::new("SensitiveString", Kind::SensitiveString);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| coerce(found, context.is_strict())).map(Sensitive)
    }
}

impl Entity for Cow<'_, str> {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

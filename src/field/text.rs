use std::fmt;

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::scalar::{self, Found};
use super::{Context, Entity, FieldType, python};
#[cfg(feature = "compact")]
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot, Unpacker};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

const WANTED: &str = "text";

#[inline]
fn coerce(found: Found<'_>, context: Context<'_>) -> Result<String, String> {
    match found {
        Found::Text(text) => Ok(text.into_owned()),
        found => coerce_other(&found, context),
    }
}

#[cold]
fn coerce_other(found: &Found<'_>, context: Context<'_>) -> Result<String, String> {
    match found {
        found if context.is_strict() => Err(found.refused_unseen(WANTED)),
        Found::Bool(value) => Ok(python::bool_text(*value).to_owned()),
        Found::Int(value) => Ok(value.to_string()),
        Found::Large(value) => Ok(value.to_string()),
        Found::Float(value) => python::number_text(*value, context)
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

    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, _: Slot<'_>, _: &Target<'_>) -> Result<(), Error> {
        packer.text(self);
        Ok(())
    }
}

impl Entity for String {
    const HOLDS_OBJECTS: bool = false;

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, _: Slot<'_>, _: &Target<'_>) -> Result<(), Error> {
        packer.text(self);
        Ok(())
    }
}

/// Numbers and booleans become text, as Python writes them.
impl FieldType for String {
    const TYPE: TypeSchema = TypeSchema::new("String", Kind::String);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| coerce(found, context))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, _: Slot<'_>, _: Context<'_>) -> Result<Self, Error> {
        unpacker.text().map(str::to_owned)
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
    /// Returns the text, in the clear.
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
        scalar::decode(deserializer, context, |found| coerce(found, context)).map(Sensitive)
    }
}

/// A type whose values are text of some form.
macro_rules! text_type {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Returns the text as it stands.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl $crate::field::Entity for $name {
            const HOLDS_OBJECTS: bool = false;

            fn encode<S: serde::ser::Serializer>(
                &self,
                serializer: S,
                _: &$crate::version::Target<'_>,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

/// Makes a type of text that takes some texts alone. `normal` gives the text to keep, or nothing where it is refused, and
/// `is_own_form` is what a strict reader takes of it.
macro_rules! checked_text_type {
    (
        $(#[$attribute:meta])* $name:ident, $type_name:literal $kind:ident, wanted: $wanted:literal,
        normal: $normal:expr, is_own_form: $is_own_form:expr
    ) => {
        $crate::field::text::text_type! {
            $(#[$attribute])* $name
        }

        impl $name {
            fn checked(text: &str) -> Result<Self, String> {
                let normal: fn(&str) -> Option<String> = $normal;
                normal(text).map($name).ok_or_else(|| {
                    format!(concat!($wanted, " is required, found {}"), $crate::field::scalar::Shortened(text))
                })
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::error::Error;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                $name::checked(text).map_err($crate::error::Error::invalid_value)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $name::try_from(text)
            }
        }

        impl $crate::field::FieldType for $name {
            const TYPE: $crate::schema::TypeSchema =
                $crate::schema::TypeSchema::new($type_name, $crate::schema::Kind::$kind);

            fn decode<'de, D: serde::de::Deserializer<'de>>(
                deserializer: D,
                context: $crate::field::Context<'_>,
            ) -> Result<Self, D::Error> {
                use $crate::field::scalar::{self, Found};
                let is_own_form: fn(&str, &$name) -> bool = $is_own_form;
                scalar::decode(deserializer, context, |found| match &found {
                    Found::Text(text) => {
                        let value = $name::checked(text)?;
                        if context.is_strict() && !is_own_form(text, &value) {
                            return Err(found.refused(concat!($wanted, " in its own form")));
                        }
                        Ok(value)
                    }
                    found => Err(found.refused($wanted)),
                })
            }
        }
    };
}

pub(super) use checked_text_type;
pub(super) use text_type;

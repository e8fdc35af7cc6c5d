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

const WANTED: &str = "true or false";

impl Entity for bool {
    const HOLDS_OBJECTS: bool = false;

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, _: Slot<'_>, _: &Target<'_>) -> Result<(), Error> {
        packer.bit(*self);
        Ok(())
    }
}

/// Zero and whatever is empty are false, all else is true: `"false"` too, as in the reference.
impl FieldType for bool {
    const TYPE: TypeSchema = TypeSchema::new("Boolean", Kind::Boolean);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| match found {
            Found::Bool(value) => Ok(value),
            found if context.is_strict() => Err(found.refused(WANTED)),
            Found::Int(value) => Ok(value != 0),
            Found::Large(_) | Found::Beyond => Ok(true),
            Found::Float(value) => Ok(value != 0.0),
            Found::Text(text) => Ok(!text.is_empty()),
            Found::Bytes { empty } | Found::List { empty } | Found::Map { empty } => Ok(!empty),
        })
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, _: Slot<'_>, _: Context<'_>) -> Result<Self, Error> {
        unpacker.bit()
    }
}

/// True or false, read from texts that say so (`FlexibleBoolean`): `1`, `t`, `true`, `on`, `y` and `yes` in any
/// case are true, and all else is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlexibleBool(pub bool);

impl From<bool> for FlexibleBool {
    fn from(value: bool) -> Self {
        FlexibleBool(value)
    }
}

impl From<FlexibleBool> for bool {
    fn from(value: FlexibleBool) -> bool {
        value.0
    }
}

impl Entity for FlexibleBool {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

impl FieldType for FlexibleBool {
    const TYPE: TypeSchema = TypeSchema::new("FlexibleBoolean", Kind::FlexibleBoolean);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let read = scalar::decode(deserializer, context, |found| match found {
            Found::Bool(value) => Ok(value),
            found if context.is_strict() => Err(found.refused(WANTED)),
            Found::Int(value) => Ok(value == 1),
            Found::Text(text) => Ok(says_yes(&text)),
            Found::Large(_)
            | Found::Float(_)
            | Found::Bytes { .. }
            | Found::Beyond
            | Found::List { .. }
            | Found::Map { .. } => Ok(false),
        });
        read.map(FlexibleBool)
    }
}

fn says_yes(text: &str) -> bool {
    let text = text.trim_matches(python::is_space);
    ["1", "t", "true", "on", "y", "yes"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

//! Text of an envelope's header, whatever stands there.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize as _, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::expected::{NameSeed, NameVisitor};
use crate::primitive::Primitive;

/// Text, or what stood there in its stead.
pub(super) type Text<'de> = Result<Cow<'de, str>, Primitive>;

/// Sees text of a header.
pub(super) struct TextVisitor {
    /// The text that is expected, where there is one.
    pub(super) expected: Option<&'static str>,
}

impl TextVisitor {
    /// Reads it.
    pub(super) fn seed(self) -> NameSeed<Self> {
        NameSeed { name: self.expected, visitor: self }
    }
}

impl<'de> NameVisitor<'de> for TextVisitor {
    #[inline]
    fn expected(self) -> Text<'de> {
        Ok(Cow::Borrowed(self.expected.unwrap_or_default()))
    }
}

macro_rules! others {
    ($($method:ident $ty:ty),*) => {
        $(fn $method<E: de::Error>(self, value: $ty) -> Result<Text<'de>, E> {
            Primitive::deserialize(value.into_deserializer()).map(Err)
        })*
    };
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Ok(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Ok(Cow::Owned(text.to_owned())))
    }

    others! {
        visit_bool bool, visit_i64 i64, visit_i128 i128, visit_u64 u64, visit_u128 u128, visit_f64 f64
    }

    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Err(Primitive::Null))
    }

    fn visit_none<E>(self) -> Result<Text<'de>, E> {
        Ok(Err(Primitive::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Text<'de>, A::Error> {
        Primitive::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Err)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text<'de>, A::Error> {
        Primitive::deserialize(de::value::MapAccessDeserializer::new(map)).map(Err)
    }
}

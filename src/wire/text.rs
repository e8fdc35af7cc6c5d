//! Text of an envelope's header, whatever stands there.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::expected::{NameSeed, NameVisitor};
use crate::primitive::{NumberKey, Tagged, behind_key, may_be_number};

/// Text, or the kind of what stood there in its stead, as [`Primitive`] names it.
pub(super) type Text<'de> = Result<Cow<'de, str>, &'static str>;

/// Sees text of a header.
pub(super) struct TextVisitor {
    /// The text that is expected, where there is one.
    pub(super) expected: Option<&'static str>,
}

impl TextVisitor {
    /// Reads it.
    pub(super) fn seed(self) -> NameSeed<'static, Self> {
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
    ($($method:ident $ty:ty: $found:literal),*) => {
        $(fn $method<E>(self, _: $ty) -> Result<Text<'de>, E> {
            Ok(Err($found))
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
        visit_bool bool: "a boolean", visit_i64 i64: "a number", visit_i128 i128: "a number", visit_u64 u64: "a number",
        visit_u128 u128: "a number", visit_f64 f64: "a number"
    }

    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Err("null"))
    }

    fn visit_none<E>(self) -> Result<Text<'de>, E> {
        Ok(Err("null"))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        let mut key = map.next_key_seed(NumberKey)?;
        if key == Some(true) && may_be_number::<A::Error>() {
            return behind_key(&mut map).map(|number| Err(number.describe()));
        }
        while key.is_some() {
            map.next_value::<IgnoredAny>()?;
            key = map.next_key_seed(NumberKey)?;
        }
        Ok(Err("a map"))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Text<'de>, A::Error> {
        Ok(Err(match Tagged::read(data)? {
            Tagged::Number(_) | Tagged::Beyond => "a number",
            Tagged::Other => "a value behind a tag",
        }))
    }
}

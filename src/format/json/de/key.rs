//! Reading the keys of maps, and names that are expected.

use serde::de::value::BorrowedBytesDeserializer;
use serde::de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Deserializer;
use crate::format::json::error::JsonError;
use crate::marks::EXPECTED;

/// Reads a key.
pub(super) struct KeyDeserializer<'a, 'de>(pub(super) &'a mut Deserializer<'de>);

/// Keys of maps by number, which are written as text.
macro_rules! numbers {
    ($($method:ident $visit:ident $ty:ty),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            let text = self.0.owned_text()?;
            match text.parse::<$ty>() {
                Ok(number) => visitor.$visit(number),
                Err(_) => visitor.visit_string(text),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for KeyDeserializer<'_, 'de> {
    type Error = JsonError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.0.visit_text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_some(self)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        if name == EXPECTED {
            return visitor.visit_enum(Ahead(self.0));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let text = self.0.owned_text()?;
        IntoDeserializer::<JsonError>::into_deserializer(text).deserialize_enum(name, variants, visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0.owned_text()? {
            text if text == "true" => visitor.visit_bool(true),
            text if text == "false" => visitor.visit_bool(false),
            text => visitor.visit_string(text),
        }
    }

    numbers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128, deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_u128 visit_u128 u128
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// The text ahead, where a name is expected.
pub(super) struct Ahead<'a, 'de>(pub(super) &'a mut Deserializer<'de>);

impl<'de> EnumAccess<'de> for Ahead<'_, 'de> {
    type Error = JsonError;
    type Variant = Self;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), JsonError> {
        let seen = seed.deserialize(BorrowedBytesDeserializer::new(self.0.ahead()))?;
        Ok((seen, self))
    }
}

impl<'de> VariantAccess<'de> for Ahead<'_, 'de> {
    type Error = JsonError;

    fn unit_variant(self) -> Result<(), JsonError> {
        Ok(())
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, JsonError> {
        seed.deserialize(self.0)
    }

    /// Goes over so many bytes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, JsonError> {
        self.0.at += count;
        visitor.visit_unit()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_unit()
    }
}

//! `serde_json`'s `RawValue`, which passes through as the text that it is.

use serde::de::value::BorrowedStrDeserializer;
#[cfg(feature = "rpc")]
use serde::de::value::MapDeserializer;
#[cfg(feature = "rpc")]
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::de::{DeserializeSeed, MapAccess};
#[cfg(feature = "rpc")]
use serde::forward_to_deserialize_any;
use serde::ser::{Error as _, Serialize, Serializer};

#[cfg(feature = "rpc")]
use serde_json::value::RawValue;

use super::error::JsonError;
use crate::marks::RAW;

/// Shows a text as that struct.
pub(super) struct RawMap<'de>(pub(super) Option<&'de str>);

impl<'de> MapAccess<'de> for RawMap<'de> {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        self.0.map(|_| seed.deserialize(BorrowedStrDeserializer::new(RAW))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, JsonError> {
        seed.deserialize(BorrowedStrDeserializer::new(self.0.take().unwrap_or("null")))
    }
}

/// Makes raw JSON of text that is some, without going over it once more.
#[cfg(feature = "rpc")]
pub(crate) fn raw_value(text: String) -> Result<Box<RawValue>, JsonError> {
    Deserialize::deserialize(OwnedRaw(text))
}

/// Shows a text as that struct, and gives it away.
#[cfg(feature = "rpc")]
struct OwnedRaw(String);

#[cfg(feature = "rpc")]
impl<'de> Deserializer<'de> for OwnedRaw {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_map(MapDeserializer::new(std::iter::once((RAW, self.0))))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier option enum ignored_any newtype_struct
    }
}

/// Takes the text out of that field.
pub(super) struct RawText<F>(pub(super) F);

#[cold]
fn not_text() -> JsonError {
    JsonError::custom("raw JSON has to be text")
}

impl<F: FnOnce(&str) -> Result<(), JsonError>> Serializer for RawText<F> {
    text_alone!(not_text());

    serialize_plainly! { serialize_newtype_struct }

    fn serialize_str(self, text: &str) -> Result<(), JsonError> {
        (self.0)(text)
    }

    text_alone! { not_text();
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
    }
}

//! `serde_json`'s `RawValue`, which passes through as the text that it is.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, MapAccess};
use serde::ser::{Error as _, Serialize, Serializer};

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

/// Takes the text out of that field.
pub(super) struct RawText<F>(pub(super) F);

#[cold]
fn not_text() -> JsonError {
    JsonError::custom("raw JSON has to be text")
}

impl<F: FnOnce(&str) -> Result<(), JsonError>> Serializer for RawText<F> {
    text_alone!(not_text());

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
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
    }
}

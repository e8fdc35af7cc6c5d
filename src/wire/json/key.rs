//! The keys of maps: text, or what becomes text.

use std::fmt;
use std::io;

use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{Error as _, Serialize, Serializer};

use super::de::{Deserializer, Expecting};
use super::error::JsonError;
use super::number::write_integer;
use super::ser::put;
use super::text;
use crate::schema::KEY;
use crate::wire::EXPECTED;

/// Writes a key, with the comma in front where it isn't the first, and the colon behind.
pub(super) struct Key<'w, W: ?Sized> {
    pub(super) out: &'w mut W,
    pub(super) is_first: bool,
}

impl<W: io::Write + ?Sized> Key<'_, W> {
    #[inline]
    fn around(self, write: impl FnOnce(&mut W) -> io::Result<()>) -> Result<(), JsonError> {
        if !self.is_first {
            put(self.out, b",")?;
        }
        write(self.out).map_err(|error| JsonError::io(&error))?;
        put(self.out, b":")
    }
}

#[cold]
fn not_text() -> JsonError {
    JsonError::custom("a key of a map has to be text")
}

macro_rules! integers {
    ($($method:ident $ty:ty),*) => {
        $(fn $method(self, value: $ty) -> Result<(), JsonError> {
            self.around(|out| {
                out.write_all(b"\"")?;
                write_integer(out, value)?;
                out.write_all(b"\"")
            })
        })*
    };
}

impl<W: io::Write + ?Sized> Serializer for Key<'_, W> {
    text_alone!(not_text());

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), JsonError> {
        self.around(|out| text::write(out, value))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), JsonError> {
        self.around(|out| text::write_printed(out, value))
    }

    fn serialize_char(self, value: char) -> Result<(), JsonError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_bool(self, value: bool) -> Result<(), JsonError> {
        self.serialize_str(if value { "true" } else { "false" })
    }

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    #[inline(always)]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), JsonError> {
        match index {
            KEY => put(self.out, name.as_bytes().get(usize::from(self.is_first)..).unwrap_or_default()),
            _ => self.serialize_str(variant),
        }
    }
}

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

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        if name == EXPECTED {
            return visitor.visit_newtype_struct(Expecting(self.0));
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

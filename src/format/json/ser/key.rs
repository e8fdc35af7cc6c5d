//! Writing the keys of maps: text, or what becomes text.

use std::fmt;

use serde::ser::{Error as _, Serialize, Serializer};

use super::sink::Sink;
use crate::format::json::error::JsonError;
use crate::format::json::number::write_integer;
use crate::format::json::plain::PlainText;
use crate::format::json::text;
use crate::marks::{KEY, KEY_ROOM, KEY_TEXT, PLAIN};

/// Writes a key, with the comma in front where it isn't the first, and the colon behind.
pub(super) struct Key<'w, W: ?Sized> {
    pub(super) out: &'w mut W,
    pub(super) is_first: bool,
}

impl<W: Sink + ?Sized> Key<'_, W> {
    #[inline]
    fn around(self, write: impl FnOnce(&mut W) -> Result<(), JsonError>) -> Result<(), JsonError> {
        if !self.is_first {
            self.out.put(b",")?;
        }
        write(self.out)?;
        self.out.put(b":")
    }

    /// Writes the first so many bytes of a key with its comma and its colon.
    #[inline]
    fn known(self, key: &'static str, length: usize) -> Result<(), JsonError> {
        match key.as_bytes().first_chunk() {
            Some(room) if !self.is_first && length <= KEY_ROOM => self.out.put_first(room, length),
            _ => self.known_of_any_length(key, length),
        }
    }

    #[inline(never)]
    fn known_of_any_length(self, key: &'static str, length: usize) -> Result<(), JsonError> {
        self.out.put(key.as_bytes().get(usize::from(self.is_first)..length).unwrap_or_default())
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
                out.put(b"\"")?;
                write_integer(out, value)?;
                out.put(b"\"")
            })
        })*
    };
}

impl<W: Sink + ?Sized> Serializer for Key<'_, W> {
    text_alone!(not_text());

    text_alone! { not_text(); serialize_bytes(&[u8]) -> (); }

    serialize_plainly! {
        serialize_char
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), JsonError> {
        self.around(|out| text::write(out, value))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), JsonError> {
        self.around(|out| text::write_printed(out, value))
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
            KEY => self.known(name, variant.len() + 4),
            _ => self.serialize_str(variant),
        }
    }

    #[inline(always)]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        match name {
            PLAIN => {
                self.around(|out| value.serialize(PlainText(|text: &[u8]| text::write_plain(out, text))))
            }
            KEY_TEXT => value.serialize(PlainText(|key: &[u8]| {
                self.out.put(key.get(usize::from(self.is_first)..).unwrap_or_default())
            })),
            _ => value.serialize(self),
        }
    }
}

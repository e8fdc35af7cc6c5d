//! Writing the keys of maps: text, or what becomes text.

use std::fmt;
use std::io;

use serde::ser::{Error as _, Serialize, Serializer};

use crate::format::json::error::JsonError;
use crate::format::json::number::write_integer;
use crate::format::json::text::{self, put};
use crate::marks::KEY;

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
            KEY => put(self.out, name.as_bytes().get(usize::from(self.is_first)..).unwrap_or_default()),
            _ => self.serialize_str(variant),
        }
    }
}

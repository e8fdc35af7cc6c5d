//! Text that needs no escapes, as bytes that nobody looks through.

use serde::ser::{Error as _, Serialize, Serializer};

use super::error::JsonError;

/// Takes such bytes.
pub(super) struct PlainText<F>(pub(super) F);

#[cold]
fn not_bytes() -> JsonError {
    JsonError::custom("plain text has to be bytes")
}

impl<F: FnOnce(&[u8]) -> Result<(), JsonError>> Serializer for PlainText<F> {
    text_alone!(not_bytes());

    serialize_plainly! { serialize_newtype_struct }

    #[inline]
    fn serialize_bytes(self, text: &[u8]) -> Result<(), JsonError> {
        (self.0)(text)
    }

    text_alone! { not_bytes();
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
        serialize_str(&str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
    }
}

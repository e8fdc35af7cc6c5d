//! Text of few characters that is spelled byte by byte: the machinery of `fmt` takes several times as long.

use serde::ser::{Serialize, Serializer};

use crate::foreign::Format;
use crate::marks::PLAIN;

/// Text of ASCII that needs no escapes in JSON. It stands in itself.
#[derive(Clone, Copy)]
pub(crate) struct Ascii<const ROOM: usize> {
    bytes: [u8; ROOM],
    length: usize,
}

impl<const ROOM: usize> Ascii<ROOM> {
    /// The first bytes of these.
    #[inline]
    pub(crate) fn new(bytes: [u8; ROOM], length: usize) -> Self {
        Ascii { bytes, length }
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl<const ROOM: usize> Serialize for Ascii<ROOM> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if Format::is_own_json::<S>() {
            return serializer.serialize_newtype_struct(PLAIN, &Bytes(self.as_bytes()));
        }
        serializer.serialize_str(self.as_str())
    }
}

/// Bytes that nobody looks through.
pub(crate) struct Bytes<'t>(pub(crate) &'t [u8]);

impl Serialize for Bytes<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

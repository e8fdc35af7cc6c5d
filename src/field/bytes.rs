use std::fmt;

use data_encoding::BASE64;
use serde::de::Deserializer;
use serde::ser::Serializer;

use super::scalar::{self, Found};
use super::{Bounds, Context, Entity, FieldType, Form};
use crate::schema::{Kind, Literal, TypeSchema};
use crate::version::Target;

/// Bytes: base64 text on the wire, in each format (RFC 4648, section 4, with padding; Python's `b64encode`). A `Vec<u8>`
/// is a list of numbers.
///
/// ```
/// use versioned_objects::field::Bytes;
/// use versioned_objects::{Field, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Debug, Default)]
/// #[object(versions("1.0"))]
/// struct Key {
///     public: Field<Bytes>,
/// }
///
/// let key = Key { public: Bytes::from(b"\x00\xff").into() };
/// assert!(serde_json::to_string(&key)?.contains(r#"{"public":"AP8="}"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// Bytes of a base64 text.
    ///
    /// # Errors
    /// Where the text is none.
    pub fn from_base64(text: &str) -> Result<Self, crate::Error> {
        BASE64.decode(text.as_bytes()).map(Bytes).map_err(crate::Error::invalid_value)
    }

    /// Text on the wire.
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.0)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Bytes(bytes.to_owned())
    }
}

impl<const N: usize> From<&[u8; N]> for Bytes {
    fn from(bytes: &[u8; N]) -> Self {
        Bytes(bytes.to_vec())
    }
}

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Vec<u8> {
        bytes.0
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bytes {
    /// Their number alone: bytes are seldom for people, and often a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Entity for Bytes {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

const EXAMPLES: &[Literal] = &[Literal::text(""), Literal::text("AP8="), Literal::text("dmVyc2lvbmVk")];

impl FieldType for Bytes {
    const TYPE: TypeSchema = TypeSchema::exemplified("String", Kind::String, EXAMPLES);
    const BOUNDS: Bounds = Bounds::of_text(Form::Base64);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| {
            let bytes = match &found {
                Found::Text(text) => BASE64.decode(text.as_bytes()).ok(),
                _ => None,
            };
            bytes.map(Bytes).ok_or_else(|| found.refused_unseen("base64 text"))
        })
    }
}

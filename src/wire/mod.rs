//! The envelope.
use serde::{Deserializer, Serializer};

use crate::field::Context;
use crate::object::{Object, VersionedObject};
use crate::version::Target;

/// Writes an object.
///
/// # Errors
/// The serializer's own, and where a rule refuses the backport.
pub fn encode_object<O: Object, S: Serializer>(_: &O, _: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
    todo!()
}

/// Reads an object.
///
/// # Errors
/// The deserializer's own.
pub fn decode_object<'de, O: VersionedObject, D: Deserializer<'de>>(
    _: D,
    _: Context<'_>,
) -> Result<O, D::Error> {
    todo!()
}

/// `Serialize` of an object.
///
/// # Errors
/// As [`encode_object`].
pub fn serialize_object<O: Object, S: Serializer>(object: &O, serializer: S) -> Result<S::Ok, S::Error> {
    encode_object(object, serializer, &Target::Own)
}

/// `Deserialize` of an object.
///
/// # Errors
/// As [`decode_object`].
pub fn deserialize_object<'de, O: VersionedObject, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<O, D::Error> {
    decode_object(deserializer, crate::field::Decoding::new().context())
}

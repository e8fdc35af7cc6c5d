use super::encode;
use crate::error::Error;
use crate::field::{Decoding, Entity, FieldType};
use crate::version::IntoTarget;

/// Reads an object, or any value that can stand in a field, from JSON text.
///
/// ```
/// # use versioned_objects::{Field, VersionedObject, wire};
/// #[derive(VersionedObject, Clone, Debug)]
/// #[object(versions("1.0"))]
/// struct Disk {
///     serial: Field<String>,
/// }
///
/// let text = br#"{"versioned_object.name": "Disk", "versioned_object.namespace": "versionedobjects",
///     "versioned_object.version": "1.3", "versioned_object.data": {}}"#;
/// let error = wire::from_json::<Disk>(text, Default::default()).unwrap_err();
/// assert_eq!(error.to_string(), "version 1.3 of Disk is not supported, supported version is 1.0");
/// ```
///
/// # Errors
/// Where the text is no JSON, or what it says can't be read; the error says what, where and in which version.
pub fn from_json<T: FieldType>(text: &[u8], decoding: Decoding<'_>) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let error = match T::decode(&mut deserializer, decoding.context()) {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    if error.is_data() { Err(decoding.into_error(error)) } else { Err(Error::format(&error)) }
}

/// Writes a value for a target as JSON text.
///
/// # Errors
/// Where the target refuses the value.
pub fn to_json<'a, T: Entity + ?Sized>(value: &T, target: impl IntoTarget<'a>) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    encode(value, target, &mut serde_json::Serializer::new(&mut text))?;
    Ok(text)
}

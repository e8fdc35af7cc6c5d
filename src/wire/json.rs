//! Objects as JSON text, as the reference reads and writes it.
//!
//! [`to_json`] and [`from_json`] are what an object needs. [`Serializer`] and [`Deserializer`] are serde's for any
//! other value. They take what Python's `json` takes and the standard leaves out: whole numbers beyond 64 bits come
//! with all their digits, up to 128 bits, and `NaN`, `Infinity` and `-Infinity` are numbers. They know what the names
//! of an object's fields look like, and are faster with them than a serializer for any data can be; with
//! `serde_json` objects work just as well.

use std::io;

use super::encode::encode;
use crate::error::Error;
use crate::field::{Context, Decoding, Entity, FieldType, Path, Survey};
use crate::version::IntoTarget;

#[doc(inline)]
pub use crate::format::json::{Deserializer, IoSink, JsonError, Serializer, Sink};

/// Reads an object, or any value that can stand in a field, from JSON text.
///
/// ```
/// # use versioned_objects::{Field, VersionedObject, wire};
/// #[derive(VersionedObject, Debug)]
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
    read_json(text, decoding, |deserializer, context| T::decode(deserializer, context))
}

/// Reads JSON text by any reader that takes a decoding.
pub(crate) fn read_json<T>(
    text: &[u8],
    decoding: Decoding<'_>,
    read: impl FnOnce(&mut Deserializer<'_>, Context<'_>) -> Result<T, JsonError>,
) -> Result<T, Error> {
    let decoding = decoding.exact().of_length(text.len());
    let mut deserializer = Deserializer::new(text).map_err(|error| Error::format(&error))?;
    let error = match read(&mut deserializer, decoding.context()) {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    let error = deserializer.place(error);
    if error.is_data() { Err(decoding.into_error(error)) } else { Err(Error::format(&error)) }
}

/// Reads a value without versions. `NaN` and the infinities are read where a float is asked for, and refused where any
/// value is: `serde_json`'s, which can't hold them, would be null without a word.
#[cfg(feature = "rpc")]
pub(crate) fn read_plain<'de, T: serde::Deserialize<'de>>(text: &'de [u8]) -> Result<T, JsonError> {
    let mut deserializer = Deserializer::new(text)?.plain();
    let read = T::deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| deserializer.place(error))
}

/// Writes a value for a target as JSON text.
///
/// # Errors
/// Where the target refuses the value.
pub fn to_json<'a, T: Entity + ?Sized>(value: &T, target: impl IntoTarget<'a>) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    append_json(value, target, &mut text)?;
    Ok(text)
}

/// Writes a value for a target as JSON text behind what stands in a buffer, which can be used again and again:
/// nothing else is allocated.
///
/// ```
/// # use versioned_objects::{Field, Target, VersionedObject, wire};
/// #[derive(VersionedObject, Clone)]
/// #[object(versions("1.0"))]
/// struct Port {
///     number: Field<u16>,
/// }
///
/// let mut text = Vec::with_capacity(1024);
/// wire::append_json(&[Port { number: 80.into() }], Target::Own, &mut text)?;
/// # Ok::<(), versioned_objects::Error>(())
/// ```
///
/// # Errors
/// Where the target refuses the value. The buffer is then as it was.
pub fn append_json<'a, T: Entity + ?Sized>(
    value: &T,
    target: impl IntoTarget<'a>,
    text: &mut Vec<u8>,
) -> Result<(), Error> {
    let target = target.into_target()?;
    let start = text.len();
    value.encode(Serializer::new(text), &target).map_err(|error| {
        text.truncate(start);
        // The look that other writers take first tells what is refused, and where.
        let looked = value.survey(&target, Path::ROOT, &mut Survey::refusals());
        looked.err().unwrap_or_else(|| Error::format(&error))
    })
}

/// Writes a value for a target as JSON text to a writer, in small pieces: a file wants a `BufWriter` around it.
///
/// # Errors
/// Where the target refuses the value, before anything is written, and where the writer fails.
pub fn write_json<'a, T: Entity + ?Sized, W: io::Write + ?Sized>(
    value: &T,
    target: impl IntoTarget<'a>,
    writer: &mut W,
) -> Result<(), Error> {
    encode(value, target, Serializer::new(&mut IoSink(writer)))
}

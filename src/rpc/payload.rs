use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::error::{Error, ErrorKind};
use crate::field::{Entity, FieldType, Loss, Path, Survey};
use crate::registry::Registry;
use crate::version::Target;

/// An object that went into a message: what a report of the traffic needs, with no look at the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The object's name.
    pub object: String,
    /// The version on the wire.
    pub version: String,
    /// What that version can't carry though it held a value, in the object and in all inside it.
    pub dropped: Vec<Loss>,
}

/// A value in its JSON form: a method's result, or one of its arguments.
#[derive(Clone, Debug)]
pub struct Payload {
    json: Box<RawValue>,
    sent: Vec<Sent>,
}

impl Payload {
    /// Null, the result of a method that has none.
    pub fn null() -> Self {
        Payload { json: RawValue::NULL.to_owned(), sent: Vec::new() }
    }

    /// An object, or anything that holds objects, written for a target.
    ///
    /// # Errors
    /// Where the backport is refused; that is known before the first byte.
    pub fn of<E: Entity + ?Sized>(entity: &E, target: Target<'_>) -> Result<Self, Error> {
        let sent = survey(entity, &target)?;
        let json = to_raw_value(&At { entity, target }).map_err(|error| format_error(&error))?;
        Ok(Payload { json, sent })
    }

    /// A value without versions.
    ///
    /// # Errors
    /// Where it has no JSON form.
    pub fn plain<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let json = to_raw_value(value).map_err(|error| format_error(&error))?;
        Ok(Payload { json, sent: Vec::new() })
    }

    /// The outermost objects in it.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    pub(super) fn into_parts(self) -> (Box<RawValue>, Vec<Sent>) {
        (self.json, self.sent)
    }
}

struct At<'a, E: ?Sized> {
    entity: &'a E,
    target: Target<'a>,
}

impl<E: Entity + ?Sized> Serialize for At<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entity.encode(serializer, &self.target)
    }
}

fn survey<E: Entity + ?Sized>(entity: &E, target: &Target<'_>) -> Result<Vec<Sent>, Error> {
    let mut losses = Vec::new();
    entity.survey(target, Path::ROOT, &mut Survey::losses(&mut losses))?;
    Ok(Vec::new())
}

/// Reads a value with the type that the reader wants, in the versions that its registry reads.
pub(super) fn read<T: FieldType>(json: &RawValue, registry: &Registry) -> Result<T, Error> {
    let decoding = registry.decoding();
    let mut deserializer = serde_json::Deserializer::from_str(json.get());
    let value = T::decode(&mut deserializer, decoding.context());
    value.map_err(|error| decoding.into_error(error))
}

pub(super) fn read_plain<T: DeserializeOwned>(json: &RawValue) -> Result<T, Error> {
    serde_json::from_str(json.get()).map_err(|error| Error::invalid_value(error))
}

pub(super) fn format_error(error: &serde_json::Error) -> Error {
    Error::new(ErrorKind::Format, error.to_string())
}

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use crate::error::Error;
use crate::field::{Encoded, Entity, FieldType, Path, Sent, Survey};
use crate::registry::Registry;
use crate::version::Target;
use crate::wire;

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
        let mut sent = Vec::new();
        entity.survey(&target, Path::ROOT, &mut Survey::sent(&mut sent))?;
        let json = to_raw_value(&Encoded::new(entity, &target)).map_err(|error| Error::format(&error))?;
        Ok(Payload { json, sent })
    }

    /// A value without versions.
    ///
    /// # Errors
    /// Where it has no JSON form.
    pub fn plain<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let json = to_raw_value(value).map_err(|error| Error::format(&error))?;
        Ok(Payload { json, sent: Vec::new() })
    }

    /// The outermost objects in it.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// The value as it goes out.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    pub(super) fn into_parts(self) -> (Box<RawValue>, Vec<Sent>) {
        (self.json, self.sent)
    }
}

/// Reads a value with the type that the reader wants, in the versions that its registry reads.
pub(super) fn read<T: FieldType>(json: &RawValue, registry: &Registry) -> Result<T, Error> {
    wire::from_json(json.get().as_bytes(), registry.decoding())
}

pub(super) fn read_plain<T: DeserializeOwned>(json: &RawValue) -> Result<T, Error> {
    serde_json::from_str(json.get()).map_err(Error::invalid_value)
}

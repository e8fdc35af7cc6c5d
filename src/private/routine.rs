//! What stands between a derived object and its user's routines.

use std::fmt::Display;

use serde::Deserialize as _;
use serde::de::value::Error as Refusal;
use serde::de::{Deserializer, IgnoredAny, IntoDeserializer as _};

use crate::behind::through;
use crate::error::Error;
use crate::field::{Context, Decoding, Entity, Field, FieldType};
use crate::object::{Seen, ValueVisitor, VersionedObject};
use crate::primitive::{Primitive, Reader};
use crate::version::Version;

pub fn or_refused<E: Display>(result: Result<(), E>) -> Result<(), Error> {
    result.map_err(Error::refused)
}

pub fn or_invalid<E: Display>(result: Result<(), E>) -> Result<(), Error> {
    result.map_err(Error::invalid_value)
}

/// Shows the older form of what stands in the field, or of what rules write in its stead.
pub fn to_older<T, Old, E, F, V>(
    field: &Field<T>,
    instead: Option<Primitive>,
    routine: F,
    visitor: V,
) -> Result<Option<V::Output>, Error>
where
    T: FieldType,
    Old: Entity,
    E: Display,
    F: FnOnce(&T) -> Result<Old, E>,
    V: ValueVisitor,
{
    let instead = instead.map(written_by_rules).transpose()?;
    let Some(value) = instead.as_ref().or(field.get()) else { return Ok(None) };
    match routine(value) {
        Ok(older) => Ok(Some(visitor.value(&older))),
        Err(error) => Err(Error::refused(error)),
    }
}

/// Reads what rules write as a value of the field's type, which coerces it. It may be a secret of another field.
fn written_by_rules<T: FieldType>(value: Primitive) -> Result<T, Error> {
    let decoding = Decoding::new().of_caller().exact();
    let reader: Reader<Refusal> = value.into_deserializer();
    let read = through(reader, |input| T::decode_behind(input, decoding.field_context()));
    read.map_err(|_| Error::refused("what a rule writes for an older version is no value of the field"))
}

pub fn from_older<'de, T, Old, E, F, D>(
    field: &mut Field<T>,
    routine: F,
    deserializer: D,
    context: Context<'_>,
) -> Result<(), D::Error>
where
    Old: FieldType,
    E: Display,
    F: FnOnce(Old) -> Result<T, E>,
    D: Deserializer<'de>,
{
    let older = Old::decode(deserializer, context)?;
    match routine(older) {
        Ok(value) => {
            field.fill(value);
            Ok(())
        }
        Err(error) => Err(context.invalid(error)),
    }
}

pub fn ignore<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    IgnoredAny::deserialize(deserializer).map(drop)
}

/// The field with the elements of a list object that has none, which is no change.
pub fn unset_list<T>() -> Field<Vec<T>> {
    Field::unchanged(Vec::new())
}

/// Whether the fields that the object needs in that version are set.
pub fn check_required<O: VersionedObject>(object: &O, version: Version) -> Result<(), Error> {
    let is_missing = |index: &usize| {
        O::SCHEMA.fields.get(*index).is_some_and(|field| field.required && field.is_in(version))
    };
    let is_unset = |index: &usize| !object.field(*index).is_some_and(Seen::is_set);
    match (0..O::SCHEMA.fields.len()).filter(is_missing).find(is_unset) {
        Some(index) => {
            Err(O::SCHEMA.at(index, Error::invalid_value("the field is required, and it is unset")))
        }
        None => Ok(()),
    }
}

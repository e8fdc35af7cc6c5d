//! Fields by their names on the wire, as the reference's dict mix-in has them.

use serde::de::{DeserializeSeed as _, IntoDeserializer as _};

use super::{FieldVisitor, FieldVisitorMut, Object, VersionedObject, compare};
use crate::error::{Error, ErrorKind, Step};
use crate::field::{Decoding, Encoded, Entity, Field, FieldType};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;
use crate::wire::ValueSeed;

/// The value as it goes out today.
struct Shown;

impl FieldVisitor for Shown {
    type Output = Option<Result<Primitive, Error>>;

    fn field<T: Entity>(self, field: &Field<T>) -> Self::Output {
        field.get().map(|value| Primitive::of(&Encoded::new(value, &Target::Own)))
    }
}

struct IsSet;

impl FieldVisitor for IsSet {
    type Output = bool;

    fn field<T: Entity>(self, field: &Field<T>) -> bool {
        field.is_set()
    }
}

struct Assign<'a> {
    schema: &'static FieldSchema,
    value: Primitive,
    decoding: Decoding<'a>,
}

impl FieldVisitorMut for Assign<'_> {
    type Output = Result<(), Error>;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> Result<(), Error> {
        let decoding = self.decoding;
        let seed = ValueSeed::<T>::new(self.schema, decoding.context());
        let read: Result<T, serde::de::value::Error> = seed.deserialize(self.value.into_deserializer());
        let value = match read {
            Ok(value) => value,
            Err(error) => return Err(decoding.into_error(error)),
        };
        if let (Some(old), true) = (field.get(), self.schema.read_only) {
            let [old, new] = [old, &value].map(|value| Primitive::of(&Encoded::new(value, &Target::Own)));
            if compare::same_value(&self.schema.ty, &old?, &new?) {
                return Ok(());
            }
            let message = format!("cannot modify readonly field {}", self.schema.name);
            return Err(Error::new(ErrorKind::ReadOnlyField, message));
        }
        if let Some(old) = field.get() {
            value.may_follow(old)?;
        }
        field.set(value);
        Ok(())
    }
}

struct Clear;

impl FieldVisitorMut for Clear {
    type Output = bool;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> bool {
        field.clear().is_some()
    }
}

pub(crate) fn step(schema: &ObjectSchema, field: &FieldSchema) -> Step {
    Step::Field { object: schema.name.to_string(), field: field.name.to_string() }
}

pub(crate) fn unknown_field(schema: &ObjectSchema, name: &str) -> Error {
    let message = format!("{} has no field {name:?}", schema.name);
    Error::new(ErrorKind::UnknownField, message).of(&schema.name)
}

fn place<O: VersionedObject>(name: &str) -> Result<(usize, &'static FieldSchema), Error> {
    let place = O::index_of(name).and_then(|index| Some((index, O::SCHEMA.fields.get(index)?)));
    place.ok_or_else(|| unknown_field(O::SCHEMA, name))
}

pub(super) fn is_set<O: VersionedObject>(object: &O, name: &str) -> Result<bool, Error> {
    let (index, _) = place::<O>(name)?;
    Ok(object.visit_field(index, IsSet).unwrap_or(false))
}

pub(super) fn get<O: VersionedObject>(object: &O, name: &str) -> Result<Option<Primitive>, Error> {
    let (index, field) = place::<O>(name)?;
    at(object, index).transpose().map_err(|error| error.within(step(O::SCHEMA, field)))
}

/// The value of the field at that index, where it is set.
pub(crate) fn at<O: Object>(object: &O, index: usize) -> Option<Result<Primitive, Error>> {
    object.visit_field(index, Shown).flatten()
}

pub(super) fn set<O: VersionedObject>(object: &mut O, name: &str, value: Primitive) -> Result<(), Error> {
    apply(object, name, value, Decoding::new())
}

/// The same, with a value that is read in a decoding of the caller's own.
pub(crate) fn apply<O: VersionedObject>(
    object: &mut O,
    name: &str,
    value: Primitive,
    decoding: Decoding<'_>,
) -> Result<(), Error> {
    let (index, schema) = place::<O>(name)?;
    let set = object.visit_field_mut(index, Assign { schema, value, decoding });
    set.unwrap_or(Ok(())).map_err(|error| error.within(step(O::SCHEMA, schema)))
}

pub(super) fn clear<O: VersionedObject>(object: &mut O, name: &str) -> Result<(), Error> {
    let (index, schema) = place::<O>(name)?;
    if object.visit_field_mut(index, Clear).unwrap_or(false) {
        return Ok(());
    }
    let message = format!("no such attribute {name:?}: it is unset");
    Err(Error::new(ErrorKind::UnknownField, message).within(step(O::SCHEMA, schema)))
}

/// The set fields among those at the indexes, in the order of the wire.
pub(super) fn items<O: VersionedObject>(
    object: &O,
    indexes: impl IntoIterator<Item = usize>,
) -> Result<Vec<(&'static str, Primitive)>, Error> {
    let mut items = Vec::new();
    for index in indexes {
        let (Some(field), Some(value)) = (O::SCHEMA.fields.get(index), at(object, index)) else { continue };
        items.push((&*field.name, value.map_err(|error| error.within(step(O::SCHEMA, field)))?));
    }
    Ok(items)
}

/// Sets the fields that are unset to their defaults.
pub(super) fn set_defaults<O: VersionedObject>(
    object: &mut O,
    fields: impl IntoIterator<Item = &'static FieldSchema>,
) -> Result<(), Error> {
    for field in fields {
        let Some(default) = &field.default else {
            let message = format!("no default set for field {}", field.name);
            return Err(Error::new(ErrorKind::ObjectAction, message).of(&O::SCHEMA.name));
        };
        if !is_set(object, &field.name)? {
            set(object, &field.name, Primitive::of(&**default)?)?;
        }
    }
    Ok(())
}

pub(super) fn named<O: VersionedObject>(names: &[&str]) -> Result<Vec<&'static FieldSchema>, Error> {
    names.iter().map(|name| Ok(place::<O>(name)?.1)).collect()
}

//! Fields by their index: what derived objects, dynamic ones and those of any type have in common, so that what
//! can be done with a field by its name is written once.

use super::{AnyField, Seen, VersionedObject, changed_fields, unknown_field};
use crate::error::{Error, ErrorKind};
use crate::field::{Decoding, Written};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// An object's fields by their index in its schema. [`ByName`](super::ByName) and [`SetByName`](super::SetByName)
/// are made of this.
pub trait Fields {
    fn schema_of(&self) -> &ObjectSchema;

    /// The whole object as it goes out.
    fn to_primitive(&self) -> Result<Primitive, Error>;

    /// The schema of an object of that name, which a field's type may only name.
    fn schema_named(&self, name: &str) -> Option<&ObjectSchema> {
        let _ = name;
        None
    }

    fn index_of_field(&self, name: &str) -> Option<usize> {
        self.schema_of().index_of(name)
    }

    fn is_set_at(&self, index: usize) -> bool;

    /// The value as it goes out, where there is one.
    fn value_at(&self, index: usize) -> Option<Result<Primitive, Error>>;

    /// Sets the field to a value that a caller gives.
    fn assign_at(&mut self, index: usize, value: Primitive) -> Result<(), Error>;

    /// Takes the value away; false, where there is none.
    fn clear_at(&mut self, index: usize) -> bool;

    fn reset_at(&mut self, index: usize, within: bool);

    /// Resets the changes of what a relay carries along.
    fn reset_unknown(&mut self) {}

    fn changed_indexes(&self) -> Vec<usize>;

    /// Whether extra fields can be told here.
    fn tells_extra_fields(&self) -> bool {
        true
    }

    /// The extra field of that name.
    fn extra(&self, name: &str) -> Result<Primitive, Error>;
}

impl<O: VersionedObject> Fields for O {
    fn schema_of(&self) -> &ObjectSchema {
        O::SCHEMA
    }

    fn to_primitive(&self) -> Result<Primitive, Error> {
        Primitive::of(&Written::new(self, &Target::Own))
    }

    fn index_of_field(&self, name: &str) -> Option<usize> {
        O::index_of(name)
    }

    fn is_set_at(&self, index: usize) -> bool {
        self.field(index).is_some_and(Seen::is_set)
    }

    fn value_at(&self, index: usize) -> Option<Result<Primitive, Error>> {
        value_of(self.field(index)?)
    }

    fn assign_at(&mut self, index: usize, value: Primitive) -> Result<(), Error> {
        assign(self, index, value, Decoding::new().of_caller())
    }

    fn clear_at(&mut self, index: usize) -> bool {
        self.field_mut(index).is_some_and(AnyField::clear)
    }

    fn reset_at(&mut self, index: usize, within: bool) {
        if let Some(field) = self.field_mut(index) {
            field.reset(O::SCHEMA, index, within);
        }
    }

    fn reset_unknown(&mut self) {
        if let Some(unknown) = self.unknown_mut() {
            unknown.reset_changes();
        }
    }

    fn changed_indexes(&self) -> Vec<usize> {
        changed_fields(self)
    }

    fn extra(&self, name: &str) -> Result<Primitive, Error> {
        self.extra_field(name)
    }
}

fn value_of(field: &dyn Seen) -> Option<Result<Primitive, Error>> {
    field.shown().map(|value| Primitive::of(&Written::new(value, &Target::Own)))
}

/// The refusal of another value than the one that a field holds, which can be set but once.
pub(crate) fn read_only(field: &FieldSchema) -> Error {
    Error::new(ErrorKind::ReadOnlyField, format!("cannot modify readonly field {}", field.name))
}

/// Sets the field at that index to a value, as a decoding reads it.
pub(crate) fn assign<O: VersionedObject>(
    object: &mut O,
    index: usize,
    value: Primitive,
    decoding: Decoding<'_>,
) -> Result<(), Error> {
    match object.field_mut(index) {
        Some(field) => assign_field(O::SCHEMA, index, field, value, decoding),
        None => Ok(()),
    }
}

fn assign_field(
    schema: &'static ObjectSchema,
    index: usize,
    field: &mut dyn AnyField,
    value: Primitive,
    decoding: Decoding<'_>,
) -> Result<(), Error> {
    let Some(own) = schema.fields.get(index) else { return Ok(()) };
    field.assign(value, own, decoding).map_err(|error| schema.within(own, error))
}

/// Sets a field by name to a value that came from a peer.
#[cfg(feature = "rpc")]
pub(crate) fn apply<O: VersionedObject>(
    object: &mut O,
    name: &str,
    value: Primitive,
    decoding: Decoding<'_>,
) -> Result<(), Error> {
    let index = O::index_of(name).ok_or_else(|| unknown_field(O::SCHEMA, name))?;
    assign(object, index, value, decoding)
}

/// Field or conversion that a name stands for.
enum Named {
    Field(usize),
    Extra,
}

fn named<F: Fields + ?Sized>(object: &F, name: &str) -> Result<Named, Error> {
    let schema = object.schema_of();
    match object.index_of_field(name) {
        Some(index) => Ok(Named::Field(index)),
        None if schema.has_extra_field(name) => Ok(Named::Extra),
        None => Err(unknown_field(schema, name)),
    }
}

/// The index of a field that can be set.
fn index<F: Fields + ?Sized>(object: &F, name: &str) -> Result<usize, Error> {
    match named(object, name)? {
        Named::Field(index) => Ok(index),
        Named::Extra => {
            let message = format!("{name} can't be set: it is made of other fields");
            Err(Error::new(ErrorKind::UnknownField, message).of(&object.schema_of().name))
        }
    }
}

pub(crate) fn is_set<F: Fields + ?Sized>(object: &F, name: &str) -> Result<bool, Error> {
    match named(object, name)? {
        Named::Field(index) => Ok(object.is_set_at(index)),
        Named::Extra => Ok(false),
    }
}

pub(crate) fn has<F: Fields + ?Sized>(object: &F, name: &str) -> bool {
    object.index_of_field(name).is_some_and(|index| object.is_set_at(index))
}

pub(crate) fn get<F: Fields + ?Sized>(object: &F, name: &str) -> Result<Option<Primitive>, Error> {
    match named(object, name)? {
        Named::Field(index) => {
            object.value_at(index).transpose().map_err(|error| object.schema_of().at(index, error))
        }
        Named::Extra => object.extra(name).map(Some),
    }
}

pub(crate) fn set<F: Fields + ?Sized>(object: &mut F, name: &str, value: Primitive) -> Result<(), Error> {
    let index = index(object, name)?;
    object.assign_at(index, value)
}

pub(crate) fn clear<F: Fields + ?Sized>(object: &mut F, name: &str) -> Result<(), Error> {
    let index = index(object, name)?;
    if object.clear_at(index) {
        return Ok(());
    }
    let error = Error::new(ErrorKind::UnknownField, format!("no such attribute {name:?}: it is unset"));
    Err(object.schema_of().at(index, error))
}

/// The set fields among those at the indexes, with their values.
pub(crate) fn values<F: Fields + ?Sized>(
    object: &F,
    indexes: impl IntoIterator<Item = usize>,
) -> Result<Vec<(usize, Primitive)>, Error> {
    let mut values = Vec::new();
    for index in indexes {
        if let Some(value) = object.value_at(index) {
            values.push((index, value.map_err(|error| object.schema_of().at(index, error))?));
        }
    }
    Ok(values)
}

/// The indexes of all fields.
pub(crate) fn all<F: Fields + ?Sized>(object: &F) -> std::ops::Range<usize> {
    0..object.schema_of().fields.len()
}

/// Resets the changes of these fields, those that there are.
pub(crate) fn reset<F: Fields + ?Sized>(object: &mut F, names: &[&str], within: bool) {
    for name in names {
        if let Some(index) = object.index_of_field(name) {
            object.reset_at(index, within);
        }
    }
}

pub(crate) fn reset_all<F: Fields + ?Sized>(object: &mut F, within: bool) {
    all(object).for_each(|index| object.reset_at(index, within));
    object.reset_unknown();
}

/// Sets the fields that are unset and have a default to it.
pub(crate) fn set_defaults<F: Fields + ?Sized>(object: &mut F) -> Result<(), Error> {
    let has_default =
        |index: &usize| object.schema_of().fields.get(*index).is_some_and(|field| field.default.is_some());
    let indexes: Vec<_> = all(object).filter(has_default).collect();
    indexes.into_iter().try_for_each(|index| set_default(object, index))
}

/// Sets these fields to their defaults where they are unset.
pub(crate) fn set_defaults_of<F: Fields + ?Sized>(object: &mut F, names: &[&str]) -> Result<(), Error> {
    let indexes = names.iter().map(|name| index(object, name)).collect::<Result<Vec<_>, _>>()?;
    indexes.into_iter().try_for_each(|index| set_default(object, index))
}

fn set_default<F: Fields + ?Sized>(object: &mut F, index: usize) -> Result<(), Error> {
    let schema = object.schema_of();
    let Some(field) = schema.fields.get(index) else { return Ok(()) };
    let Some(default) = &field.default else {
        let message = format!("no default set for field {}", field.name);
        return Err(Error::new(ErrorKind::ObjectAction, message).of(&schema.name));
    };
    if object.is_set_at(index) {
        return Ok(());
    }
    let default = Primitive::of(&**default)?;
    object.assign_at(index, default)
}

//! Reading the value of a field.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::Error as Refusal;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

use super::optional::or_null;
use super::{Context, FieldType};
use crate::behind::{Failed, Input, Read, through};
use crate::primitive::{Primitive, Reader};
use crate::schema::FieldSchema;

/// A value; a null where none may stand becomes the field's default, if it has one.
pub(crate) struct ValueSeed<'c, T> {
    schema: &'static FieldSchema,
    context: Context<'c>,
    value: PhantomData<T>,
}

impl<'c, T> ValueSeed<'c, T> {
    pub(crate) fn new(schema: &'static FieldSchema, context: Context<'c>) -> Self {
        ValueSeed { schema, context, value: PhantomData }
    }
}

impl<T: FieldType> ValueSeed<'_, T> {
    /// Reads the value through a pointer.
    pub(crate) fn read(self, input: &mut dyn Input<'_>) -> Result<T, Failed> {
        let ValueSeed { schema, context, .. } = self;
        let strict = context.strict(schema.strict);
        if T::NULLABLE || schema.default.is_none() {
            return T::decode_behind(input, strict);
        }
        let mut value = None;
        let expected = format_args!("a value of the type {}", schema.ty.name);
        or_null(input, &expected, &mut |input| {
            value = Some(T::decode_behind(input, strict)?);
            Ok(())
        })?;
        value.map_or_else(|| self.default(), Ok)
    }

    /// Reads the field's default.
    fn default<E: de::Error>(&self) -> Result<T, E> {
        let mut value = None;
        read_default(self.schema, self.context, &mut |input| {
            value = Some(T::decode_behind(input, self.context)?);
            Ok(())
        })?;
        value.ok_or_else(|| E::custom("the default has no value"))
    }
}

#[cold]
fn read_default<E: de::Error>(
    schema: &FieldSchema,
    context: Context<'_>,
    read: Read<'_, '_>,
) -> Result<(), E> {
    let default = schema.default.as_ref().map(|default| Primitive::of(&**default));
    let default = default.transpose().map_err(|error| context.fail(error))?.unwrap_or_default();
    let reader: Reader<Refusal> = default.into_deserializer();
    through(reader, read).map_err(E::custom)
}

impl<'de, T: FieldType> DeserializeSeed<'de> for ValueSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        if T::NULLABLE || self.schema.default.is_none() {
            return T::decode(deserializer, self.context.strict(self.schema.strict));
        }
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: FieldType> Visitor<'de> for ValueSeed<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of the type {}", self.schema.ty.name)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        self.default()
    }

    fn visit_none<E: de::Error>(self) -> Result<T, E> {
        self.default()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer, self.context.strict(self.schema.strict))
    }
}

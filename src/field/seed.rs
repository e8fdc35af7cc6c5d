//! Reading the value of a field.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::Error as Refusal;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

use super::{Context, FieldType};
use crate::primitive::Primitive;
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
        self.visit_none()
    }

    fn visit_none<E: de::Error>(self) -> Result<T, E> {
        let default = self.schema.default.as_ref().map(|default| Primitive::of(&**default));
        let default = default.transpose().map_err(|error| self.context.fail(error))?.unwrap_or_default();
        let read: Result<T, Refusal> = T::decode(default.into_deserializer(), self.context);
        read.map_err(E::custom)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer, self.context.strict(self.schema.strict))
    }
}

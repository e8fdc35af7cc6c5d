//! Reading the fields of dynamic objects: null, defaults, elements. What stands there is read by its kind.

use std::fmt;

use serde::de::value::Error as Refusal;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

use super::value::Value;
use crate::error::Error;
use crate::field::Context;
use crate::primitive::{Primitive, Reader};
use crate::registry::{AnyObject, Registry};
use crate::schema::{Element, FieldSchema, Kind, Literal, ObjectSchema, TypeSchema};

/// Means to read values with: who knows the objects among them, and the object that they belong to.
pub(super) struct Reading<'a> {
    pub(super) registry: &'a Registry,
    pub(super) schema: &'a ObjectSchema,
    pub(super) context: Context<'a>,
    pub(super) source: Source,
}

/// Where a value comes from. What the reference reads from the wire and what a caller gives it take different
/// ways there, and so do the errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// From a peer: a list is read from whatever has elements, a set from a list.
    Wire,
    /// From a caller: lists and sets have to be such.
    Caller,
    /// A default that a schema declares.
    Default,
    /// Inside a default, where a schema's text has no form for sets and objects.
    InDefault,
}

impl<'a> Reading<'a> {
    /// The value of a field. A null where none may stand becomes the field's default, if it has one.
    #[inline]
    pub(super) fn field<'de, D: Deserializer<'de>>(
        &self,
        own: &FieldSchema,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        self.or_default(
            own,
            self.as_said(own, |reading| reading.nullable(&own.ty, true).deserialize(deserializer)),
        )
    }

    /// Reads a field's value, in its own form alone where the field says so.
    #[inline]
    pub(super) fn as_said<T>(&self, own: &FieldSchema, read: impl FnOnce(&Self) -> T) -> T {
        if own.strict { read(&self.strict()) } else { read(self) }
    }

    /// Means to read values in their own form alone.
    #[cold]
    fn strict(&self) -> Self {
        Reading { context: self.context.strict(true), ..*self }
    }

    /// What was read, or the field's default for a null where none may stand.
    #[inline]
    pub(super) fn or_default<E: de::Error>(
        &self,
        own: &FieldSchema,
        read: Result<Value, E>,
    ) -> Result<Value, E> {
        match read {
            Ok(Value::Plain(Primitive::Null)) if !own.nullable => self.default(own),
            read => read,
        }
    }

    #[cold]
    fn default<E: de::Error>(&self, own: &FieldSchema) -> Result<Value, E> {
        let Some(default) = own.default.as_deref() else {
            return Err(self.context.invalid("cannot be null"));
        };
        if *default == Literal::Null {
            // What the types make of Python's `None`.
            return match own.ty.kind {
                Kind::Boolean | Kind::FlexibleBoolean => Ok(Value::Plain(false.into())),
                Kind::Uuid => Ok(Value::Plain("None".into())),
                Kind::Opaque => Ok(Value::NULL),
                _ => Err(self.context.invalid("cannot be null")),
            };
        }
        let default = Primitive::of(default).map_err(|error| self.context.fail(error))?;
        let reading = Reading { source: Source::Default, ..*self };
        reading.nullable(&own.ty, false).again(default).map_err(E::custom)
    }

    /// [`Reading::field`] as a seed.
    #[inline]
    pub(super) fn of<'r>(&'r self, own: &'r FieldSchema) -> FieldSeed<'r> {
        FieldSeed { reading: self, own }
    }

    #[inline]
    pub(super) fn nullable<'r>(&'r self, ty: &'r TypeSchema, nullable: bool) -> Seed<'r> {
        Seed { reading: self, ty, nullable }
    }

    /// Means to read what lies in a list, a set or a dict.
    ///
    /// # Errors
    /// Where that is deeper than any format has values.
    pub(super) fn inside(&self) -> Result<Self, Error> {
        let source = match self.source {
            Source::Default => Source::InDefault,
            source => source,
        };
        Ok(Reading { source, context: self.context.within_list()?, ..*self })
    }

    /// [`Reading::inside`] with the format's error.
    pub(super) fn entered<E: de::Error>(&self) -> Result<Self, E> {
        self.inside().map_err(|error| self.context.fail(error))
    }

    /// An element, with the means of [`Reading::inside`].
    #[inline]
    pub(super) fn element<'r>(&'r self, element: &'r Element) -> Seed<'r> {
        self.nullable(&element.ty, element.nullable)
    }

    /// The object, where it may stand where one of that name is declared.
    pub(super) fn fitting<E: de::Error>(
        &self,
        object: AnyObject,
        name: &str,
        subclasses: bool,
    ) -> Result<AnyObject, E> {
        match is_fitting(object.schema(), name, subclasses) {
            Ok(()) => Ok(object),
            Err(error) => Err(self.context.fail(error)),
        }
    }
}

/// Whether an object of that schema may stand where one of that name is declared.
pub(super) fn is_fitting(schema: &ObjectSchema, name: &str, subclasses: bool) -> Result<(), Error> {
    if schema.name == name || subclasses && schema.bases.iter().any(|base| base == name) {
        return Ok(());
    }
    Err(Error::invalid_value(format_args!("an object of type {name} is required, not a {}", schema.name)))
}

pub(super) struct FieldSeed<'a> {
    reading: &'a Reading<'a>,
    own: &'a FieldSchema,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reading.field(self.own, deserializer)
    }
}

/// A value of a type, or null.
#[derive(Clone, Copy)]
pub(super) struct Seed<'a> {
    reading: &'a Reading<'a>,
    ty: &'a TypeSchema,
    nullable: bool,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of the type {}", self.ty.name)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.visit_none()
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        if self.nullable { Ok(Value::NULL) } else { Err(self.reading.context.invalid("cannot be null")) }
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reading.value(self.ty, deserializer)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        self.part(value.into_deserializer())
    }

    fn visit_bytes<E: de::Error>(self, value: &[u8]) -> Result<Value, E> {
        self.part(value.into_deserializer())
    }
}

impl Seed<'_> {
    /// Reads a value that was read before. The error isn't the format's, whose reader may have numbers of its own.
    pub(super) fn again(self, value: Primitive) -> Result<Value, Refusal> {
        let reader: Reader<Refusal> = value.into_deserializer();
        self.deserialize(reader)
    }

    /// A number or the bytes of an extension type of MessagePack, whose reader knows of no options: a derived object asks for
    /// one where null may stand, and nowhere else.
    #[cold]
    fn part<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.nullable {
            let name = &self.ty.name;
            return Err(self
                .reading
                .context
                .invalid(format_args!("{name} or null is required, found neither")));
        }
        self.reading.value(self.ty, deserializer)
    }
}

//! Putting what an envelope holds into an object.

use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess};

#[cfg(feature = "compact")]
use super::compact::Arrived;
use super::receiver::KeptError;
use crate::error::Error;
use crate::field::{Context, Field, FieldType, ValueSeed};
#[cfg(feature = "compact")]
use crate::format::compact::Unpacker;
use crate::object::{FieldVisitorMut, UnknownFields, VersionedObject, check_fields};
use crate::primitive::{Primitive, Reader};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::{Arriving, Version};

/// An object that the parts of an envelope are put into, whether its type is known at compile time or not.
pub(crate) trait Intake: Settled + Sized {
    /// Whether the object carries fields along that it doesn't know.
    const IS_RELAY: bool;

    /// The schema, where it's part of the program.
    fn static_schema(&self) -> Option<&'static ObjectSchema> {
        None
    }

    /// Reads the map's next value into the field at that index.
    fn fill<'de, A: MapAccess<'de>>(
        &mut self,
        index: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error>;

    /// Reads the fields that come in the compact form.
    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        arrived: Arrived,
        context: Context<'_>,
    ) -> Result<(), Error>;

    /// Reads the map's next value through the conversion of that index.
    fn fill_converted<'de, A: MapAccess<'de>>(
        &mut self,
        conversion: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error>;
}

/// The part of an [`Intake`] that no format has to do with: behind a pointer, so that what is done with it is
/// compiled once and not for each object.
pub(crate) trait Settled {
    /// Returns the schema of the object.
    fn schema(&self) -> &ObjectSchema;

    /// The index of the field of that name.
    fn index_of(&self, name: &str) -> Option<usize>;

    /// Gives the field at that index a value that was kept.
    fn fill_kept(
        &mut self,
        index: usize,
        value: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError>;

    /// Gives the field a value that was kept, through the conversion of that index.
    fn fill_kept_converted(
        &mut self,
        conversion: usize,
        value: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError>;

    /// Gives the field at that index the value, unless it has one.
    fn fill_absent(&mut self, index: usize, value: Primitive, context: Context<'_>) -> Result<(), Error>;

    /// Marks the field at that index as changed.
    fn mark_changed(&mut self, index: usize);

    /// The place of unknown fields.
    fn unknown_mut(&mut self) -> Option<&mut UnknownFields>;

    /// Keeps the version that the object came in.
    fn arrived(&mut self, version: Arriving);

    /// Has the object's own routine finish it, which came in that version.
    fn finish_read(&mut self, version: Version) -> Result<(), Error>;

    /// Looks at the whole object, which came in that version.
    fn look_over(&self, version: Version) -> Result<(), Error>;
}

impl<O: VersionedObject> Intake for O {
    const IS_RELAY: bool = O::IS_RELAY;

    #[inline]
    fn static_schema(&self) -> Option<&'static ObjectSchema> {
        Some(O::SCHEMA)
    }

    fn fill<'de, A: MapAccess<'de>>(
        &mut self,
        index: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error> {
        match O::SCHEMA.fields.get(index) {
            Some(schema) => {
                let fill = Fill { map, schema, context, input: PhantomData };
                self.visit_field_mut(index, fill).unwrap_or(Ok(()))
            }
            None => map.next_value::<de::IgnoredAny>().map(drop),
        }
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        arrived: Arrived,
        context: Context<'_>,
    ) -> Result<(), Error> {
        arrived.fill(self, unpacker, context)
    }

    fn fill_converted<'de, A: MapAccess<'de>>(
        &mut self,
        conversion: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error> {
        if !O::HAS_RULES {
            return map.next_value::<de::IgnoredAny>().map(drop);
        }
        map.next_value_seed(Convert { object: self, conversion, context })
    }
}

impl<O: VersionedObject> Settled for O {
    fn schema(&self) -> &ObjectSchema {
        O::SCHEMA
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        O::index_of(name)
    }

    fn fill_kept(
        &mut self,
        index: usize,
        value: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        let (Some(schema), Some(field)) = (O::SCHEMA.fields.get(index), self.field_mut(index)) else {
            return Ok(());
        };
        field.fill_kept(value, schema, context)
    }

    fn fill_kept_converted(
        &mut self,
        conversion: usize,
        value: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        if !O::HAS_RULES {
            return Ok(());
        }
        self.convert_from(conversion, value, context)
    }

    fn fill_absent(&mut self, index: usize, value: Primitive, context: Context<'_>) -> Result<(), Error> {
        let (Some(schema), Some(field)) = (O::SCHEMA.fields.get(index), self.field_mut(index)) else {
            return Ok(());
        };
        if field.is_set() {
            return Ok(());
        }
        field.fill_kept(value.into_deserializer(), schema, context).map_err(Error::invalid_value)
    }

    fn mark_changed(&mut self, index: usize) {
        if let Some(field) = self.field_mut(index) {
            field.mark_changed();
        }
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        VersionedObject::unknown_mut(self)
    }

    fn arrived(&mut self, version: Arriving) {
        if let Some(origin) = self.origin_mut() {
            *origin = version.into();
        }
    }

    fn finish_read(&mut self, version: Version) -> Result<(), Error> {
        VersionedObject::finish_read(self, version).map_err(|error| error.of(&O::SCHEMA.name))
    }

    fn look_over(&self, version: Version) -> Result<(), Error> {
        if O::VALIDATES {
            self.validate_at(version).map_err(|error| error.of(&O::SCHEMA.name))?;
        }
        if O::CHECKS { check_fields(self).map_err(|error| error.of(&O::SCHEMA.name)) } else { Ok(()) }
    }
}

struct Fill<'a, 'c, 'de, A> {
    map: &'a mut A,
    schema: &'static FieldSchema,
    context: Context<'c>,
    input: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> FieldVisitorMut for Fill<'_, '_, 'de, A> {
    type Output = Result<(), A::Error>;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> Self::Output {
        let seed = ValueSeed::new(self.schema, self.context);
        field.fill(self.map.next_value_seed(seed)?);
        Ok(())
    }
}

struct Convert<'a, 'c, O> {
    object: &'a mut O,
    conversion: usize,
    context: Context<'c>,
}

impl<'de, O: VersionedObject> DeserializeSeed<'de> for Convert<'_, '_, O> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.object.convert_from(self.conversion, deserializer, self.context)
    }
}

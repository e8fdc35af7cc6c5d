//! Putting what an envelope holds into an object.

use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess};

#[cfg(feature = "compact")]
use super::compact::Arrived;
use super::receiver::KeptError;
use crate::behind::{Behind, Entries, Failed, Input, through};
use crate::error::Error;
use crate::field::{Context, Field, FieldType, ValueSeed};
#[cfg(feature = "compact")]
use crate::format::compact::Unpacker;
use crate::object::{AnyField, FieldVisitorMut, Origin, UnknownFields, VersionedObject, check_fields};
use crate::primitive::{Primitive, Reader};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Version;

/// An object that the parts of an envelope are put into: one whose type is known at compile time, one behind a pointer,
/// or a dynamic one.
pub(crate) trait Intake: Settled {
    /// Reads the map's next value into the field at that index.
    fn fill<'de, A: Entries<'de>>(
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
    fn fill_converted<'de, A: Entries<'de>>(
        &mut self,
        conversion: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error>;
}

/// The part of an [`Intake`] that no format has to do with: behind a pointer, so that what is done with it is
/// compiled once and not for each object.
pub(crate) trait Settled {
    /// The object itself, behind a pointer.
    fn settled(&self) -> &dyn Settled;

    /// The object itself, behind a pointer, to be changed.
    fn settled_mut(&mut self) -> &mut dyn Settled;

    /// Whether the object carries fields along that it doesn't know.
    fn is_relay(&self) -> bool {
        false
    }

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

    /// Where the object came from, if it remembers.
    fn origin_mut(&mut self) -> Option<&mut Origin>;

    /// Has the object's own routine finish it, which came in that version.
    fn finish_read(&mut self, version: Version) -> Result<(), Error>;

    /// Looks at the whole object, which came in that version.
    fn look_over(&self, version: Version) -> Result<(), Error>;
}

/// A derived object behind a pointer: what reads it is compiled once, and not for each object in each format.
pub(crate) trait Pointed: Settled {
    /// The object itself, behind a pointer, to be read into.
    fn pointed_mut(&mut self) -> &mut dyn Pointed;

    /// The schema, which is part of the program.
    fn known(&self) -> &'static ObjectSchema;

    /// The fields that it carries along.
    fn carried(&self) -> Option<&UnknownFields>;

    /// The field at that index, where there is one.
    fn field_mut(&mut self, index: usize) -> Option<&mut dyn AnyField>;

    /// Takes away what was read.
    fn start_over(&mut self);

    /// Reads the older form of a field by the conversion of that index.
    fn convert(
        &mut self,
        conversion: usize,
        input: &mut dyn Input<'_>,
        context: Context<'_>,
    ) -> Result<(), Failed>;

    /// Reads the fields that come in the compact form.
    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        arrived: Arrived,
        context: Context<'_>,
    ) -> Result<(), Error>;
}

impl<O: VersionedObject> Pointed for O {
    fn pointed_mut(&mut self) -> &mut dyn Pointed {
        self
    }

    fn known(&self) -> &'static ObjectSchema {
        O::SCHEMA
    }

    fn carried(&self) -> Option<&UnknownFields> {
        self.unknown()
    }

    fn field_mut(&mut self, index: usize) -> Option<&mut dyn AnyField> {
        VersionedObject::field_mut(self, index)
    }

    fn start_over(&mut self) {
        *self = O::unset();
    }

    fn convert(
        &mut self,
        conversion: usize,
        input: &mut dyn Input<'_>,
        context: Context<'_>,
    ) -> Result<(), Failed> {
        if !O::HAS_RULES {
            return Ok(());
        }
        self.convert_from(conversion, Behind(input), context)
    }

    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        arrived: Arrived,
        context: Context<'_>,
    ) -> Result<(), Error> {
        arrived.fill(self, unpacker, context)
    }
}

impl Intake for dyn Pointed + '_ {
    fn fill<'de, A: Entries<'de>>(
        &mut self,
        index: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error> {
        match (self.known().fields.get(index), self.field_mut(index)) {
            (Some(schema), Some(field)) => map.value_behind(&mut |input| field.read(input, schema, context)),
            _ => map.next_value::<de::IgnoredAny>().map(drop),
        }
    }

    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        arrived: Arrived,
        context: Context<'_>,
    ) -> Result<(), Error> {
        Pointed::unpack(self, unpacker, arrived, context)
    }

    fn fill_converted<'de, A: Entries<'de>>(
        &mut self,
        conversion: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error> {
        map.value_behind(&mut |input| self.convert(conversion, input, context))
    }
}

impl<O: VersionedObject> Intake for O {
    fn fill<'de, A: Entries<'de>>(
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

    fn fill_converted<'de, A: Entries<'de>>(
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

fn fill_kept(
    object: &mut dyn Pointed,
    index: usize,
    value: Reader<KeptError>,
    context: Context<'_>,
) -> Result<(), KeptError> {
    let (Some(schema), Some(field)) = (object.known().fields.get(index), object.field_mut(index)) else {
        return Ok(());
    };
    through(value, |input| field.read(input, schema, context))
}

fn fill_kept_converted(
    object: &mut dyn Pointed,
    conversion: usize,
    value: Reader<KeptError>,
    context: Context<'_>,
) -> Result<(), KeptError> {
    through(value, |input| object.convert(conversion, input, context))
}

fn fill_absent(
    object: &mut dyn Pointed,
    index: usize,
    value: Primitive,
    context: Context<'_>,
) -> Result<(), Error> {
    if object.field_mut(index).is_none_or(|field| field.is_set()) {
        return Ok(());
    }
    fill_kept(object, index, value.into_deserializer(), context).map_err(Error::invalid_value)
}

impl<O: VersionedObject> Settled for O {
    fn settled(&self) -> &dyn Settled {
        self
    }

    fn settled_mut(&mut self) -> &mut dyn Settled {
        self
    }

    #[inline]
    fn is_relay(&self) -> bool {
        O::IS_RELAY
    }

    #[inline]
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
        fill_kept(self, index, value, context)
    }

    fn fill_kept_converted(
        &mut self,
        conversion: usize,
        value: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        fill_kept_converted(self, conversion, value, context)
    }

    fn fill_absent(&mut self, index: usize, value: Primitive, context: Context<'_>) -> Result<(), Error> {
        fill_absent(self, index, value, context)
    }

    fn mark_changed(&mut self, index: usize) {
        if let Some(field) = self.field_mut(index) {
            field.mark_changed();
        }
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        VersionedObject::unknown_mut(self)
    }

    fn origin_mut(&mut self) -> Option<&mut Origin> {
        VersionedObject::origin_mut(self)
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

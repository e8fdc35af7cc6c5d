//! Putting what an envelope holds into a dynamic object.

use serde::de::value::Error as Refusal;
use serde::de::{Deserializer, IntoDeserializer};

use super::object::{DynamicObject, UNCONVERTED};
use super::read::{Reading, Source};
use super::value::Value;
use crate::behind::Entries;
use crate::error::Error;
use crate::field::Context;
#[cfg(feature = "compact")]
use crate::field::Field;
#[cfg(feature = "compact")]
use crate::format::compact::{Known, Unpacker};
use crate::object::{Origin, UnknownFields, read_only};
use crate::primitive::{Kept, Primitive, Reader};
use crate::registry::Registry;
use crate::registry::any::Readable;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::{Arriving, Version};
#[cfg(feature = "compact")]
use crate::wire::Arrived;
use crate::wire::intake::{Intake, Pointed, Settled};
use crate::wire::{self, KeptError};

/// Bytes that an allocator adds to an object and to its fields.
#[cfg(feature = "compact")]
const PIECES: usize = 32;

/// A dynamic object whose data is being read, with the registry that knows the objects inside it.
struct Filling<'a> {
    object: &'a mut DynamicObject,
    registry: &'a Registry,
}

impl<'a> Filling<'a> {
    fn new(object: &'a mut DynamicObject, registry: &'a Registry) -> Self {
        Filling { object, registry }
    }

    /// Puts what is read into the field at that index.
    fn take<E: serde::de::Error>(
        &mut self,
        index: usize,
        context: Context<'_>,
        read: impl FnOnce(&Reading<'_>, &FieldSchema) -> Result<Value, E>,
    ) -> Result<(), E> {
        let DynamicObject { schema, fields, .. } = &mut *self.object;
        let (Some(own), Some(field)) = (schema.fields.get(index), fields.get_mut(index)) else {
            return Ok(());
        };
        let reading = Reading { registry: self.registry, schema, context, source: Source::Wire };
        let value = read(&reading, own)?;
        check_read_only(schema, index, &value).map_err(|error| context.fail(error))?;
        field.fill(value);
        Ok(())
    }
}

fn unconverted<E: serde::de::Error>(context: Context<'_>) -> E {
    context.fail(Error::refused(UNCONVERTED))
}

/// A list object is made with an empty list, which counts as the one value that a read-only field takes.
fn check_read_only(schema: &ObjectSchema, index: usize, value: &Value) -> Result<(), Error> {
    let Some(own) = schema.fields.get(index).filter(|own| own.read_only) else { return Ok(()) };
    if !schema.is_elements(index) || matches!(value, Value::List(objects) if objects.is_empty()) {
        return Ok(());
    }
    Err(read_only(own))
}

impl Intake for Filling<'_> {
    fn fill<'de, A: Entries<'de>>(
        &mut self,
        index: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error> {
        self.take(index, context, |reading, own| map.next_value_seed(reading.of(own)))
    }

    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        arrived: Arrived,
        context: Context<'_>,
    ) -> Result<(), Error> {
        let DynamicObject { schema, fields, .. } = &mut *self.object;
        let reading = Reading { registry: self.registry, schema, context, source: Source::Wire };
        let own = fields.len().saturating_mul(size_of::<Field<Value>>());
        context.spend(0, own.saturating_add(size_of::<DynamicObject>() + PIECES))?;
        for (index, (own, field)) in schema.fields.iter().zip(fields).enumerate() {
            let Some(changed) = arrived.field(index) else { continue };
            let read = unpacker.inner(arrived.place(index)).and_then(|column| reading.unpack(own, column));
            let read = read.and_then(|value| {
                check_read_only(schema, index, &value)?;
                field.arrive(value, changed);
                Ok(())
            });
            read.map_err(|error| schema.within(own, error))?;
        }
        Ok(())
    }

    fn fill_converted<'de, A: Entries<'de>>(
        &mut self,
        _: usize,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<(), A::Error> {
        map.next_value::<serde::de::IgnoredAny>()?;
        Err(unconverted(context))
    }
}

impl Settled for Filling<'_> {
    fn settled(&self) -> &dyn Settled {
        self
    }

    fn settled_mut(&mut self) -> &mut dyn Settled {
        self
    }

    fn schema(&self) -> &ObjectSchema {
        &self.object.schema
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.object.schema.index_of(name)
    }

    fn fill_kept(
        &mut self,
        index: usize,
        value: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        self.take(index, context, |reading, own| reading.field(own, value))
    }

    fn fill_kept_converted(
        &mut self,
        _: usize,
        _: Reader<KeptError>,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        Err(unconverted(context))
    }

    fn fill_absent(&mut self, index: usize, value: Primitive, context: Context<'_>) -> Result<(), Error> {
        let DynamicObject { schema, fields, .. } = &mut *self.object;
        let (Some(own), Some(field)) = (schema.fields.get(index), fields.get_mut(index)) else {
            return Ok(());
        };
        if !field.is_set() {
            let reading = Reading { registry: self.registry, schema, context, source: Source::Wire };
            let read: Result<Value, Refusal> = reading.field(own, value.into_deserializer());
            field.fill(read.map_err(Error::invalid_value)?);
        }
        Ok(())
    }

    fn mark_changed(&mut self, index: usize) {
        if let Some(field) = self.object.fields.get_mut(index) {
            field.mark_changed();
        }
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        None
    }

    fn origin_mut(&mut self) -> Option<&mut Origin> {
        Some(&mut self.object.origin)
    }

    fn finish_read(&mut self, _: Version) -> Result<(), Error> {
        // A Rust function, which a schema alone doesn't have.
        Ok(())
    }

    fn look_over(&self, version: Version) -> Result<(), Error> {
        self.object.validate_at(version)
    }
}

impl DynamicObject {
    /// Makes all fields as they are in a new object.
    pub(crate) fn start_over(&mut self) {
        *self = DynamicObject::unset_with(self.schema.clone(), self.has_variants);
    }

    /// Reads the fields of an object of that version; nothing else has been read into it.
    pub(crate) fn read<'de, D: Deserializer<'de>>(
        &mut self,
        deserializer: D,
        version: Version,
        registry: &Registry,
        context: Context<'_>,
    ) -> Result<(), D::Error> {
        wire::read_data(&mut Filling::new(self, registry), deserializer, version, context)
    }
}

impl Readable for DynamicObject {
    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        known: &Known,
        registry: &Registry,
        context: Context<'_>,
    ) -> Result<(), Error> {
        wire::unpack_fields(&mut Filling::new(self, registry), unpacker, known, context)
    }

    fn pointed(&mut self) -> Option<&mut dyn Pointed> {
        None
    }

    fn read_kept(
        &mut self,
        data: Kept,
        version: Version,
        registry: &Registry,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        wire::read_kept(&mut Filling::new(self, registry), data, version, context)
    }

    fn mark_changed(&mut self, index: usize) {
        if let Some(field) = self.fields.get_mut(index) {
            field.mark_changed();
        }
    }

    fn finish(&mut self, version: Arriving, registry: &Registry, context: Context<'_>) -> Result<(), Error> {
        wire::finish(&mut Filling::new(self, registry), version, context)
    }
}

//! The fields that come in the compact form.

use serde::de::DeserializeSeed as _;

use crate::error::Error;
use crate::field::{Context, Field, FieldType, ValueSeed};
use crate::format::compact::{Slot, Unpacker};
use crate::object::{VersionedObject, VisitorMut};
use crate::schema::{FieldSchema, Kind, ObjectSchema};

/// Which fields come, and which of these count as changed, a bit each by its place in the schema.
#[derive(Clone, Copy)]
pub(crate) struct Arrived {
    set: [u64; 2],
    changed: [u64; 2],
}

impl Arrived {
    #[inline]
    pub(super) fn new(set: u128, changed: u128) -> Self {
        let halves = |bits: u128| [bits as u64, (bits >> 64) as u64];
        Arrived { set: halves(set), changed: halves(changed) }
    }

    /// Whether the field comes, and then whether it is changed.
    #[inline]
    pub(crate) fn field(self, index: usize) -> Option<bool> {
        let has = |[low, high]: [u64; 2]| (if index < 64 { low } else { high }) >> (index & 63) & 1 == 1;
        (index < 128 && has(self.set)).then(|| has(self.changed))
    }

    /// Reads those fields into an object.
    #[inline]
    pub(crate) fn fill<O: VersionedObject>(
        self,
        object: &mut O,
        unpacker: &mut Unpacker<'_>,
        context: Context<'_>,
    ) -> Result<(), Error> {
        let schema = O::SCHEMA;
        object.visit_mut(0, &mut Unpack { unpacker, schema, fields: &schema.fields, arrived: self, context })
    }
}

struct Unpack<'a, 'u, 'c> {
    unpacker: &'a mut Unpacker<'u>,
    schema: &'static ObjectSchema,
    fields: &'static [FieldSchema],
    arrived: Arrived,
    context: Context<'c>,
}

impl VisitorMut for Unpack<'_, '_, '_> {
    type Error = Error;

    #[inline(always)]
    fn field<T: FieldType>(&mut self, index: usize, field: &mut Field<T>) -> Result<(), Error> {
        let (Some(changed), Some(own)) = (self.arrived.field(index), self.fields.get(index)) else {
            return Ok(());
        };
        // Only what says itself what it is can be null where none may stand.
        let read = if const { matches!(T::TYPE_REF.kind, Kind::Opaque) } {
            let read = ValueSeed::new(own, self.context).deserialize(self.unpacker.value(Slot::of(own)));
            read.map_err(|fault| self.context.typed(fault.into_error()))
        } else {
            T::unpack(self.unpacker, Slot::of(own), self.context.strict(own.strict))
        };
        match read {
            Ok(value) => {
                field.arrive(value, changed);
                Ok(())
            }
            Err(error) => Err(self.schema.at(index, error)),
        }
    }
}

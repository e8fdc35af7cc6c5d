//! The fields that come in the compact form.

use serde::de::DeserializeSeed as _;

use super::bits::{halves, has};
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
    /// Those that the version has.
    present: [u64; 2],
}

impl Arrived {
    #[inline]
    pub(super) fn new(set: u128, changed: u128, present: u128) -> Self {
        Arrived { set: halves(set), changed: halves(changed), present: halves(present) }
    }

    /// The place of the field's column among those of the version.
    #[cfg(feature = "dynamic")]
    pub(crate) fn place(self, index: usize) -> usize {
        let [low, high] = self.present;
        let below = |bits: u64, count: usize| bits & !u64::MAX.checked_shl(count as u32).unwrap_or(0);
        (below(low, index).count_ones() + below(high, index.saturating_sub(64)).count_ones()) as usize
    }

    #[inline]
    fn is_present(self, index: usize) -> bool {
        has(self.present, index)
    }

    /// Whether the field comes, and then whether it is changed.
    #[inline]
    pub(crate) fn field(self, index: usize) -> Option<bool> {
        has(self.set, index).then(|| has(self.changed, index))
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
        if unpacker.is_column() {
            let (fields, place) = (&schema.fields, 0);
            let mut columns = UnpackColumns { unpacker, schema, fields, arrived: self, place, context };
            return object.visit_mut(0, &mut columns);
        }
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
        match value(self.unpacker, own, self.context) {
            Ok(value) => {
                field.arrive(value, changed);
                Ok(())
            }
            Err(error) => Err(self.schema.at(index, error)),
        }
    }
}

#[inline(always)]
fn value<T: FieldType>(
    unpacker: &mut Unpacker<'_>,
    own: &'static FieldSchema,
    context: Context<'_>,
) -> Result<T, Error> {
    // Only what says itself what it is can be null where none may stand.
    if const { matches!(T::TYPE_REF.kind, Kind::Opaque | Kind::FlexibleDict | Kind::FlexibleList) } {
        let read = ValueSeed::new(own, context).deserialize(unpacker.value(Slot::of(own)));
        return read.map_err(|fault| context.typed(fault.into_error()));
    }
    T::unpack(unpacker, Slot::of(own), context.strict(own.strict))
}

/// Reads the fields, each from its column.
struct UnpackColumns<'a, 'u, 'c> {
    unpacker: &'a mut Unpacker<'u>,
    schema: &'static ObjectSchema,
    fields: &'static [FieldSchema],
    arrived: Arrived,
    /// The place of the next column.
    place: usize,
    context: Context<'c>,
}

impl VisitorMut for UnpackColumns<'_, '_, '_> {
    type Error = Error;

    #[inline(always)]
    fn field<T: FieldType>(&mut self, index: usize, field: &mut Field<T>) -> Result<(), Error> {
        if !self.arrived.is_present(index) {
            return Ok(());
        }
        let place = self.place;
        self.place += 1;
        let (Some(changed), Some(own)) = (self.arrived.field(index), self.fields.get(index)) else {
            return Ok(());
        };
        match self.unpacker.inner(place).and_then(|column| value(column, own, self.context)) {
            Ok(value) => {
                field.arrive(value, changed);
                Ok(())
            }
            Err(error) => Err(self.schema.at(index, error)),
        }
    }
}

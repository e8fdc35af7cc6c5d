//! How objects begin and end.

use serde::Serialize;

use super::{Bits, Mark, Packer};
use crate::error::Error;
use crate::format::compact::Slot;
use crate::format::compact::columns::FieldSet;
use crate::format::compact::layout::Known;
use crate::schema::ObjectSchema;

impl<'a> Packer<'a> {
    /// Writes an object with all its names.
    pub(crate) fn named<T: Serialize + ?Sized>(&mut self, object: &T, slot: Slot<'_>) -> Result<(), Error> {
        self.begin_named(slot);
        self.tagged(object)
    }

    /// Says that an object comes with its names.
    pub(in crate::format::compact) fn begin_named(&mut self, slot: Slot<'_>) {
        match &mut self.column {
            None => self.byte(0),
            Some(column) if slot.declares_object() => column.named_shape(),
            Some(column) => column.number(0),
        }
    }

    #[inline]
    pub(crate) fn known(&self, schema: &ObjectSchema) -> Option<&'a Known> {
        self.layouts.find(schema)
    }

    /// Begins an object, whose shape is known once its fields are written. Gives the place of its first byte.
    #[inline]
    pub(crate) fn begin(&mut self) -> usize {
        let place = self.out.len();
        self.bits = Bits::at(place, 3);
        self.byte(0);
        place
    }

    /// Puts some bits behind the first byte of the object at that place, in whole bytes. No bits are written before the
    /// end of the object after that.
    pub(crate) fn mask(&mut self, place: usize, bits: u128, count: u32) {
        self.flush();
        let bytes = bits.to_le_bytes();
        let count = count.div_ceil(u8::BITS) as usize;
        self.out.insert(place + 1, bytes.get(..count).unwrap_or_default());
        self.bits = Bits::at(place, 8);
    }

    /// Ends the object at that place, which began at the mark, and says its shape.
    #[inline]
    pub(crate) fn end(&mut self, mark: Mark, place: usize, shape: u8) {
        self.flush();
        if let Some(byte) = self.out.at(place) {
            *byte |= shape;
        }
        self.bits = mark.bits;
    }

    /// Writes which fields of an object of a column are set and changed.
    pub(crate) fn shape(&mut self, shape: FieldSet) {
        if let Some(column) = &mut self.column {
            column.shape(shape);
        }
    }
}

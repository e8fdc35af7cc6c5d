//! How objects begin and end.

use super::{Bits, Mark, Packer};

impl Packer<'_> {
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
}

mod list;
mod object;
mod text;

use serde::Serialize;

use super::columns::ColumnWriter;
use super::positional::Positional;
use super::room::Room;
use super::tagged::Tagged;
use super::{Fault, Layouts, Slot};
use crate::error::Error;

/// Writes the compact form into a buffer, which grows where its room isn't enough.
///
/// It has the buffer for itself, so that no pointer lies between it and the bytes.
#[derive(Debug)]
pub struct Packer<'a> {
    out: Room,
    layouts: &'a Layouts,
    bits: Bits,
    unfit: bool,
    /// How far lengths are shifted: by one, where the lowest bit says whether a list comes by column.
    shift: u32,
    /// Column that takes the values, where this is one; nothing goes to the buffer then.
    column: Option<Box<ColumnWriter<'a>>>,
    /// Where the message begins in the buffer.
    start: usize,
    /// Bytes that the columns so far stand for.
    cost: u64,
}

/// The byte that the next bit goes into, where it stands, and how many of its bits are used: in one word, so that it's
/// copied at once.
#[derive(Clone, Copy, Debug)]
struct Bits(u64);

impl Bits {
    const NONE: Bits = Bits(8);

    #[inline]
    fn at(place: usize, used: u64) -> Self {
        Bits((place as u64) << 12 | used)
    }

    #[inline]
    fn used(self) -> u64 {
        self.0 & 0xf
    }

    #[inline]
    fn byte(self) -> u8 {
        (self.0 >> 4) as u8
    }

    #[inline]
    fn place(self) -> usize {
        (self.0 >> 12) as usize
    }
}

/// A place in the output to come back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    length: usize,
    bits: Bits,
}

impl<'a> Packer<'a> {
    /// Writes behind what the buffer holds.
    pub fn new(out: Vec<u8>, layouts: &'a Layouts) -> Self {
        let (start, shift) = (out.len(), u32::from(layouts.is_columnar()));
        let out = Room::behind(out);
        Packer { out, layouts, bits: Bits::NONE, unfit: false, shift, column: None, start, cost: 0 }
    }

    /// A column of a list.
    pub(super) fn of_column(layouts: &'a Layouts) -> Self {
        // Nothing fits into its buffer, so every value finds its way to the column.
        let column = Some(Box::default());
        Packer { shift: 0, column, ..Packer::new(Vec::new(), layouts) }
    }

    /// The buffer with what was written.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.flush();
        self.out.into_bytes()
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.out.byte(byte);
    }

    /// Writes true or false.
    #[inline]
    pub fn bit(&mut self, value: bool) {
        if self.bits.used() == 8 {
            return self.next_bit(value);
        }
        self.bits.0 = (self.bits.0 | u64::from(value) << (4 + self.bits.used())) + 1;
    }

    /// Writes a bit where those of a byte are used up.
    #[inline(never)]
    fn next_bit(&mut self, value: bool) {
        if let Some(column) = &mut self.column {
            return column.bit(value);
        }
        self.flush();
        self.bits = Bits::at(self.out.len(), 1);
        self.bits.0 |= u64::from(value) << 4;
        self.byte(0);
    }

    /// Puts the bits so far where they belong.
    #[inline]
    fn flush(&mut self) {
        if let Some(byte) = self.out.at(self.bits.place()) {
            *byte |= self.bits.byte();
        }
    }

    /// Writes a whole number from zero.
    #[inline]
    pub fn unsigned(&mut self, value: u64) {
        if value >= 0x80 || !self.out.try_byte(value as u8) {
            self.long(value);
        }
    }

    #[inline(never)]
    fn long(&mut self, value: u64) {
        if let Some(column) = &mut self.column {
            return column.number(value);
        }
        if !(0x80..0x20_0000).contains(&value)
            || !self.out.try_word(spread(value), 2 + usize::from(value >= 0x4000))
        {
            self.longest(value);
        }
    }

    #[cold]
    #[inline(never)]
    fn longest(&mut self, mut value: u64) {
        let mut bytes = [0; 10];
        let mut count = 0;
        for byte in &mut bytes {
            count += 1;
            *byte = value as u8 | 0x80;
            value >>= 7;
            if value == 0 {
                *byte &= 0x7f;
                break;
            }
        }
        self.raw(bytes.get(..count).unwrap_or_default());
    }

    /// Writes a whole number.
    #[inline]
    pub fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// Writes how many elements follow.
    #[inline]
    pub fn count(&mut self, count: usize) {
        self.unsigned((count as u64) << self.shift);
    }

    /// The packer of what lies in the values here: their elements, or the keys (0) and the values (1) of their entries, or
    /// the fields of the version. In rows all goes to the same place.
    #[inline]
    pub fn inner(&mut self, place: usize) -> &mut Packer<'a> {
        match self.column {
            None => self,
            Some(ref mut column) => column.inner(place, self.layouts),
        }
    }

    #[inline]
    pub(crate) fn is_column(&self) -> bool {
        self.column.is_some()
    }

    /// Whether a value in here isn't what is declared of it.
    pub(super) fn is_unfit(&self) -> bool {
        self.unfit || self.column.as_ref().is_some_and(|column| column.is_unfit())
    }

    /// The packer of what says itself what it is.
    pub(super) fn plain(&mut self) -> &mut Packer<'a> {
        match self.column {
            None => self,
            Some(ref mut column) => column.named(self.layouts),
        }
    }

    /// Writes pieces of bytes one after the other, of that many.
    pub(super) fn extend<const N: usize>(&mut self, count: usize, pieces: impl Iterator<Item = [u8; N]>) {
        let room = self.out.take(count * N).unwrap_or_default();
        room.as_chunks_mut::<N>().0.iter_mut().zip(pieces).for_each(|(room, piece)| *room = piece);
    }

    /// Writes a number, which may be infinite or none.
    #[inline]
    pub fn float(&mut self, value: f64) {
        if let Some(column) = &mut self.column {
            return column.number(value.to_bits());
        }
        self.out.extend(&value.to_le_bytes());
    }

    /// Writes bytes behind their number.
    pub(super) fn sized(&mut self, bytes: &[u8]) {
        self.unsigned(bytes.len() as u64);
        self.out.extend(bytes);
    }

    /// Writes bytes.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend(bytes);
    }

    /// Writes a value so that it says itself what it is.
    ///
    /// # Errors
    /// The value's own, and where it has map keys that aren't text.
    pub fn tagged<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Tagged(self.plain())).map_err(Fault::into_error)
    }

    /// Writes a value as its place says; what a type does that doesn't say how it packs itself.
    ///
    /// # Errors
    /// The value's own, and where it is none of the kind that is declared.
    pub fn value<T: Serialize + ?Sized>(&mut self, value: &T, slot: Slot<'_>) -> Result<(), Error> {
        value.serialize(Positional { packer: self, slot }).map_err(Fault::into_error)
    }

    /// The error of a value that isn't what is declared of it. The object that it stands in then goes out under its
    /// names.
    #[cold]
    pub fn unfit(&mut self) -> Error {
        self.unfit = true;
        Error::invalid_value("a value isn't of the kind that its type declares")
    }

    /// Whether the last error was of such a value.
    pub(crate) fn take_unfit(&mut self) -> bool {
        std::mem::take(&mut self.unfit)
    }

    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark { length: self.out.len(), bits: self.bits }
    }

    /// The byte that was written first behind the mark.
    pub(super) fn byte_at(&self, mark: Mark) -> Option<u8> {
        self.out.bytes().get(mark.length).copied()
    }

    /// Forgets what was written since.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.out.cut(mark.length);
        self.bits = mark.bits;
    }
}

/// The bytes of a number of two or three of them, lowest first.
fn spread(value: u64) -> u32 {
    let more = if value < 0x4000 { 0x80 } else { 0x8080 };
    (value & 0x7f | (value & 0x3f80) << 1 | (value & 0x1f_c000) << 2 | more) as u32
}

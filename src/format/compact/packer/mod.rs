mod list;
mod object;
mod text;

use std::fmt;

use super::pack::{Contents, Pack, RowOrColumn};
use super::room::Room;
use super::{ColumnRoom, Layouts, Slot};
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
    /// Where the message begins in the buffer.
    start: usize,
    /// Bytes that the columns so far stand for.
    cost: u64,
    /// Room that columns were gathered in.
    room: Option<Box<ColumnRoom>>,
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
        Packer::in_room(out, layouts, None)
    }

    /// Writes behind what the buffer holds, and gathers columns in room that was used before.
    pub(crate) fn in_room(out: Vec<u8>, layouts: &'a Layouts, room: Option<Box<ColumnRoom>>) -> Self {
        let (start, shift) = (out.len(), u32::from(layouts.is_columnar()));
        let out = Room::behind(out);
        Packer { out, layouts, bits: Bits::NONE, unfit: false, shift, start, cost: 0, room }
    }

    /// Room that columns were gathered in, if any were.
    pub(crate) fn take_room(&mut self) -> Option<Box<ColumnRoom>> {
        self.room.take()
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

    /// Writes a bit where those of a byte are used up.
    #[inline(never)]
    fn next_bit(&mut self, value: bool) {
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

    #[inline(never)]
    fn long(&mut self, value: u64) {
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

    /// Writes pieces of bytes one after the other, of that many.
    pub(super) fn extend<const N: usize>(&mut self, count: usize, pieces: impl Iterator<Item = [u8; N]>) {
        let room = self.out.take(count * N).unwrap_or_default();
        room.as_chunks_mut::<N>().0.iter_mut().zip(pieces).for_each(|(room, piece)| *room = piece);
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

    /// Whether a value in here isn't what is declared of it.
    pub(super) fn is_unfit(&self) -> bool {
        self.unfit
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

impl<'a> Pack<'a> for Packer<'a> {
    #[inline]
    fn bit(&mut self, value: bool) {
        if self.bits.used() == 8 {
            return self.next_bit(value);
        }
        self.bits.0 = (self.bits.0 | u64::from(value) << (4 + self.bits.used())) + 1;
    }

    #[inline]
    fn unsigned(&mut self, value: u64) {
        if value >= 0x80 || !self.out.try_byte(value as u8) {
            self.long(value);
        }
    }

    #[inline]
    fn float(&mut self, value: f64) {
        self.out.extend(&value.to_le_bytes());
    }

    /// Writes text with its length.
    #[inline]
    fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.len() >= 0x80 || !self.out.try_sized(bytes.len() as u8, bytes) {
            self.long_text(text);
        }
    }

    fn display(&mut self, value: &dyn fmt::Display) -> Result<(), Error> {
        self.print(value)
    }

    fn uuid(&mut self, text: &str) {
        self.put_uuid(text);
    }

    #[inline]
    fn count(&mut self, count: usize) {
        self.unsigned((count as u64) << self.shift);
    }

    #[inline]
    fn list(&mut self, count: usize, contents: &impl Contents) -> Result<(), Error> {
        self.put_list(count, contents)
    }

    #[inline]
    fn inner(&mut self, _: usize) -> &mut Self {
        self
    }

    fn begin_named(&mut self, _: Slot<'_>) {
        self.byte(0);
    }

    #[inline]
    fn plain(&mut self) -> &mut Packer<'a> {
        self
    }

    #[inline]
    fn layouts(&self) -> &'a Layouts {
        self.layouts
    }

    fn set_unfit(&mut self) {
        self.unfit = true;
    }

    #[inline]
    fn kind(&mut self) -> RowOrColumn<'_, 'a> {
        RowOrColumn::Row(self)
    }
}

/// The bytes of a number of two or three of them, lowest first.
fn spread(value: u64) -> u32 {
    let more = if value < 0x4000 { 0x80 } else { 0x8080 };
    (value & 0x7f | (value & 0x3f80) << 1 | (value & 0x1f_c000) << 2 | more) as u32
}

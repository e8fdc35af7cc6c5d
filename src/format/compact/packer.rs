use std::fmt::{self, Write as _};

use serde::Serialize;

use super::columns::{ColumnWriter, DEPTH, FREE, FieldSet, MOST_A_BYTE};
use super::layout::Known;
use super::positional::Positional;
use super::room::Room;
use super::tagged::Tagged;
use super::{Fault, Layouts, Slot};
use crate::error::Error;
use crate::schema::ObjectSchema;

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
            if let Some(column) = &mut self.column {
                return column.bit(value);
            }
            self.flush();
            self.bits = Bits::at(self.out.len(), 0);
            self.byte(0);
        }
        self.bits.0 |= u64::from(value) << (4 + self.bits.used());
        self.bits.0 += 1;
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
    fn long(&mut self, mut value: u64) {
        if let Some(column) = &mut self.column {
            return column.number(value);
        }
        if (0x80..0x20_0000).contains(&value)
            && self.out.try_word(spread(value), if value < 0x4000 { 2 } else { 3 })
        {
            return;
        }
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

    /// Writes a list or a dict of so many elements. One of objects goes out by column, where the layouts say so and it
    /// is long enough; so `write` may be called twice.
    ///
    /// # Errors
    /// Those of `write`.
    #[inline]
    pub fn list(
        &mut self,
        count: usize,
        is_of_objects: bool,
        write: impl Fn(&mut Packer<'a>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if is_of_objects
            && self.shift > 0
            && self.layouts.takes_columns(count)
            && self.columns(count, &write)?
        {
            return Ok(());
        }
        self.count(count);
        write(self)
    }

    /// Writes a list by column, and tells whether it did: where a value isn't of its kind, or the columns would lie too
    /// deep or stand for more than their bytes may, nothing is written.
    #[inline(never)]
    fn columns(
        &mut self,
        count: usize,
        write: &dyn Fn(&mut Packer<'a>) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let mut column = Packer::of_column(self.layouts);
        match write(&mut column) {
            Err(_) if column.is_unfit() => return Ok(false),
            written => written?,
        }
        if column.depth_of_column() > DEPTH {
            return Ok(false);
        }
        let mark = self.mark();
        let cost = self.cost.saturating_add(column.cost_of_column());
        self.unsigned((count as u64) << 1 | 1);
        column.put_column(self);
        let bytes = (self.out.len() - self.start) as u64;
        if cost > FREE + bytes.saturating_mul(MOST_A_BYTE) {
            self.rewind(mark);
            return Ok(false);
        }
        self.cost = cost;
        Ok(true)
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

    pub(super) fn cost_of_column(&self) -> u64 {
        self.column.as_ref().map_or(0, |column| column.cost())
    }

    pub(super) fn depth_of_column(&self) -> usize {
        self.column.as_ref().map_or(0, |column| column.depth())
    }

    pub(super) fn put_column(self, out: &mut Packer<'_>) {
        if let Some(column) = self.column {
            column.put(out);
        }
    }

    /// Whether a value in here isn't what is declared of it.
    pub(super) fn is_unfit(&self) -> bool {
        self.unfit || self.column.as_ref().is_some_and(|column| column.is_unfit())
    }

    /// Writes which fields of an object of a column are set and changed.
    pub(crate) fn shape(&mut self, shape: FieldSet) {
        if let Some(column) = &mut self.column {
            column.shape(shape);
        }
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

    /// Writes text with its length.
    #[inline]
    pub fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.len() >= 0x80 || !self.out.try_sized(bytes.len() as u8, bytes) {
            self.long_text(text);
        }
    }

    #[inline(never)]
    fn long_text(&mut self, text: &str) {
        match &mut self.column {
            Some(column) => column.text(text),
            None => self.sized(text.as_bytes()),
        }
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

    /// Writes as text what prints so.
    ///
    /// # Errors
    /// Where its `Display` fails.
    pub fn display(&mut self, value: &dyn fmt::Display) -> Result<(), Error> {
        if let Some(column) = &mut self.column {
            let mut text = String::new();
            if write!(text, "{value}").is_err() {
                return Err(Error::format(&"a value failed to print"));
            }
            column.text(&text);
            return Ok(());
        }
        // Room for the length of most; what is longer is moved.
        let start = self.out.len();
        self.byte(0);
        if write!(Text(self), "{value}").is_err() {
            return Err(Error::format(&"a value failed to print"));
        }
        let written = self.out.len() - start - 1;
        if written < 0x80 {
            if let Some(byte) = self.out.at(start) {
                *byte = written as u8;
            }
            return Ok(());
        }
        let text = self.out.bytes().get(start + 1..).unwrap_or_default().to_vec();
        self.out.cut(start);
        self.sized(&text);
        Ok(())
    }

    /// Writes a UUID's text, whatever it is.
    pub fn uuid(&mut self, text: &str) {
        if let Some(column) = &mut self.column {
            return column.text(text);
        }
        match canonical(text) {
            Some(bytes) => {
                self.byte(0);
                self.out.extend(&bytes);
            }
            None => {
                self.unsigned(text.len() as u64 + 1);
                self.raw(text.as_bytes());
            }
        }
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

    /// Writes an object with all its names.
    pub(crate) fn named<T: Serialize + ?Sized>(&mut self, object: &T, slot: Slot<'_>) -> Result<(), Error> {
        self.begin_named(slot);
        self.tagged(object)
    }

    /// Says that an object comes with its names.
    pub(super) fn begin_named(&mut self, slot: Slot<'_>) {
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

    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark { length: self.out.len(), bits: self.bits }
    }

    /// The byte that was written first behind the mark.
    pub(super) fn byte_at(&self, mark: Mark) -> Option<u8> {
        self.out.bytes().get(mark.length).copied()
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

struct Text<'p, 'a>(&'p mut Packer<'a>);

impl fmt::Write for Text<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.raw(text.as_bytes());
        Ok(())
    }
}

/// The bytes of a UUID in lower case with hyphens.
fn canonical(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 16];
    let mut half = 0;
    for (place, character) in text.iter().enumerate() {
        let digit = match (place, character) {
            (8 | 13 | 18 | 23, b'-') => continue,
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => character - b'0',
            (_, b'a'..=b'f') => character - b'a' + 10,
            _ => return None,
        };
        let byte = bytes.get_mut(half / 2)?;
        *byte = *byte << 4 | digit;
        half += 1;
    }
    Some(bytes)
}

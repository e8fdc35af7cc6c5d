use std::fmt::{self, Write as _};

use serde::Serialize;

use super::layout::Known;
use super::positional::Positional;
use super::tagged::Tagged;
use super::{Fault, Layouts, Slot};
use crate::error::Error;
use crate::schema::ObjectSchema;

/// Writes the compact form into a buffer, which grows where its room isn't enough.
///
/// It has the buffer for itself, so that no pointer lies between it and the bytes.
#[derive(Debug)]
pub struct Packer<'a> {
    out: Vec<u8>,
    layouts: &'a Layouts,
    bits: Bits,
    unfit: bool,
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
        Packer { out, layouts, bits: Bits::NONE, unfit: false }
    }

    /// The buffer with what was written.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.flush();
        self.out
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    /// Writes true or false.
    #[inline]
    pub fn bit(&mut self, value: bool) {
        if self.bits.used() == 8 {
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
        if let Some(byte) = self.out.get_mut(self.bits.place()) {
            *byte |= self.bits.byte();
        }
    }

    /// Writes a whole number from zero.
    #[inline]
    pub fn unsigned(&mut self, value: u64) {
        if value < 0x80 { self.out.push(value as u8) } else { self.long(value) }
    }

    #[inline(never)]
    fn long(&mut self, mut value: u64) {
        if value < 0x20_0000 {
            // In one store, of which the last bytes may be taken back.
            let length = self.out.len() + if value < 0x4000 { 2 } else { 3 };
            let more = if value < 0x4000 { 0x80 } else { 0x8080 };
            let spread = value & 0x7f | (value & 0x3f80) << 1 | (value & 0x1f_c000) << 2;
            self.out.extend_from_slice(&((spread | more) as u32).to_le_bytes());
            return self.out.truncate(length);
        }
        while value > 0x7f {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    /// Writes a whole number.
    #[inline]
    pub fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// Writes how many elements follow.
    #[inline]
    pub fn count(&mut self, count: usize) {
        self.unsigned(count as u64);
    }

    /// Writes a number, which may be infinite or none.
    #[inline]
    pub fn float(&mut self, value: f64) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// Writes text with its length.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.sized(text.as_bytes());
    }

    /// Writes bytes behind their number.
    #[inline]
    pub(super) fn sized(&mut self, bytes: &[u8]) {
        if bytes.len() < 0x80 {
            self.out.push(bytes.len() as u8);
            self.out.extend_from_slice(bytes);
        } else {
            self.long_sized(bytes);
        }
    }

    #[inline(never)]
    fn long_sized(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    /// Writes bytes.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Writes as text what prints so.
    ///
    /// # Errors
    /// Where its `Display` fails.
    pub fn display(&mut self, value: &dyn fmt::Display) -> Result<(), Error> {
        // Room for the length of most; what is longer is moved.
        let start = self.out.len();
        self.byte(0);
        if write!(Text(self), "{value}").is_err() {
            return Err(Error::format(&"a value failed to print"));
        }
        let written = start + 1..self.out.len();
        match u8::try_from(written.len()) {
            Ok(length @ 0..0x80) => {
                if let Some(byte) = self.out.get_mut(start) {
                    *byte = length;
                }
            }
            _ => {
                let text = self.out.split_off(written.start);
                self.out.truncate(start);
                self.sized(&text);
            }
        }
        Ok(())
    }

    /// Writes a UUID's text, whatever it is.
    pub fn uuid(&mut self, text: &str) {
        match canonical(text) {
            Some(bytes) => {
                self.byte(0);
                self.out.extend_from_slice(&bytes);
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
        value.serialize(Tagged(self)).map_err(Fault::into_error)
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
    pub(crate) fn named<T: Serialize + ?Sized>(&mut self, object: &T) -> Result<(), Error> {
        self.byte(0);
        self.tagged(object)
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
        self.out.get(mark.length).copied()
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
        let start = place + 1;
        let end = self.out.len();
        self.out.resize(end + count, 0);
        self.out.copy_within(start..end, start + count);
        let put = self.out.iter_mut().skip(start).take(count);
        put.zip(bytes).for_each(|(byte, bits)| *byte = bits);
        self.bits = Bits::at(place, 8);
    }

    /// Ends the object at that place, which began at the mark, and says its shape.
    #[inline]
    pub(crate) fn end(&mut self, mark: Mark, place: usize, shape: u8) {
        self.flush();
        if let Some(byte) = self.out.get_mut(place) {
            *byte |= shape;
        }
        self.bits = mark.bits;
    }

    /// Forgets what was written since.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.out.truncate(mark.length);
        self.bits = mark.bits;
    }
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

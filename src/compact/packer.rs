use std::fmt::{self, Write as _};

use serde::Serialize;

use super::layout::Known;
use super::positional::Positional;
use super::tagged::Tagged;
use super::{Fault, Layouts, Slot};
use crate::error::Error;
use crate::schema::ObjectSchema;

/// Writes the compact form into a buffer, which grows where its room isn't enough.
#[derive(Debug)]
pub struct Packer<'a> {
    pub(super) out: &'a mut Vec<u8>,
    layouts: &'a Layouts,
    bits: Bits,
    unfit: bool,
}

/// The byte that the next bit goes into.
#[derive(Clone, Copy, Debug)]
struct Bits {
    place: usize,
    used: u32,
}

impl Bits {
    const NONE: Bits = Bits { place: 0, used: u8::BITS };
}

/// A place in the output to come back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    length: usize,
    bits: Bits,
}

impl<'a> Packer<'a> {
    /// Writes behind what the buffer holds.
    pub fn new(out: &'a mut Vec<u8>, layouts: &'a Layouts) -> Self {
        Packer { out, layouts, bits: Bits::NONE, unfit: false }
    }

    /// Writes true or false.
    #[inline]
    pub fn bit(&mut self, value: bool) {
        if self.bits.used == u8::BITS {
            self.bits = Bits { place: self.out.len(), used: 1 };
            self.out.push(value.into());
            return;
        }
        if let Some(byte) = self.out.get_mut(self.bits.place) {
            *byte |= u8::from(value) << self.bits.used;
        }
        self.bits.used += 1;
    }

    /// Writes a whole number from nought.
    #[inline]
    pub fn unsigned(&mut self, mut value: u64) {
        while value > 0x7f {
            #[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        #[expect(clippy::cast_possible_truncation, reason = "seven bits are left")]
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

    /// Writes a number.
    ///
    /// # Errors
    /// Where it is none or infinite, which JSON has no form for either.
    #[inline]
    pub fn float(&mut self, value: f64) -> Result<(), Error> {
        if !value.is_finite() {
            return Err(infinite(value));
        }
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    /// Writes text.
    #[inline]
    pub fn text(&mut self, text: &str) {
        let room = self.out.capacity() - self.out.len();
        match u8::try_from(text.len()) {
            // Looked at once for both.
            Ok(length @ 0..=0x7f) if room > usize::from(length) => {
                self.out.push(length);
                self.out.extend_from_slice(text.as_bytes());
            }
            _ => self.bytes(text.as_bytes()),
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    /// Writes as text what prints so.
    ///
    /// # Errors
    /// Where its `Display` fails.
    pub fn display(&mut self, value: &dyn fmt::Display) -> Result<(), Error> {
        // Room for the length of most; what is longer is moved.
        let start = self.out.len();
        self.out.push(0);
        if write!(Text(self.out), "{value}").is_err() {
            return Err(Error::format(&"a value failed to print"));
        }
        let length = self.out.len() - start - 1;
        match u8::try_from(length) {
            Ok(length @ 0..=0x7f) => {
                if let Some(byte) = self.out.get_mut(start) {
                    *byte = length;
                }
            }
            _ => {
                let text = self.out.split_off(start + 1);
                self.out.truncate(start);
                self.count(length);
                self.out.extend_from_slice(&text);
            }
        }
        Ok(())
    }

    /// Writes a UUID's text, whatever it is.
    pub fn uuid(&mut self, text: &str) {
        match canonical(text) {
            Some(bytes) => {
                self.out.push(0);
                self.out.extend_from_slice(&bytes);
            }
            None => {
                self.unsigned(text.len() as u64 + 1);
                self.out.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Writes a value so that it says itself what it is.
    ///
    /// # Errors
    /// The value's own, and where it has map keys that aren't text.
    pub fn tagged<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Tagged(self.out)).map_err(Fault::into_error)
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
        self.out.push(0);
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

    /// Begins an object, whose shape is known once its fields are written. Gives the place of its first byte.
    #[inline]
    pub(crate) fn begin(&mut self) -> usize {
        let place = self.out.len();
        self.bits = Bits { place, used: 3 };
        self.out.push(0);
        place
    }

    /// Says the shape of the object at that place.
    #[inline]
    pub(crate) fn shape(&mut self, place: usize, shape: u8) {
        if let Some(byte) = self.out.get_mut(place) {
            *byte |= shape;
        }
    }

    /// Puts some bits behind the first byte of the object at that place, in whole bytes.
    pub(crate) fn mask(&mut self, place: usize, bits: u128, count: u32) {
        let bytes = bits.to_le_bytes();
        let count = count.div_ceil(u8::BITS) as usize;
        let start = place + 1;
        let end = self.out.len();
        self.out.resize(end + count, 0);
        self.out.copy_within(start..end, start + count);
        let put = self.out.iter_mut().skip(start).take(count);
        put.zip(bytes).for_each(|(byte, bits)| *byte = bits);
    }

    /// Ends an object that began at the mark.
    #[inline]
    pub(crate) fn end(&mut self, mark: Mark) {
        self.bits = mark.bits;
    }

    /// Forgets what was written since.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.out.truncate(mark.length);
        self.bits = mark.bits;
    }
}

struct Text<'a>(&'a mut Vec<u8>);

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cold]
fn infinite(value: f64) -> Error {
    Error::format(&format_args!("{} has no form on the wire", crate::python::float_text(value)))
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

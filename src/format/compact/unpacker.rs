use std::fmt;

use super::layout::Known;
use super::positional::ReadPositional;
use super::tagged::ReadTagged;
use super::{Layouts, Slot};
use crate::error::Error;
use crate::schema::ObjectSchema;

/// How deep lists and maps in the tagged form may lie in one another.
pub(super) const DEPTH: usize = 128;

/// Reads the compact form.
#[derive(Debug)]
pub struct Unpacker<'a> {
    pub(super) bytes: &'a [u8],
    layouts: &'a Layouts,
    bits: Bits,
    /// How much deeper the tagged form may go.
    pub(super) depth: usize,
    /// The schemas whose versions were found to be read here, a bit each by place.
    read: u64,
}

/// The byte that the next bit comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    byte: u8,
    left: u32,
}

/// How an object begins.
pub(crate) enum Head<'a> {
    /// By its layout: what is known of its schema, and which fields there are.
    Positional(&'a Known),
    /// With all its names.
    Named,
}

impl<'a> Unpacker<'a> {
    /// Returns a reader of those bytes.
    pub fn new(bytes: &'a [u8], layouts: &'a Layouts) -> Self {
        Unpacker { bytes, layouts, bits: Bits { byte: 0, left: 0 }, depth: DEPTH, read: 0 }
    }

    /// Reads true or false.
    ///
    /// # Errors
    /// Where the bytes end.
    #[inline]
    pub fn bit(&mut self) -> Result<bool, Error> {
        if self.bits.left == 0 {
            self.bits = Bits { byte: self.byte()?, left: u8::BITS };
        }
        let bit = self.bits.byte & 1 == 1;
        self.bits.byte >>= 1;
        self.bits.left -= 1;
        Ok(bit)
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        let Some((byte, rest)) = self.bytes.split_first() else { return Err(ended()) };
        self.bytes = rest;
        Ok(*byte)
    }

    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else { return Err(ended()) };
        self.bytes = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let Some((taken, rest)) = self.bytes.split_first_chunk() else { return Err(ended()) };
        self.bytes = rest;
        Ok(*taken)
    }

    /// Reads a whole number from zero.
    ///
    /// # Errors
    /// Where the bytes end, or it has more than 64 bits.
    #[inline]
    pub fn unsigned(&mut self) -> Result<u64, Error> {
        let byte = self.byte()?;
        if byte < 0x80 { Ok(byte.into()) } else { self.long(byte) }
    }

    fn long(&mut self, first: u8) -> Result<u64, Error> {
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(broken("a whole number has more than 64 bits"))
    }

    /// Reads a whole number.
    ///
    /// # Errors
    /// Where the bytes end, or it has more than 64 bits.
    #[inline]
    pub fn signed(&mut self) -> Result<i64, Error> {
        let value = self.unsigned()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// Reads how many elements follow.
    ///
    /// # Errors
    /// Where the bytes that are left can't hold so many.
    #[inline]
    pub fn count(&mut self) -> Result<usize, Error> {
        let count = self.unsigned()?;
        // Nothing is shorter than a bit.
        let most = self.bytes.len().saturating_mul(8) + self.bits.left as usize;
        match usize::try_from(count) {
            Ok(count) if count <= most => Ok(count),
            _ => Err(ended()),
        }
    }

    /// Reads a float of eight bytes.
    ///
    /// # Errors
    /// Where the bytes end.
    #[inline]
    pub fn float(&mut self) -> Result<f64, Error> {
        self.array().map(f64::from_le_bytes)
    }

    /// Reads text with its length.
    ///
    /// # Errors
    /// Where the bytes end, or aren't UTF-8.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str, Error> {
        let length = self.unsigned()?;
        self.characters(length)
    }

    pub(super) fn sized(&mut self) -> Result<&'a [u8], Error> {
        let length = self.unsigned()?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    #[inline]
    fn characters(&mut self, length: u64) -> Result<&'a str, Error> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(_) => Err(broken("a text isn't UTF-8")),
        }
    }

    /// Reads a UUID's text.
    ///
    /// # Errors
    /// As [`Unpacker::text`].
    pub fn uuid(&mut self) -> Result<String, Error> {
        match self.unsigned()?.checked_sub(1) {
            Some(length) => self.characters(length).map(str::to_owned),
            None => Ok(hyphenated(&self.array()?)),
        }
    }

    /// Reader of a value that says itself what it is.
    pub(crate) fn tagged(&mut self) -> ReadTagged<'_, 'a> {
        ReadTagged(self)
    }

    /// Reader of a value as its place says.
    pub(crate) fn value<'s>(&mut self, slot: Slot<'s>) -> ReadPositional<'_, 's, 'a> {
        ReadPositional { unpacker: self, slot }
    }

    /// Reads how an object of that schema begins.
    #[inline]
    pub(crate) fn head(&mut self, schema: &ObjectSchema, slot: Slot<'_>) -> Result<Head<'a>, Error> {
        if self.bytes.first() == Some(&0) {
            self.bytes = self.bytes.get(1..).unwrap_or_default();
            return Ok(Head::Named);
        }
        let said = if slot.declares_object() { None } else { Some(self.unsigned()?.wrapping_sub(1)) };
        match self.layouts.find(schema) {
            Some(known) if said.is_none_or(|said| said == known.entry as u64) => Ok(Head::Positional(known)),
            _ => Err(self.other(schema, said)),
        }
    }

    /// Reads which object begins where nothing is declared of it; none, where it comes with its names.
    pub(crate) fn chosen(&mut self) -> Result<Option<(&'a str, crate::version::Version)>, Error> {
        let Some(place) = self.unsigned()?.checked_sub(1) else { return Ok(None) };
        let named = usize::try_from(place).ok().and_then(|place| self.layouts.name_at(place));
        named.map(Some).ok_or_else(|| broken("an object is none of those with a layout"))
    }

    /// Whether the next object comes with its names, which it begins with then.
    pub(crate) fn is_named(&mut self) -> bool {
        let named = self.bytes.first() == Some(&0);
        if named {
            self.bytes = self.bytes.get(1..).unwrap_or_default();
        }
        named
    }

    pub(crate) fn layouts(&self) -> &'a Layouts {
        self.layouts
    }

    #[cold]
    fn other(&self, expected: &ObjectSchema, said: Option<u64>) -> Error {
        let place = said.and_then(|said| usize::try_from(said).ok());
        match place.and_then(|place| self.layouts.name_at(place)) {
            Some((name, _)) if name != expected.name => {
                let message = format!("unsupported object type {name}, expected {}", expected.name);
                Error::new(crate::error::ErrorKind::UnsupportedObject, message).of(&expected.name)
            }
            _ => no_layout(&expected.name),
        }
    }

    /// Begins an object: its first byte.
    #[inline]
    pub(crate) fn begin(&mut self) -> Result<(u8, Bits), Error> {
        let byte = self.byte()?;
        let outer = self.bits;
        self.bits = Bits { byte: byte >> 3, left: u8::BITS - 3 };
        Ok((byte & 7, outer))
    }

    /// Reads some bits, in whole bytes.
    pub(crate) fn mask(&mut self, count: u32) -> Result<u128, Error> {
        let taken = self.take(count.div_ceil(u8::BITS) as usize)?;
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(taken).for_each(|(byte, taken)| *byte = *taken);
        let bits = u128::from_le_bytes(bytes);
        match 1_u128.checked_shl(count) {
            Some(end) if bits >= end => Err(broken("an object has bits for fields that it lacks")),
            _ => Ok(bits),
        }
    }

    /// Ends an object.
    #[inline]
    pub(crate) fn end(&mut self, outer: Bits) {
        self.bits = outer;
    }

    /// Whether what `looks` says of a schema was looked up before; it is the same in the whole message.
    #[inline]
    pub(crate) fn once(
        &mut self,
        known: &Known,
        looks: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        let bit = u32::try_from(known.place).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or(0);
        if self.read & bit == 0 {
            looks()?;
            self.read |= bit;
        }
        Ok(())
    }

    /// How many bytes are left.
    #[cfg(feature = "rpc")]
    pub(crate) fn left(&self) -> usize {
        self.bytes.len()
    }

    /// Ends the reading; bytes that are left are an error.
    ///
    /// # Errors
    /// Where something is.
    pub fn finish(self) -> Result<(), Error> {
        match self.bytes.len() {
            0 => Ok(()),
            left => Err(broken(format_args!("{left} bytes are left behind the value"))),
        }
    }
}

#[cold]
pub(crate) fn no_layout(object: &str) -> Error {
    let message = format!("{object} came by a layout that isn't agreed on");
    Error::new(crate::error::ErrorKind::Layout, message).of(object)
}

#[cold]
fn ended() -> Error {
    broken("the bytes end within a value")
}

#[cold]
pub(super) fn broken(message: impl fmt::Display) -> Error {
    Error::format(&message)
}

fn hyphenated(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for half in [byte >> 4, byte & 0xf] {
            text.push(char::from(if half < 10 { b'0' + half } else { b'a' + half - 10 }));
        }
    }
    text
}

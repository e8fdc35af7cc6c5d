mod list;
mod object;

use std::borrow::Cow;
use std::fmt;

use super::columns::{Column, FREE, MOST_A_BYTE};
use super::positional::ReadPositional;
use super::tagged::ReadTagged;
use super::{Layouts, Slot};
use crate::error::Error;
use crate::primitive::DEPTH;

pub(crate) use object::{Head, no_layout};

/// Reads the compact form.
#[derive(Clone, Debug)]
pub struct Unpacker<'a> {
    pub(super) bytes: &'a [u8],
    layouts: &'a Layouts,
    bits: Bits,
    /// How much deeper the tagged form may go.
    pub(super) depth: usize,
    /// The schemas whose versions were found to be read here, a bit each by place.
    read: u64,
    /// How far lengths are shifted: by one, where the lowest bit says whether a list comes by column.
    shift: u32,
    /// Where the values come from, where this is a column; there are no bytes then.
    column: Option<Box<Column<'a>>>,
    /// Bytes that the columns still to come may stand for.
    room: u64,
    known: Checked<'a>,
}

/// Text ahead that is known to be UTF-8: texts stand close together, and are checked faster at one go.
#[derive(Clone, Copy, Debug, Default)]
struct Checked<'a> {
    text: &'a str,
    /// How many bytes were left where it begins.
    from: usize,
    /// How far it is looked ahead the next time; not far where few texts are read.
    ahead: usize,
}

/// How far texts are checked ahead at most.
const MOST_AHEAD: usize = 1024;

/// The byte that the next bit comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    byte: u8,
    left: u32,
}

impl<'a> Unpacker<'a> {
    /// Returns a reader of those bytes.
    pub fn new(bytes: &'a [u8], layouts: &'a Layouts) -> Self {
        let room = FREE.saturating_add((bytes.len() as u64).saturating_mul(MOST_A_BYTE as u64));
        let (bits, shift) = (Bits { byte: 0, left: 0 }, u32::from(layouts.is_columnar()));
        let known = Checked { ahead: 128, ..Checked::default() };
        Unpacker { bytes, layouts, bits, depth: DEPTH, read: 0, shift, column: None, room, known }
    }

    /// Checks each text by itself: for who reads one of many.
    pub(crate) fn looking_no_further(mut self) -> Self {
        self.known.ahead = 0;
        self
    }

    /// A column of a list.
    pub(super) fn of_column(column: Column<'a>, layouts: &'a Layouts) -> Self {
        Unpacker { shift: 0, column: Some(Box::new(column)), ..Unpacker::new(&[], layouts) }
    }

    pub(super) fn column(&self) -> Option<&Column<'a>> {
        self.column.as_deref()
    }

    /// Whether nothing is left.
    pub(super) fn is_read(&self) -> bool {
        self.bytes.is_empty() && self.column.as_ref().is_none_or(|column| column.is_read())
    }

    #[inline]
    pub(crate) fn is_column(&self) -> bool {
        self.column.is_some()
    }

    /// The unpacker of what lies in the values here, as [`Pack::inner`](super::Pack::inner) has it.
    ///
    /// # Errors
    /// Where there is no such column.
    #[inline]
    pub fn inner(&mut self, place: usize) -> Result<&mut Self, Error> {
        match self.column {
            None => Ok(self),
            Some(ref mut column) => column.inner(place),
        }
    }

    /// The unpacker of what says itself what it is.
    fn plain(&mut self) -> &mut Self {
        match self.column {
            None => self,
            Some(ref mut column) => column.named(),
        }
    }

    /// Reads true or false.
    ///
    /// # Errors
    /// Where the bytes end.
    #[inline]
    pub fn bit(&mut self) -> Result<bool, Error> {
        if self.bits.left == 0 {
            if let Some(column) = &mut self.column {
                return column.bit();
            }
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
        match self.bytes.split_first() {
            Some((byte @ 0..0x80, rest)) => {
                self.bytes = rest;
                Ok((*byte).into())
            }
            _ => self.long(),
        }
    }

    #[inline(never)]
    fn long(&mut self) -> Result<u64, Error> {
        match &mut self.column {
            Some(column) => column.number(),
            None => self.longest(),
        }
    }

    #[inline(never)]
    fn longest(&mut self) -> Result<u64, Error> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
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

    /// Reads a float of eight bytes.
    ///
    /// # Errors
    /// Where the bytes end.
    #[inline]
    pub fn float(&mut self) -> Result<f64, Error> {
        if let Some(column) = &mut self.column {
            return column.number().map(f64::from_bits);
        }
        self.array().map(f64::from_le_bytes)
    }

    /// Reads text with its length.
    ///
    /// # Errors
    /// Where the bytes end, or aren't UTF-8.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str, Error> {
        match self.bytes.split_first() {
            Some((length @ 0..0x80, rest)) => {
                self.bytes = rest;
                self.characters((*length).into())
            }
            _ => self.long_text(),
        }
    }

    #[inline(never)]
    fn long_text(&mut self) -> Result<&'a str, Error> {
        match &mut self.column {
            Some(column) => column.text(),
            None => self.longest_text(),
        }
    }

    #[cold]
    #[inline(never)]
    fn longest_text(&mut self) -> Result<&'a str, Error> {
        let length = self.unsigned()?;
        self.characters(length)
    }

    pub(super) fn sized(&mut self) -> Result<&'a [u8], Error> {
        let length = self.unsigned()?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    #[inline]
    fn characters(&mut self, length: u64) -> Result<&'a str, Error> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let start = self.known.from.wrapping_sub(self.bytes.len());
        match (self.known.text.get(start..start.wrapping_add(length)), self.bytes.get(length..)) {
            (Some(text), Some(rest)) => {
                self.bytes = rest;
                Ok(text)
            }
            _ => self.checked(length),
        }
    }

    /// Takes a text that isn't known to be UTF-8, and looks ahead where it is ASCII, as most are.
    #[inline(never)]
    fn checked(&mut self, length: usize) -> Result<&'a str, Error> {
        let rest = self.bytes;
        let bytes = self.take(length)?;
        self.known.ahead = (self.known.ahead * 2).min(MOST_AHEAD);
        let (words, _) = rest.get(..self.known.ahead).unwrap_or(rest).as_chunks::<16>();
        let is_ascii = |word: &&[u8; 16]| u128::from_le_bytes(**word) & ASCII == 0;
        let ahead = words.iter().take_while(is_ascii).count() * 16;
        let ahead = if ahead > length { rest.get(..ahead).unwrap_or(bytes) } else { bytes };
        let Ok(text) = std::str::from_utf8(ahead) else { return Err(broken("a text isn't UTF-8")) };
        (self.known.text, self.known.from) = (text, rest.len());
        text.get(..length).ok_or_else(ended)
    }

    /// Reads a UUID's text.
    ///
    /// # Errors
    /// As [`Unpacker::text`].
    pub fn uuid(&mut self) -> Result<String, Error> {
        if let Some(column) = &mut self.column {
            return column.text().map(str::to_owned);
        }
        match self.unsigned()?.checked_sub(1) {
            Some(length) => self.characters(length).map(str::to_owned),
            None => Ok(hyphenated(&self.array()?)),
        }
    }

    /// Reads a value of an enum: its place among them, or its text.
    #[inline]
    pub(crate) fn choice<'s>(&mut self, values: &'s [Cow<'static, str>]) -> Result<&'s str, Error>
    where
        'a: 's,
    {
        match self.unsigned()?.checked_sub(1) {
            None => self.text(),
            Some(place) => match usize::try_from(place).ok().and_then(|place| values.get(place)) {
                Some(value) => Ok(value),
                None => Err(broken("an enum has no value at that place")),
            },
        }
    }

    /// Passes by a text of a row.
    pub(crate) fn skip_text(&mut self) -> Result<(), Error> {
        self.sized().map(drop)
    }

    /// Passes by a UUID of a row.
    pub(crate) fn skip_uuid(&mut self) -> Result<(), Error> {
        let length = self.unsigned()?.checked_sub(1).unwrap_or(16);
        self.take(usize::try_from(length).unwrap_or(usize::MAX)).map(drop)
    }

    /// Reader of a value that says itself what it is.
    pub(crate) fn tagged(&mut self) -> ReadTagged<'_, 'a> {
        ReadTagged(self.plain())
    }

    /// Reader of a value as its place says.
    pub(crate) fn value<'s>(&mut self, slot: Slot<'s>) -> ReadPositional<'_, 's, 'a> {
        ReadPositional { unpacker: self, slot }
    }

    pub(crate) fn layouts(&self) -> &'a Layouts {
        self.layouts
    }

    /// How many bytes are left.
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

/// The highest bit of each byte, which no ASCII character has.
const ASCII: u128 = 0x8080_8080_8080_8080_8080_8080_8080_8080;

#[cold]
pub(super) fn ended() -> Error {
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

//! Whole numbers and bits of a column.

use super::super::unpacker::{broken, ended};
use super::super::{Pack as _, Packer, Unpacker};
use crate::error::Error;

/// Numbers that are gathered, each in as few bytes as the greatest so far takes.
#[derive(Debug)]
pub(super) enum Gathered {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
    Eight(Vec<u64>),
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered::One(Vec::new())
    }
}

impl Gathered {
    #[inline]
    pub(super) fn push(&mut self, value: u64) {
        match self {
            Gathered::One(values) if value <= 0xff => values.push(value as u8),
            Gathered::Two(values) if value <= 0xffff => values.push(value as u16),
            _ => self.push_wide(value),
        }
    }

    /// Takes so many numbers, none of which is greater than `most`.
    pub(super) fn extend(&mut self, count: usize, most: u64, mut next: impl FnMut() -> u64) {
        match self {
            Gathered::One(values) if most <= 0xff => values.extend((0..count).map(|_| next() as u8)),
            Gathered::Two(values) if most <= 0xffff => values.extend((0..count).map(|_| next() as u16)),
            _ => (0..count).for_each(|_| self.push(next())),
        }
    }

    /// Whether there is room for a number of that size.
    #[inline]
    pub(super) fn has_room(&self, value: u64) -> bool {
        match self {
            Gathered::One(values) => value <= 0xff && values.len() < values.capacity(),
            Gathered::Two(values) => value <= 0xffff && values.len() < values.capacity(),
            Gathered::Four(_) | Gathered::Eight(_) => false,
        }
    }

    #[inline(never)]
    fn push_wide(&mut self, value: u64) {
        match self {
            Gathered::Four(values) if value <= 0xffff_ffff => values.push(value as u32),
            Gathered::Eight(values) => values.push(value),
            _ => {
                self.widen(value);
                self.push(value);
            }
        }
    }

    /// Makes room for numbers of that size.
    #[cold]
    fn widen(&mut self, value: u64) {
        fn widened<A: Copy, B: From<A>>(values: &[A]) -> Vec<B> {
            let mut out = Vec::with_capacity(values.len().saturating_mul(2).max(8));
            out.extend(values.iter().copied().map(B::from));
            out
        }
        *self = match (&*self, value) {
            (Gathered::One(values), ..=0xffff) => Gathered::Two(widened(values)),
            (Gathered::One(values), ..=0xffff_ffff) => Gathered::Four(widened(values)),
            (Gathered::Two(values), ..=0xffff_ffff) => Gathered::Four(widened(values)),
            (Gathered::One(values), _) => Gathered::Eight(widened(values)),
            (Gathered::Two(values), _) => Gathered::Eight(widened(values)),
            (Gathered::Four(values), _) => Gathered::Eight(widened(values)),
            (Gathered::Eight(_), _) => return,
        };
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Gathered::One(values) => values.len(),
            Gathered::Two(values) => values.len(),
            Gathered::Four(values) => values.len(),
            Gathered::Eight(values) => values.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the numbers, and keeps their room.
    pub(super) fn clear(&mut self) {
        match self {
            Gathered::One(values) => values.clear(),
            Gathered::Two(values) => values.clear(),
            Gathered::Four(values) => values.clear(),
            Gathered::Eight(values) => values.clear(),
        }
    }

    /// All of them in turn.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let (one, two, four, eight): (&[u8], &[u16], &[u32], &[u64]) = match self {
            Gathered::One(values) => (values, &[], &[], &[]),
            Gathered::Two(values) => (&[], values, &[], &[]),
            Gathered::Four(values) => (&[], &[], values, &[]),
            Gathered::Eight(values) => (&[], &[], &[], values),
        };
        let short =
            one.iter().map(|value| u64::from(*value)).chain(two.iter().map(|value| u64::from(*value)));
        short.chain(four.iter().map(|value| u64::from(*value))).chain(eight.iter().copied())
    }

    /// Writes their number, how many bytes each takes, the least of them, and the differences to that.
    pub(super) fn put(&self, out: &mut Packer<'_>) {
        match self {
            Gathered::One(values) => put(values, Some(values), out),
            Gathered::Two(values) => put(values, None, out),
            Gathered::Four(values) => put(values, None, out),
            Gathered::Eight(values) => put(values, None, out),
        }
    }
}

/// Writes numbers, which are bytes themselves where `as_bytes` says so.
fn put<T: Copy + Ord + Into<u64>>(values: &[T], as_bytes: Option<&[u8]>, out: &mut Packer<'_>) {
    out.unsigned(values.len() as u64);
    let (Some(least), Some(most)) = (values.iter().copied().min(), values.iter().copied().max()) else {
        return;
    };
    let range: u64 = most.into() - least.into();
    let width = match range {
        0 => 0,
        1..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    };
    // Numbers that fit from zero on go out as they are.
    let most: u64 = most.into();
    let least: u64 = if range > 0 && most <= u64::MAX >> (64 - width * 8) { 0 } else { least.into() };
    out.byte(width as u8);
    out.unsigned(least);
    let differences = values.iter().map(|value| {
        let value: u64 = (*value).into();
        value - least
    });
    match (width, as_bytes) {
        (0, _) => {}
        (1, Some(values)) if least == 0 => out.raw(values),
        (1, _) => out.extend(values.len(), differences.map(|value| [value as u8])),
        (2, _) => out.extend(values.len(), differences.map(|value| (value as u16).to_le_bytes())),
        (4, _) => out.extend(values.len(), differences.map(|value| (value as u32).to_le_bytes())),
        _ => out.extend(values.len(), differences.map(u64::to_le_bytes)),
    }
}

/// Numbers of a column that are read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers<'de> {
    width: u8,
    least: u64,
    bytes: &'de [u8],
    left: usize,
}

impl<'de> Numbers<'de> {
    pub(super) fn of(from: &mut Unpacker<'de>) -> Result<Self, Error> {
        let left = size(from)?;
        if left == 0 {
            return Ok(Numbers::default());
        }
        let width = from.byte()?;
        if !matches!(width, 0 | 1 | 2 | 4 | 8) {
            return Err(broken(format_args!("numbers of a column have no {width} bytes")));
        }
        let least = from.unsigned()?;
        let bytes = from.take(left.checked_mul(width.into()).ok_or_else(ended)?)?;
        Ok(Numbers { width, least, bytes, left })
    }

    /// How many are left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// The next number.
    ///
    /// # Errors
    /// Where none is left.
    #[inline]
    pub(super) fn number(&mut self) -> Result<u64, Error> {
        self.next().ok_or_else(ended)
    }

    /// The next number, without taking it.
    pub(super) fn peek(&self) -> Option<u64> {
        let mut ahead = *self;
        ahead.next()
    }
}

impl Iterator for Numbers<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let (value, rest) = match self.width {
            0 => return Some(self.least),
            1 => {
                let (value, rest) = self.bytes.split_first()?;
                (u64::from(*value), rest)
            }
            2 => {
                let (value, rest) = self.bytes.split_first_chunk()?;
                (u64::from(u16::from_le_bytes(*value)), rest)
            }
            4 => {
                let (value, rest) = self.bytes.split_first_chunk()?;
                (u64::from(u32::from_le_bytes(*value)), rest)
            }
            _ => {
                let (value, rest) = self.bytes.split_first_chunk()?;
                (u64::from_le_bytes(*value), rest)
            }
        };
        self.bytes = rest;
        Some(value.wrapping_add(self.least))
    }
}

/// How many values follow; what they stand for is counted elsewhere.
pub(super) fn size(from: &mut Unpacker<'_>) -> Result<usize, Error> {
    usize::try_from(from.unsigned()?).map_err(|_| ended())
}

/// Bits that are gathered.
#[derive(Debug, Default)]
pub(super) struct GatheredBits {
    bytes: Vec<u8>,
    count: usize,
}

impl GatheredBits {
    #[inline]
    pub(super) fn push(&mut self, value: bool) {
        let place = self.count % 8;
        if place == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(value) << place;
        }
        self.count += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Forgets the bits, and keeps their room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }

    /// Writes their number times four, with 0 where all are false, 1 where all are true, else 2 and the bits.
    pub(super) fn put(&self, out: &mut Packer<'_>) {
        let trues: usize = self.bytes.iter().map(|byte| byte.count_ones() as usize).sum();
        let kind = match trues {
            0 => 0,
            trues if trues == self.count => 1,
            _ => 2,
        };
        out.unsigned((self.count as u64) << 2 | kind);
        if kind == 2 {
            out.raw(&self.bytes);
        }
    }
}

/// Bits of a column that are read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits<'de> {
    /// The value of all, where there is one.
    all: Option<bool>,
    bytes: &'de [u8],
    place: usize,
    count: usize,
}

impl<'de> Bits<'de> {
    pub(super) fn of(from: &mut Unpacker<'de>) -> Result<Self, Error> {
        let word = from.unsigned()?;
        let count = usize::try_from(word >> 2).map_err(|_| ended())?;
        let (all, bytes): (_, &[u8]) = match word & 3 {
            0 => (Some(false), &[]),
            1 => (Some(true), &[]),
            2 => (None, from.take(count.div_ceil(8))?),
            _ => return Err(broken("bits of a column are neither all the same nor there")),
        };
        Ok(Bits { all, bytes, place: 0, count })
    }

    pub(super) fn left(&self) -> usize {
        self.count - self.place
    }
}

impl Iterator for Bits<'_> {
    type Item = bool;

    #[inline]
    fn next(&mut self) -> Option<bool> {
        if self.place >= self.count {
            return None;
        }
        let place = self.place;
        self.place += 1;
        match self.all {
            Some(all) => Some(all),
            None => self.bytes.get(place / 8).map(|byte| byte >> (place % 8) & 1 == 1),
        }
    }
}

//! Columns that are read.

use super::super::unpacker::{broken, ended};
use super::super::{Layouts, Unpacker};
use super::numbers::{Bits, Numbers, size};
use super::shapes::{FieldSet, Shapes};
use super::texts::Texts;
use super::{COST_OF_COLUMN, COST_OF_ENTRY, COST_OF_NUMBER, COST_OF_ROW, COST_OF_TEXT, DEPTH, has};
use crate::error::Error;

/// A column that gives its values one after the other.
#[derive(Clone, Debug)]
pub(in super::super) struct Column<'de> {
    pub(super) bits: Bits<'de>,
    pub(super) numbers: Numbers<'de>,
    pub(super) texts: Texts<'de>,
    pub(super) shapes: Shapes<'de>,
    named: Unpacker<'de>,
    pub(in super::super) inner: Vec<Unpacker<'de>>,
    /// Place of the type of the next object among the inner columns, where its name was read.
    chosen: Option<usize>,
    /// The place of the next object's shape, where it was asked whether the object comes with its names.
    shape: Option<u64>,
    /// The place of the shape that was last asked for, from 1, the fields of its version, and what became of it.
    last: (u64, u128, FieldSet),
}

impl<'de> Column<'de> {
    /// Reads where the parts of a column are, and of those in it. `room` is what they may stand for, and is less by that
    /// then.
    pub(in super::super) fn of(from: &mut Unpacker<'de>, room: &mut u64) -> Result<Self, Error> {
        Self::at(from, room, DEPTH)
    }

    fn at(from: &mut Unpacker<'de>, room: &mut u64, depth: usize) -> Result<Self, Error> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(broken(format_args!("columns lie deeper than {DEPTH} levels in one another")));
        };
        let parts = from.byte()?;
        if parts & !has::ALL != 0 {
            return Err(broken("a column has parts that aren't known"));
        }
        let has = |part: u8| parts & part != 0;
        let bits = if has(has::BITS) { Bits::of(from)? } else { Bits::default() };
        let numbers = if has(has::NUMBERS) { Numbers::of(from)? } else { Numbers::default() };
        let texts = if has(has::TEXTS) { Texts::of(from)? } else { Texts::default() };
        let shapes = if has(has::ROWS) { Shapes::of(from)? } else { Shapes::default() };
        let named = if has(has::NAMED) { from.sized()? } else { &[] };
        let named = Unpacker::new(named, from.layouts());
        let cost = [
            (bits.left(), COST_OF_NUMBER),
            (numbers.left(), COST_OF_NUMBER),
            (texts.left(), COST_OF_TEXT),
            (texts.bytes(), 1),
            (texts.entries(), COST_OF_ENTRY),
            (shapes.left(), COST_OF_ROW),
            (1, COST_OF_COLUMN),
        ];
        let cost = cost.into_iter().map(|(count, cost)| (count as u64).saturating_mul(cost));
        *room = room
            .checked_sub(cost.fold(0, u64::saturating_add))
            .ok_or_else(|| broken("columns stand for more than their bytes may"))?;
        let mut inner = Vec::new();
        if has(has::INNER) {
            for _ in 0..size(from)? {
                let column = Self::at(from, room, depth)?;
                inner.push(Unpacker::of_column(column, from.layouts()));
            }
        }
        Ok(Column {
            bits,
            numbers,
            texts,
            shapes,
            named,
            inner,
            chosen: None,
            shape: None,
            last: Default::default(),
        })
    }

    #[inline]
    pub(in super::super) fn bit(&mut self) -> Result<bool, Error> {
        self.bits.next().ok_or_else(ended)
    }

    #[inline]
    pub(in super::super) fn number(&mut self) -> Result<u64, Error> {
        self.numbers.number()
    }

    #[inline]
    pub(in super::super) fn text(&mut self) -> Result<&'de str, Error> {
        self.texts.next()
    }

    pub(in super::super) fn named(&mut self) -> &mut Unpacker<'de> {
        &mut self.named
    }

    #[inline]
    pub(in super::super) fn inner(&mut self, place: usize) -> Result<&mut Unpacker<'de>, Error> {
        self.inner.get_mut(place).ok_or_else(ended)
    }

    /// Takes it that the next object is of the layout at that place.
    pub(in super::super) fn choose(&mut self, place: usize) {
        self.chosen = Some(place);
    }

    pub(in super::super) fn take_chosen(&mut self) -> Option<usize> {
        self.chosen.take()
    }

    /// Whether the next object comes with its names, which is taken then.
    #[inline]
    pub(in super::super) fn take_named(&mut self, is_declared: bool) -> bool {
        if is_declared {
            self.shape = self.shapes.place();
            return self.shape.take_if(|place| *place == 0).is_some();
        }
        let is_named = self.numbers.peek() == Some(0);
        if is_named {
            self.numbers.next();
        }
        is_named
    }

    /// Which fields of the next object are set and changed, a bit each by their places in the schema, of which those are
    /// in the version.
    #[inline]
    pub(in super::super) fn shape(&mut self, present: u128) -> Result<FieldSet, Error> {
        let place = self.shape.take().or_else(|| self.shapes.place()).ok_or_else(ended)?;
        let (last, of, spread) = self.last;
        if place == last && of == present && place > 0 {
            return Ok(spread);
        }
        let Some(shape) = self.shapes.at(place)? else {
            return Err(broken("an object came with its names where it should not"));
        };
        let (set, changed) = (scattered(shape.set, present)?, scattered(shape.changed, present)?);
        self.last = (place, present, FieldSet { set, changed });
        Ok(self.last.2)
    }

    /// Passes by the next object.
    pub(super) fn take_shape(&mut self) -> Result<(), Error> {
        self.shapes.next().map(drop)
    }

    /// A column without values.
    pub(super) fn empty(layouts: &'de Layouts) -> Self {
        Column {
            bits: Bits::default(),
            numbers: Numbers::default(),
            texts: Texts::default(),
            shapes: Shapes::default(),
            named: Unpacker::new(&[], layouts),
            inner: Vec::new(),
            chosen: None,
            shape: None,
            last: Default::default(),
        }
    }

    pub(super) fn layouts(&self) -> &'de Layouts {
        self.named.layouts()
    }

    /// Whether nothing is left of what says itself what it is.
    pub(super) fn is_named_read(&self) -> bool {
        self.named.is_read()
    }

    /// How many values there are at most, of any part.
    pub(in super::super) fn most(&self) -> usize {
        let parts = [self.bits.left(), self.numbers.left(), self.texts.left(), self.shapes.left()];
        parts.into_iter().max().unwrap_or_default()
    }

    /// How many elements of a list there are at most: one that says itself what it is takes a byte at least.
    pub(in super::super) fn most_elements(&self) -> usize {
        self.most().saturating_add(self.named.left())
    }

    /// Whether nothing is left.
    pub(in super::super) fn is_read(&self) -> bool {
        self.most() == 0 && self.named.is_read() && self.inner.iter().all(Unpacker::is_read)
    }
}

/// The bits, which are next to each other, at the places of those that are present.
#[cold]
fn scattered(bits: u128, present: u128) -> Result<u128, Error> {
    let (mut left, mut bits, mut out) = (present, bits, 0);
    while left != 0 {
        out |= (bits & 1) << left.trailing_zeros();
        bits >>= 1;
        left &= left - 1;
    }
    if bits == 0 { Ok(out) } else { Err(broken("an object has bits for fields that it lacks")) }
}

//! Columns that are gathered.

use std::fmt;

use super::super::pack::{Contents, Pack, RowOrColumn};
use super::super::{Layouts, Packer, Slot};
use super::numbers::{Gathered, GatheredBits};
use super::shapes::{FieldSet, GatheredShapes};
use super::texts::GatheredTexts;
use super::{COST_OF_COLUMN, COST_OF_ENTRY, COST_OF_FIELD, COST_OF_NUMBER, COST_OF_ROW, COST_OF_TEXT, has};
use crate::error::Error;

/// Values of a column.
#[derive(Debug, Default)]
struct Values {
    texts: GatheredTexts,
    numbers: Gathered,
    bits: GatheredBits,
    shapes: GatheredShapes,
}

/// Room of a column that was written, and of those within it, for the next list.
#[derive(Debug, Default)]
pub(crate) struct ColumnRoom {
    values: Values,
    inner: Vec<ColumnRoom>,
}

/// Takes the values of a column, and has the columns within it.
#[derive(Debug)]
pub struct ColumnPacker<'a> {
    values: Values,
    inner: Vec<ColumnPacker<'a>>,
    /// How many of these are the list's; the others are room for a later one.
    used: usize,
    /// Values that say themselves what they are.
    named: Option<Box<Packer<'a>>>,
    layouts: &'a Layouts,
    unfit: bool,
}

impl<'a> Pack<'a> for ColumnPacker<'a> {
    #[inline]
    fn bit(&mut self, value: bool) {
        self.values.bits.push(value);
    }

    #[inline]
    fn unsigned(&mut self, value: u64) {
        self.values.numbers.push(value);
    }

    #[inline]
    fn float(&mut self, value: f64) {
        self.values.numbers.push(value.to_bits());
    }

    #[inline]
    fn text(&mut self, text: &str) {
        self.values.texts.push(text);
    }

    fn display(&mut self, value: &dyn fmt::Display) -> Result<(), Error> {
        let mut text = String::new();
        if fmt::write(&mut text, format_args!("{value}")).is_err() {
            return Err(Error::format(&"a value failed to print"));
        }
        self.text(&text);
        Ok(())
    }

    fn uuid(&mut self, text: &str) {
        self.text(text);
    }

    #[inline]
    fn count(&mut self, count: usize) {
        self.values.numbers.push(count as u64);
    }

    #[inline]
    fn list(&mut self, count: usize, contents: &impl Contents) -> Result<(), Error> {
        self.count(count);
        contents.pack(self)
    }

    #[inline]
    fn inner(&mut self, place: usize) -> &mut Self {
        if place >= self.used {
            self.make(place + 1);
            self.used = place + 1;
        }
        &mut self.inner[place]
    }

    fn begin_named(&mut self, slot: Slot<'_>) {
        match slot.declares_object() {
            true => self.values.shapes.push_named(),
            false => self.values.numbers.push(0),
        }
    }

    fn plain(&mut self) -> &mut Packer<'a> {
        self.named.get_or_insert_with(|| Box::new(Packer::new(Vec::new(), self.layouts)))
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
        RowOrColumn::Column(self)
    }
}

impl<'a> ColumnPacker<'a> {
    /// A column for values, in that room.
    pub(in super::super) fn new(layouts: &'a Layouts, room: ColumnRoom) -> Self {
        let inner: Vec<_> = room.inner.into_iter().map(|room| ColumnPacker::new(layouts, room)).collect();
        ColumnPacker { values: room.values, inner, used: 0, named: None, layouts, unfit: false }
    }

    /// Columns for the fields of an object.
    #[inline]
    pub(crate) fn fields(&mut self, count: usize) -> std::slice::IterMut<'_, ColumnPacker<'a>> {
        if count > self.inner.len() {
            self.make(count);
        }
        self.inner.iter_mut()
    }

    /// Makes so many columns within this one.
    #[cold]
    #[inline(never)]
    fn make(&mut self, count: usize) {
        let layouts = self.layouts;
        let count = count.max(self.inner.len());
        self.inner.resize_with(count, || ColumnPacker::new(layouts, ColumnRoom::default()));
    }

    /// Takes which fields of an object are set and changed.
    #[inline]
    pub(crate) fn shape(&mut self, shape: FieldSet) {
        self.used = self.used.max((u128::BITS - shape.set.leading_zeros()) as usize);
        self.values.shapes.push(shape);
    }

    /// Columns within this one that are the list's.
    fn within(&self) -> &[ColumnPacker<'a>] {
        self.inner.get(..self.used).unwrap_or_default()
    }

    /// Whether a value in here isn't of the kind that is declared.
    pub(in super::super) fn is_unfit(&self) -> bool {
        self.unfit
            || self.named.as_ref().is_some_and(|named| named.is_unfit())
            // Those of an object that broke off aren't the list's yet.
            || self.inner.iter().any(ColumnPacker::is_unfit)
    }

    /// How deep the columns in here lie in one another.
    pub(in super::super) fn depth(&self) -> usize {
        self.within().iter().map(ColumnPacker::depth).max().unwrap_or_default() + 1
    }

    /// Bytes that the column and those in it stand for.
    pub(in super::super) fn cost(&mut self) -> u64 {
        let of_row = COST_OF_ROW.saturating_add((self.used as u64).saturating_mul(COST_OF_FIELD));
        let own = [
            (self.values.bits.len(), COST_OF_NUMBER),
            (self.values.numbers.len(), COST_OF_NUMBER),
            (self.values.texts.len(), COST_OF_TEXT),
            (self.values.texts.bytes(), 1),
            (self.values.texts.entries(), COST_OF_ENTRY),
            (self.values.shapes.len(), of_row),
            (1, COST_OF_COLUMN),
        ];
        let own = own.into_iter().map(|(count, cost)| (count as u64).saturating_mul(cost));
        own.chain(self.inner.iter_mut().take(self.used).map(ColumnPacker::cost)).fold(0, u64::saturating_add)
    }

    /// Writes the column and those in it, and gives back their room.
    pub(in super::super) fn put(self, out: &mut Packer<'_>) -> ColumnRoom {
        let Values { mut texts, mut numbers, mut bits, mut shapes } = self.values;
        let is_there = |is_there: bool, bit: u8| if is_there { bit } else { 0 };
        out.byte(
            is_there(bits.len() > 0, has::BITS)
                | is_there(!numbers.is_empty(), has::NUMBERS)
                | is_there(texts.len() > 0, has::TEXTS)
                | is_there(shapes.len() > 0, has::ROWS)
                | is_there(self.named.is_some(), has::NAMED)
                | is_there(self.used > 0, has::INNER),
        );
        if bits.len() > 0 {
            bits.put(out);
            bits.clear();
        }
        if !numbers.is_empty() {
            numbers.put(out);
            numbers.clear();
        }
        if texts.len() > 0 {
            texts.put(out);
            texts.clear();
        }
        if shapes.len() > 0 {
            shapes.put(out);
            shapes.clear();
        }
        if let Some(named) = self.named {
            out.sized(&named.into_bytes());
        }
        if self.used > 0 {
            out.unsigned(self.used as u64);
        }
        let columns = self.inner.into_iter().enumerate();
        let inner = columns.map(|(place, column)| match place < self.used {
            true => column.put(out),
            false => column.into_room(),
        });
        let inner = inner.collect();
        ColumnRoom { values: Values { texts, numbers, bits, shapes }, inner }
    }

    /// The room of a column that took nothing.
    fn into_room(self) -> ColumnRoom {
        let inner = self.inner.into_iter().map(ColumnPacker::into_room).collect();
        ColumnRoom { values: self.values, inner }
    }
}

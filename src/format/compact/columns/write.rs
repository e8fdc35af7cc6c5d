//! Columns that are gathered.

use super::super::{Layouts, Packer};
use super::numbers::{Gathered, GatheredBits};
use super::shapes::{FieldSet, GatheredShapes};
use super::texts::GatheredTexts;
use super::{COST_OF_COLUMN, COST_OF_ENTRY, COST_OF_FIELD, COST_OF_NUMBER, COST_OF_ROW, COST_OF_TEXT, has};

/// A column that takes values.
#[derive(Debug, Default)]
pub(in super::super) struct ColumnWriter<'a> {
    bits: GatheredBits,
    numbers: Gathered,
    texts: GatheredTexts,
    shapes: GatheredShapes,
    /// Values that say themselves what they are.
    named: Option<Box<Packer<'a>>>,
    inner: Vec<Packer<'a>>,
}

impl<'a> ColumnWriter<'a> {
    #[inline]
    pub(in super::super) fn bit(&mut self, value: bool) {
        self.bits.push(value);
    }

    #[inline]
    pub(in super::super) fn number(&mut self, value: u64) {
        self.numbers.push(value);
    }

    #[inline]
    pub(in super::super) fn text(&mut self, text: &str) {
        self.texts.push(text);
    }

    #[inline]
    pub(in super::super) fn shape(&mut self, shape: FieldSet) {
        self.shapes.push(shape);
    }

    pub(in super::super) fn named_shape(&mut self) {
        self.shapes.push_named();
    }

    pub(in super::super) fn named(&mut self, layouts: &'a Layouts) -> &mut Packer<'a> {
        self.named.get_or_insert_with(|| Box::new(Packer::new(Vec::new(), layouts)))
    }

    #[inline]
    pub(in super::super) fn inner(&mut self, place: usize, layouts: &'a Layouts) -> &mut Packer<'a> {
        if place >= self.inner.len() {
            self.inner.resize_with(place + 1, || Packer::of_column(layouts));
        }
        &mut self.inner[place]
    }

    /// Whether a value in here isn't of the kind that is declared.
    pub(in super::super) fn is_unfit(&self) -> bool {
        self.named.as_ref().is_some_and(|named| named.is_unfit()) || self.inner.iter().any(Packer::is_unfit)
    }

    /// How deep the columns in here lie in one another.
    pub(in super::super) fn depth(&self) -> usize {
        self.inner.iter().map(Packer::depth_of_column).max().unwrap_or_default() + 1
    }

    /// Bytes that the column and those in it stand for.
    pub(in super::super) fn cost(&self) -> u64 {
        let of_row = COST_OF_ROW.saturating_add((self.inner.len() as u64).saturating_mul(COST_OF_FIELD));
        let own = [
            (self.bits.len(), COST_OF_NUMBER),
            (self.numbers.len(), COST_OF_NUMBER),
            (self.texts.len(), COST_OF_TEXT),
            (self.texts.bytes(), 1),
            (self.texts.entries(), COST_OF_ENTRY),
            (self.shapes.len(), of_row),
            (1, COST_OF_COLUMN),
        ];
        let own = own.into_iter().map(|(count, cost)| (count as u64).saturating_mul(cost));
        own.chain(self.inner.iter().map(Packer::cost_of_column)).fold(0, u64::saturating_add)
    }

    /// Writes the column and those in it.
    pub(in super::super) fn put(mut self, out: &mut Packer<'_>) {
        let is_there = |is_there: bool, bit: u8| if is_there { bit } else { 0 };
        let named = self.named.map(|named| named.into_bytes());
        out.byte(
            is_there(self.bits.len() > 0, has::BITS)
                | is_there(!self.numbers.is_empty(), has::NUMBERS)
                | is_there(self.texts.len() > 0, has::TEXTS)
                | is_there(self.shapes.len() > 0, has::ROWS)
                | is_there(named.is_some(), has::NAMED)
                | is_there(!self.inner.is_empty(), has::INNER),
        );
        if self.bits.len() > 0 {
            self.bits.put(out);
        }
        if !self.numbers.is_empty() {
            self.numbers.put(out);
        }
        if self.texts.len() > 0 {
            self.texts.put(out);
        }
        if self.shapes.len() > 0 {
            self.shapes.put(out);
        }
        if let Some(named) = named {
            out.unsigned(named.len() as u64);
            out.raw(&named);
        }
        if !self.inner.is_empty() {
            out.unsigned(self.inner.len() as u64);
            self.inner.into_iter().for_each(|inner| inner.put_column(out));
        }
    }
}

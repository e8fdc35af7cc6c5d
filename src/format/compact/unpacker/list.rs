//! How lists and dicts begin.

use super::{Unpacker, broken, ended};
use crate::error::Error;
use crate::format::compact::columns::Column;

/// The most elements that room is made for before they come: a peer may say any number.
const MOST_EXPECTED: usize = 4096;

/// How a list begins.
pub(crate) struct List<'a> {
    /// How many elements follow.
    pub(crate) count: usize,
    /// How many of them there is room for before they come.
    pub(crate) expected: usize,
    /// Where they come from, where they come by column.
    pub(crate) columns: Option<Box<Unpacker<'a>>>,
}

impl List<'_> {
    /// How many elements there may be, as far as is known before they come.
    pub(crate) fn most(&self) -> usize {
        if self.columns.is_some() { self.expected } else { self.count }
    }

    /// Ends the list.
    pub(crate) fn end(self) -> Result<(), Error> {
        match self.columns {
            Some(columns) if !columns.is_read() => Err(broken("values of a column are left behind the list")),
            _ => Ok(()),
        }
    }
}

impl<'a> Unpacker<'a> {
    /// Reads how a list or a dict begins, which may come by column.
    #[inline]
    pub(crate) fn list(&mut self) -> Result<List<'a>, Error> {
        if self.shift == 0 {
            let count = self.count()?;
            return Ok(List { count, expected: count.min(MOST_EXPECTED), columns: None });
        }
        self.marked_list()
    }

    #[inline(never)]
    fn marked_list(&mut self) -> Result<List<'a>, Error> {
        let marked = self.unsigned()?;
        if marked & 1 == 0 {
            let count = self.bounded(marked >> 1)?;
            return Ok(List { count, expected: count.min(MOST_EXPECTED), columns: None });
        }
        let count = usize::try_from(marked >> 1).map_err(|_| ended())?;
        let mut room = self.room;
        let column = Column::of(self, &mut room)?;
        self.room = room;
        let most = column.inner.iter().filter_map(Unpacker::column).map(Column::most_elements).max();
        let expected = count.min(most.unwrap_or_default());
        let columns = Some(Box::new(Unpacker::of_column(column, self.layouts)));
        Ok(List { count, expected, columns })
    }

    /// Reads how many elements follow.
    ///
    /// # Errors
    /// Where the bytes that are left can't hold so many.
    #[inline]
    pub fn count(&mut self) -> Result<usize, Error> {
        let count = self.unsigned()?;
        if self.shift > 0 && count & 1 == 1 {
            return Err(broken("a list came by column, and its type here reads rows alone"));
        }
        self.bounded(count >> self.shift)
    }

    #[inline]
    fn bounded(&self, count: u64) -> Result<usize, Error> {
        // Nothing is shorter than a bit, and a column counts what it has.
        let most = self.bytes.len().saturating_mul(8) + self.bits.left as usize;
        match usize::try_from(count) {
            Ok(count) if count <= most || self.is_column() => Ok(count),
            _ => Err(ended()),
        }
    }
}

//! Lists and dicts, in rows or by column.

use super::Packer;
use crate::error::Error;
use crate::format::compact::columns::{DEPTH, FREE, MOST_A_BYTE};

impl<'a> Packer<'a> {
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
        if cost > FREE + bytes.saturating_mul(MOST_A_BYTE as u64) {
            self.rewind(mark);
            return Ok(false);
        }
        self.cost = cost;
        Ok(true)
    }

    pub(in crate::format::compact) fn cost_of_column(&self) -> u64 {
        self.column.as_ref().map_or(0, |column| column.cost())
    }

    pub(in crate::format::compact) fn depth_of_column(&self) -> usize {
        self.column.as_ref().map_or(0, |column| column.depth())
    }

    pub(in crate::format::compact) fn put_column(self, out: &mut Packer<'_>) {
        if let Some(column) = self.column {
            column.put(out);
        }
    }
}

//! Lists and dicts, in rows or by column.

use super::Packer;
use crate::error::Error;
use crate::format::compact::columns::{ColumnPacker, ColumnRoom, DEPTH, FREE, MOST_A_BYTE};
use crate::format::compact::pack::{Contents, Pack as _};

impl<'a> Packer<'a> {
    /// Writes a list or a dict. One of objects goes out by column, where the layouts say so and it is long enough.
    #[inline]
    pub(super) fn put_list<E: Contents>(&mut self, count: usize, contents: &E) -> Result<(), Error> {
        if E::ARE_OBJECTS
            && self.shift > 0
            && self.layouts.takes_columns(count)
            && self.columns(count, &|column| contents.pack(column))?
        {
            return Ok(());
        }
        self.count(count);
        contents.pack(self)
    }

    /// Writes a list by column, and tells whether it did: where a value isn't of its kind, or the columns would lie too
    /// deep or stand for more than their bytes may, nothing is written.
    #[inline(never)]
    fn columns(
        &mut self,
        count: usize,
        pack: &dyn Fn(&mut ColumnPacker<'a>) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let room = self.room.take().map_or_else(ColumnRoom::default, |room| *room);
        let mut column = ColumnPacker::new(self.layouts, room);
        match pack(&mut column) {
            Err(_) if column.is_unfit() => return Ok(false),
            packed => packed?,
        }
        if column.depth() > DEPTH {
            return Ok(false);
        }
        let mark = self.mark();
        let cost = self.cost.saturating_add(column.cost());
        self.unsigned((count as u64) << 1 | 1);
        let room = column.put(self);
        self.room = Some(Box::new(room));
        let bytes = (self.out.len() - self.start) as u64;
        if cost > FREE + bytes.saturating_mul(MOST_A_BYTE as u64) {
            self.rewind(mark);
            return Ok(false);
        }
        self.cost = cost;
        Ok(true)
    }
}

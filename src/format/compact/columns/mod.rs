//! Lists by column: values of one field of many objects next to each other.
//!
//! Where [`Layouts::columnar`](super::Layouts::columnar) says so, a list of objects that is long enough goes out as
//! a tree of columns. A column is what one place of the schema holds in all elements: a field, what is in its lists, the
//! keys of its dicts. The walk over the objects is that of the rows; a column takes what a row would, and puts it with
//! its like:
//!
//! | part of a column | what it holds | in bytes |
//! | --- | --- | --- |
//! | bits | true, false, whether a nullable value is there | their number, and whether all are false, all are true, or a bit each |
//! | numbers | whole numbers, floats, lengths of lists, places of enums | their number, how many bytes each takes (none where all are the same), the least, and the differences to it |
//! | texts | texts and UUIDs | lengths and all characters in one; or each different text once, and its place for each |
//! | rows | which fields of an object are set and changed | the different sets of fields, and the place of its own for each object; zero, where it goes out with its names |
//! | named | what says itself what it is | as elsewhere |
//! | inner | columns of its fields, of the elements of its lists, of keys and values of its dicts | their number, and these |
//!
//! Such a list's bytes may stand for many more than they are. Reader and writer count what they stand for, and neither
//! goes beyond [`FREE`] and [`MOST_A_BYTE`] for each byte of the message; a writer that would writes rows.

mod few;
mod numbers;
mod read;
mod shapes;
mod texts;
mod view;
mod write;

pub(super) use read::Column;
pub(crate) use shapes::FieldSet;
pub use view::{Columns, View, ViewColumn};
pub use write::ColumnPacker;
pub(crate) use write::ColumnRoom;

/// The length from which on a list goes out by column: shorter ones would be longer so.
pub(super) const LEAST: usize = 16;

/// How much the columns of a message may stand for whatever its length is, in bytes. It is less than
/// [`Limits`](crate::field::Limits) has for any message, so that what is written is read.
pub(super) const FREE: u64 = 8 << 20;

/// How much each byte of a message may stand for beside that.
pub(crate) const MOST_A_BYTE: usize = 24;

/// Bytes that a value counts for, beside those of its text.
const COST_OF_NUMBER: u64 = 8;
const COST_OF_TEXT: u64 = 24;
const COST_OF_ROW: u64 = 64;

/// Bytes that each field of a row counts for where it is written: who reads it counts what its type takes.
const COST_OF_FIELD: u64 = 24;

/// Bytes that a column counts for by itself, and a text of which a column says the place.
const COST_OF_COLUMN: u64 = 768;
const COST_OF_ENTRY: u64 = 16;

/// How deep columns may lie in one another; a list that goes deeper is written in rows.
pub(super) const DEPTH: usize = 128;

mod has {
    pub(super) const BITS: u8 = 1;
    pub(super) const NUMBERS: u8 = 1 << 1;
    pub(super) const TEXTS: u8 = 1 << 2;
    pub(super) const ROWS: u8 = 1 << 3;
    pub(super) const NAMED: u8 = 1 << 4;
    pub(super) const INNER: u8 = 1 << 5;
    pub(super) const ALL: u8 = (1 << 6) - 1;
}

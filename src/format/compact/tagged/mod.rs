//! Values that say themselves what they are: a format of serde's data model, without names of what isn't data.

mod de;
mod ser;

pub(crate) use de::ReadTagged;
pub(crate) use ser::Tagged;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
/// A whole number as everywhere.
const INT: u8 = 3;
/// A whole number of 16 bytes.
const LONG: u8 = 4;
const FLOAT: u8 = 5;
const TEXT: u8 = 6;
const BYTES: u8 = 7;
/// Elements up to [`END`].
const LIST: u8 = 8;
/// Keys, each a text, and values in turn up to [`END`].
const MAP: u8 = 9;
const END: u8 = 10;
/// A whole number from zero of 16 bytes.
const LARGE: u8 = 11;

//! Readers behind a pointer.
//!
//! serde compiles the reading of a type once for each format. What reads objects whose type isn't known takes any format
//! through [`Input`], so it is compiled once: here where the type is the standard library's, and in the user's crate for
//! types of its own. `erased-serde` does this for any visitor, with a box for each and the format's error lost; here what
//! walks through objects, lists and options gets the parts themselves, and errors come out as the format made them.

mod format;
mod visitor;

use std::fmt;

use serde::de::{self, Expected, Unexpected};

pub(crate) use format::{Entries, Foreign, through};
pub use visitor::Behind;
pub(crate) use visitor::BehindMap;

/// Error of what reads through a pointer.
#[derive(Debug)]
pub struct Failed {
    message: String,
    /// Whether it's an error of the format, which the reader's own frame keeps.
    is_formats: bool,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failed {}

impl de::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failed { message: message.to_string(), is_formats: false }
    }
}

/// Value of a format that can be read once.
pub trait Input<'de> {
    /// Has the format show the value to `taker`, as it was asked for.
    ///
    /// # Errors
    /// The format's own, and the taker's.
    fn read(&mut self, wish: Wish, taker: &mut dyn Taker<'de>) -> Result<(), Failed>;

    /// Whether the format is text.
    fn is_human_readable(&self) -> bool;
}

/// Form that a format is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Wish {
    Any,
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Str,
    String,
    Bytes,
    ByteBuf,
    Option,
    Unit,
    UnitStruct(&'static str),
    NewtypeStruct(&'static str),
    Seq,
    Tuple(usize),
    TupleStruct(&'static str, usize),
    Map,
    Struct(&'static str, &'static [&'static str]),
    Enum(&'static str, &'static [&'static str]),
    Identifier,
    IgnoredAny,
}

/// Receiver of a value that a format shows.
pub trait Taker<'de> {
    /// Takes the value that is shown.
    ///
    /// # Errors
    /// Where it is none that is wanted.
    fn take(&mut self, shape: Shape<'_, 'de>) -> Result<(), Failed>;

    /// Says what is wanted, for errors.
    ///
    /// # Errors
    /// The formatter's own.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Value as a format shows it.
pub enum Shape<'a, 'de> {
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    I128(i128),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    U128(u128),
    F32(f32),
    F64(f64),
    Char(char),
    Str(&'a str),
    BorrowedStr(&'de str),
    String(String),
    Bytes(&'a [u8]),
    BorrowedBytes(&'de [u8]),
    ByteBuf(Vec<u8>),
    None,
    Some(&'a mut dyn Input<'de>),
    Unit,
    Newtype(&'a mut dyn Input<'de>),
    List(&'a mut dyn List<'de>),
    Map(&'a mut dyn Map<'de>),
    Enum(&'a mut dyn Enum<'de>),
}

impl Shape<'_, '_> {
    /// Refuses the value, where something else is expected.
    #[cold]
    pub(crate) fn refused(&self, expected: &dyn Expected) -> Failed {
        let found = match self {
            Shape::Bool(value) => Unexpected::Bool(*value),
            Shape::I8(value) => Unexpected::Signed((*value).into()),
            Shape::I16(value) => Unexpected::Signed((*value).into()),
            Shape::I32(value) => Unexpected::Signed((*value).into()),
            Shape::I64(value) => Unexpected::Signed(*value),
            Shape::U8(value) => Unexpected::Unsigned((*value).into()),
            Shape::U16(value) => Unexpected::Unsigned((*value).into()),
            Shape::U32(value) => Unexpected::Unsigned((*value).into()),
            Shape::U64(value) => Unexpected::Unsigned(*value),
            Shape::I128(_) | Shape::U128(_) => Unexpected::Other("integer"),
            Shape::F32(value) => Unexpected::Float((*value).into()),
            Shape::F64(value) => Unexpected::Float(*value),
            Shape::Char(value) => Unexpected::Char(*value),
            Shape::Str(value) => Unexpected::Str(value),
            Shape::BorrowedStr(value) => Unexpected::Str(value),
            Shape::String(value) => Unexpected::Str(value),
            Shape::Bytes(value) => Unexpected::Bytes(value),
            Shape::BorrowedBytes(value) => Unexpected::Bytes(value),
            Shape::ByteBuf(value) => Unexpected::Bytes(value),
            Shape::None | Shape::Some(_) => Unexpected::Option,
            Shape::Unit => Unexpected::Unit,
            Shape::Newtype(_) => Unexpected::NewtypeStruct,
            Shape::List(_) => Unexpected::Seq,
            Shape::Map(_) => Unexpected::Map,
            Shape::Enum(_) => Unexpected::Enum,
        };
        de::Error::invalid_type(found, expected)
    }
}

/// Reader of one value: of an element, a key, or the value of a key.
pub type Read<'r, 'de> = &'r mut dyn FnMut(&mut dyn Input<'de>) -> Result<(), Failed>;

/// Elements of a list.
pub trait List<'de> {
    /// Reads the next one; false, where there is none.
    ///
    /// # Errors
    /// The format's own, and those of `read`.
    fn next(&mut self, read: Read<'_, 'de>) -> Result<bool, Failed>;

    /// How many come, as far as the format says.
    fn size_hint(&self) -> Option<usize>;
}

/// Entries of a map.
pub trait Map<'de> {
    /// Reads the next key; false, where there is none.
    ///
    /// # Errors
    /// The format's own, and those of `read`.
    fn key(&mut self, read: Read<'_, 'de>) -> Result<bool, Failed>;

    /// Reads the value of the key.
    ///
    /// # Errors
    /// The format's own, and those of `read`.
    fn value(&mut self, read: Read<'_, 'de>) -> Result<(), Failed>;

    /// How many come, as far as the format says.
    fn size_hint(&self) -> Option<usize>;
}

/// Variant of an enum, as serde has them.
pub trait Enum<'de> {
    /// Reads which variant it is.
    ///
    /// # Errors
    /// The format's own, and those of `read`.
    fn variant(&mut self, read: Read<'_, 'de>) -> Result<(), Failed>;

    /// Reads what is in the variant.
    ///
    /// # Errors
    /// The format's own, and those of who takes it.
    fn content(&mut self, content: Content<'_, '_, 'de>) -> Result<(), Failed>;
}

/// Form that the content of a variant is asked for in.
pub enum Content<'a, 'r, 'de> {
    /// No content at all.
    Unit,
    /// One value, read by this.
    Newtype(Read<'r, 'de>),
    /// So many values in a row.
    Tuple(usize, &'a mut dyn Taker<'de>),
    /// Values by these names.
    Struct(&'static [&'static str], &'a mut dyn Taker<'de>),
}

#[cold]
fn read_twice() -> Failed {
    de::Error::custom("a value is read twice")
}

#[cold]
fn not_read() -> Failed {
    de::Error::custom("the format shows no value")
}

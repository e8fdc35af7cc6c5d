//! Values without a type of their own: what the reference calls primitives.
//!
//! Objects are read and written without them. They hold the fields that a relay doesn't know, and what a user's routine
//! works on when it finishes a backport.

mod de;
mod equal;
mod float;
mod kept;
mod map;
mod number;
mod ser;
mod tagged;

pub use de::Reader;
pub(crate) use de::scalars;
pub(crate) use equal::{Number, equal};
pub(crate) use float::{is_negative_zero, write_float, write_large};
pub(crate) use kept::{DEPTH, Extent, Kept};
#[cfg(feature = "json")]
pub(crate) use kept::{Maker, Token};
pub use map::Map;
pub(crate) use number::{NumberKey, behind_key, may_be_number};
pub(crate) use tagged::Tagged;

use indexmap::IndexMap;
use serde::Serialize;

use crate::error::Error;

/// Null, a scalar, a list or a map.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Primitive {
    /// Null, which Python calls `None`.
    #[default]
    Null,
    /// A boolean, true or false.
    Bool(bool),
    /// A whole number of up to 128 bits.
    Int(i128),
    /// A whole number from 2^127, which is none of `Int`'s.
    Large(u128),
    /// A number with a fraction.
    Float(f64),
    /// Text in Unicode, without limit.
    Text(String),
    /// Bytes, from formats that have them.
    Bytes(Vec<u8>),
    /// A list of further primitives.
    List(Vec<Primitive>),
    /// A map, in the order in which it came.
    Map(Map),
}

impl Primitive {
    /// The primitive form of a value.
    ///
    /// # Errors
    /// Where the value's own `Serialize` fails, or it has map keys that aren't text.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Primitive, Error> {
        value.serialize(ser::Primitives).map_err(ser::Refusal::into_error)
    }

    /// The entries, where it is a map.
    pub fn as_map(&self) -> Option<&IndexMap<String, Primitive>> {
        match self {
            Primitive::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entries, where it is a map, to be changed.
    pub fn as_map_mut(&mut self) -> Option<&mut IndexMap<String, Primitive>> {
        match self {
            Primitive::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Primitive::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Name of the kind of value, as text for people, without the value.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Primitive::Null => "null",
            Primitive::Bool(_) => "a boolean",
            Primitive::Int(_) | Primitive::Large(_) | Primitive::Float(_) => "a number",
            Primitive::Text(_) => "text",
            Primitive::Bytes(_) => "bytes",
            Primitive::List(_) => "a list",
            Primitive::Map(_) => "a map",
        }
    }

    /// The value at a key, where it is a map that has the key.
    pub fn get(&self, key: &str) -> Option<&Primitive> {
        self.as_map()?.get(key)
    }
}

impl From<bool> for Primitive {
    fn from(value: bool) -> Self {
        Primitive::Bool(value)
    }
}

macro_rules! from_whole_numbers {
    ($($number:ty)*) => {$(
        impl From<$number> for Primitive {
            fn from(value: $number) -> Self {
                Primitive::Int(value.into())
            }
        }
    )*};
}

// All of them, so that a literal is one without its type.
from_whole_numbers!(i8 i16 i32 i64 i128 u8 u16 u32 u64);

impl From<u128> for Primitive {
    fn from(value: u128) -> Self {
        i128::try_from(value).map_or(Primitive::Large(value), Primitive::Int)
    }
}

impl From<&str> for Primitive {
    fn from(value: &str) -> Self {
        Primitive::Text(value.to_owned())
    }
}

impl From<String> for Primitive {
    fn from(value: String) -> Self {
        Primitive::Text(value)
    }
}

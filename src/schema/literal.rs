use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::primitive::Primitive;

/// A value that stands in a schema: a default, what a rule compares with, what it puts in another's stead.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Null, which Python calls `None`.
    Null,
    /// A boolean, true or false.
    Bool(bool),
    /// A whole number of up to 128 bits.
    Int(i128),
    /// A number with a fraction.
    Float(f64),
    /// Text in Unicode, without limit.
    Text(Cow<'static, str>),
    /// A list of further literals.
    List(Cow<'static, [Literal]>),
    /// A map from text to literals.
    Map(Cow<'static, [(Cow<'static, str>, Literal)]>),
}

impl Literal {
    /// Text of a program.
    pub const fn text(text: &'static str) -> Self {
        Literal::Text(Cow::Borrowed(text))
    }
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Literal::Null => serializer.serialize_none(),
            Literal::Bool(value) => serializer.serialize_bool(*value),
            Literal::Int(value) => Primitive::Int(*value).serialize(serializer),
            Literal::Float(value) => Primitive::Float(*value).serialize(serializer),
            Literal::Text(value) => serializer.serialize_str(value),
            Literal::List(values) => values.serialize(serializer),
            Literal::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries.iter() {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

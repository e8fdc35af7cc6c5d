//! Names that come in the order in which they are known.
//!
//! A peer writes the keys of an envelope, the fields of an object and the names of the changed ones in an order that
//! the schema has too. A format that can look ahead compares the text with the name that is due, and neither looks
//! for its end nor for the field of that name; to any other the name is text.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::foreign::Format;
use crate::marks::EXPECTED;

/// Sees a name.
pub(super) trait NameVisitor<'de>: Visitor<'de> {
    /// Sees that it's the one that was due.
    fn expected(self) -> Self::Value;
}

/// Reads a name; another one than that is due, or another thing than text, as the visitor takes it.
pub(super) struct NameSeed<V> {
    pub(super) due: Option<&'static str>,
    pub(super) visitor: V,
}

impl<'de, V: NameVisitor<'de>> DeserializeSeed<'de> for NameSeed<V> {
    type Value = V::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.due {
            Some(due) if Format::is_own::<D::Error>() => {
                deserializer.deserialize_newtype_struct(EXPECTED, Due { due, visitor: self.visitor })
            }
            _ => deserializer.deserialize_any(self.visitor),
        }
    }
}

/// Shown to every deserializer, and asks for the name.
struct Due<V> {
    due: &'static str,
    visitor: V,
}

/// Shown to those that know the mark, and to others once more.
struct Answer<V>(V);

/// What those show that take a newtype for what is in it.
macro_rules! passed_on {
    ($visitor:tt) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.$visitor.expecting(f)
        }

        fn visit_bool<E: de::Error>(self, value: bool) -> Result<V::Value, E> {
            self.$visitor.visit_bool(value)
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<V::Value, E> {
            self.$visitor.visit_i64(value)
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<V::Value, E> {
            self.$visitor.visit_u64(value)
        }

        fn visit_i128<E: de::Error>(self, value: i128) -> Result<V::Value, E> {
            self.$visitor.visit_i128(value)
        }

        fn visit_u128<E: de::Error>(self, value: u128) -> Result<V::Value, E> {
            self.$visitor.visit_u128(value)
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<V::Value, E> {
            self.$visitor.visit_f64(value)
        }

        fn visit_str<E: de::Error>(self, value: &str) -> Result<V::Value, E> {
            self.$visitor.visit_str(value)
        }

        fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<V::Value, E> {
            self.$visitor.visit_borrowed_str(value)
        }

        fn visit_string<E: de::Error>(self, value: String) -> Result<V::Value, E> {
            self.$visitor.visit_string(value)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
            self.$visitor.visit_seq(seq)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
            self.$visitor.visit_map(map)
        }
    };
}

impl<'de, V: NameVisitor<'de>> Visitor<'de> for Due<V> {
    type Value = V::Value;

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_newtype_struct(self.due, Answer(self.visitor))
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    passed_on!(visitor);
}

impl<'de, V: NameVisitor<'de>> Visitor<'de> for Answer<V> {
    type Value = V::Value;

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }

    #[inline]
    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        Ok(self.0.expected())
    }

    passed_on!(0);
}

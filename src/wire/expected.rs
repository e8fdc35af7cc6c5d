//! Names in the order in which they are expected.
//!
//! A peer writes the keys of an envelope, the fields of an object and the names of the changed ones in an order that
//! the schema has too. Our own JSON reader compares the next text with the expected name. If they are equal, it needs
//! neither the end of the text nor a search for the field. Other formats read the name as text.
//!
//! How the question is put through serde's traits: the seed asks for a newtype struct of the name [`EXPECTED`]; our
//! reader answers with one that can look ahead; [`Asking`] asks that one for a newtype struct of the expected name;
//! our reader answers with a unit if the name stands there, and [`Answer`] reads it as text otherwise.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::foreign::Format;
use crate::marks::EXPECTED;

/// Visitor of a name that may be the expected one.
pub(super) trait NameVisitor<'de>: Visitor<'de> {
    /// Value for the expected name.
    fn expected(self) -> Self::Value;
}

/// Reads a name. The visitor gets any other name than the expected one, and any other value than text.
pub(super) struct NameSeed<V> {
    pub(super) name: Option<&'static str>,
    pub(super) visitor: V,
}

impl<'de, V: NameVisitor<'de>> DeserializeSeed<'de> for NameSeed<V> {
    type Value = V::Value;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.name {
            Some(name) if Format::is_own::<D::Error>() => {
                deserializer.deserialize_newtype_struct(EXPECTED, Asking { name, visitor: self.visitor })
            }
            _ => deserializer.deserialize_any(self.visitor),
        }
    }
}

/// Visitor that asks our reader for the expected name.
struct Asking<V> {
    name: &'static str,
    visitor: V,
}

/// Visitor that takes our reader's answer: a unit for the expected name, a newtype for anything else.
struct Answer<V>(V);

/// Passes all other visits on: a deserializer may take a newtype for the value in it.
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

impl<'de, V: NameVisitor<'de>> Visitor<'de> for Asking<V> {
    type Value = V::Value;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_newtype_struct(self.name, Answer(self.visitor))
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    passed_on!(visitor);
}

impl<'de, V: NameVisitor<'de>> Visitor<'de> for Answer<V> {
    type Value = V::Value;

    // Out of line, or the expected name isn't read in line either.
    #[inline(never)]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }

    #[inline]
    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        Ok(self.0.expected())
    }

    passed_on!(0);
}

//! Names in the order in which they are expected.
//!
//! A peer writes the keys of an envelope, the fields of an object and the names of the changed ones in an order that
//! the schema has too. Our own JSON reader compares the next text with the expected name. If they are equal, it needs
//! neither the end of the text nor a search for the field. Other formats read the name as text.
//!
//! How the question is put through serde's traits: the seed asks for a newtype struct of the name [`EXPECTED`]; our
//! reader answers with an enum. Its variant is the text ahead as bytes, for [`Ahead`] to look at; a tuple variant of that
//! many bytes goes over them, and a newtype variant is read as what stands there. So the name needn't be part of the
//! program.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::foreign::Format;
use crate::marks::EXPECTED;

/// Visitor of a name that may be the expected one.
pub(super) trait NameVisitor<'de>: Visitor<'de> {
    /// Value for the expected name.
    fn expected(self) -> Self::Value;
}

/// Reads a name. The visitor gets any other name than the expected one, and any other value than text.
pub(super) struct NameSeed<'n, V> {
    pub(super) name: Option<&'n str>,
    pub(super) visitor: V,
}

impl<'de, V: NameVisitor<'de>> DeserializeSeed<'de> for NameSeed<'_, V> {
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
struct Asking<'n, V> {
    name: &'n str,
    visitor: V,
}

/// Whether the text ahead is that name between quotes.
struct Ahead<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Ahead<'_> {
    type Value = bool;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Ahead<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes ahead")
    }

    #[inline]
    fn visit_bytes<E>(self, ahead: &[u8]) -> Result<bool, E> {
        let quoted = ahead.get(..self.0.len() + 2);
        Ok(matches!(quoted, Some([b'"', text @ .., b'"']) if is_same(text, self.0.as_bytes())))
    }
}

/// Whether two texts of the same length are equal. Those of names, which are short, are compared without a call.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    is_same_by_ends::<8>(one, other)
        .or_else(|| is_same_by_ends::<4>(one, other))
        .unwrap_or_else(|| one == other)
}

/// Whether both begin and end with the same bytes, where that is all of them.
#[inline]
fn is_same_by_ends<const N: usize>(one: &[u8], other: &[u8]) -> Option<bool> {
    if one.len() > 2 * N {
        return None;
    }
    let (first, last) = (one.first_chunk::<N>()?, one.last_chunk::<N>()?);
    Some(other.first_chunk() == Some(first) && other.last_chunk() == Some(last))
}

/// Reads what isn't the expected name.
struct Other<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Other<V> {
    type Value = V::Value;

    // Out of line, or the expected name isn't read in line either.
    #[inline(never)]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}

/// Passes all other visits on: a deserializer may take a newtype for the value in it.
impl<'de, V: NameVisitor<'de>> Visitor<'de> for Asking<'_, V> {
    type Value = V::Value;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        let (is_here, ahead) = data.variant_seed(Ahead(self.name))?;
        if !is_here {
            return ahead.newtype_variant_seed(Other(self.visitor));
        }
        ahead.tuple_variant(self.name.len() + 2, IgnoredAny)?;
        Ok(self.visitor.expected())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        Other(self.visitor).deserialize(deserializer)
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<V::Value, E> {
        self.visitor.visit_bool(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<V::Value, E> {
        self.visitor.visit_i64(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<V::Value, E> {
        self.visitor.visit_u64(value)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<V::Value, E> {
        self.visitor.visit_i128(value)
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<V::Value, E> {
        self.visitor.visit_u128(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<V::Value, E> {
        self.visitor.visit_f64(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<V::Value, E> {
        self.visitor.visit_str(value)
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<V::Value, E> {
        self.visitor.visit_borrowed_str(value)
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<V::Value, E> {
        self.visitor.visit_string(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(map)
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn texts_that_differ_in_any_byte_are_told_apart() {
        for length in 0..40 {
            let text = vec![b'x'; length];
            assert!(is_same(&text, &text.clone()));
            for place in 0..length {
                let mut other = text.clone();
                other[place] = b'y';
                assert!(!is_same(&text, &other), "{length} bytes, of which {place} differs");
            }
        }
    }
}

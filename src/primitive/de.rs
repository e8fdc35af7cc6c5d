//! Primitives read from any self-describing format, and read again as anything else.

use std::fmt;

use indexmap::IndexMap;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Primitive, behind_key, may_be_number};
use crate::foreign::Format;
use crate::marks::NUMBER;

/// How deep lists and maps may lie in one another, in formats that set no limit of their own.
const DEPTH: usize = 128;

struct Seed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Primitive;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Primitive, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Seed {
    fn inner<E: de::Error>(&self) -> Result<usize, E> {
        self.depth.checked_sub(1).ok_or_else(|| E::custom(format_args!("nested deeper than {DEPTH} levels")))
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Primitive;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a scalar, a list or a map with text as keys")
    }

    fn visit_unit<E>(self) -> Result<Primitive, E> {
        Ok(Primitive::Null)
    }

    fn visit_none<E>(self) -> Result<Primitive, E> {
        Ok(Primitive::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Primitive, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Primitive, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Primitive, E> {
        Ok(Primitive::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Primitive, E> {
        Ok(Primitive::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Primitive, E> {
        Ok(Primitive::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Primitive, E> {
        Ok(Primitive::Int(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Primitive, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Primitive, E> {
        Ok(if is_negative_zero::<E>(value) { Primitive::Int(0) } else { Primitive::Float(value) })
    }

    fn visit_str<E>(self, value: &str) -> Result<Primitive, E> {
        Ok(Primitive::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Primitive, E> {
        Ok(Primitive::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Primitive, E> {
        Ok(Primitive::Bytes(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Primitive, A::Error> {
        let depth = self.inner()?;
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(Seed { depth })? {
            list.push(value);
        }
        Ok(Primitive::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Primitive, A::Error> {
        let depth = self.inner()?;
        let mut entries = IndexMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if entries.is_empty() && key == NUMBER && may_be_number::<A::Error>() {
                return behind_key(&mut map);
            }
            entries.insert(key, map.next_value_seed(Seed { depth })?);
        }
        Ok(Primitive::Map(entries))
    }
}

/// Whether that float is what `serde_json` makes of the whole number `-0`, which is 0. It makes the same of `-0.0`.
#[inline]
pub(crate) fn is_negative_zero<E>(value: f64) -> bool {
    value == 0.0 && value.is_sign_negative() && Format::is_serde_json::<E>()
}

impl<'de> Deserialize<'de> for Primitive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed { depth: DEPTH }.deserialize(deserializer)
    }
}

/// A primitive that is being read as something else.
#[derive(Debug)]
pub struct Reader<E> {
    value: Primitive,
    error: std::marker::PhantomData<E>,
}

impl<'de, E: de::Error> IntoDeserializer<'de, E> for Primitive {
    type Deserializer = Reader<E>;

    fn into_deserializer(self) -> Reader<E> {
        Reader { value: self, error: std::marker::PhantomData }
    }
}

impl<'de, E: de::Error> Deserializer<'de> for Reader<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.value {
            Primitive::Null => visitor.visit_unit(),
            Primitive::Bool(value) => visitor.visit_bool(value),
            Primitive::Int(value) => match (i64::try_from(value), u64::try_from(value)) {
                (Ok(value), _) => visitor.visit_i64(value),
                (_, Ok(value)) => visitor.visit_u64(value),
                _ => visitor.visit_i128(value),
            },
            Primitive::Large(value) => visitor.visit_u128(value),
            Primitive::Float(value) => visitor.visit_f64(value),
            Primitive::Text(value) => visitor.visit_string(value),
            Primitive::Bytes(value) => visitor.visit_byte_buf(value),
            Primitive::List(list) => {
                let mut seq = SeqDeserializer::new(list.into_iter());
                let value = visitor.visit_seq(&mut seq)?;
                seq.end()?;
                Ok(value)
            }
            Primitive::Map(entries) => {
                let mut map = MapDeserializer::new(entries.into_iter());
                let value = visitor.visit_map(&mut map)?;
                map.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.value {
            Primitive::Null => visitor.visit_none(),
            value => visitor.visit_some(value.into_deserializer()),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.value {
            Primitive::Text(text) => text.into_deserializer().deserialize_enum(name, variants, visitor),
            Primitive::Map(entries) => visitor
                .visit_enum(de::value::MapAccessDeserializer::new(MapDeserializer::new(entries.into_iter()))),
            _ => Err(E::custom(format_args!("expected a variant of {name}"))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

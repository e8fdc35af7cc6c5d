//! Primitives read from any self-describing format, and read again as anything else.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use indexmap::IndexMap;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::float::is_negative_zero;
use super::kept::{DEPTH, Kept, Token};
use super::tagged::{Large, Tagged};
use super::{Primitive, behind_key, may_be_number};
use crate::marks::NUMBER;

/// The visits of null and of scalars, as primitives, in a visitor of these.
macro_rules! scalars {
    () => {
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
    };
}
pub(crate) use scalars;

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

    scalars!();

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
        Ok(Primitive::Map(entries.into()))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Primitive, A::Error> {
        Tagged::read(data)?.number()
    }
}

impl<'de> Deserialize<'de> for Primitive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed { depth: DEPTH }.deserialize(deserializer)
    }
}

/// A value that is being read as something else: a primitive, or one that was kept in fewer bytes.
#[derive(Debug)]
pub struct Reader<E> {
    value: Held,
    error: PhantomData<E>,
}

/// The value. One reader has both forms, so that what reads it is compiled once.
#[derive(Debug)]
enum Held {
    Made(Primitive),
    Kept(Kept),
}

impl<E> From<Kept> for Reader<E> {
    fn from(kept: Kept) -> Self {
        Reader { value: Held::Kept(kept), error: PhantomData }
    }
}

impl<'de, E: de::Error> IntoDeserializer<'de, E> for Primitive {
    type Deserializer = Reader<E>;

    fn into_deserializer(self) -> Reader<E> {
        Reader { value: Held::Made(self), error: PhantomData }
    }
}

impl<E> Reader<E> {
    fn is_null(&self) -> bool {
        match &self.value {
            Held::Made(value) => *value == Primitive::Null,
            Held::Kept(kept) => matches!(kept.token(), Token::Null),
        }
    }
}

impl<'de, E: de::Error> Deserializer<'de> for Reader<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.value {
            Held::Made(Primitive::List(list)) => show_list(Parts::Made(list.into_iter()), visitor),
            Held::Made(Primitive::Map(entries)) => show_map(Entries::of(entries.into_iter()), visitor),
            Held::Made(Primitive::Text(value)) => visitor.visit_string(value),
            Held::Made(Primitive::Bytes(value)) => visitor.visit_byte_buf(value),
            Held::Made(Primitive::Null) => visitor.visit_unit(),
            Held::Made(Primitive::Bool(value)) => visitor.visit_bool(value),
            Held::Made(Primitive::Int(value)) => show_int(value, visitor),
            Held::Made(Primitive::Large(value)) => visitor.visit_u128(value),
            Held::Made(Primitive::Float(value)) => visitor.visit_f64(value),
            Held::Kept(kept) => match kept.token() {
                Token::Null => visitor.visit_unit(),
                Token::Bool(value) => visitor.visit_bool(value),
                Token::Int(value) => show_int(value, visitor),
                Token::Large(value) => visitor.visit_u128(value),
                Token::Beyond => visitor.visit_enum(Large::new()),
                Token::Float(value) => visitor.visit_f64(value),
                Token::Text(value) => visitor.visit_str(value),
                Token::Bytes(value) => visitor.visit_bytes(value),
                Token::List(range) => show_list(Parts::Kept(kept.clone(), range), visitor),
                Token::Map(range) => show_map(Entries::kept(kept.clone(), range), visitor),
            },
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
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
        let refused = || E::custom(format_args!("expected a variant of {name}"));
        let text = match self.value {
            Held::Made(Primitive::Text(text)) => text,
            Held::Made(Primitive::Map(entries)) => {
                let entries = Entries::of(entries.into_iter());
                return visitor.visit_enum(de::value::MapAccessDeserializer::new(entries));
            }
            Held::Made(_) => return Err(refused()),
            Held::Kept(kept) => match kept.token() {
                Token::Text(text) => text.to_owned(),
                Token::Map(range) => {
                    let entries = Entries::kept(kept.clone(), range);
                    return visitor.visit_enum(de::value::MapAccessDeserializer::new(entries));
                }
                _ => return Err(refused()),
            },
        };
        text.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn show_int<'de, V: Visitor<'de>, E: de::Error>(value: i128, visitor: V) -> Result<V::Value, E> {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => visitor.visit_i64(value),
        (_, Ok(value)) => visitor.visit_u64(value),
        _ => visitor.visit_i128(value),
    }
}

fn show_list<'de, V: Visitor<'de>, E: de::Error>(parts: Parts, visitor: V) -> Result<V::Value, E> {
    let mut seen = Seen { from: parts, count: 0, error: PhantomData };
    let value = visitor.visit_seq(&mut seen)?;
    let count = seen.count;
    while seen.from.next().is_some() {
        seen.count += 1;
    }
    left(count, seen.count, "sequence").map(|()| value)
}

fn show_map<'de, V: Visitor<'de>, E: de::Error>(entries: Entries<E>, visitor: V) -> Result<V::Value, E> {
    let mut entries = entries;
    let value = visitor.visit_map(&mut entries)?;
    let count = entries.count;
    while entries.next().is_some() {
        entries.count += 1;
    }
    left(count, entries.count, "map").map(|()| value)
}

/// Refuses what a visitor left.
fn left<E: de::Error>(taken: usize, all: usize, of: &str) -> Result<(), E> {
    if taken == all {
        return Ok(());
    }
    let elements = if taken == 1 { "element" } else { "elements" };
    Err(E::invalid_length(all, &&*format!("{taken} {elements} in {of}")))
}

/// Elements of a list.
enum Parts {
    Made(std::vec::IntoIter<Primitive>),
    Kept(Kept, Range<usize>),
}

impl Parts {
    fn next(&mut self) -> Option<Held> {
        match self {
            Parts::Made(list) => list.next().map(Held::Made),
            Parts::Kept(_, range) if range.start >= range.end => None,
            Parts::Kept(kept, range) => {
                let value = kept.at(range.start);
                range.start = value.end();
                Some(Held::Kept(value))
            }
        }
    }
}

struct Seen<E> {
    from: Parts,
    count: usize,
    error: PhantomData<E>,
}

impl<'de, E: de::Error> SeqAccess<'de> for Seen<E> {
    type Error = E;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, E> {
        let Some(value) = self.from.next() else { return Ok(None) };
        self.count += 1;
        seed.deserialize(Reader { value, error: PhantomData }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.from {
            Parts::Made(list) => Some(list.len()),
            Parts::Kept(..) => None,
        }
    }
}

/// Entries of a map.
struct Entries<E> {
    from: Pairs,
    value: Option<Held>,
    count: usize,
    error: PhantomData<E>,
}

enum Pairs {
    Made(indexmap::map::IntoIter<String, Primitive>),
    Kept(Parts),
}

impl<E> Entries<E> {
    fn of(entries: indexmap::map::IntoIter<String, Primitive>) -> Self {
        Entries { from: Pairs::Made(entries), value: None, count: 0, error: PhantomData }
    }

    fn kept(kept: Kept, range: Range<usize>) -> Self {
        Entries { from: Pairs::Kept(Parts::Kept(kept, range)), value: None, count: 0, error: PhantomData }
    }

    fn next(&mut self) -> Option<(String, Held)> {
        match &mut self.from {
            Pairs::Made(entries) => entries.next().map(|(key, value)| (key, Held::Made(value))),
            Pairs::Kept(parts) => {
                let Held::Kept(key) = parts.next()? else { return None };
                Some((key.as_str().unwrap_or_default().to_owned(), parts.next()?))
            }
        }
    }
}

impl<'de, E: de::Error> MapAccess<'de> for Entries<E> {
    type Error = E;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, E> {
        let Some((key, value)) = self.next() else { return Ok(None) };
        self.count += 1;
        self.value = Some(value);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, E> {
        match self.value.take() {
            Some(value) => seed.deserialize(Reader { value, error: PhantomData }),
            None => Err(E::custom("a value is read before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.from {
            Pairs::Made(entries) => Some(entries.len()),
            Pairs::Kept(_) => None,
        }
    }
}

//! The elements of lists and sets.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::equal::key;
use super::read::{Reading, Source};
use super::value::Value;
use crate::error::Step;
use crate::field::{GROWTH, Keys, each_once};
use crate::foreign::Format;
use crate::marks::NUMBER;
use crate::primitive::{Kept, Primitive, Tagged, may_be_number};
use crate::schema::Element;

/// A list. From the wire, a text is read by its characters and a map by its keys, as in the reference.
pub(super) fn list<'de, D: Deserializer<'de>>(
    reading: &Reading<'_>,
    element: &Element,
    deserializer: D,
) -> Result<Vec<Value>, D::Error> {
    deserializer.deserialize_any(List { reading: &reading.inside(), element })
}

/// A set: what Python's `set` makes of the elements as they came, and what is left of them once they are of the
/// element's type.
pub(super) fn set<'de, D: Deserializer<'de>>(
    reading: &Reading<'_>,
    element: &Element,
    deserializer: D,
) -> Result<Vec<Value>, D::Error> {
    let context = reading.context;
    if reading.source == Source::InDefault {
        return Err(context.invalid("a set is required, and a default's text has none in a list or a dict"));
    }
    let reading = &reading.inside();
    let mut kept = Keys::default();
    let mut values = Vec::new();
    let came = deserializer.deserialize_any(Raw { reading })?;
    let came = each_once(&element.ty.kind, context, came).map_err(|error| context.fail(error))?;
    for (index, value) in came {
        let at = |error: D::Error| context.within(error, Step::Index(index));
        let value = reading.element(element).deserialize(value.into_deserializer()).map_err(at)?;
        let counted = key(&element.ty, &value).map_or(Ok(true), |key| kept.insert(key, context));
        let is_new = counted.map_err(|error| at(context.fail(error)))?;
        if is_new {
            // While it grows it has its old place too.
            let memory = size_of::<Value>() + least(&value);
            let counted = context.spend(0, memory).and_then(|()| context.room(&mut values));
            counted.map_err(|error| at(context.fail(error)))?;
            values.push(value);
        }
    }
    Ok(values)
}

fn refused<E: de::Error>(reading: &Reading<'_>, wanted: &str, found: &str) -> E {
    reading.context.invalid(format_args!("{wanted} is required, found {found}"))
}

/// Whether text and maps are walked.
fn walks(reading: &Reading<'_>) -> bool {
    reading.source == Source::Wire && !reading.context.is_strict()
}

struct List<'a> {
    reading: &'a Reading<'a>,
    element: &'a Element,
}

impl List<'_> {
    /// Reads the elements of what is no list.
    fn walk<E: de::Error>(
        &self,
        found: &str,
        parts: impl Iterator<Item = Primitive>,
    ) -> Result<Vec<Value>, E> {
        if !walks(self.reading) {
            return Err(refused(self.reading, "a list", found));
        }
        let context = self.reading.context;
        let read = |(index, part): (usize, Primitive)| {
            context.walked(index + 1)?;
            let read = self.reading.element(self.element).deserialize(part.into_deserializer());
            read.map_err(|error| context.within(error, Step::Index(index)))
        };
        parts.enumerate().map(read).collect()
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Value>, A::Error> {
        let is_counted = count::<Value, _>(&seq, self.reading)?;
        let mut values = Vec::new();
        loop {
            let next = seq.next_element_seed(self.reading.element(self.element));
            match next.map_err(|error| self.reading.context.within(error, Step::Index(values.len())))? {
                Some(value) => {
                    if !is_counted {
                        let context = self.reading.context;
                        let counted = context.room(&mut values);
                        let counted = counted.and_then(|()| context.spend(least(&value) * GROWTH, 0));
                        counted.map_err(|error| context.fail(error))?;
                    }
                    values.push(value);
                }
                None => return Ok(values),
            }
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<Value>, E> {
        self.walk("text", characters(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<Value>, E> {
        self.walk("bytes", numbers(bytes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Value>, A::Error> {
        if !walks(self.reading) {
            return Err(refused(self.reading, "a list", "a map"));
        }
        let keys = keys(&mut map, self.reading)?;
        self.walk("a map", keys.into_iter().map(Primitive::from))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Vec<Value>, A::Error> {
        Err(refused(self.reading, "a list", &Tagged::read(data)?.to_string()))
    }
}

/// Values that are to become the elements of a set.
struct Raw<'a> {
    reading: &'a Reading<'a>,
}

impl Raw<'_> {
    fn walk<E: de::Error>(
        self,
        found: &str,
        parts: impl Iterator<Item = Primitive>,
    ) -> Result<Vec<Primitive>, E> {
        if !walks(self.reading) {
            return Err(refused(self.reading, "a set", found));
        }
        let counted = |(index, part)| self.reading.context.walked(index + 1).map(|()| part);
        parts.enumerate().map(counted).collect()
    }
}

impl<'de> Visitor<'de> for Raw<'_> {
    type Value = Vec<Primitive>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Vec<Primitive>, A::Error> {
        count::<Primitive, _>(&seq, self.reading)?;
        match self.reading.context.primitive(Kept::of_list(seq)?)? {
            Primitive::List(values) => Ok(values),
            other => Ok(vec![other]),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<Primitive>, E> {
        self.walk("text", characters(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<Primitive>, E> {
        self.walk("bytes", numbers(bytes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Primitive>, A::Error> {
        if !walks(self.reading) {
            return Err(refused(self.reading, "a set", "a map"));
        }
        Ok(keys(&mut map, self.reading)?.into_iter().map(Primitive::from).collect())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Vec<Primitive>, A::Error> {
        Err(refused(self.reading, "a set", &Tagged::read(data)?.to_string()))
    }
}

fn characters(text: &str) -> impl Iterator<Item = Primitive> {
    text.chars().map(|character| Primitive::Text(character.into()))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = Primitive> {
    bytes.iter().map(|byte| Primitive::Int((*byte).into()))
}

/// How many bytes of a message a value takes at least that isn't counted by itself.
fn least(value: &Value) -> usize {
    match value {
        Value::Plain(Primitive::Text(text)) => 1 + text.len(),
        Value::Plain(Primitive::Int(number)) => {
            1 + (i128::BITS - number.unsigned_abs().leading_zeros()) as usize / 8
        }
        Value::Plain(Primitive::Float(_)) => 1 + size_of::<f32>(),
        _ => 1,
    }
}

/// Counts the elements of the compact form, where as few as a bit says what one is. Tells whether it did.
fn count<'de, T, A: SeqAccess<'de>>(seq: &A, reading: &Reading<'_>) -> Result<bool, A::Error> {
    let count = seq.size_hint().filter(|_| Format::is_own::<A::Error>());
    let counted = reading.context.spend(0, count.unwrap_or(0).saturating_mul(size_of::<T>()));
    counted.map_err(|error| reading.context.fail(error))?;
    Ok(count.is_some())
}

/// The keys of a map, each once.
fn keys<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &Reading<'_>,
) -> Result<indexmap::IndexSet<String>, A::Error> {
    let mut keys = indexmap::IndexSet::new();
    while let Some(key) = map.next_key::<String>()? {
        if keys.is_empty() && key == NUMBER && may_be_number::<A::Error>() {
            return Err(de::Error::custom("a list is required, found a number"));
        }
        map.next_value::<IgnoredAny>()?;
        keys.insert(key);
        reading.context.walked(keys.len())?;
    }
    Ok(keys)
}

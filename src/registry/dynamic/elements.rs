//! The elements of lists and sets.

use std::fmt;

use serde::de::{self, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::equal::Distinct;
use super::read::{Reading, Source};
use super::value::Value;
use crate::error::Step;
use crate::field::{GROWTH, Member, Numbers, is_of_what_came, least};
use crate::foreign::Format;
use crate::marks::NUMBER;
use crate::primitive::{Primitive, Tagged, may_be_number};
use crate::schema::Element;

/// A list. From the wire, a text is read by its characters and a map by its keys, as in the reference.
pub(super) fn list<'de, D: Deserializer<'de>>(
    reading: &Reading<'_>,
    element: &Element,
    deserializer: D,
) -> Result<Vec<Value>, D::Error> {
    deserializer.deserialize_any(List { reading: &reading.entered()?, element })
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
    let reading = &reading.entered()?;
    let (numbers, values) = (Numbers::default(), Distinct::of(&element.ty));
    let set = deserializer.deserialize_any(Set { reading, element, numbers, values, index: 0 })?;
    Ok(set.into_values())
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
            let read = self.reading.element(self.element).again(part);
            read.map_err(|error| E::custom(context.within(error, Step::Index(index))))
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
                        let counted = counted.and_then(|()| {
                            context.spend(value.as_plain().map_or(1, least).saturating_mul(GROWTH), 0)
                        });
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

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

struct Set<'a> {
    reading: &'a Reading<'a>,
    element: &'a Element,
    numbers: Numbers,
    values: Distinct<'a>,
    index: usize,
}

impl<'a> Set<'a> {
    /// Takes the next element as it came.
    fn take<E: de::Error>(&mut self, value: Primitive) -> Result<(), E> {
        let context = self.reading.context;
        if self.numbers.is_new::<E>(&value, context).map_err(|error| context.fail(error))? {
            let value = self.reading.element(self.element).again(value);
            let value = value.map_err(|error| context.within(error, Step::Index(self.index)));
            self.add(value.map_err(E::custom)?)?;
        }
        self.index += 1;
        Ok(())
    }

    fn add<E: de::Error>(&mut self, value: Value) -> Result<(), E> {
        let context = self.reading.context;
        self.values.add(value, context).map_err(|error| context.fail(error))
    }

    fn walk<E: de::Error>(
        mut self,
        found: &str,
        mut parts: impl Iterator<Item = Primitive>,
    ) -> Result<Distinct<'a>, E> {
        if !walks(self.reading) {
            return Err(refused(self.reading, "a set", found));
        }
        parts.try_for_each(|part| {
            self.reading.context.walked(self.index + 1)?;
            self.take(part)
        })?;
        Ok(self.values)
    }
}

impl<'de, 'a> Visitor<'de> for Set<'a> {
    type Value = Distinct<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Distinct<'a>, A::Error> {
        let context = self.reading.context;
        // The compact form, which alone says the length, has nothing but values of the type.
        let is_compact = Format::is_own::<A::Error>() && seq.size_hint().is_some();
        let is_of_what_came = !is_compact && is_of_what_came(&self.element.ty.kind, context);
        loop {
            let index = self.index;
            if is_of_what_came {
                let Some(value) = seq.next_element_seed(Member { context, index })? else { break };
                self.take(value)?;
                continue;
            }
            let next = seq.next_element_seed(self.reading.element(self.element));
            let next = next.map_err(|error| context.within(error, Step::Index(index)))?;
            let Some(value) = next else { break };
            let accounted = value.as_plain().map_or(1, |value| context.least::<A::Error>(value));
            let counted = context.spend(accounted.saturating_mul(GROWTH), 0);
            counted.map_err(|error| context.fail(error))?;
            self.add(value)?;
            self.index += 1;
        }
        Ok(self.values)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Distinct<'a>, E> {
        self.walk("text", characters(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Distinct<'a>, E> {
        self.walk("bytes", numbers(bytes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct<'a>, A::Error> {
        if !walks(self.reading) {
            return Err(refused(self.reading, "a set", "a map"));
        }
        let keys = keys(&mut map, self.reading)?;
        self.walk("a map", keys.into_iter().map(Primitive::from))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Distinct<'a>, A::Error> {
        Err(refused(self.reading, "a set", &Tagged::read(data)?.to_string()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Distinct<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Distinct<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn characters(text: &str) -> impl Iterator<Item = Primitive> {
    text.chars().map(|character| Primitive::Text(character.into()))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = Primitive> {
    bytes.iter().map(|byte| Primitive::Int((*byte).into()))
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

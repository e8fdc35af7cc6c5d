//! Reading values.

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::Deserializer;
use super::key::{Ahead, KeyDeserializer};
use crate::format::json::error::JsonError;
use crate::format::json::raw::RawMap;
use crate::marks::{EXPECTED, RAW};

impl<'de> Deserializer<'de> {
    #[inline]
    fn visit_list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.enter()?;
        let mut parts = Parts::new(self, b']');
        let value = visitor.visit_seq(Inside(&mut parts))?;
        parts.leave().map(|()| value)
    }

    #[inline]
    fn visit_map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.enter()?;
        let mut parts = Parts::new(self, b'}');
        let value = visitor.visit_map(Inside(&mut parts))?;
        parts.leave().map(|()| value)
    }
}

impl<'de> de::Deserializer<'de> for &mut Deserializer<'de> {
    type Error = JsonError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.next() {
            Some(b'"') => self.visit_text(visitor),
            Some(b'0'..=b'9') => self.visit_number(visitor),
            Some(b'{') => self.visit_map(visitor),
            Some(b'[') => self.visit_list(visitor),
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_unit()),
            Some(b'-') => self.visit_negative(visitor),
            Some(b'N' | b'I') if self.is_plain => Err(self.no_float()),
            Some(b'N' | b'I') => self.visit_beyond(visitor),
            _ => Err(self.wrong("a value")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.next() {
            Some(b'N' | b'I') => self.visit_beyond(visitor),
            Some(b'-') if self.is_negative_infinity() => self.visit_beyond(visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_f64(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.next() {
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        if name == EXPECTED {
            return visitor.visit_enum(Ahead(self));
        }
        if name == RAW {
            let text = self.raw_text()?;
            return visitor.visit_map(RawMap(Some(text)));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self.next() {
            Some(b'"') => {
                let text = self.owned_text()?;
                IntoDeserializer::<JsonError>::into_deserializer(text)
                    .deserialize_enum(name, variants, visitor)
            }
            Some(b'{') => self.visit_map(VariantVisitor(visitor)),
            _ => Err(self.wrong("a variant")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

/// A variant with fields: a map with one entry.
struct VariantVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for VariantVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let mut map = map;
        let value = self.0.visit_enum(de::value::MapAccessDeserializer::new(&mut map))?;
        match map.next_key::<de::IgnoredAny>()? {
            Some(_) => Err(de::Error::custom("a variant has one key alone")),
            None => Ok(value),
        }
    }
}

/// Parts between brackets, one after the other.
struct Parts<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    end: u8,
    is_first: bool,
    is_over: bool,
}

impl<'a, 'de> Parts<'a, 'de> {
    #[inline]
    fn new(de: &'a mut Deserializer<'de>, end: u8) -> Self {
        Parts { de, end, is_first: true, is_over: false }
    }

    /// Goes to the next part, and gives its first byte; nothing behind the last one.
    #[inline]
    fn advance(&mut self) -> Result<Option<u8>, JsonError> {
        if self.is_over {
            return Ok(None);
        }
        match self.de.next() {
            Some(byte) if byte == self.end => {
                self.de.at += 1;
                self.is_over = true;
                Ok(None)
            }
            Some(b',') if !self.is_first => {
                self.de.at += 1;
                self.de.next().map_or_else(|| Err(self.de.wrong(self.wanted())), |byte| Ok(Some(byte)))
            }
            Some(byte) if std::mem::replace(&mut self.is_first, false) => Ok(Some(byte)),
            _ => Err(self.de.wrong(match self.end {
                b']' => "a comma or the end of the list",
                _ => "a comma or the end of the map",
            })),
        }
    }

    /// Name of what has to begin a part.
    fn wanted(&self) -> &'static str {
        if self.end == b']' { "a value" } else { "a key" }
    }

    /// Goes one level out, where the visitor asked for no more: a tuple has its length.
    #[inline]
    fn leave(self) -> Result<(), JsonError> {
        let Parts { de, end, is_over, .. } = self;
        if !is_over {
            if de.next() != Some(end) {
                return Err(de.wrong(if end == b']' { "the end of the list" } else { "the end of the map" }));
            }
            de.at += 1;
        }
        de.depth -= 1;
        Ok(())
    }
}

/// Way of a visitor to the parts. serde's own, `&mut Parts`, isn't inlined where it has to be: a name that is passed on
/// through memory costs as much as reading it.
struct Inside<'p, 'a, 'de>(&'p mut Parts<'a, 'de>);

impl<'de> de::SeqAccess<'de> for Inside<'_, '_, 'de> {
    type Error = JsonError;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, JsonError> {
        match self.0.advance()? {
            Some(_) => seed.deserialize(&mut *self.0.de).map(Some),
            None => Ok(None),
        }
    }
}

impl<'de> de::MapAccess<'de> for Inside<'_, '_, 'de> {
    type Error = JsonError;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        match self.0.advance()? {
            Some(b'"') => seed.deserialize(KeyDeserializer(self.0.de)).map(Some),
            Some(_) => Err(self.0.de.wrong(self.0.wanted())),
            None => Ok(None),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, JsonError> {
        match self.0.de.next() {
            Some(b':') => self.0.de.at += 1,
            _ => return Err(self.0.de.wrong("a colon")),
        }
        self.0.de.next();
        seed.deserialize(&mut *self.0.de)
    }
}

//! Keeping what a deserializer shows.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::token::{
    BEYOND, BYTES, DEPTH, FALSE, FLOAT, FLOAT_32, LARGE, LIST, LONG, MAP, NEGATIVE, NEGATIVE_8, NEGATIVE_16,
    NEGATIVE_32, NULL, SMALL, TEXT, TRUE, WHOLE, WHOLE_16, WHOLE_32,
};
use crate::marks::NUMBER;
use crate::primitive::float::is_negative_zero;
use crate::primitive::{Primitive, Tagged, behind_key, may_be_number};

/// Appends the values that a deserializer shows.
pub(super) struct Keeping<'b> {
    pub(super) out: &'b mut Vec<u8>,
    pub(super) depth: usize,
}

impl Keeping<'_> {
    fn whole(self, value: u64) {
        if let Some(small) = u8::try_from(value).ok().and_then(|value| value.checked_add(SMALL)) {
            self.out.push(small);
        } else if let Ok(value) = u16::try_from(value) {
            self.fixed(WHOLE_16, &value.to_le_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            self.fixed(WHOLE_32, &value.to_le_bytes());
        } else {
            self.fixed(WHOLE, &value.to_le_bytes());
        }
    }

    fn negative(self, value: i64) {
        if let Ok(value) = i8::try_from(value) {
            self.fixed(NEGATIVE_8, &value.to_le_bytes());
        } else if let Ok(value) = i16::try_from(value) {
            self.fixed(NEGATIVE_16, &value.to_le_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.fixed(NEGATIVE_32, &value.to_le_bytes());
        } else {
            self.fixed(NEGATIVE, &value.to_le_bytes());
        }
    }

    fn float(self, value: f64) {
        let short = value as f32;
        if f64::from(short).to_bits() == value.to_bits() {
            self.fixed(FLOAT_32, &short.to_le_bytes());
        } else {
            self.fixed(FLOAT, &value.to_le_bytes());
        }
    }

    fn fixed(self, tag: u8, bytes: &[u8]) {
        self.out.push(tag);
        self.out.extend_from_slice(bytes);
    }

    fn sized(self, tag: u8, bytes: &[u8]) {
        self.out.push(tag);
        match u8::try_from(bytes.len()) {
            Ok(length) if length < u8::MAX => self.out.push(length),
            _ => {
                self.out.push(u8::MAX);
                self.out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            }
        }
        self.out.extend_from_slice(bytes);
    }

    fn number<E: de::Error>(self, value: &Primitive) -> Result<(), E> {
        match value {
            Primitive::Int(value) => self.visit_i128(*value),
            Primitive::Large(value) => self.visit_u128(*value),
            Primitive::Float(value) => {
                self.float(*value);
                Ok(())
            }
            _ => self.visit_unit(),
        }
    }

    fn inner<E: de::Error>(&self) -> Result<usize, E> {
        self.depth.checked_sub(1).ok_or_else(|| E::custom(format_args!("nested deeper than {DEPTH} levels")))
    }

    /// Ends a list or a map, whose length had one byte when it began.
    fn close(out: &mut Vec<u8>, start: usize) {
        let length = out.len() - start;
        match u8::try_from(length) {
            Ok(short) if short < u8::MAX => {
                if let Some(byte) = out.get_mut(start - 1) {
                    *byte = short;
                }
            }
            _ => {
                if let Some(byte) = out.get_mut(start - 1) {
                    *byte = u8::MAX;
                }
                // Moves what is inside; that is once a level, of which there are few.
                out.splice(start..start, (length as u64).to_le_bytes());
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Keeping<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keeping<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a scalar, a list or a map with text as keys")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.push(NULL);
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.out.push(NULL);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.out.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        match u64::try_from(value) {
            Ok(value) => self.whole(value),
            Err(_) => self.negative(value),
        }
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.whole(value);
        Ok(())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<(), E> {
        match (u64::try_from(value), i64::try_from(value)) {
            (Ok(value), _) => self.visit_u64(value),
            (_, Ok(value)) => self.visit_i64(value),
            _ => {
                self.fixed(LONG, &value.to_le_bytes());
                Ok(())
            }
        }
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<(), E> {
        match i128::try_from(value) {
            Ok(value) => self.visit_i128(value),
            Err(_) => {
                self.fixed(LARGE, &value.to_le_bytes());
                Ok(())
            }
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        if is_negative_zero::<E>(value) {
            self.whole(0);
        } else {
            self.float(value);
        }
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.sized(TEXT, value.as_bytes());
        Ok(())
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<(), E> {
        self.sized(BYTES, value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let depth = self.inner()?;
        self.out.extend_from_slice(&[LIST, 0]);
        let start = self.out.len();
        while seq.next_element_seed(Keeping { out: self.out, depth })?.is_some() {}
        Keeping::close(self.out, start);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = self.inner()?;
        let begin = self.out.len();
        self.out.extend_from_slice(&[MAP, 0]);
        let start = self.out.len();
        while map.next_key_seed(KeepingKey(self.out))?.is_some() {
            let is_first = self.out.len() == start + 2 + NUMBER.len();
            if is_first && may_be_number::<A::Error>() && self.out.ends_with(NUMBER.as_bytes()) {
                self.out.truncate(begin);
                return self.number(&behind_key(&mut map)?);
            }
            map.next_value_seed(Keeping { out: self.out, depth })?;
        }
        Keeping::close(self.out, start);
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        match Tagged::read(data)? {
            // Refused where it is read, since its place is known there.
            Tagged::Beyond => {
                self.out.push(BEYOND);
                Ok(())
            }
            other => self.number(&other.number()?),
        }
    }
}

/// Appends a key, which has to be text.
struct KeepingKey<'b>(&'b mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for KeepingKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeepingKey<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        Keeping { out: self.0, depth: 0 }.sized(TEXT, value.as_bytes());
        Ok(())
    }

    fn visit_bytes<E: de::Error>(self, value: &[u8]) -> Result<(), E> {
        match std::str::from_utf8(value) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(de::Unexpected::Bytes(value), &self)),
        }
    }
}

//! Values that are kept in few bytes until it is known who reads them.
//!
//! A peer may send the data of an object before its header. A number of two bytes would take sixteen times as many as a
//! [`Primitive`]; here it takes no more than in the format that it came in.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::float::is_negative_zero;
use super::{Primitive, behind_key, may_be_number};
use crate::marks::NUMBER;

/// How deep lists and maps may lie in one another, in formats that set no limit of their own.
pub(super) const DEPTH: usize = 128;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const WHOLE: u8 = 3;
const NEGATIVE: u8 = 4;
const LONG: u8 = 5;
const LARGE: u8 = 6;
const FLOAT: u8 = 7;
const TEXT: u8 = 8;
const BYTES: u8 = 9;
const LIST: u8 = 10;
const MAP: u8 = 11;
/// The first of the bytes that are a whole number by themselves.
const SMALL: u8 = 16;

/// A value of any kind, as it came. Copies share its bytes.
#[derive(Clone)]
pub(crate) struct Kept {
    bytes: Arc<Vec<u8>>,
    at: usize,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// A value that is kept, with the places of those inside it.
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    Int(i128),
    Large(u128),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    List(Range<usize>),
    Map(Range<usize>),
}

impl Kept {
    /// Name of the kind of value, as [`Primitive`] has it.
    pub(crate) fn describe(&self) -> &'static str {
        match self.token() {
            Token::Null => "null",
            Token::Bool(_) => "a boolean",
            Token::Int(_) | Token::Large(_) | Token::Float(_) => "a number",
            Token::Text(_) => "text",
            Token::Bytes(_) => "bytes",
            Token::List(_) => "a list",
            Token::Map(_) => "a map",
        }
    }

    /// The text, where it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self.token() {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, where it is a list.
    pub(crate) fn elements(&self) -> Option<impl Iterator<Item = Kept> + use<>> {
        match self.token() {
            Token::List(range) => Some(Values { kept: self.clone(), range }),
            _ => None,
        }
    }

    /// The entries, where it is a map; a key may stand there twice.
    pub(crate) fn entries(&self) -> Option<impl Iterator<Item = (String, Kept)> + use<>> {
        match self.token() {
            Token::Map(range) => Some(Pairs(Values { kept: self.clone(), range })),
            _ => None,
        }
    }

    /// How many bytes it takes here.
    pub(crate) fn length(&self) -> usize {
        self.end() - self.at
    }

    /// About how many bytes it takes as a [`Primitive`].
    pub(crate) fn weight(&self) -> usize {
        /// Room that a map makes for its first entries.
        const ENTRIES: usize = 400;
        let mut weight = 0_usize;
        let mut at = self.at;
        while at < self.end() {
            let (token, end) = token(&self.bytes, at);
            let (own, next) = match token {
                Token::Text(text) => (text.len(), end),
                Token::Bytes(bytes) => (bytes.len(), end),
                Token::List(range) => (0, range.start),
                Token::Map(range) => (if range.is_empty() { 0 } else { ENTRIES }, range.start),
                _ => (0, end),
            };
            weight = weight.saturating_add(own + size_of::<Primitive>());
            at = next;
        }
        weight
    }

    pub(super) fn token(&self) -> Token<'_> {
        token(&self.bytes, self.at).0
    }

    /// The place behind it.
    pub(super) fn end(&self) -> usize {
        token(&self.bytes, self.at).1
    }

    /// Another value of the same bytes.
    pub(super) fn at(&self, at: usize) -> Kept {
        Kept { bytes: Arc::clone(&self.bytes), at }
    }
}

/// Values one after the other.
struct Values {
    kept: Kept,
    range: Range<usize>,
}

impl Iterator for Values {
    type Item = Kept;

    fn next(&mut self) -> Option<Kept> {
        if self.range.start >= self.range.end {
            return None;
        }
        let value = self.kept.at(self.range.start);
        self.range.start = value.end();
        Some(value)
    }
}

struct Pairs(Values);

impl Iterator for Pairs {
    type Item = (String, Kept);

    fn next(&mut self) -> Option<(String, Kept)> {
        let key = self.0.next()?;
        Some((key.as_str().unwrap_or_default().to_owned(), self.0.next()?))
    }
}

/// The value at that place, and the place behind it. The bytes were written here, so none of them is missing.
fn token(bytes: &[u8], at: usize) -> (Token<'_>, usize) {
    read(bytes, at).unwrap_or((Token::Null, bytes.len().max(at + 1)))
}

fn read(bytes: &[u8], at: usize) -> Option<(Token<'_>, usize)> {
    let tag = *bytes.get(at)?;
    let at = at + 1;
    let rest = bytes.get(at..)?;
    Some(match tag {
        NULL => (Token::Null, at),
        FALSE => (Token::Bool(false), at),
        TRUE => (Token::Bool(true), at),
        WHOLE => (Token::Int(u64::from_le_bytes(*rest.first_chunk()?).into()), at + 8),
        NEGATIVE => (Token::Int(i64::from_le_bytes(*rest.first_chunk()?).into()), at + 8),
        LONG => (Token::Int(i128::from_le_bytes(*rest.first_chunk()?)), at + 16),
        LARGE => (Token::Large(u128::from_le_bytes(*rest.first_chunk()?)), at + 16),
        FLOAT => (Token::Float(f64::from_le_bytes(*rest.first_chunk()?)), at + 8),
        TEXT | BYTES | LIST | MAP => {
            let (length, start) = length(rest, at)?;
            let range = start..start + length;
            let end = range.end;
            let token = match tag {
                LIST => Token::List(range),
                MAP => Token::Map(range),
                BYTES => Token::Bytes(bytes.get(range)?),
                _ => Token::Text(std::str::from_utf8(bytes.get(range)?).ok()?),
            };
            (token, end)
        }
        small => (Token::Int(small.checked_sub(SMALL)?.into()), at),
    })
}

/// A length of one byte, or of eight behind one that says so.
fn length(rest: &[u8], at: usize) -> Option<(usize, usize)> {
    match *rest.first()? {
        u8::MAX => {
            let length = u64::from_le_bytes(*rest.get(1..)?.first_chunk()?);
            Some((usize::try_from(length).ok()?, at + 9))
        }
        length => Some((length.into(), at + 1)),
    }
}

/// Appends the values that a deserializer shows.
struct Keeping<'b> {
    out: &'b mut Vec<u8>,
    depth: usize,
}

impl Keeping<'_> {
    fn whole(self, value: u64) {
        match u8::try_from(value).ok().and_then(|value| value.checked_add(SMALL)) {
            Some(small) => self.out.push(small),
            None => self.fixed(WHOLE, &value.to_le_bytes()),
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
                self.fixed(FLOAT, &value.to_le_bytes());
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
            Err(_) => self.fixed(NEGATIVE, &value.to_le_bytes()),
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
            self.fixed(FLOAT, &value.to_le_bytes());
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

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut out = Vec::new();
        Keeping { out: &mut out, depth: DEPTH }.deserialize(deserializer)?;
        Ok(Kept { bytes: Arc::new(out), at: 0 })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer as _;
    use serde::de::value::Error;

    use super::*;

    #[test]
    fn values_are_the_same_before_and_after() {
        let long = vec![Primitive::from("é".repeat(300)), Primitive::Null];
        let map = |entries: Vec<(&str, Primitive)>| {
            Primitive::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        };
        let numbers = [0, 1, 239, 240, 255, -1, i64::MAX.into(), i64::MIN.into(), u64::MAX.into(), i128::MIN];
        let whole = Primitive::List(vec![
            Primitive::Null,
            true.into(),
            false.into(),
            Primitive::List(numbers.map(Primitive::Int).to_vec()),
            Primitive::Large(u128::MAX),
            Primitive::Float(0.5),
            Primitive::Float(f64::INFINITY),
            Primitive::Bytes(vec![0; 400]),
            "".into(),
            map(vec![]),
            map(vec![("a", 1.into()), ("long", Primitive::List(long)), ("", map(vec![("b", 2.into())]))]),
            Primitive::List(vec![]),
        ]);
        let reader: super::super::Reader<Error> = whole.clone().into_deserializer();
        let kept = Kept::deserialize(reader).unwrap();
        assert_eq!(kept.length(), kept.bytes.len());
        let again: Primitive =
            Primitive::deserialize(super::super::Reader::<Error>::from(kept.clone())).unwrap();
        assert_eq!(again, whole);
        assert!(kept.weight() > kept.length());
        let of_list = kept.elements().unwrap().map(|value| value.describe()).collect::<Vec<_>>();
        assert_eq!(of_list[..3], ["null", "a boolean", "a boolean"]);
    }

    #[test]
    fn a_number_takes_no_more_than_its_text() {
        let list = Primitive::List(vec![1.into(); 1000]);
        let reader: super::super::Reader<Error> = list.into_deserializer();
        assert_eq!(Kept::deserialize(reader).unwrap().length(), 1000 + 10);
    }
}

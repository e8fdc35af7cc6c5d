//! Values that are kept in few bytes until it is known who reads them.
//!
//! A peer may send the data of an object before its header. A number of two bytes would take sixteen times as many as a
//! [`Primitive`]; here it takes no more than in the format that it came in.

mod keeping;
mod made;
mod token;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, DeserializeSeed as _, Deserializer};
#[cfg(feature = "json")]
use serde::de::{MapAccess, SeqAccess, Visitor as _};

use keeping::Keeping;
use token::token;

pub(crate) use made::Extent;
#[cfg(feature = "json")]
pub(crate) use made::Maker;
pub(crate) use token::{DEPTH, Token};

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

impl Kept {
    /// Name of the kind of value, as [`Primitive`] has it.
    pub(crate) fn describe(&self) -> &'static str {
        match self.token() {
            Token::Null => "null",
            Token::Bool(_) => "a boolean",
            Token::Int(_) | Token::Large(_) | Token::Beyond | Token::Float(_) => "a number",
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

    /// Whether it is a list or a map.
    #[cfg(feature = "rpc")]
    pub(crate) fn has_parts(&self) -> bool {
        matches!(self.token(), Token::List(_) | Token::Map(_))
    }

    /// How many bytes it takes here.
    pub(crate) fn length(&self) -> usize {
        self.end() - self.at
    }

    /// Whether it is a map that has such a key.
    #[cfg(feature = "rpc")]
    pub(crate) fn has_key(&self, is: impl Fn(&str) -> bool) -> bool {
        let Token::Map(range) = self.token() else { return false };
        let mut at = range.start;
        while at < range.end {
            let (key, value) = token(&self.bytes, at);
            if matches!(key, Token::Text(key) if is(key)) {
                return true;
            }
            at = token(&self.bytes, value).1;
        }
        false
    }

    /// Value, or the list or map that begins here.
    pub(crate) fn token(&self) -> Token<'_> {
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

impl Kept {
    fn of(bytes: Vec<u8>) -> Self {
        Kept { bytes: Arc::new(bytes), at: 0 }
    }

    /// Keeps a list whose elements a format shows.
    ///
    /// # Errors
    /// Where one can't be read, or lies too deep.
    #[cfg(feature = "json")]
    pub(crate) fn of_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        let mut out = Vec::new();
        Keeping { out: &mut out, depth: DEPTH }.visit_seq(list)?;
        Ok(Kept::of(out))
    }

    /// Keeps a map whose entries a format shows, which may be a number.
    ///
    /// # Errors
    /// As [`Kept::of_list`].
    #[cfg(feature = "json")]
    pub(crate) fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        let mut out = Vec::new();
        Keeping { out: &mut out, depth: DEPTH }.visit_map(map)?;
        Ok(Kept::of(out))
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut out = Vec::new();
        Keeping { out: &mut out, depth: DEPTH }.deserialize(deserializer)?;
        Ok(Kept::of(out))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer as _;
    use serde::de::value::Error;

    use super::*;
    use crate::primitive::Primitive;

    #[test]
    fn values_are_the_same_before_and_after() {
        let long = vec![Primitive::from("é".repeat(300)), Primitive::Null];
        let map = |entries: Vec<(&str, Primitive)>| {
            Primitive::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        };
        // Each number of bytes, its first and its last.
        let bits = [7, 8, 15, 16, 31, 32, 63, 64, 126];
        let numbers = bits.into_iter().flat_map(|bits| [-1, 0].map(|more| (1_i128 << bits) + more));
        let numbers = numbers.flat_map(|number| [number, -number, -1 - number]);
        let numbers = numbers.chain([0, 1, 236, 237, i128::MIN, i128::MAX]);
        let whole = Primitive::List(vec![
            Primitive::Null,
            true.into(),
            false.into(),
            Primitive::List(numbers.map(Primitive::Int).collect()),
            Primitive::Large(u128::MAX),
            Primitive::Float(0.5),
            Primitive::Float(0.1),
            Primitive::Float(1e300),
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
        assert_eq!(kept.to_primitive::<Error>().unwrap(), whole);
        let extent = kept.extent_as_primitive();
        assert!(extent.bytes > kept.length());
        assert_eq!(extent.levels, 3);
        #[cfg(feature = "rpc")]
        for (key, is_there) in [("long", true), ("b", false)] {
            assert_eq!(kept.elements().unwrap().any(|value| value.has_key(|own| own == key)), is_there);
        }
        let of_list = kept.elements().unwrap().map(|value| value.describe()).collect::<Vec<_>>();
        assert_eq!(of_list[..3], ["null", "a boolean", "a boolean"]);
    }

    #[test]
    fn a_whole_number_takes_no_more_than_its_text() {
        for digits in 1..39 {
            let least = 10_i128.pow(digits - 1);
            for number in [least, 10 * least - 1, -least, 1 - 10 * least] {
                let reader: super::super::Reader<Error> = Primitive::Int(number).into_deserializer();
                let length = Kept::deserialize(reader).unwrap().length();
                assert!(length <= number.to_string().len(), "{number} takes {length}");
            }
        }
    }
}

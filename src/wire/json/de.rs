use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::error::JsonError;
use super::key::KeyDeserializer;
use super::raw::{RAW, RawMap};
use super::scan::plain_run;
use super::text::unescaped;
use crate::wire::EXPECTED;

/// How deep lists and maps may lie in one another.
const DEPTH: usize = 128;

/// Reads JSON text.
pub struct Deserializer<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
    /// Text that has escapes, without them.
    unescaped: String,
}

impl<'de> Deserializer<'de> {
    /// Reads that text.
    ///
    /// # Errors
    /// Where it isn't UTF-8.
    pub fn new(text: &'de [u8]) -> Result<Self, JsonError> {
        match std::str::from_utf8(text) {
            Ok(text) => Ok(Deserializer { text, at: 0, depth: 0, unescaped: String::new() }),
            Err(error) => Err(JsonError::syntax(format_args!("the text isn't UTF-8: {error}"))),
        }
    }

    /// Whether nothing but white space is left.
    ///
    /// # Errors
    /// Where something is.
    pub fn end(&mut self) -> Result<(), JsonError> {
        match self.next() {
            Some(_) => Err(self.wrong("nothing more")),
            None => Ok(()),
        }
    }

    /// The error with the place that was reached, unless it has one.
    #[cold]
    pub(super) fn place(&self, error: JsonError) -> JsonError {
        error.at(self.text, self.at)
    }

    /// The first byte that is no white space, which is where the deserializer then stands.
    #[inline]
    fn next(&mut self) -> Option<u8> {
        match self.byte() {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.next_behind_space(),
        }
    }

    fn next_behind_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// The byte here, white space or not.
    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Another thing stands here than this.
    #[cold]
    fn wrong(&self, wanted: &str) -> JsonError {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let error = match found {
            Some(found) => JsonError::syntax(format_args!("expected {wanted}, found {found:?}")),
            None => JsonError::syntax(format_args!("expected {wanted}, found the end of the text")),
        };
        self.place(error)
    }

    #[inline]
    fn word(&mut self, word: &'static str) -> Result<(), JsonError> {
        match self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            true => self.at += word.len(),
            false => return Err(self.wrong("a value")),
        }
        Ok(())
    }

    /// Goes one level in.
    #[inline]
    fn enter(&mut self) -> Result<(), JsonError> {
        if self.depth == DEPTH {
            let error = JsonError::syntax(format_args!("nested deeper than {DEPTH} levels"));
            return Err(self.place(error));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Goes over this text with its quotes, where it stands here.
    #[inline]
    fn takes(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).and_then(|rest| rest.strip_prefix(b"\""));
        let is_here = rest.and_then(|rest| rest.strip_prefix(name.as_bytes())).and_then(|rest| rest.first());
        let is_here = is_here == Some(&b'"');
        if is_here {
            self.at += name.len() + 2;
        }
        is_here
    }

    /// Goes one level out, where the visitor asked for no more: a tuple has its length.
    fn leave(&mut self, end: u8, wanted: &str) -> Result<(), JsonError> {
        if self.next() != Some(end) {
            return Err(self.wrong(wanted));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// Shows text, whose first quote was seen, to a visitor.
    #[inline]
    pub(super) fn visit_text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        match self.plain_text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => {
                self.escaped_text()?;
                visitor.visit_str(&self.unescaped)
            }
        }
    }

    pub(super) fn owned_text(&mut self) -> Result<String, JsonError> {
        match self.plain_text() {
            Some(text) => Ok(text.to_owned()),
            None => self.escaped_text().map(|()| self.unescaped.clone()),
        }
    }

    /// Text without escapes, which is behind then.
    #[inline]
    fn plain_text(&mut self) -> Option<&'de str> {
        let start = self.at + 1;
        let end = start + plain_run(self.text.as_bytes().get(start..)?);
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    #[cold]
    fn escaped_text(&mut self) -> Result<(), JsonError> {
        self.at += 1;
        let mut out = std::mem::take(&mut self.unescaped);
        out.clear();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let run = plain_run(rest.as_bytes());
            out.push_str(rest.get(..run).unwrap_or_default());
            self.at += run;
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    self.unescaped = out;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(_) => return Err(self.wrong("text without control characters")),
                None => return Err(self.wrong("a quote behind the text")),
            }
        }
    }

    /// What an escape stands for, whose backslash is behind.
    fn escape(&mut self) -> Result<char, JsonError> {
        let Some(letter) = self.byte() else { return Err(self.wrong("an escape")) };
        if let Some(character) = unescaped(letter) {
            self.at += 1;
            return Ok(character);
        }
        if letter != b'u' {
            return Err(self.wrong("an escape"));
        }
        self.at += 1;
        let first = self.four_digits()?;
        let is_pair = (0xd800..0xdc00).contains(&first)
            && self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"));
        if !is_pair {
            return self.character(first);
        }
        self.at += 2;
        let second = self.four_digits()?;
        match second.checked_sub(0xdc00).filter(|second| *second < 0x400) {
            Some(second) => self.character(0x1_0000 + ((first - 0xd800) << 10) + second),
            None => self.character(first),
        }
    }

    fn character(&self, code: u32) -> Result<char, JsonError> {
        char::from_u32(code).ok_or_else(|| {
            self.place(JsonError::syntax("half of a surrogate pair, which stands for no character"))
        })
    }

    fn four_digits(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.wrong("four hexadecimal digits")),
        }
    }

    /// Goes over digits, of which there has to be one.
    #[inline]
    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.wrong("a digit")) } else { Ok(()) }
    }

    /// Goes over a number; its text, and whether it is a whole one.
    fn number_text(&mut self) -> Result<(&'de str, bool), JsonError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let has_nought = self.byte() == Some(b'0');
        self.digits()?;
        if has_nought
            && self.at - start > 1
            && !self.text.get(start..self.at).unwrap_or_default().ends_with("-0")
        {
            self.at = start;
            return Err(self.wrong("a number without a nought in front"));
        }
        let mut is_whole = true;
        if self.byte() == Some(b'.') {
            is_whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            is_whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok((self.text.get(start..self.at).unwrap_or_default(), is_whole))
    }

    /// A whole number of few digits, which most are.
    #[inline]
    fn small_number(&mut self) -> Option<u64> {
        // So many that none of them overflows.
        const MOST: usize = 19;
        let bytes = self.text.as_bytes();
        let mut value = 0_u64;
        let mut end = self.at;
        while let Some(digit) = bytes.get(end).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            end += 1;
        }
        let count = end - self.at;
        let is_plain = count > 0 && count <= MOST && (bytes.get(self.at) != Some(&b'0') || count == 1);
        if !is_plain || matches!(bytes.get(end), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.at = end;
        Some(value)
    }

    #[inline]
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        match self.small_number() {
            Some(value) => visitor.visit_u64(value),
            None => self.visit_other_number(visitor),
        }
    }

    fn visit_other_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let (text, is_whole) = self.number_text()?;
        if !is_whole {
            // Python gives infinity for a number that is too large, and so does Rust.
            return match text.parse() {
                Ok(value) => visitor.visit_f64(value),
                Err(_) => Err(self.wrong("a number")),
            };
        }
        if let Ok(value) = text.parse() {
            return visitor.visit_i64(value);
        }
        if let Ok(value) = text.parse() {
            return visitor.visit_u64(value);
        }
        match text.parse() {
            Ok(value) => visitor.visit_i128(value),
            Err(_) => Err(self.place(de::Error::custom("a whole number beyond 128 bits"))),
        }
    }

    fn visit_negative<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        if self.text.as_bytes().get(self.at + 1) == Some(&b'I') {
            self.word("-Infinity")?;
            return visitor.visit_f64(f64::NEG_INFINITY);
        }
        self.visit_other_number(visitor)
    }

    #[inline]
    fn visit_list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.enter()?;
        let mut elements = Elements { de: self, is_first: true, is_over: false };
        let value = visitor.visit_seq(&mut elements)?;
        match elements.is_over {
            true => self.depth -= 1,
            false => self.leave(b']', "the end of the list")?,
        }
        Ok(value)
    }

    #[inline]
    fn visit_map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.enter()?;
        let mut entries = Entries { de: self, is_first: true, is_over: false };
        let value = visitor.visit_map(&mut entries)?;
        match entries.is_over {
            true => self.depth -= 1,
            false => self.leave(b'}', "the end of the map")?,
        }
        Ok(value)
    }

    /// The text of a value.
    fn raw_text(&mut self) -> Result<&'de str, JsonError> {
        self.next();
        let start = self.at;
        self.skip()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Goes over a value.
    fn skip(&mut self) -> Result<(), JsonError> {
        match self.next() {
            Some(b'"') => match self.plain_text() {
                Some(_) => Ok(()),
                None => self.escaped_text(),
            },
            Some(b'{') => self.visit_map(de::IgnoredAny).map(drop),
            Some(b'[') => self.visit_list(de::IgnoredAny).map(drop),
            _ => de::Deserializer::deserialize_any(self, de::IgnoredAny).map(drop),
        }
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
            Some(b'N') => self.word("NaN").and_then(|()| visitor.visit_f64(f64::NAN)),
            Some(b'I') => self.word("Infinity").and_then(|()| visitor.visit_f64(f64::INFINITY)),
            _ => Err(self.wrong("a value")),
        }
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
            return visitor.visit_newtype_struct(Expecting(self));
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
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier
    }
}

/// Where a name is due.
pub(super) struct Expecting<'a, 'de>(pub(super) &'a mut Deserializer<'de>);

impl<'de> de::Deserializer<'de> for Expecting<'_, 'de> {
    type Error = JsonError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.0.deserialize_any(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        if self.0.takes(name) { visitor.visit_unit() } else { visitor.visit_newtype_struct(self.0) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier option enum ignored_any
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

struct Elements<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    is_first: bool,
    is_over: bool,
}

impl<'de> de::SeqAccess<'de> for Elements<'_, 'de> {
    type Error = JsonError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, JsonError> {
        if self.is_over {
            return Ok(None);
        }
        match self.de.next() {
            Some(b']') => {
                self.de.at += 1;
                self.is_over = true;
                return Ok(None);
            }
            Some(b',') if !self.is_first => {
                self.de.at += 1;
                self.de.next();
            }
            Some(_) if self.is_first => {}
            _ => return Err(self.de.wrong("a comma or the end of the list")),
        }
        self.is_first = false;
        seed.deserialize(&mut *self.de).map(Some)
    }
}

struct Entries<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    is_first: bool,
    is_over: bool,
}

impl<'de> de::MapAccess<'de> for Entries<'_, 'de> {
    type Error = JsonError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        if self.is_over {
            return Ok(None);
        }
        let mut next = self.de.next();
        match next {
            Some(b'}') => {
                self.de.at += 1;
                self.is_over = true;
                return Ok(None);
            }
            Some(b',') if !self.is_first => {
                self.de.at += 1;
                next = self.de.next();
            }
            Some(_) if self.is_first => {}
            _ => return Err(self.de.wrong("a comma or the end of the map")),
        }
        self.is_first = false;
        match next {
            Some(b'"') => seed.deserialize(KeyDeserializer(self.de)).map(Some),
            _ => Err(self.de.wrong("a key")),
        }
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, JsonError> {
        match self.de.next() {
            Some(b':') => self.de.at += 1,
            _ => return Err(self.de.wrong("a colon")),
        }
        seed.deserialize(&mut *self.de)
    }
}

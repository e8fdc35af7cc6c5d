//! Numbers, as they are read.

use serde::de::{self, Visitor};

use super::Deserializer;
use crate::format::json::error::JsonError;

impl<'de> Deserializer<'de> {
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
    pub(super) fn number_text(&mut self) -> Result<(&'de str, bool), JsonError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let has_zero = self.byte() == Some(b'0');
        self.digits()?;
        if has_zero
            && self.at - start > 1
            && !self.text.get(start..self.at).unwrap_or_default().ends_with("-0")
        {
            self.at = start;
            return Err(self.wrong("a number without a zero in front"));
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
    pub(super) fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
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
        if let Ok(value) = text.parse() {
            return visitor.visit_i128(value);
        }
        match text.parse() {
            Ok(value) => visitor.visit_u128(value),
            Err(_) => Err(self.place(de::Error::custom("a whole number beyond 128 bits"))),
        }
    }

    pub(super) fn visit_negative<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        if !self.is_negative_infinity() {
            return self.visit_other_number(visitor);
        }
        if self.is_plain { Err(self.no_float()) } else { self.visit_beyond(visitor) }
    }

    pub(super) fn is_negative_infinity(&self) -> bool {
        self.text.as_bytes().get(self.at + 1) == Some(&b'I')
    }

    /// `NaN` or an infinity.
    pub(super) fn visit_beyond<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let (word, value) = match self.byte() {
            Some(b'N') => ("NaN", f64::NAN),
            Some(b'I') => ("Infinity", f64::INFINITY),
            _ => ("-Infinity", f64::NEG_INFINITY),
        };
        self.word(word)?;
        visitor.visit_f64(value)
    }

    /// `NaN` or an infinity stands where no float is asked for.
    #[cold]
    pub(super) fn no_float(&self) -> JsonError {
        self.place(de::Error::custom("NaN or an infinity, which only a float can be here"))
    }
}

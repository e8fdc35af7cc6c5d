//! Text between quotes, as it is read.

use serde::de::Visitor;

use super::Deserializer;
use crate::format::json::error::JsonError;
use crate::format::json::scan::plain_run;
use crate::format::json::text::unescaped;

impl<'de> Deserializer<'de> {
    /// The bytes from here on.
    #[inline]
    pub(super) fn ahead(&self) -> &'de [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
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
    pub(super) fn plain_text(&mut self) -> Option<&'de str> {
        let start = self.at + 1;
        let end = start + plain_run(self.text.as_bytes().get(start..)?);
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    #[cold]
    pub(super) fn escaped_text(&mut self) -> Result<(), JsonError> {
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

    /// Character that an escape stands for, whose backslash is behind.
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

    /// Goes over an escape, whose backslash is behind.
    pub(super) fn skip_escape(&mut self) -> Result<(), JsonError> {
        match self.byte() {
            Some(b'u') => {
                self.at += 1;
                self.four_digits().map(drop)
            }
            Some(letter) if unescaped(letter).is_some() => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.wrong("an escape")),
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
}

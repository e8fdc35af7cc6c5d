//! Text between quotes, as it is read.

use serde::de::Visitor;

use super::Deserializer;
use crate::format::json::error::JsonError;
use crate::format::json::scan::plain_run;
use crate::format::json::text::unescaped;

/// Whether two texts of the same length are equal. Those of names, which are short, are compared without a call.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    is_same_by_ends::<8>(one, other)
        .or_else(|| is_same_by_ends::<4>(one, other))
        .unwrap_or_else(|| one == other)
}

/// Whether both begin and end with the same bytes, where that is all of them.
#[inline]
fn is_same_by_ends<const N: usize>(one: &[u8], other: &[u8]) -> Option<bool> {
    if one.len() > 2 * N {
        return None;
    }
    let (first, last) = (one.first_chunk::<N>()?, one.last_chunk::<N>()?);
    Some(other.first_chunk() == Some(first) && other.last_chunk() == Some(last))
}

impl<'de> Deserializer<'de> {
    /// Goes over this text with its quotes, where it stands here.
    #[inline]
    pub(super) fn takes(&mut self, name: &str) -> bool {
        let quoted = self.text.as_bytes().get(self.at..).and_then(|rest| rest.get(..name.len() + 2));
        let is_here = matches!(quoted, Some([b'"', text @ .., b'"']) if is_same(text, name.as_bytes()));
        if is_here {
            self.at += name.len() + 2;
        }
        is_here
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

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn texts_that_differ_in_any_byte_are_told_apart() {
        for length in 0..40 {
            let text = vec![b'x'; length];
            assert!(is_same(&text, &text.clone()));
            for place in 0..length {
                let mut other = text.clone();
                other[place] = b'y';
                assert!(!is_same(&text, &other), "{length} bytes, of which {place} differs");
            }
        }
    }
}

//! Going over a value that nobody reads, however deep it is.

use super::Deserializer;
use crate::format::json::error::JsonError;

impl<'de> Deserializer<'de> {
    /// The text of a value.
    pub(super) fn raw_text(&mut self) -> Result<&'de str, JsonError> {
        self.next();
        let start = self.at;
        self.skip()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Goes over a value. Half of a surrogate pair is passed over too, since nobody asks what it stands for.
    pub(super) fn skip(&mut self) -> Result<(), JsonError> {
        let mut ends: Vec<u8> = Vec::new();
        loop {
            match self.next() {
                Some(b'{') => {
                    self.at += 1;
                    if self.next() == Some(b'}') {
                        self.at += 1;
                    } else {
                        ends.push(b'}');
                        self.skip_key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    if self.next() == Some(b']') {
                        self.at += 1;
                    } else {
                        ends.push(b']');
                        continue;
                    }
                }
                _ => self.skip_scalar()?,
            }
            // Behind a value: the lists and maps that end with it, or the next value.
            loop {
                let Some(end) = ends.last().copied() else { return Ok(()) };
                match self.next() {
                    Some(b',') => {
                        self.at += 1;
                        if end == b'}' {
                            self.skip_key()?;
                        }
                        break;
                    }
                    Some(byte) if byte == end => {
                        self.at += 1;
                        ends.pop();
                    }
                    _ if end == b']' => return Err(self.wrong("a comma or the end of the list")),
                    _ => return Err(self.wrong("a comma or the end of the map")),
                }
            }
        }
    }

    fn skip_key(&mut self) -> Result<(), JsonError> {
        if self.next() != Some(b'"') {
            return Err(self.wrong("a key"));
        }
        self.skip_text()?;
        if self.next() != Some(b':') {
            return Err(self.wrong("a colon"));
        }
        self.at += 1;
        Ok(())
    }

    fn skip_scalar(&mut self) -> Result<(), JsonError> {
        match self.byte() {
            Some(b'"') => self.skip_text(),
            Some(b'0'..=b'9') => self.number_text().map(drop),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'N') => self.word("NaN"),
            Some(b'I') => self.word("Infinity"),
            Some(b'-') if self.text.as_bytes().get(self.at + 1) == Some(&b'I') => self.word("-Infinity"),
            Some(b'-') => self.number_text().map(drop),
            _ => Err(self.wrong("a value")),
        }
    }

    /// Goes over text, whose first quote is here.
    fn skip_text(&mut self) -> Result<(), JsonError> {
        if self.plain_text().is_some() {
            return Ok(());
        }
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += crate::format::json::scan::plain_run(rest);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.skip_escape()?;
                }
                Some(_) => return Err(self.wrong("text without control characters")),
                None => return Err(self.wrong("a quote behind the text")),
            }
        }
    }
}

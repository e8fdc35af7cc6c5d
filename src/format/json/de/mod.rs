//! Reading JSON text.

mod key;
mod number;
mod skip;
mod text;
mod value;

use super::error::JsonError;
use crate::primitive::DEPTH;

/// A deserializer of JSON text.
pub struct Deserializer<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
    /// Text that has escapes, without them.
    unescaped: String,
    /// Whether `NaN` and the infinities are values for a float alone.
    is_plain: bool,
}

impl<'de> Deserializer<'de> {
    /// Returns a deserializer of that text.
    ///
    /// # Errors
    /// Where it isn't UTF-8.
    pub fn new(text: &'de [u8]) -> Result<Self, JsonError> {
        match std::str::from_utf8(text) {
            Ok(text) => Ok(Deserializer { text, at: 0, depth: 0, unescaped: String::new(), is_plain: false }),
            Err(error) => Err(JsonError::syntax(format_args!("the text isn't UTF-8: {error}"))),
        }
    }

    /// Refuses `NaN` and the infinities where no float is asked for: `serde_json`'s `Value`, which can't hold them, would
    /// be null without a word.
    #[cfg(feature = "rpc")]
    pub(crate) fn plain(mut self) -> Self {
        self.is_plain = true;
        self
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
    pub(crate) fn place(&self, error: JsonError) -> JsonError {
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
            Some('\u{feff}') => {
                JsonError::syntax(format_args!("expected {wanted}, found a byte order mark (BOM)"))
            }
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
}

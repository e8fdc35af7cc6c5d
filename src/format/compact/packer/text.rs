//! Texts, and what goes out as text.

use std::fmt::{self, Write as _};

use super::{Pack as _, Packer};
use crate::error::Error;

impl Packer<'_> {
    #[inline(never)]
    pub(super) fn long_text(&mut self, text: &str) {
        self.sized(text.as_bytes());
    }

    /// Writes as text what prints so.
    pub(super) fn print(&mut self, value: &dyn fmt::Display) -> Result<(), Error> {
        // Room for the length of most; what is longer is moved.
        let start = self.out.len();
        self.byte(0);
        if write!(Text(self), "{value}").is_err() {
            return Err(Error::format(&"a value failed to print"));
        }
        let written = self.out.len() - start - 1;
        if written < 0x80 {
            if let Some(byte) = self.out.at(start) {
                *byte = written as u8;
            }
            return Ok(());
        }
        let text = self.out.bytes().get(start + 1..).unwrap_or_default().to_vec();
        self.out.cut(start);
        self.sized(&text);
        Ok(())
    }

    /// Writes a UUID's text, whatever it is.
    pub(super) fn put_uuid(&mut self, text: &str) {
        match canonical(text) {
            Some(bytes) => {
                self.byte(0);
                self.out.extend(&bytes);
            }
            None => {
                self.unsigned(text.len() as u64 + 1);
                self.raw(text.as_bytes());
            }
        }
    }
}

struct Text<'p, 'a>(&'p mut Packer<'a>);

impl fmt::Write for Text<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.raw(text.as_bytes());
        Ok(())
    }
}

/// The bytes of a UUID in lower case with hyphens.
fn canonical(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 16];
    let mut half = 0;
    for (place, character) in text.iter().enumerate() {
        let digit = match (place, character) {
            (8 | 13 | 18 | 23, b'-') => continue,
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => character - b'0',
            (_, b'a'..=b'f') => character - b'a' + 10,
            _ => return None,
        };
        let byte = bytes.get_mut(half / 2)?;
        *byte = *byte << 4 | digit;
        half += 1;
    }
    Some(bytes)
}

//! Values that a peer sent, in messages for people.

use std::fmt::{self, Write as _};

/// The most characters that a message repeats of what a peer sent.
const LONGEST: usize = 60;

/// Text in quotes, cut where it is too long for a message.
pub(crate) struct Shortened<'a>(pub(crate) &'a str);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((cut, _)) = self.0.char_indices().nth(LONGEST) else {
            return write!(f, "{:?}", self.0);
        };
        write!(f, "{:?}...", self.0.get(..cut).unwrap_or_default())
    }
}

/// Text without quotes, for names, likewise cut; a control character is escaped.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(LONGEST) {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                f.write_char(character)?;
            }
        }
        if characters.next().is_some() { f.write_str("...") } else { Ok(()) }
    }
}

//! What a peer sent, in messages for people.

use std::fmt;

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

/// Text without quotes, for names, likewise.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST) {
            None => f.write_str(self.0),
            Some((cut, _)) => write!(f, "{}...", self.0.get(..cut).unwrap_or_default()),
        }
    }
}

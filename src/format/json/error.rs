use std::fmt;
use std::io;

use serde::{de, ser};

/// An error of JSON text, or of writing it.
pub struct JsonError(Box<Inner>);

struct Inner {
    message: String,
    /// The line and the column, where that is known.
    place: Option<(usize, usize)>,
    is_data: bool,
}

impl JsonError {
    #[cold]
    fn new(message: String, is_data: bool) -> Self {
        JsonError(Box::new(Inner { message, place: None, is_data }))
    }

    /// Text that is no JSON.
    #[cold]
    pub(super) fn syntax(message: impl fmt::Display) -> Self {
        JsonError::new(message.to_string(), false)
    }

    #[cold]
    pub(super) fn io(error: &io::Error) -> Self {
        JsonError::new(error.to_string(), false)
    }

    /// Adds the place in the text where it was met, unless it has one.
    #[cold]
    pub(super) fn at(mut self, text: &str, at: usize) -> Self {
        if self.0.place.is_none() {
            let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
            let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            self.0.place = Some((line, before.len() - line_start + 1));
        }
        self
    }

    /// Whether the text is JSON, and says what the type that is read can't hold.
    pub fn is_data(&self) -> bool {
        self.0.is_data
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match self.0.place {
            Some((line, column)) => write!(f, " at line {line} column {column}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonError({:?})", self.to_string())
    }
}

impl std::error::Error for JsonError {}

impl de::Error for JsonError {
    #[cold]
    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        // In JSON it's called so.
        let found = if found == de::Unexpected::Unit { de::Unexpected::Other("null") } else { found };
        de::Error::custom(format_args!("invalid type: {found}, expected {expected}"))
    }

    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        JsonError::new(message.to_string(), true)
    }
}

impl ser::Error for JsonError {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        JsonError::new(message.to_string(), true)
    }
}

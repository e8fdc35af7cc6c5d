//! Values in the compact form among those of a message, whoever can read them.

use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind};

/// A value of the form, as it begins in a message.
const START: &str = r#"{"ovo.compact":"#;

/// Whether a value of a message is in the compact form.
pub(super) fn is_compact(json: &RawValue) -> bool {
    json.get().starts_with(START)
}

/// The answer to a value that was to be read without its type being known.
pub(super) fn without_type() -> Error {
    Error::new(
        ErrorKind::Layout,
        "a value in the compact form can't be read here, where its type isn't known",
    )
}

/// The answer to a value that can't be read in this program, whatever its type.
#[cfg(not(feature = "compact"))]
pub(super) fn unreadable() -> Error {
    Error::new(ErrorKind::Layout, "a value in the compact form can't be read here, which is built without it")
}

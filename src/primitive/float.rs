//! Numbers that not every format has a form for, on their way to a serializer.

use serde::ser::{self, Serializer};

use crate::foreign::Format;
use crate::python::FloatText;

/// Whether that float is what `serde_json` makes of the whole number `-0`, which is 0. It makes the same of `-0.0`.
#[inline]
pub(crate) fn is_negative_zero<E>(value: f64) -> bool {
    value == 0.0 && value.is_sign_negative() && Format::is_serde_json::<E>()
}

/// Writes a float. This crate's formats have a form for one without digits (`NaN`, `Infinity`), and so have binary
/// ones. Another text format may write null in its stead, so it is refused there.
pub(crate) fn write_float<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() || Format::is_own::<S::Error>() || !serializer.is_human_readable() {
        return serializer.serialize_f64(value);
    }
    let value = FloatText::of(value);
    Err(ser::Error::custom(format_args!("{value} has no form in this format")))
}

/// Writes a whole number beyond 64 bits. A format that would make another value of it refuses it.
pub(crate) fn write_large<S: Serializer>(
    serializer: S,
    write: impl FnOnce(S) -> Result<S::Ok, S::Error>,
) -> Result<S::Ok, S::Error> {
    match Format::of::<S::Error>() {
        Format::Narrow => Err(ser::Error::custom("a whole number beyond 64 bits has no form in this format")),
        _ => write(serializer),
    }
}

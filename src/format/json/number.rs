//! Numbers, as Python's `json` has them.

use super::error::JsonError;
use super::ser::Sink;
use crate::python::FloatText;

/// Writes a float as Python does: always with a point or an exponent, so that it is read as a float again.
pub(super) fn write_float<W: Sink + ?Sized>(out: &mut W, value: f64) -> Result<(), JsonError> {
    let word = match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ if value.is_nan() => "NaN",
        _ => return out.put(FloatText::of(value).as_str().as_bytes()),
    };
    out.put(word.as_bytes())
}

/// Writes a whole number.
#[inline]
pub(super) fn write_integer<W: Sink + ?Sized, I: itoa::Integer>(
    out: &mut W,
    value: I,
) -> Result<(), JsonError> {
    out.put(itoa::Buffer::new().format(value).as_bytes())
}

/// Whether a text has the characters of a number alone, as `serde_json` keeps it with `arbitrary_precision`.
pub(super) fn is_number(text: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    text.bytes().all(is_inside) && text.bytes().any(|byte| byte.is_ascii_digit())
}

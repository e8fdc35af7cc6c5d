//! Numbers, as Python's `json` has them.

use std::io;

use crate::python::FloatText;

/// Writes a float as Python does: always with a point or an exponent, so that it is read as a float again.
pub(super) fn write_float<W: io::Write + ?Sized>(out: &mut W, value: f64) -> io::Result<()> {
    let word = match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ if value.is_nan() => "NaN",
        _ => return out.write_all(FloatText::of(value).as_str().as_bytes()),
    };
    out.write_all(word.as_bytes())
}

/// Writes a whole number.
#[inline]
pub(super) fn write_integer<W: io::Write + ?Sized, I: itoa::Integer>(
    out: &mut W,
    value: I,
) -> io::Result<()> {
    out.write_all(itoa::Buffer::new().format(value).as_bytes())
}

/// Whether a text has the characters of a number alone, as `serde_json` keeps it with `arbitrary_precision`.
pub(super) fn is_number(text: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    text.bytes().all(is_inside) && text.bytes().any(|byte| byte.is_ascii_digit())
}

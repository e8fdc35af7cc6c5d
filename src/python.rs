//! Python's `str` and `repr` of scalars: the reference's coercions and fingerprints are made of them.

use std::fmt::{self, Write};

/// `str` of a float: the shortest digits that read back as the same number, of two that are equally near the even one.
/// It stands in itself, without an allocation.
pub(crate) struct FloatText {
    bytes: [u8; 32],
    length: usize,
}

impl FloatText {
    pub(crate) fn of(value: f64) -> FloatText {
        let mut text = FloatText { bytes: [0; 32], length: 0 };
        if value.is_nan() {
            text.push("nan");
            return text;
        }
        if value.is_sign_negative() {
            text.push("-");
        }
        if value.is_infinite() {
            text.push("inf");
            return text;
        }
        let mut buffer = zmij::Buffer::new();
        let (digits, exponent) = Digits::of(buffer.format_finite(value.abs()));
        text.lay_out(digits.as_str(), exponent);
        text
    }

    /// Puts the point between the digits, of which the first counts for ten to that exponent.
    fn lay_out(&mut self, digits: &str, exponent: i32) {
        match exponent {
            0..16 => {
                let before_point = exponent.unsigned_abs() as usize + 1;
                let (before, behind) = digits.split_at_checked(before_point).unwrap_or((digits, ""));
                self.push(before);
                (before.len()..before_point).for_each(|_| self.push("0"));
                self.push(".");
                self.push(if behind.is_empty() { "0" } else { behind });
            }
            -4..0 => {
                self.push("0.");
                (exponent..-1).for_each(|_| self.push("0"));
                self.push(digits);
            }
            _ => {
                let (first, behind) = digits.split_at_checked(1).unwrap_or((digits, ""));
                self.push(first);
                if !behind.is_empty() {
                    self.push(".");
                    self.push(behind);
                }
                // The longest text ends long before the room does.
                let _ =
                    write!(self, "e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs());
            }
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(room) = self.bytes.get_mut(self.length..self.length + text.len()) {
            room.copy_from_slice(text.as_bytes());
            self.length += text.len();
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl fmt::Write for FloatText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

impl fmt::Display for FloatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The digits of a number that is no less than zero, without the zeros around them.
struct Digits {
    bytes: [u8; 24],
    length: usize,
}

impl Digits {
    /// Takes them out of a text with or without a point or an exponent, with the exponent of the first.
    fn of(text: &str) -> (Digits, i32) {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut exponent = exponent.parse().unwrap_or(0);
        let mut digits = Digits { bytes: [b'0'; 24], length: 0 };
        let mut is_behind = false;
        for byte in mantissa.bytes() {
            if byte == b'.' {
                is_behind = true;
            } else if digits.length == 0 && byte == b'0' {
                // A zero in front of the first digit.
                exponent -= i32::from(is_behind);
            } else if let Some(room) = digits.bytes.get_mut(digits.length) {
                *room = byte;
                exponent += i32::from(!is_behind && digits.length > 0);
                digits.length += 1;
            }
        }
        if digits.length == 0 {
            return (Digits { length: 1, ..digits }, 0);
        }
        if mantissa.starts_with('0') {
            exponent -= 1;
        }
        while digits.length > 1 && digits.bytes.get(digits.length - 1) == Some(&b'0') {
            digits.length -= 1;
        }
        (digits, exponent)
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|digits| str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

/// Characters that `str.strip` takes away and `\s` matches: the separators of ASCII too.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

pub(crate) fn bool_text(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The quote that `repr` puts around a text with such quotes in it.
pub(crate) fn quote_for(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

/// `repr` of a text.
pub(crate) fn quoted(text: &str, out: &mut String) {
    let quote = quote_for(text.contains('\''), text.contains('"'));
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote || c == '\\' => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a `String` can't fail.
                let _ = match code {
                    ..0x100 => write!(out, "\\x{code:02x}"),
                    0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// `str.isprintable`, which Rust's own debug output follows. Only behind another character does that leave
/// combining marks as they are.
fn is_printable(c: char) -> bool {
    let text = String::from_iter(['a', c]);
    matches!(c, '\'' | '"' | '\\') || text.escape_debug().eq(['a', c])
}

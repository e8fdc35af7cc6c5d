//! Python's `str`, `int` and `float` of what comes from the wire, which the reference's coercions are made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use indexmap::IndexMap;

use super::Context;
use crate::primitive::Primitive;
pub(super) use crate::python::{FloatText, bool_text, is_space};
use crate::python::{quote_for, quoted};

/// `str` of a number that came as a float; nothing where digits may be lost.
pub(crate) fn number_text(value: f64, context: Context<'_>) -> Option<String> {
    context.keeps_digits(value).then(|| FloatText::of(value).to_string())
}

/// `int` of a text, as far as 128 bits hold it: whether it is negative, and the rest. Unlike `str.strip`, it leaves the
/// separators `\x1c` to `\x1f`.
pub(crate) fn int(text: &str) -> Option<(bool, u128)> {
    // Python's own limit, against numbers that take long to read.
    const MOST_DIGITS: usize = 4300;
    let text = ascii(text.trim())?;
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let mut value = 0_u128;
    let mut count = 0;
    let mut after_digit = false;
    for &byte in digits {
        if byte == b'_' && after_digit {
            after_digit = false;
            continue;
        }
        if !byte.is_ascii_digit() || count == MOST_DIGITS {
            return None;
        }
        after_digit = true;
        count += 1;
        value = value.checked_mul(10)?.checked_add(u128::from(byte - b'0'))?;
    }
    after_digit.then_some((negative, value))
}

/// Whether `int` takes the text for a number of base 16 that isn't negative.
pub(crate) fn is_hexadecimal(text: &str) -> bool {
    let Some(text) = ascii(text.trim()) else { return false };
    let text = text.strip_prefix('+').unwrap_or(&text);
    let behind = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let digits = behind.map_or(text, |digits| digits.strip_prefix('_').unwrap_or(digits));
    !digits.is_empty()
        && digits.split('_').all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `float` of a text.
pub(crate) fn float(text: &str) -> Option<f64> {
    let text = ascii(text.trim())?;
    if !text.contains('_') {
        return text.parse().ok();
    }
    let bytes = text.as_bytes();
    let is_digit =
        |place: Option<usize>| place.and_then(|place| bytes.get(place)).is_some_and(u8::is_ascii_digit);
    let between_digits = |place: usize| is_digit(place.checked_sub(1)) && is_digit(place.checked_add(1));
    if !text.match_indices('_').all(|(place, _)| between_digits(place)) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// A number as it stands in Python's source, without its sign; nothing for what is none, or beyond 128 bits.
pub(crate) fn number_literal(text: &str, is_negative: bool) -> Option<Primitive> {
    let whole = |number: u128| match (is_negative, i128::try_from(number)) {
        (false, Ok(number)) => Some(Primitive::Int(number)),
        (false, Err(_)) => Some(Primitive::Large(number)),
        (true, Ok(number)) => Some(Primitive::Int(-number)),
        (true, Err(_)) => (number == i128::MIN.unsigned_abs()).then_some(Primitive::Int(i128::MIN)),
    };
    let bases = [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)];
    let based = bases.iter().find_map(|(prefixes, base)| {
        prefixes.iter().find_map(|prefix| Some((text.strip_prefix(prefix)?, *base)))
    });
    if let Some((digits, base)) = based {
        let digits = without_underscores(digits.strip_prefix('_').unwrap_or(digits), u8::is_ascii_hexdigit)?;
        return u128::from_str_radix(&digits, base).ok().and_then(whole);
    }
    let digits = without_underscores(text, u8::is_ascii_digit)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // A leading zero is an octal number's in old Python, and nothing's in this.
        let is_zero = digits.bytes().all(|byte| byte == b'0');
        return digits.parse().ok().filter(|_| is_zero || !digits.starts_with('0')).and_then(whole);
    }
    let is_inside = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    let number: f64 = digits.parse().ok().filter(|_| digits.bytes().all(is_inside))?;
    Some(Primitive::Float(if is_negative { -number } else { number }))
}

/// The text without the underscores in it, each of which has to stand between two digits.
fn without_underscores(text: &str, is_digit: fn(&u8) -> bool) -> Option<String> {
    let digit_at = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(is_digit);
    let is_between = |(at, _): (usize, &str)| digit_at(at.checked_sub(1)) && digit_at(at.checked_add(1));
    text.match_indices('_').all(is_between).then(|| text.replace('_', ""))
}

/// Entries of a Python dict, with the keys that JSON has for them.
#[derive(Default)]
pub(crate) struct Entries {
    entries: IndexMap<String, Primitive>,
    /// The keys that are numbers: Python holds `True`, `1` and `1.0` for one key, in the spelling that came first.
    numbers: BTreeMap<i128, String>,
}

impl Entries {
    /// Puts in an entry; nothing, where JSON has no text for its key.
    pub(crate) fn insert(&mut self, key: Primitive, value: Primitive) -> Option<()> {
        let number = match key {
            Primitive::Bool(value) => Some(i128::from(value)),
            Primitive::Int(value) => Some(value),
            // One with a fraction, or beyond what a float tells apart, is a key of its own.
            Primitive::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => Some(value as i128),
            _ => None,
        };
        let text = json_key(key)?;
        let text = match number {
            Some(number) => self.numbers.entry(number).or_insert(text).clone(),
            None => text,
        };
        self.entries.insert(text, value);
        Some(())
    }

    pub(crate) fn into_map(self) -> IndexMap<String, Primitive> {
        self.entries
    }
}

/// The text that JSON has for a key of a Python dict; nothing for one that it has none for.
fn json_key(key: Primitive) -> Option<String> {
    Some(match key {
        Primitive::Text(text) => text,
        Primitive::Null => "null".to_owned(),
        Primitive::Bool(value) => value.to_string(),
        Primitive::Int(value) => value.to_string(),
        Primitive::Large(value) => value.to_string(),
        Primitive::Float(value) => json_float(value),
        Primitive::Bytes(_) | Primitive::List(_) | Primitive::Map(_) => return None,
    })
}

/// A float as `json.dumps` spells it.
pub(crate) fn json_float(value: f64) -> String {
    match value {
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        value if value.is_nan() => "NaN".to_owned(),
        value => FloatText::of(value).to_string(),
    }
}

/// The text with the decimal digits of all scripts as ASCII's; nothing where other letters are left.
fn ascii(text: &str) -> Option<Cow<'_, str>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text));
    }
    let digits = text.chars().map(|c| if c.is_ascii() { Some(c) } else { digit(c) });
    digits.collect::<Option<String>>().map(Cow::Owned)
}

fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = match ZEROS.binary_search(&code) {
        Ok(_) => code,
        Err(after) => *ZEROS.get(after.checked_sub(1)?)?,
    };
    char::from_digit(code - zero, 10)
}

/// The zeros of the scripts that have decimal digits, in Unicode 14; the other nine follow each.
const ZEROS: [u32; 65] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50,
    0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E950, 0x1FBF0,
];

/// `str` of what JSON can hold; nothing where a number's digits are lost.
pub(crate) fn text(value: Primitive, context: Context<'_>) -> Option<String> {
    match value {
        Primitive::Text(text) => Some(text),
        value => {
            let mut out = String::new();
            repr(&value, context, &mut out)?;
            Some(out)
        }
    }
}

fn repr(value: &Primitive, context: Context<'_>, out: &mut String) -> Option<()> {
    match value {
        Primitive::Null => out.push_str("None"),
        Primitive::Bool(value) => out.push_str(bool_text(*value)),
        Primitive::Int(value) => out.push_str(&value.to_string()),
        Primitive::Large(value) => out.push_str(&value.to_string()),
        Primitive::Float(value) => out.push_str(&number_text(*value, context)?),
        Primitive::Text(text) => quoted(text, out),
        Primitive::Bytes(bytes) => quoted_bytes(bytes, out),
        Primitive::List(list) => {
            out.push('[');
            for (index, value) in list.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                repr(value, context, out)?;
            }
            out.push(']');
        }
        Primitive::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                quoted(key, out);
                out.push_str(": ");
                repr(value, context, out)?;
            }
            out.push('}');
        }
    }
    Some(())
}

fn quoted_bytes(bytes: &[u8], out: &mut String) {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match char::from(byte) {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote || c == '\\' => out.extend(['\\', c]),
            c if c == ' ' || c.is_ascii_graphic() => out.push(c),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(quote);
}

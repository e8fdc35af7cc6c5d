//! The JSON text of messages, which is Python's: `NaN` and the infinities are numbers, half of a surrogate pair is text.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind};
use crate::field::{Context, Decoding, read_counted};
use crate::format::json::raw_value;
use crate::mask;
use crate::primitive::{Kept, Primitive};
use crate::wire::json::{self, Serializer};
use crate::wire::read_json;

/// Reads a value without versions.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, Error> {
    json::read_plain(text).map_err(|error| {
        let kind = if error.is_data() { ErrorKind::InvalidValue } else { ErrorKind::Format };
        Error::new(kind, mask::told(&without_text(&error.to_string())))
    })
}

/// Reads a value that stayed text until its type was known.
pub(super) fn read_raw<T: DeserializeOwned>(json: &RawValue) -> Result<T, Error> {
    read(json.get().as_bytes())
}

/// Reads any value, `NaN` and the infinities among them.
///
/// # Errors
/// Where it is no JSON, or takes more memory than [`Limits`](crate::field::Limits) has as its default.
pub(super) fn read_any(json: &RawValue) -> Result<Primitive, Error> {
    read_as(json, |context, kept| context.primitive(kept))
}

/// Keeps any value in about as many bytes as it came in.
///
/// # Errors
/// As [`read_any`].
pub(super) fn read_kept(json: &RawValue) -> Result<Kept, Error> {
    read_as(json, |context, kept| {
        match context.spend_kept::<json::JsonError>(&kept, kept.extent_as_primitive()) {
            Ok(()) => Ok(kept),
            Err(error) => Err(context.fail(error)),
        }
    })
}

fn read_as<T>(
    json: &RawValue,
    of: impl FnOnce(Context<'_>, Kept) -> Result<T, json::JsonError>,
) -> Result<T, Error> {
    let read = read_json(json.get().as_bytes(), Decoding::new(), |deserializer, context| {
        of(context, Kept::deserialize(deserializer)?)
    });
    read.map_err(|error| Error::invalid_value(mask::told(&without_text(error.message()))))
}

/// Reads any value as `serde_json` holds it.
///
/// # Errors
/// As [`read_any`], and where it holds `NaN` or an infinity.
pub(super) fn read_value(text: &str) -> Result<Value, Error> {
    read_counted(text).map_err(|error| Error::invalid_value(mask::told(&without_text(error.message()))))
}

/// The text of a value.
pub(super) fn raw<T: Serialize + ?Sized>(value: &T) -> Result<Box<RawValue>, Error> {
    raw_text(to_bytes(value)?)
}

/// Text that this crate wrote, as a value.
pub(super) fn raw_text(text: Vec<u8>) -> Result<Box<RawValue>, Error> {
    let text = String::from_utf8(text).map_err(|error| Error::format(&error))?;
    raw_value(text).map_err(|error| Error::format(&error))
}

/// The bytes of a value's text.
pub(super) fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    match value.serialize(Serializer::new(&mut text)) {
        Ok(()) => Ok(text),
        Err(error) => Err(Error::format(&error)),
    }
}

/// An error without the text that was found, be it serde's or this crate's: that may be anything that a peer has, a
/// password too.
pub(super) fn without_text(message: &str) -> Cow<'_, str> {
    let of_serde = message.find("string \"").zip(message.rfind("\", expected").map(|end| end + 1));
    let found = of_serde.filter(|(start, end)| start < end).or_else(|| {
        let start = message.find("found \"")? + "found ".len();
        message.rfind('"').map(|end| (start, end + 1))
    });
    match found {
        Some((start, end)) => {
            let (before, after) = (message.get(..start), message.get(end..));
            format!("{}text{}", before.unwrap_or_default(), after.unwrap_or_default()).into()
        }
        None => message.into(),
    }
}

/// JSON text of which any reader can make something: halves of surrogate pairs are replaced by U+FFFD, and `NaN` and
/// the infinities by text that says so.
pub(super) fn mended(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at, mut is_text) = (0, 0, false);
    while let Some(byte) = bytes.get(at) {
        let (length, instead) = match byte {
            b'"' => {
                is_text = !is_text;
                (1, None)
            }
            b'\\' if is_text => escape(bytes.get(at..).unwrap_or_default()),
            b'N' | b'I' | b'-' if !is_text => beyond(bytes.get(at..).unwrap_or_default()),
            _ => (1, None),
        };
        if let Some(instead) = instead {
            out.push_str(text.get(copied..at).unwrap_or_default());
            out.push_str(instead);
            copied = at + length;
        }
        at += length;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// The length of the escape here, and what stands for it where it is half of a pair.
fn escape(rest: &[u8]) -> (usize, Option<&'static str>) {
    const ONE: usize = r"\ud800".len();
    let Some(first) = unit(rest) else { return (2, None) };
    match first {
        0xd800..0xdc00 => match rest.get(ONE..).and_then(unit) {
            Some(0xdc00..0xe000) => (2 * ONE, None),
            _ => (ONE, Some(r"\ufffd")),
        },
        0xdc00..0xe000 => (ONE, Some(r"\ufffd")),
        _ => (ONE, None),
    }
}

/// Character that the `\uXXXX` here stands for.
fn unit(rest: &[u8]) -> Option<u16> {
    let digits = rest.strip_prefix(br"\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u16::from_str_radix(digits, 16).ok()
}

fn beyond(rest: &[u8]) -> (usize, Option<&'static str>) {
    let words = [("NaN", "\"NaN\""), ("Infinity", "\"Infinity\""), ("-Infinity", "\"-Infinity\"")];
    let found = words.into_iter().find(|(word, _)| rest.starts_with(word.as_bytes()));
    found.map_or((1, None), |(word, instead)| (word.len(), Some(instead)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_s_text_is_mended() {
        for (before, after) in [
            (r#""a\ud83d\ude00b""#, r#""a\ud83d\ude00b""#),
            (r#""a\udc80b""#, r#""a\ufffdb""#),
            (r#""\ud800""#, r#""\ufffd""#),
            (r#""\ud800\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\udc80""#, r#""\\udc80""#),
            (r#""\ud800\n\u+123\u12""#, r#""\ufffd\n\u+123\u12""#),
            (r#"[NaN, -Infinity, Infinity, "NaN", -1]"#, r#"["NaN", "-Infinity", "Infinity", "NaN", -1]"#),
            ("\"", "\""),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(mended(before), after);
        }
    }

    #[test]
    fn a_text_that_was_found_is_not_told() {
        let error = read::<u32>(br#""hunter2\", expected""#).unwrap_err();
        assert_eq!(error.to_string(), "invalid type: text, expected u32 at line 1 column 22");
        assert_eq!(read::<f64>(b"-Infinity").unwrap(), f64::NEG_INFINITY);
        assert!(read::<serde_json::Value>(br#"{"a": [NaN]}"#).is_err());
    }
}

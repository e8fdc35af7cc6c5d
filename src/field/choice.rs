//! Enums whose values are texts on the wire.

use std::fmt;

use serde::de::Deserializer;

use super::scalar::{self, Found, Shortened};
use super::{Context, Decoding};
use crate::behind::{Behind, Failed, Input};
use crate::error::Error;

/// One of several texts: what the derive `FieldEnum` implements.
pub trait Choice: Sized {
    /// The texts, in the order in which the variants stand.
    const NAMES: &'static [&'static str];

    /// The value of that text, where there is one.
    fn from_name(text: &str) -> Option<Self>;
}

/// The value of that text.
///
/// # Errors
/// Where there is none; it says which there are.
pub fn parse_choice<T: Choice>(text: &str) -> Result<T, Error> {
    T::from_name(text).ok_or_else(|| Error::invalid_value(refused::<T>(&Shortened(text))))
}

/// Reads a value of an enum from text.
///
/// # Errors
/// The deserializer's own, and where there is no such value.
pub fn decode_choice<'de, T: Choice, D: Deserializer<'de>>(
    deserializer: D,
    context: Context<'_>,
) -> Result<T, D::Error> {
    scalar::decode(deserializer, context, |found| {
        let value = match &found {
            Found::Text(text) => T::from_name(text),
            _ => None,
        };
        value.ok_or_else(|| refused::<T>(&found))
    })
}

/// Reads a value of an enum from text, through a pointer.
///
/// # Errors
/// As [`decode_choice`].
pub fn decode_choice_behind<T: Choice>(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<T, Failed> {
    let name = decode_name(input, context, T::NAMES, &|text| T::from_name(text).is_some())?;
    T::from_name(&name).ok_or_else(|| context.invalid(refused::<T>(&Shortened(&name))))
}

fn decode_name(
    input: &mut dyn Input<'_>,
    context: Context<'_>,
    names: &'static [&'static str],
    is_known: &dyn Fn(&str) -> bool,
) -> Result<String, Failed> {
    scalar::decode(Behind(input), context, |found| match found {
        Found::Text(text) if is_known(&text) => Ok(text.into_owned()),
        found => Err(refused_among(names, &found)),
    })
}

/// `Deserialize` of a value.
///
/// # Errors
/// As [`decode_choice`].
pub fn deserialize_choice<'de, T: Choice, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    decode_choice(deserializer, Decoding::new().context())
}

pub(super) fn refused<T: Choice>(found: &dyn fmt::Display) -> String {
    refused_among(T::NAMES, found)
}

#[cold]
fn refused_among(names: &'static [&'static str], found: &dyn fmt::Display) -> String {
    struct Names(&'static [&'static str]);

    impl fmt::Display for Names {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let mut separator = "";
            for name in self.0 {
                write!(f, "{separator}{name:?}")?;
                separator = ", ";
            }
            Ok(())
        }
    }

    format!("{found} is not one of {}", Names(names))
}

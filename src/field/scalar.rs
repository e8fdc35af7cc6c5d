//! How a type without parts reads what came, whatever its shape.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, Visitor};

#[cfg(feature = "json")]
use super::raw::Raw;
use super::{Context, python};
use crate::foreign::Format;
#[cfg(feature = "json")]
use crate::marks::RAW;
use crate::primitive::{NumberKey, Primitive, Tagged, behind_key, is_negative_zero, may_be_number};
pub(crate) use crate::shortened::Shortened;

/// Scalar that came.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Bool(bool),
    Int(i128),
    /// A whole number from 2^127.
    Large(u128),
    /// A whole number that no Rust type holds.
    Beyond,
    Float(f64),
    Text(Cow<'a, str>),
    Bytes {
        empty: bool,
    },
    List {
        empty: bool,
    },
    Map {
        empty: bool,
    },
}

impl From<u128> for Found<'_> {
    fn from(value: u128) -> Self {
        i128::try_from(value).map_or(Found::Large(value), Found::Int)
    }
}

impl Found<'_> {
    /// Of a number.
    pub(crate) fn number(number: &Primitive) -> Self {
        match number {
            Primitive::Int(value) => Found::Int(*value),
            Primitive::Large(value) => Found::Large(*value),
            Primitive::Float(value) => Found::Float(*value),
            _ => Found::Map { empty: false },
        }
    }

    /// Of what a format shows as an enum; nothing, where that is no number.
    pub(crate) fn tagged(tagged: &Tagged) -> Option<Self> {
        match tagged {
            Tagged::Number(number) => Some(Found::number(number)),
            Tagged::Beyond => Some(Found::Beyond),
            Tagged::Other => None,
        }
    }

    /// The message of a type that wants something else.
    #[cold]
    pub(crate) fn refused(&self, wanted: impl fmt::Display) -> String {
        format!("{wanted} is required, found {self}")
    }

    /// Message that leaves the value out, for one that may be a secret.
    #[cold]
    pub(crate) fn refused_unseen(&self, wanted: impl fmt::Display) -> String {
        let shape = match self {
            Found::Bool(_) => "true or false",
            Found::Int(_) | Found::Large(_) | Found::Beyond | Found::Float(_) => "a number",
            Found::Text(_) => "text",
            Found::Bytes { .. } => "bytes",
            Found::List { .. } => "a list",
            Found::Map { .. } => "a map",
        };
        format!("{wanted} is required, found {shape}")
    }
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Bool(value) => value.fmt(f),
            Found::Int(value) => value.fmt(f),
            Found::Large(value) => value.fmt(f),
            Found::Beyond => Tagged::Beyond.fmt(f),
            Found::Float(value) => python::FloatText::of(*value).fmt(f),
            Found::Text(text) => Shortened(text).fmt(f),
            Found::Bytes { .. } => f.write_str("bytes"),
            Found::List { .. } => f.write_str("a list"),
            Found::Map { .. } => f.write_str("a map"),
        }
    }
}

/// Reads a value by what came, with a message where the type can't hold it.
pub(crate) fn decode<'de, D, T, F>(deserializer: D, context: Context<'_>, coerce: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(Found<'_>) -> Result<T, String>,
{
    deserializer.deserialize_any(Scalar { context, coerce })
}

/// Reads a number with all its digits, and the sign of zero, also where `serde_json` reads the text: of a number beyond
/// 64 bits, and of `-0`, that shows a float.
#[inline]
pub(crate) fn decode_digits<'de, D, T, F>(
    deserializer: D,
    context: Context<'_>,
    coerce: F,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(Found<'_>) -> Result<T, String>,
{
    match Format::of_reader::<D, D::Error>() {
        #[cfg(feature = "json")]
        Format::SerdeJsonText => {
            deserializer.deserialize_newtype_struct(RAW, Raw(Scalar { context, coerce }))
        }
        _ => deserializer.deserialize_any(Scalar { context, coerce }),
    }
}

/// The refusal of null by all types but `Option`.
#[cold]
pub(crate) fn null<E: de::Error>(context: Context<'_>) -> E {
    context.invalid("cannot be null")
}

pub(super) struct Scalar<'a, F> {
    context: Context<'a>,
    coerce: F,
}

impl<F> Scalar<'_, F> {
    #[inline(always)]
    pub(super) fn take<T, E: de::Error>(self, found: Found<'_>) -> Result<T, E>
    where
        F: FnOnce(Found<'_>) -> Result<T, String>,
    {
        (self.coerce)(found).map_err(|message| self.context.invalid(message))
    }
}

impl<'de, T, F> Visitor<'de> for Scalar<'_, F>
where
    F: FnOnce(Found<'_>) -> Result<T, String>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    #[inline]
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
        self.take(Found::Bool(value))
    }

    #[inline]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        self.take(Found::Int(value.into()))
    }

    #[inline]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        self.take(Found::Int(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<T, E> {
        self.take(Found::Int(value))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<T, E> {
        self.take(value.into())
    }

    #[inline]
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        self.take(if is_negative_zero::<E>(value) { Found::Int(0) } else { Found::Float(value) })
    }

    #[inline]
    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        self.take(Found::Text(Cow::Borrowed(value)))
    }

    #[inline]
    fn visit_string<E: de::Error>(self, value: String) -> Result<T, E> {
        self.take(Found::Text(Cow::Owned(value)))
    }

    fn visit_bytes<E: de::Error>(self, value: &[u8]) -> Result<T, E> {
        self.take(Found::Bytes { empty: value.is_empty() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        let mut empty = true;
        while let Some(IgnoredAny) = seq.next_element()? {
            empty = false;
        }
        self.take(Found::List { empty })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        if may_be_number::<A::Error>() {
            match map.next_key_seed(NumberKey)? {
                Some(true) => return self.take(Found::number(&behind_key(&mut map)?)),
                Some(false) => map.next_value::<IgnoredAny>()?,
                None => return self.take(Found::Map { empty: true }),
            };
            while let Some((IgnoredAny, IgnoredAny)) = map.next_entry()? {}
            return self.take(Found::Map { empty: false });
        }
        let mut empty = true;
        while let Some((IgnoredAny, IgnoredAny)) = map.next_entry()? {
            empty = false;
        }
        self.take(Found::Map { empty })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<T, A::Error> {
        let tagged = Tagged::read(data)?;
        match Found::tagged(&tagged) {
            Some(found) => self.take(found),
            None => Err(self.context.invalid(format_args!("{tagged} has no form here"))),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        Err(null(self.context))
    }

    fn visit_none<E: de::Error>(self) -> Result<T, E> {
        Err(null(self.context))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

//! Values that `serde_json` reads from text, as the text that they are: it shows a number as a float where that has
//! fewer digits.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::scalar::{Found, Scalar};
use crate::primitive::Primitive;

/// Who takes a scalar, and a number by itself.
pub(super) trait TakesNumber {
    type Out;

    fn number<E: de::Error>(self, number: Primitive) -> Result<Self::Out, E>;
}

impl<T, F: FnOnce(Found<'_>) -> Result<T, String>> TakesNumber for Scalar<'_, F> {
    type Out = T;

    fn number<E: de::Error>(self, number: Primitive) -> Result<T, E> {
        self.take(Found::number(&number))
    }
}

/// Shows a scalar's reader the value whose text comes.
pub(super) struct Raw<V>(pub(super) V);

impl<'de, V> Visitor<'de> for Raw<V>
where
    V: TakesNumber + for<'v> Visitor<'v, Value = <V as TakesNumber>::Out>,
{
    type Value = <V as TakesNumber>::Out;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(de::IgnoredAny) = map.next_key()? else { return Err(de::Error::custom("no text came")) };
        map.next_value_seed(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        match Primitive::number(text) {
            Some(number) => self.0.number(number),
            None => {
                let read = serde_json::Deserializer::from_str(text).deserialize_any(self.0);
                read.map_err(E::custom)
            }
        }
    }
}

impl<'de, V> DeserializeSeed<'de> for Raw<V>
where
    V: TakesNumber + for<'v> Visitor<'v, Value = <V as TakesNumber>::Out>,
{
    type Value = <V as TakesNumber>::Out;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

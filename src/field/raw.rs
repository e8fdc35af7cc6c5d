//! Values that `serde_json` reads from text, as the text that they are: it shows a number as a float where that has
//! fewer digits.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::scalar::{Found, Scalar};
use crate::primitive::Primitive;

/// Shows a scalar's reader the value whose text comes.
pub(super) struct Raw<'a, F>(pub(super) Scalar<'a, F>);

impl<'de, T, F> Visitor<'de> for Raw<'_, F>
where
    F: FnOnce(Found<'_>) -> Result<T, String>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let Some(de::IgnoredAny) = map.next_key()? else { return Err(de::Error::custom("no text came")) };
        map.next_value_seed(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        match Primitive::number(text) {
            Some(number) => self.0.take(Found::number(&number)),
            None => {
                let read = serde_json::Deserializer::from_str(text).deserialize_any(self.0);
                read.map_err(E::custom)
            }
        }
    }
}

impl<'de, T, F> DeserializeSeed<'de> for Raw<'_, F>
where
    F: FnOnce(Found<'_>) -> Result<T, String>,
{
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

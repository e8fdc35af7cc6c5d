//! Objects of any registered name, read from JSON text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::{AnyObject, Registry, Unchosen};
use crate::error::{Error, Step};
use crate::field::Context;
use crate::wire::{read_envelope, read_json};

impl Registry {
    /// Reads an object of any registered name from JSON text.
    ///
    /// # Errors
    /// As [`Registry::decode`], and where the text is no JSON.
    pub fn decode_json(&self, text: &[u8]) -> Result<AnyObject, Error> {
        read_json(text, self.decoding(), |deserializer, context| {
            Outermost { registry: self, context }.deserialize(deserializer)
        })
    }

    /// Reads a list of objects of any registered names from JSON text.
    ///
    /// # Errors
    /// As [`Registry::decode_json`], and where the text isn't a list.
    pub fn decode_json_list(&self, text: &[u8]) -> Result<Vec<AnyObject>, Error> {
        read_json(text, self.decoding(), |deserializer, context| {
            deserializer.deserialize_seq(Outermost { registry: self, context })
        })
    }
}

/// Reads an object that stands in no other one, or a list of such.
#[derive(Clone, Copy)]
struct Outermost<'a> {
    registry: &'a Registry,
    context: Context<'a>,
}

impl<'de> DeserializeSeed<'de> for Outermost<'_> {
    type Value = AnyObject;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<AnyObject, D::Error> {
        read_envelope(deserializer, Unchosen::outermost(self.registry), self.context.deeper()?)
    }
}

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = Vec<AnyObject>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<AnyObject>, A::Error> {
        let mut objects = Vec::new();
        let context = self.context.into_list()?;
        loop {
            let next = seq.next_element_seed(Outermost { context, ..self });
            match next.map_err(|error| self.context.within(error, Step::Index(objects.len())))? {
                Some(object) => objects.push(object),
                None => return Ok(objects),
            }
        }
    }
}

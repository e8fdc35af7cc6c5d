//! The names of changed fields in an envelope.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::envelope::Receiver;
use super::text::TextSeed;
use crate::object::Places;
use crate::primitive::Primitive;

/// The names of changed fields. The reference iterates over whatever stands there: of text its characters, of
/// a map its keys.
pub(super) struct ChangesSeed<'a, R> {
    pub(super) receiver: &'a R,
    pub(super) marks: &'a mut Places,
}

impl<'de, R: Receiver<'de>> ChangesSeed<'_, R> {
    fn see(&mut self, name: &str) {
        if let Some(place) = self.receiver.place(name) {
            self.marks.insert(place);
        }
    }
}

impl<'de, R: Receiver<'de>> DeserializeSeed<'de> for ChangesSeed<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Receiver<'de>> Visitor<'de> for ChangesSeed<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of the names of changed fields")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        for character in text.chars() {
            self.see(character.encode_utf8(&mut [0; 4]));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(name) = seq.next_element_seed(TextSeed)? {
            match name {
                Ok(name) => self.see(&name),
                Err(found @ (Primitive::List(_) | Primitive::Map(_))) => {
                    let found = found.describe();
                    return Err(de::Error::custom(format_args!("{found} stands among the changed fields")));
                }
                // Any other scalar is the name of no field.
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(TextSeed)? {
            map.next_value::<de::IgnoredAny>()?;
            if let Ok(name) = name {
                self.see(&name);
            }
        }
        Ok(())
    }
}

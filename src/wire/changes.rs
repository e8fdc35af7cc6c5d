//! The names of changed fields in an envelope.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::expected::{NameSeed, NameVisitor};
use super::receiver::Addressed;
use super::text::TextVisitor;
use crate::marks::NUMBER;
use crate::object::Indices;
use crate::primitive::{NumberKey, behind_key, may_be_number};

/// The names of changed fields. The reference iterates over whatever stands there: of text its characters, of
/// a map its keys.
pub(super) struct ChangesSeed<'a, R: ?Sized> {
    pub(super) receiver: &'a R,
    pub(super) marks: &'a mut Indices,
}

impl<R: ?Sized> ChangesSeed<'_, R> {
    fn see(&mut self, index: Option<usize>) {
        if let Some(index) = index {
            self.marks.insert(index);
        }
    }
}

impl<'de, R: Addressed<'de> + ?Sized> DeserializeSeed<'de> for ChangesSeed<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Addressed<'de> + ?Sized> Visitor<'de> for ChangesSeed<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of the names of changed fields")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        for character in text.chars() {
            self.see(self.receiver.index_of(character.encode_utf8(&mut [0; 4])));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut next = 0;
        let known = self.receiver.known();
        loop {
            let visitor = PlaceVisitor { receiver: self.receiver, next };
            let expected = known.and_then(|(schema, names)| names.today(schema, next));
            let seed = NameSeed { name: expected, visitor };
            let Some(index) = seq.next_element_seed(seed)? else { return Ok(()) };
            next = index.map_or(next, |index| index + 1);
            self.see(index);
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(TextVisitor { expected: None }.seed())? {
            if name.as_deref() == Ok(NUMBER) && may_be_number::<A::Error>() {
                return Err(de::Error::custom("a number stands in place of the changed fields"));
            }
            map.next_value::<de::IgnoredAny>()?;
            if let Ok(name) = name {
                self.see(self.receiver.index_of(&name));
            }
        }
        Ok(())
    }
}

/// The field of a name. Any other scalar is the name of none.
struct PlaceVisitor<'a, R: ?Sized> {
    receiver: &'a R,
    next: usize,
}

impl<'de, R: Addressed<'de> + ?Sized> NameVisitor<'de> for PlaceVisitor<'_, R> {
    #[inline]
    fn expected(self) -> Option<usize> {
        Some(self.next)
    }
}

macro_rules! no_names {
    ($($method:ident($($ty:ty)?)),*) => {
        $(fn $method<E>(self $(, _: $ty)?) -> Result<Option<usize>, E> {
            Ok(None)
        })*
    };
}

impl<'de, R: Addressed<'de> + ?Sized> Visitor<'de> for PlaceVisitor<'_, R> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a changed field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        let PlaceVisitor { receiver, next } = self;
        Ok(if receiver.is_at(next, name) { Some(next) } else { receiver.index_of(name) })
    }

    no_names! {
        visit_bool(bool), visit_i64(i64), visit_i128(i128), visit_u64(u64), visit_u128(u128), visit_f64(f64),
        visit_unit(), visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Option<usize>, A::Error> {
        Err(de::Error::custom("a list stands among the changed fields"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<usize>, A::Error> {
        if may_be_number::<A::Error>() && map.next_key_seed(NumberKey)? == Some(true) {
            return behind_key(&mut map).map(|_| None);
        }
        Err(de::Error::custom("a map stands among the changed fields"))
    }
}

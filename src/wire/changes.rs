//! The names of changed fields in an envelope.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::expected::{NameSeed, NameVisitor};
use super::receiver::{Addressed, Marks};
use super::text::TextVisitor;
use crate::marks::NUMBER;
use crate::primitive::{NumberKey, Tagged, behind_key, may_be_number};

/// The names of changed fields. The reference iterates over whatever stands there: of text its characters, of
/// a map its keys.
pub(super) struct ChangesSeed<'a, 'de> {
    pub(super) receiver: &'a dyn Addressed<'de>,
    pub(super) marks: &'a mut Marks,
}

impl ChangesSeed<'_, '_> {
    #[inline]
    fn see(&mut self, place: Place) {
        match place {
            Place::Field(index) => self.marks.fields.insert(index),
            Place::Carried(index) => self.marks.carried.insert(index),
            Place::Nowhere => {}
        }
    }
}

impl<'de> DeserializeSeed<'de> for ChangesSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ChangesSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of the names of changed fields")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        for character in text.chars() {
            self.see(Place::of(self.receiver, character.encode_utf8(&mut [0; 4])));
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
            let Some(place) = seq.next_element_seed(seed)? else { return Ok(()) };
            if let Place::Field(index) = place {
                next = index + 1;
            }
            self.see(place);
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(TextVisitor { expected: None }.seed())? {
            if name.as_deref() == Ok(NUMBER) && may_be_number::<A::Error>() {
                return Err(de::Error::custom("a number stands in place of the changed fields"));
            }
            map.next_value::<de::IgnoredAny>()?;
            if let Ok(name) = name {
                self.see(Place::of(self.receiver, &name));
            }
        }
        Ok(())
    }
}

/// Place of the field of a name among the changes.
enum Place {
    Field(usize),
    /// Among the fields that a relay carries along.
    Carried(usize),
    Nowhere,
}

impl Place {
    fn of(receiver: &dyn Addressed<'_>, name: &str) -> Place {
        match receiver.index_of(name) {
            Some(index) => Place::Field(index),
            None => receiver.carried_index(name).map_or(Place::Nowhere, Place::Carried),
        }
    }
}

/// The field of a name. Any other scalar is the name of none.
struct PlaceVisitor<'a, 'de> {
    receiver: &'a dyn Addressed<'de>,
    next: usize,
}

impl<'de> NameVisitor<'de> for PlaceVisitor<'_, 'de> {
    #[inline]
    fn expected(self) -> Place {
        Place::Field(self.next)
    }
}

macro_rules! no_names {
    ($($method:ident($($ty:ty)?)),*) => {
        $(fn $method<E>(self $(, _: $ty)?) -> Result<Place, E> {
            Ok(Place::Nowhere)
        })*
    };
}

impl<'de> Visitor<'de> for PlaceVisitor<'_, 'de> {
    type Value = Place;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a changed field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Place, E> {
        let PlaceVisitor { receiver, next } = self;
        Ok(if receiver.is_at(next, name) { Place::Field(next) } else { Place::of(receiver, name) })
    }

    no_names! {
        visit_bool(bool), visit_i64(i64), visit_i128(i128), visit_u64(u64), visit_u128(u128), visit_f64(f64),
        visit_unit(), visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Place, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Place, A::Error> {
        Err(de::Error::custom("a list stands among the changed fields"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Place, A::Error> {
        if may_be_number::<A::Error>() && map.next_key_seed(NumberKey)? == Some(true) {
            return behind_key(&mut map).map(|_| Place::Nowhere);
        }
        Err(de::Error::custom("a map stands among the changed fields"))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Place, A::Error> {
        match Tagged::read(data)? {
            Tagged::Number(_) | Tagged::Beyond => Ok(Place::Nowhere),
            other => Err(de::Error::custom(format_args!("{other} stands among the changed fields"))),
        }
    }
}

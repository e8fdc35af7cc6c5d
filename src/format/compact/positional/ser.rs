use std::marker::PhantomData;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct, Serializer,
};

use crate::format::compact::tagged::Tagged;
use crate::format::compact::{Fault, Form, Layouts, Pack, Slot, number};
use crate::marks::NUMBER;

/// Writes a value as its place says.
pub(crate) struct Positional<'p, 's, 'a, P> {
    packer: &'p mut P,
    slot: Slot<'s>,
    by: PhantomData<&'a Layouts>,
}

impl<'p, 's, 'a: 'p, P: Pack<'a>> Positional<'p, 's, 'a, P> {
    pub(crate) fn new(packer: &'p mut P, slot: Slot<'s>) -> Self {
        Positional { packer, slot, by: PhantomData }
    }

    /// Begins a value that isn't null.
    fn begin(&mut self) -> Form<'s> {
        if self.slot.is_nullable() {
            self.packer.bit(true);
        }
        Form::of(self.slot)
    }

    fn unfit<T>(self) -> Result<T, Fault> {
        Err(self.packer.unfit().into())
    }

    fn inner(mut self, count: Option<usize>) -> Result<Inner<'p, 's, 'a, P>, Fault> {
        match (self.begin(), count) {
            (Form::Tagged, _) => Ok(Inner::Tagged(Tagged(self.packer.plain()).serialize_seq(None)?)),
            (Form::Elements(element), Some(left)) => {
                self.packer.count(left);
                let packer = self.packer.inner(0);
                Ok(Inner::Elements { packer, slot: Slot::of_element(element), left })
            }
            _ => self.unfit(),
        }
    }

    fn entries(mut self, count: Option<usize>) -> Result<Inner<'p, 's, 'a, P>, Fault> {
        match (self.begin(), count) {
            (Form::Tagged, _) => Ok(Inner::Tagged(Tagged(self.packer.plain()).serialize_map(None)?)),
            (Form::Object, _) => {
                self.packer.begin_named(self.slot);
                Ok(Inner::Tagged(Tagged(self.packer.plain()).serialize_map(None)?))
            }
            (Form::Entries(element), Some(left)) => {
                self.packer.count(left);
                Ok(Inner::Entries { packer: self.packer, slot: Slot::of_element(element), left })
            }
            _ => self.unfit(),
        }
    }
}

/// Values inside a list or a map.
pub(crate) enum Inner<'p, 's, 'a, P> {
    Tagged(<Tagged<'p, 'a> as Serializer>::SerializeSeq),
    Elements {
        packer: &'p mut P,
        slot: Slot<'s>,
        /// How many are still to come.
        left: usize,
    },
    /// Keys and values in turn.
    Entries {
        packer: &'p mut P,
        slot: Slot<'s>,
        left: usize,
    },
    /// A number of `serde_json`'s, whose text is the one field.
    Number(Positional<'p, 's, 'a, P>),
}

impl<'a, P: Pack<'a>> Inner<'_, '_, 'a, P> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        match self {
            Inner::Tagged(inner) => SerializeSeq::serialize_element(inner, value),
            Inner::Elements { packer, slot, left } => match left.checked_sub(1) {
                Some(rest) => {
                    *left = rest;
                    value.serialize(Positional::new(*packer, *slot))
                }
                None => Err(packer.unfit().into()),
            },
            Inner::Entries { packer, slot, left } => match left.checked_sub(1) {
                Some(rest) => {
                    *left = rest;
                    value.serialize(Positional::new(packer.inner(1), *slot))
                }
                None => Err(packer.unfit().into()),
            },
            Inner::Number(Positional { packer, slot, .. }) => {
                number(value)?.serialize(Positional::new(*packer, *slot))
            }
        }
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        match self {
            Inner::Tagged(inner) => SerializeMap::serialize_key(inner, key),
            Inner::Entries { packer, .. } => key.serialize(Positional::new(packer.inner(0), Slot::KEY)),
            Inner::Elements { .. } | Inner::Number(_) => Ok(()),
        }
    }

    fn end(self) -> Result<(), Fault> {
        match self {
            Inner::Tagged(inner) => SerializeSeq::end(inner),
            Inner::Elements { left: 0, .. } | Inner::Entries { left: 0, .. } | Inner::Number(_) => Ok(()),
            Inner::Elements { packer, .. } | Inner::Entries { packer, .. } => Err(packer.unfit().into()),
        }
    }
}

impl<'p, 'a: 'p, P: Pack<'a>> Positional<'p, '_, 'a, P> {
    fn whole(mut self, value: i128) -> Result<(), Fault> {
        match self.begin() {
            Form::Signed => match value.try_into() {
                Ok(value) => self.packer.signed(value),
                Err(_) => return self.unfit(),
            },
            Form::Unsigned => match value.try_into() {
                Ok(value) => self.packer.unsigned(value),
                Err(_) => return self.unfit(),
            },
            Form::Tagged => return Tagged(self.packer.plain()).serialize_i128(value),
            _ => return self.unfit(),
        }
        Ok(())
    }
}

impl<'p, 's, 'a: 'p, P: Pack<'a>> Serializer for Positional<'p, 's, 'a, P> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Inner<'p, 's, 'a, P>;
    type SerializeTuple = Inner<'p, 's, 'a, P>;
    type SerializeTupleStruct = Inner<'p, 's, 'a, P>;
    type SerializeTupleVariant = <Tagged<'p, 'a> as Serializer>::SerializeTupleVariant;
    type SerializeMap = Inner<'p, 's, 'a, P>;
    type SerializeStruct = Inner<'p, 's, 'a, P>;
    type SerializeStructVariant = <Tagged<'p, 'a> as Serializer>::SerializeStructVariant;

    serialize_plainly! {
        serialize_f32 serialize_char serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct serialize_tuple serialize_tuple_struct
    }

    serialize_plainly! {
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64), serialize_i128(i128),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64) as whole
    }

    fn serialize_u128(self, value: u128) -> Result<(), Fault> {
        match i128::try_from(value) {
            Ok(value) => self.whole(value),
            Err(_) if matches!(Form::of(self.slot), Form::Tagged) => {
                let mut this = self;
                this.begin();
                Tagged(this.packer.plain()).serialize_u128(value)
            }
            Err(_) => self.unfit(),
        }
    }

    fn serialize_bool(mut self, value: bool) -> Result<(), Fault> {
        match self.begin() {
            Form::Bit => {
                self.packer.bit(value);
                Ok(())
            }
            Form::Tagged => Tagged(self.packer.plain()).serialize_bool(value),
            _ => self.unfit(),
        }
    }

    fn serialize_f64(mut self, value: f64) -> Result<(), Fault> {
        match self.begin() {
            Form::Float => {
                self.packer.float(value);
                Ok(())
            }
            Form::Tagged => Tagged(self.packer.plain()).serialize_f64(value),
            _ => self.unfit(),
        }
    }

    fn serialize_str(mut self, value: &str) -> Result<(), Fault> {
        match self.begin() {
            Form::Text => self.packer.text(value),
            Form::Uuid => self.packer.uuid(value),
            Form::Choice(values) => match values.iter().position(|known| known == value) {
                Some(place) => self.packer.unsigned(place as u64 + 1),
                None => {
                    self.packer.unsigned(0);
                    self.packer.text(value);
                }
            },
            Form::Tagged => return Tagged(self.packer.plain()).serialize_str(value),
            _ => return self.unfit(),
        }
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(mut self, value: &T) -> Result<(), Fault> {
        match Form::of(self.slot) {
            Form::Text => {
                self.begin();
                Ok(self.packer.display(&value)?)
            }
            _ => self.serialize_str(&value.to_string()),
        }
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), Fault> {
        match self.begin() {
            Form::Tagged => Tagged(self.packer.plain()).serialize_bytes(value),
            _ => self.unfit(),
        }
    }

    fn serialize_none(self) -> Result<(), Fault> {
        if self.slot.is_nullable() {
            self.packer.bit(false);
            return Ok(());
        }
        match Form::of(self.slot) {
            Form::Tagged => Tagged(self.packer.plain()).serialize_none(),
            _ => self.unfit(),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        match self.begin() {
            Form::Tagged => {
                Tagged(self.packer.plain()).serialize_newtype_variant(name, index, variant, value)
            }
            _ => self.unfit(),
        }
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Inner<'p, 's, 'a, P>, Fault> {
        self.inner(length)
    }

    fn serialize_tuple_variant(
        mut self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, Fault> {
        match self.begin() {
            Form::Tagged => Tagged(self.packer.plain()).serialize_tuple_variant(name, index, variant, length),
            _ => self.unfit(),
        }
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Inner<'p, 's, 'a, P>, Fault> {
        self.entries(length)
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Inner<'p, 's, 'a, P>, Fault> {
        if name == NUMBER {
            return Ok(Inner::Number(self));
        }
        self.entries(Some(length))
    }

    fn serialize_struct_variant(
        mut self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, Fault> {
        match self.begin() {
            Form::Tagged => {
                Tagged(self.packer.plain()).serialize_struct_variant(name, index, variant, length)
            }
            _ => self.unfit(),
        }
    }
}

macro_rules! elements {
    ($($part:ident $method:ident),+) => {
        $(impl<'a, P: Pack<'a>> $part for Inner<'_, '_, 'a, P> {
            type Ok = ();
            type Error = Fault;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.element(value)
            }

            fn end(self) -> Result<(), Fault> {
                self.end()
            }
        })+
    };
}

elements! {
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field
}

impl<'a, P: Pack<'a>> SerializeMap for Inner<'_, '_, 'a, P> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.element(value)
    }

    fn end(self) -> Result<(), Fault> {
        self.end()
    }
}

impl<'a, P: Pack<'a>> SerializeStruct for Inner<'_, '_, 'a, P> {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        self.key(name)?;
        self.element(value)
    }

    fn end(self) -> Result<(), Fault> {
        self.end()
    }
}

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{BYTES, END, FALSE, FLOAT, INT, LARGE, LIST, LONG, MAP, NULL, TEXT, TRUE};
use crate::format::compact::{Fault, Pack as _, Packer, number};
use crate::marks::NUMBER;

/// Writes tagged values.
pub(crate) struct Tagged<'p, 'a>(pub(crate) &'p mut Packer<'a>);

impl<'p, 'a> Tagged<'p, 'a> {
    fn tag(self, tag: u8) -> &'p mut Packer<'a> {
        self.0.byte(tag);
        self.0
    }

    /// The one entry that a variant with something in it is.
    fn variant(self, variant: &str) -> Inner<'p, 'a> {
        self.0.byte(MAP);
        let mut inner = Inner { packer: self.0, ends: 2, is_number: false };
        inner.name(variant);
        inner
    }

    fn inner(self, tag: u8) -> Inner<'p, 'a> {
        self.0.byte(tag);
        Inner { packer: self.0, ends: 1, is_number: false }
    }
}

/// Values inside a list or a map.
pub(crate) struct Inner<'p, 'a> {
    packer: &'p mut Packer<'a>,
    /// How many of them end together.
    ends: usize,
    /// Whether it is a number of `serde_json`'s, whose text is the one field.
    is_number: bool,
}

impl Inner<'_, '_> {
    fn name(&mut self, name: &str) {
        Tagged(self.packer).tag(TEXT).text(name);
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(Tagged(self.packer))
    }

    fn end(self) {
        (0..self.ends).for_each(|_| self.packer.byte(END));
    }
}

impl<'p, 'a> Serializer for Tagged<'p, 'a> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Inner<'p, 'a>;
    type SerializeTuple = Inner<'p, 'a>;
    type SerializeTupleStruct = Inner<'p, 'a>;
    type SerializeTupleVariant = Inner<'p, 'a>;
    type SerializeMap = Inner<'p, 'a>;
    type SerializeStruct = Inner<'p, 'a>;
    type SerializeStructVariant = Inner<'p, 'a>;

    serialize_plainly! {
    serialize_f32 serialize_char serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct serialize_tuple serialize_tuple_struct }

    serialize_plainly! {
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_u8(u8), serialize_u16(u16),
        serialize_u32(u32) as serialize_i64
    }

    fn serialize_bool(self, value: bool) -> Result<(), Fault> {
        self.0.byte(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Fault> {
        self.tag(INT).signed(value);
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Fault> {
        if let Ok(value) = i64::try_from(value) {
            return self.serialize_i64(value);
        }
        self.0.byte(LONG);
        self.0.raw(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Fault> {
        self.serialize_i128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Fault> {
        match i128::try_from(value) {
            Ok(value) => self.serialize_i128(value),
            Err(_) => {
                self.tag(LARGE).raw(&value.to_le_bytes());
                Ok(())
            }
        }
    }

    fn serialize_f64(self, value: f64) -> Result<(), Fault> {
        self.tag(FLOAT).float(value);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Fault> {
        self.tag(TEXT).text(value);
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), Fault> {
        Ok(self.tag(TEXT).display(&value)?)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Fault> {
        self.tag(BYTES).sized(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.0.byte(NULL);
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        let mut inner = self.variant(variant);
        inner.ends = 1;
        inner.value(value)?;
        inner.end();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inner<'p, 'a>, Fault> {
        Ok(self.inner(LIST))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inner<'p, 'a>, Fault> {
        let inner = self.variant(variant);
        inner.packer.byte(LIST);
        Ok(inner)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inner<'p, 'a>, Fault> {
        Ok(self.inner(MAP))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Inner<'p, 'a>, Fault> {
        if name == NUMBER {
            return Ok(Inner { packer: self.0, ends: 0, is_number: true });
        }
        Ok(self.inner(MAP))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inner<'p, 'a>, Fault> {
        let inner = self.variant(variant);
        inner.packer.byte(MAP);
        Ok(inner)
    }
}

macro_rules! elements {
    ($($part:ident $method:ident),+) => {
        $(impl $part for Inner<'_, '_> {
            type Ok = ();
            type Error = Fault;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.value(value)
            }

            fn end(self) -> Result<(), Fault> {
                self.end();
                Ok(())
            }
        })+
    };
}

elements! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($part:ident),+) => {
        $(impl $part for Inner<'_, '_> {
            type Ok = ();
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Fault> {
                if self.is_number {
                    return number(value)?.serialize(Tagged(self.packer));
                }
                self.name(name);
                self.value(value)
            }

            fn end(self) -> Result<(), Fault> {
                self.end();
                Ok(())
            }
        })+
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Inner<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        let mark = self.packer.mark();
        self.value(key)?;
        if self.packer.byte_at(mark) == Some(TEXT) {
            Ok(())
        } else {
            Err(Fault::custom("a map's key has to be text"))
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.value(value)
    }

    fn end(self) -> Result<(), Fault> {
        self.end();
        Ok(())
    }
}

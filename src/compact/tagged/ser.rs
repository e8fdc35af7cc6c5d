use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{BYTES, END, FALSE, FLOAT, INT, LIST, LONG, MAP, NULL, TEXT, TRUE};
use crate::compact::{Fault, Layouts, Packer};

/// Writes tagged values.
pub(crate) struct Tagged<'a>(pub(crate) &'a mut Vec<u8>);

const NO_LAYOUTS: &Layouts = &Layouts::EMPTY;

impl<'a> Tagged<'a> {
    fn tag(self, tag: u8) -> Packer<'a> {
        self.0.push(tag);
        Packer::new(self.0, NO_LAYOUTS)
    }

    /// The one entry that a variant with something in it is.
    fn variant(self, variant: &str) -> Inner<'a> {
        self.0.push(MAP);
        let mut inner = Inner { out: self.0, ends: 2 };
        inner.name(variant);
        inner
    }

    fn inner(self, tag: u8) -> Inner<'a> {
        self.0.push(tag);
        Inner { out: self.0, ends: 1 }
    }
}

/// What is inside a list or a map.
pub(crate) struct Inner<'a> {
    out: &'a mut Vec<u8>,
    /// How many of them end together.
    ends: usize,
}

impl Inner<'_> {
    fn name(&mut self, name: &str) {
        Tagged(self.out).tag(TEXT).text(name);
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(Tagged(self.out))
    }

    fn end(self) {
        self.out.extend(std::iter::repeat_n(END, self.ends));
    }
}

impl<'a> Serializer for Tagged<'a> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Inner<'a>;
    type SerializeTuple = Inner<'a>;
    type SerializeTupleStruct = Inner<'a>;
    type SerializeTupleVariant = Inner<'a>;
    type SerializeMap = Inner<'a>;
    type SerializeStruct = Inner<'a>;
    type SerializeStructVariant = Inner<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), Fault> {
        self.0.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Fault> {
        self.tag(INT).signed(value);
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Fault> {
        if let Ok(value) = i64::try_from(value) {
            return self.serialize_i64(value);
        }
        self.0.push(LONG);
        self.0.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Fault> {
        self.serialize_i128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Fault> {
        match i128::try_from(value) {
            Ok(value) => self.serialize_i128(value),
            Err(_) => Err(Fault::custom("a whole number has more than 127 bits")),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<(), Fault> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Fault> {
        Ok(self.tag(FLOAT).float(value)?)
    }

    fn serialize_char(self, value: char) -> Result<(), Fault> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Fault> {
        self.tag(TEXT).text(value);
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), Fault> {
        Ok(self.tag(TEXT).display(&value)?)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Fault> {
        self.tag(BYTES).bytes(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.0.push(NULL);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Fault> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Fault> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Fault> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
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

    fn serialize_seq(self, _: Option<usize>) -> Result<Inner<'a>, Fault> {
        Ok(self.inner(LIST))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inner<'a>, Fault> {
        Ok(self.inner(LIST))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inner<'a>, Fault> {
        Ok(self.inner(LIST))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inner<'a>, Fault> {
        let inner = self.variant(variant);
        inner.out.push(LIST);
        Ok(inner)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inner<'a>, Fault> {
        Ok(self.inner(MAP))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inner<'a>, Fault> {
        Ok(self.inner(MAP))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inner<'a>, Fault> {
        let inner = self.variant(variant);
        inner.out.push(MAP);
        Ok(inner)
    }
}

macro_rules! elements {
    ($($part:ident $method:ident),+) => {
        $(impl $part for Inner<'_> {
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
        $(impl $part for Inner<'_> {
            type Ok = ();
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Fault> {
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

impl SerializeMap for Inner<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        let start = self.out.len();
        self.value(key)?;
        if self.out.get(start) == Some(&TEXT) {
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

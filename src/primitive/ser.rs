//! Primitives made of anything that serializes, and written again.

use std::fmt;

use indexmap::IndexMap;
use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::Primitive;
use super::float::{write_float, write_large};
use crate::error::Error;
use crate::marks::NUMBER;

impl Serialize for Primitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // Some formats take a unit for an empty list.
            Primitive::Null => serializer.serialize_none(),
            Primitive::Bool(value) => serializer.serialize_bool(*value),
            Primitive::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => write_large(serializer, |serializer| serializer.serialize_i128(*value)),
            },
            Primitive::Large(value) => {
                write_large(serializer, |serializer| serializer.serialize_u128(*value))
            }
            Primitive::Float(value) => write_float(*value, serializer),
            Primitive::Text(value) => serializer.serialize_str(value),
            Primitive::Bytes(value) => serializer.serialize_bytes(value),
            Primitive::List(list) => list.serialize(serializer),
            Primitive::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// Makes primitives.
pub(super) struct Primitives;

#[derive(Debug)]
pub(super) struct Refusal(String);

impl Refusal {
    pub(super) fn into_error(self) -> Error {
        Error::invalid_value(self.0)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl ser::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Refusal(message.to_string())
    }
}

macro_rules! integers {
    ($($method:ident $ty:ty),*) => {
        $(fn $method(self, value: $ty) -> Result<Primitive, Refusal> {
            Ok(Primitive::Int(value.into()))
        })*
    };
}

impl Serializer for Primitives {
    type Ok = Primitive;
    type Error = Refusal;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Variant<List>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Variant<Entries>;

    serialize_plainly! {
        serialize_f32 serialize_char serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct serialize_tuple serialize_tuple_struct
    }

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    }

    fn serialize_u128(self, value: u128) -> Result<Primitive, Refusal> {
        Ok(value.into())
    }

    fn serialize_bool(self, value: bool) -> Result<Primitive, Refusal> {
        Ok(Primitive::Bool(value))
    }

    fn serialize_f64(self, value: f64) -> Result<Primitive, Refusal> {
        Ok(Primitive::Float(value))
    }

    fn serialize_str(self, value: &str) -> Result<Primitive, Refusal> {
        Ok(Primitive::Text(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Primitive, Refusal> {
        Ok(Primitive::Bytes(value.to_owned()))
    }

    fn serialize_none(self) -> Result<Primitive, Refusal> {
        Ok(Primitive::Null)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Primitive, Refusal> {
        Ok(Primitive::Map([(variant.to_owned(), value.serialize(self)?)].into()))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List, Refusal> {
        Ok(List(Vec::with_capacity(length.unwrap_or(0).min(4096))))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Variant<List>, Refusal> {
        Ok(Variant { name, inner: self.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Refusal> {
        Ok(Entries { entries: IndexMap::new(), key: None, is_number: false })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Entries, Refusal> {
        Ok(Entries { is_number: name == NUMBER, ..self.serialize_map(None)? })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Variant<Entries>, Refusal> {
        Ok(Variant { name, inner: self.serialize_map(None)? })
    }
}

/// A variant of an enum with something in it: a map with its name alone.
pub(super) struct Variant<T> {
    name: &'static str,
    inner: T,
}

impl<T> Variant<T> {
    fn around(name: &str, value: Primitive) -> Primitive {
        Primitive::Map([(name.to_owned(), value)].into())
    }
}

impl ser::SerializeTupleVariant for Variant<List> {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        SerializeSeq::serialize_element(&mut self.inner, value)
    }

    fn end(self) -> Result<Primitive, Refusal> {
        Ok(Self::around(self.name, SerializeSeq::end(self.inner)?))
    }
}

impl ser::SerializeStructVariant for Variant<Entries> {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        ser::SerializeStruct::serialize_field(&mut self.inner, key, value)
    }

    fn end(self) -> Result<Primitive, Refusal> {
        Ok(Self::around(self.name, SerializeMap::end(self.inner)?))
    }
}

pub(super) struct List(Vec<Primitive>);

impl SerializeSeq for List {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        self.0.push(value.serialize(Primitives)?);
        Ok(())
    }

    fn end(self) -> Result<Primitive, Refusal> {
        Ok(Primitive::List(self.0))
    }
}

impl ser::SerializeTuple for List {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Primitive, Refusal> {
        SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleStruct for List {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Primitive, Refusal> {
        SerializeSeq::end(self)
    }
}

pub(super) struct Entries {
    entries: IndexMap<String, Primitive>,
    key: Option<String>,
    /// Whether it is a number of `serde_json`'s, whose text is the one entry.
    is_number: bool,
}

impl SerializeMap for Entries {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refusal> {
        self.key = Some(match key.serialize(Primitives)? {
            Primitive::Text(text) => text,
            // As JSON text has them.
            Primitive::Int(number) => number.to_string(),
            Primitive::Large(number) => number.to_string(),
            Primitive::Bool(value) => value.to_string(),
            _ => return Err(Refusal("a map's key has to be text".to_owned())),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        let key = self.key.take().unwrap_or_default();
        self.entries.insert(key, value.serialize(Primitives)?);
        Ok(())
    }

    fn end(self) -> Result<Primitive, Refusal> {
        if self.is_number {
            let number = self.entries.get(NUMBER).and_then(Primitive::as_str).and_then(Primitive::number);
            return number.ok_or_else(|| Refusal("a whole number beyond 128 bits".to_owned()));
        }
        Ok(Primitive::Map(self.entries.into()))
    }
}

impl ser::SerializeStruct for Entries {
    type Ok = Primitive;
    type Error = Refusal;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        self.entries.insert(key.to_owned(), value.serialize(Primitives)?);
        Ok(())
    }

    fn end(self) -> Result<Primitive, Refusal> {
        SerializeMap::end(self)
    }
}

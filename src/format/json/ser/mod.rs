//! Writing JSON text.

mod key;
mod sink;

use std::fmt;

use serde::ser::{self, Serialize, SerializeMap as _};

use self::key::Key;
pub use self::sink::{IoSink, Sink};
use super::error::JsonError;
use super::number::{is_number, write_float, write_integer};
use super::plain::PlainText;
use super::raw::RawText;
use super::text;
use crate::marks::{KEY, KEY_TEXT, NUMBER, PLAIN, RAW};

/// Writes JSON text to a `Vec<u8>`, or to another [`Sink`].
pub struct Serializer<'w, W: ?Sized> {
    out: &'w mut W,
}

impl<'w, W: Sink + ?Sized> Serializer<'w, W> {
    /// Writes behind what stands there.
    #[inline]
    pub fn new(out: &'w mut W) -> Self {
        Serializer { out }
    }

    #[inline]
    fn put(self, text: &[u8]) -> Result<(), JsonError> {
        self.out.put(text)
    }
}

macro_rules! integers {
    ($($method:ident $ty:ty),*) => {
        $(#[inline]
        fn $method(self, value: $ty) -> Result<(), JsonError> {
            write_integer(self.out, value)
        })*
    };
}

impl<'w, W: Sink + ?Sized> ser::Serializer for Serializer<'w, W> {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = List<'w, W>;
    type SerializeTuple = List<'w, W>;
    type SerializeTupleStruct = List<'w, W>;
    type SerializeTupleVariant = Variant<List<'w, W>>;
    type SerializeMap = Entries<'w, W>;
    type SerializeStruct = Fields<'w, W>;
    type SerializeStructVariant = Variant<Entries<'w, W>>;

    serialize_plainly! {
        serialize_f32 serialize_char serialize_some serialize_unit serialize_unit_struct serialize_tuple serialize_tuple_struct
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), JsonError> {
        self.put(if value { b"true" } else { b"false" })
    }

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    fn serialize_f64(self, value: f64) -> Result<(), JsonError> {
        write_float(self.out, value)
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), JsonError> {
        text::write(self.out, value)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), JsonError> {
        text::write_printed(self.out, value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), JsonError> {
        self.collect_seq(value)
    }

    #[inline]
    fn serialize_none(self) -> Result<(), JsonError> {
        self.put(b"null")
    }

    #[inline(always)]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), JsonError> {
        match index {
            // Without the comma and the colon.
            KEY => self.put(name.as_bytes().get(1..variant.len() + 3).unwrap_or_default()),
            _ => self.serialize_str(variant),
        }
    }

    #[inline(always)]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        match name {
            PLAIN => value.serialize(PlainText(|text: &[u8]| text::write_plain(self.out, text))),
            // Without the comma and the colon.
            KEY_TEXT => value.serialize(PlainText(|key: &[u8]| {
                self.out.put(key.get(1..key.len().saturating_sub(1)).unwrap_or_default())
            })),
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        let mut map = self.serialize_map(Some(1))?;
        map.serialize_entry(variant, value)?;
        map.end()
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'w, W>, JsonError> {
        self.out.put(b"[")?;
        Ok(List { out: self.out, is_first: true })
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<List<'w, W>>, JsonError> {
        begin_variant(self.out, variant)?;
        self.serialize_seq(Some(length)).map(Variant)
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'w, W>, JsonError> {
        self.out.put(b"{")?;
        Ok(Entries { out: self.out, is_first: true })
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Fields<'w, W>, JsonError> {
        match name {
            RAW => Ok(Fields::Raw(self.out)),
            NUMBER => Ok(Fields::Number(self.out)),
            _ => self.serialize_map(Some(length)).map(Fields::Entries),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<Entries<'w, W>>, JsonError> {
        begin_variant(self.out, variant)?;
        self.serialize_map(Some(length)).map(Variant)
    }
}

/// A variant with fields is a map with one entry.
fn begin_variant<W: Sink + ?Sized>(out: &mut W, variant: &str) -> Result<(), JsonError> {
    out.put(b"{")?;
    text::write(out, variant)?;
    out.put(b":")
}

/// The elements of a list on their way.
pub struct List<'w, W: ?Sized> {
    out: &'w mut W,
    is_first: bool,
}

impl<W: Sink + ?Sized> List<'_, W> {
    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        if !std::mem::replace(&mut self.is_first, false) {
            self.out.put(b",")?;
        }
        value.serialize(Serializer::new(self.out))
    }
}

/// The entries of a map on their way.
pub struct Entries<'w, W: ?Sized> {
    out: &'w mut W,
    is_first: bool,
}

impl<W: Sink + ?Sized> ser::SerializeMap for Entries<'_, W> {
    type Ok = ();
    type Error = JsonError;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), JsonError> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        key.serialize(Key { out: self.out, is_first })
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        value.serialize(Serializer::new(self.out))
    }

    #[inline]
    fn end(self) -> Result<(), JsonError> {
        self.out.put(b"}")
    }
}

/// The fields of a struct on their way.
pub enum Fields<'w, W: ?Sized> {
    /// A map.
    #[doc(hidden)]
    Entries(Entries<'w, W>),
    /// Text of JSON in the one field.
    #[doc(hidden)]
    Raw(&'w mut W),
    /// A number's text in the one field.
    #[doc(hidden)]
    Number(&'w mut W),
}

impl<W: Sink + ?Sized> ser::SerializeStruct for Fields<'_, W> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        match self {
            Fields::Entries(entries) => entries.serialize_entry(name, value),
            Fields::Raw(out) => value.serialize(RawText(|text: &str| out.put(text.as_bytes()))),
            Fields::Number(out) => value.serialize(RawText(|text: &str| match is_number(text) {
                true => out.put(text.as_bytes()),
                false => Err(ser::Error::custom("a number's text is none")),
            })),
        }
    }

    fn end(self) -> Result<(), JsonError> {
        match self {
            Fields::Entries(entries) => ser::SerializeMap::end(entries),
            Fields::Raw(_) | Fields::Number(_) => Ok(()),
        }
    }
}

macro_rules! lists {
    ($($kind:ident $method:ident),*) => {
        $(impl<W: Sink + ?Sized> ser::$kind for List<'_, W> {
            type Ok = ();
            type Error = JsonError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<(), JsonError> {
                self.out.put(b"]")
            }
        })*
    };
}

lists! { SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field }

/// The fields of a variant on their way.
pub struct Variant<T>(T);

impl<W: Sink + ?Sized> ser::SerializeTupleVariant for Variant<List<'_, W>> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        self.0.element(value)
    }

    fn end(self) -> Result<(), JsonError> {
        self.0.out.put(b"]}")
    }
}

impl<W: Sink + ?Sized> ser::SerializeStructVariant for Variant<Entries<'_, W>> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        self.0.serialize_entry(name, value)
    }

    fn end(self) -> Result<(), JsonError> {
        self.0.out.put(b"}}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Entries, Key, Serializer};
    use crate::foreign::Format;

    #[test]
    fn the_serializers_are_known_by_their_names() {
        assert!(Format::is_own_json::<Serializer<'_, Vec<u8>>>());
        assert!(Format::is_own_json::<Entries<'_, Vec<u8>>>());
        assert!(Format::is_own_json::<Key<'_, Vec<u8>>>());
        assert!(!Format::is_own_json::<Option<Serializer<'_, Vec<u8>>>>());
    }
}

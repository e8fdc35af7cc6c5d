//! A format, shown through pointers: compiled once for each format. Each frame keeps the format's own error, so that it
//! comes out as it is.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{BehindMap, Content, Enum, Failed, Input, List, Map, Read, Shape, Taker, Wish, read_twice};
use crate::foreign::Format;

/// Reads by what takes a reader behind a pointer.
pub(crate) fn through<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(&mut dyn Input<'de>) -> Result<T, Failed>,
) -> Result<T, D::Error> {
    let format = Format::of_reader::<D, D::Error>();
    let mut frame = Frame { inner: Some(deserializer), error: Ended(None) };
    match format.behind(|| read(&mut frame)) {
        Ok(value) => Ok(value),
        Err(failed) => Err(frame.error.of(failed)),
    }
}

/// The error of a format that ended what is read.
struct Ended<E>(Option<E>);

impl<E: de::Error> Ended<E> {
    /// The format's own, where it is the one that came through, or one that says as much.
    fn of(&mut self, failed: Failed) -> E {
        match self.0.take() {
            Some(error) if failed.is_formats => error,
            _ => E::custom(failed),
        }
    }

    fn keep<T>(&mut self, read: Result<T, E>) -> Result<T, Failed> {
        match read {
            Ok(value) => Ok(value),
            Err(error) => {
                let message = error.to_string();
                self.0 = Some(error);
                Err(Failed { message, is_formats: true })
            }
        }
    }
}

/// A part of a format, and its error.
struct Frame<A, E> {
    inner: A,
    error: Ended<E>,
}

impl<'de, D: Deserializer<'de>> Input<'de> for Frame<Option<D>, D::Error> {
    fn read(&mut self, wish: Wish, taker: &mut dyn Taker<'de>) -> Result<(), Failed> {
        let Some(inner) = self.inner.take() else { return Err(read_twice()) };
        let taker = Shown(taker);
        let read = match wish {
            Wish::Any => inner.deserialize_any(taker),
            Wish::Bool => inner.deserialize_bool(taker),
            Wish::I8 => inner.deserialize_i8(taker),
            Wish::I16 => inner.deserialize_i16(taker),
            Wish::I32 => inner.deserialize_i32(taker),
            Wish::I64 => inner.deserialize_i64(taker),
            Wish::I128 => inner.deserialize_i128(taker),
            Wish::U8 => inner.deserialize_u8(taker),
            Wish::U16 => inner.deserialize_u16(taker),
            Wish::U32 => inner.deserialize_u32(taker),
            Wish::U64 => inner.deserialize_u64(taker),
            Wish::U128 => inner.deserialize_u128(taker),
            Wish::F32 => inner.deserialize_f32(taker),
            Wish::F64 => inner.deserialize_f64(taker),
            Wish::Char => inner.deserialize_char(taker),
            Wish::Str => inner.deserialize_str(taker),
            Wish::String => inner.deserialize_string(taker),
            Wish::Bytes => inner.deserialize_bytes(taker),
            Wish::ByteBuf => inner.deserialize_byte_buf(taker),
            Wish::Option => inner.deserialize_option(taker),
            Wish::Unit => inner.deserialize_unit(taker),
            Wish::UnitStruct(name) => inner.deserialize_unit_struct(name, taker),
            Wish::NewtypeStruct(name) => inner.deserialize_newtype_struct(name, taker),
            Wish::Seq => inner.deserialize_seq(taker),
            Wish::Tuple(length) => inner.deserialize_tuple(length, taker),
            Wish::TupleStruct(name, length) => inner.deserialize_tuple_struct(name, length, taker),
            Wish::Map => inner.deserialize_map(taker),
            Wish::Struct(name, fields) => inner.deserialize_struct(name, fields, taker),
            Wish::Enum(name, variants) => inner.deserialize_enum(name, variants, taker),
            Wish::Identifier => inner.deserialize_identifier(taker),
            Wish::IgnoredAny => inner.deserialize_ignored_any(taker),
        };
        self.error.keep(read)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.as_ref().is_none_or(D::is_human_readable)
    }
}

/// Visitor that shows a value to a taker.
struct Shown<'t, 'de>(&'t mut dyn Taker<'de>);

impl<'de> Shown<'_, 'de> {
    fn take<E: de::Error>(self, shape: Shape<'_, 'de>) -> Result<(), E> {
        self.0.take(shape).map_err(E::custom)
    }
}

macro_rules! scalars {
    ($($method:ident($ty:ty) $shape:ident;)*) => {
        $(fn $method<E: de::Error>(self, value: $ty) -> Result<(), E> {
            self.take(Shape::$shape(value))
        })*
    };
}

impl<'de> Visitor<'de> for Shown<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    scalars! {
        visit_bool(bool) Bool;
        visit_i8(i8) I8;
        visit_i16(i16) I16;
        visit_i32(i32) I32;
        visit_i64(i64) I64;
        visit_i128(i128) I128;
        visit_u8(u8) U8;
        visit_u16(u16) U16;
        visit_u32(u32) U32;
        visit_u64(u64) U64;
        visit_u128(u128) U128;
        visit_f32(f32) F32;
        visit_f64(f64) F64;
        visit_char(char) Char;
        visit_str(&str) Str;
        visit_borrowed_str(&'de str) BorrowedStr;
        visit_string(String) String;
        visit_bytes(&[u8]) Bytes;
        visit_borrowed_bytes(&'de [u8]) BorrowedBytes;
        visit_byte_buf(Vec<u8>) ByteBuf;
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.take(Shape::None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.take(Shape::Unit)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut frame = Frame { inner: Some(deserializer), error: Ended(None) };
        self.0.take(Shape::Some(&mut frame)).map_err(|failed| frame.error.of(failed))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut frame = Frame { inner: Some(deserializer), error: Ended(None) };
        self.0.take(Shape::Newtype(&mut frame)).map_err(|failed| frame.error.of(failed))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let mut frame = Frame { inner: list, error: Ended(None) };
        self.0.take(Shape::List(&mut frame)).map_err(|failed| frame.error.of(failed))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut frame = Frame { inner: map, error: Ended(None) };
        self.0.take(Shape::Map(&mut frame)).map_err(|failed| frame.error.of(failed))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, one: A) -> Result<(), A::Error> {
        let mut frame = Frame { inner: EnumParts { one: Some(one), content: None }, error: Ended(None) };
        self.0.take(Shape::Enum(&mut frame)).map_err(|failed| frame.error.of(failed))
    }
}

/// Seed that reads by what takes a reader behind a pointer.
struct Part<'r, 'de>(Read<'r, 'de>);

impl<'de> DeserializeSeed<'de> for Part<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut frame = Frame { inner: Some(deserializer), error: Ended(None) };
        (self.0)(&mut frame).map_err(|failed| frame.error.of(failed))
    }
}

impl<'de, A: SeqAccess<'de>> List<'de> for Frame<A, A::Error> {
    fn next(&mut self, read: Read<'_, 'de>) -> Result<bool, Failed> {
        let element = self.inner.next_element_seed(Part(read));
        self.error.keep(element).map(|read| read.is_some())
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> Map<'de> for Frame<A, A::Error> {
    fn key(&mut self, read: Read<'_, 'de>) -> Result<bool, Failed> {
        let key = self.inner.next_key_seed(Part(read));
        self.error.keep(key).map(|read| read.is_some())
    }

    fn value(&mut self, read: Read<'_, 'de>) -> Result<(), Failed> {
        let value = self.inner.next_value_seed(Part(read));
        self.error.keep(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct EnumParts<A, V> {
    one: Option<A>,
    content: Option<V>,
}

impl<'de, A: EnumAccess<'de>> Enum<'de> for Frame<EnumParts<A, A::Variant>, A::Error> {
    fn variant(&mut self, read: Read<'_, 'de>) -> Result<(), Failed> {
        let Some(one) = self.inner.one.take() else { return Err(read_twice()) };
        let variant = one.variant_seed(Part(read));
        let ((), content) = self.error.keep(variant)?;
        self.inner.content = Some(content);
        Ok(())
    }

    fn content(&mut self, content: Content<'_, '_, 'de>) -> Result<(), Failed> {
        let Some(inner) = self.inner.content.take() else { return Err(read_twice()) };
        let read = match content {
            Content::Unit => inner.unit_variant(),
            Content::Newtype(read) => inner.newtype_variant_seed(Part(read)),
            Content::Tuple(length, taker) => inner.tuple_variant(length, Shown(taker)),
            Content::Struct(fields, taker) => inner.struct_variant(fields, Shown(taker)),
        };
        self.error.keep(read)
    }
}

/// Entries of a map whose values may be read through a pointer.
pub(crate) trait Entries<'de>: MapAccess<'de> {
    /// Reads the value of the key.
    fn value_behind(&mut self, read: Read<'_, 'de>) -> Result<(), Self::Error>;
}

/// Entries that a format itself shows.
pub(crate) struct Foreign<A>(pub(crate) A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Foreign<A> {
    type Error = A::Error;

    // As the reader's own: a name that is passed on through memory costs as much as reading it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(seed)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> Entries<'de> for Foreign<A> {
    fn value_behind(&mut self, read: Read<'_, 'de>) -> Result<(), A::Error> {
        self.0.next_value_seed(Outermost(read))
    }
}

impl<'de> Entries<'de> for BehindMap<'_, 'de> {
    fn value_behind(&mut self, read: Read<'_, 'de>) -> Result<(), Failed> {
        self.0.value(read)
    }
}

/// Seed of a value that is the first behind a pointer.
struct Outermost<'r, 'de>(Read<'r, 'de>);

impl<'de> DeserializeSeed<'de> for Outermost<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        through(deserializer, self.0)
    }
}

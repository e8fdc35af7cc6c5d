//! serde's own traits for whoever reads through a pointer as through any format.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{Content, Enum, Failed, Input, List, Map, Shape, Taker, Wish, not_read, read_twice};

/// Deserializer of a format behind a pointer.
pub struct Behind<'a, 'de>(pub &'a mut dyn Input<'de>);

impl<'de> Behind<'_, 'de> {
    fn read<V: Visitor<'de>>(self, wish: Wish, visitor: V) -> Result<V::Value, Failed> {
        let mut cup = Cup::of(visitor);
        self.0.read(wish, &mut cup)?;
        cup.value.ok_or_else(not_read)
    }
}

macro_rules! wishes {
    ($($method:ident($($name:ident: $ty:ty),*) $wish:ident;)*) => {
        $(#[inline]
        fn $method<V: Visitor<'de>>(self, $($name: $ty,)* visitor: V) -> Result<V::Value, Failed> {
            self.read(wishes!(@ $wish $($name)*), visitor)
        })*
    };
    (@ $wish:ident) => { Wish::$wish };
    (@ $wish:ident $($name:ident)+) => { Wish::$wish($($name),+) };
}

impl<'de> Deserializer<'de> for Behind<'_, 'de> {
    type Error = Failed;

    wishes! {
        deserialize_any() Any;
        deserialize_bool() Bool;
        deserialize_i8() I8;
        deserialize_i16() I16;
        deserialize_i32() I32;
        deserialize_i64() I64;
        deserialize_i128() I128;
        deserialize_u8() U8;
        deserialize_u16() U16;
        deserialize_u32() U32;
        deserialize_u64() U64;
        deserialize_u128() U128;
        deserialize_f32() F32;
        deserialize_f64() F64;
        deserialize_char() Char;
        deserialize_str() Str;
        deserialize_string() String;
        deserialize_bytes() Bytes;
        deserialize_byte_buf() ByteBuf;
        deserialize_option() Option;
        deserialize_unit() Unit;
        deserialize_unit_struct(name: &'static str) UnitStruct;
        deserialize_newtype_struct(name: &'static str) NewtypeStruct;
        deserialize_seq() Seq;
        deserialize_tuple(length: usize) Tuple;
        deserialize_tuple_struct(name: &'static str, length: usize) TupleStruct;
        deserialize_map() Map;
        deserialize_struct(name: &'static str, fields: &'static [&'static str]) Struct;
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) Enum;
        deserialize_identifier() Identifier;
        deserialize_ignored_any() IgnoredAny;
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

impl<'de> Shape<'_, 'de> {
    /// Shows the value to a visitor.
    pub(crate) fn show_to<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        let mut cup = Cup::of(visitor);
        cup.take(self)?;
        cup.value.ok_or_else(not_read)
    }
}

/// A visitor, and what it made.
struct Cup<V, T> {
    visitor: Option<V>,
    value: Option<T>,
}

impl<'de, V: Visitor<'de>> Cup<V, V::Value> {
    fn of(visitor: V) -> Self {
        Cup { visitor: Some(visitor), value: None }
    }
}

impl<'de, V: Visitor<'de>> Taker<'de> for Cup<V, V::Value> {
    fn take(&mut self, shape: Shape<'_, 'de>) -> Result<(), Failed> {
        let Some(visitor) = self.visitor.take() else { return Err(read_twice()) };
        let value = match shape {
            Shape::Bool(value) => visitor.visit_bool(value),
            Shape::I8(value) => visitor.visit_i8(value),
            Shape::I16(value) => visitor.visit_i16(value),
            Shape::I32(value) => visitor.visit_i32(value),
            Shape::I64(value) => visitor.visit_i64(value),
            Shape::I128(value) => visitor.visit_i128(value),
            Shape::U8(value) => visitor.visit_u8(value),
            Shape::U16(value) => visitor.visit_u16(value),
            Shape::U32(value) => visitor.visit_u32(value),
            Shape::U64(value) => visitor.visit_u64(value),
            Shape::U128(value) => visitor.visit_u128(value),
            Shape::F32(value) => visitor.visit_f32(value),
            Shape::F64(value) => visitor.visit_f64(value),
            Shape::Char(value) => visitor.visit_char(value),
            Shape::Str(value) => visitor.visit_str(value),
            Shape::BorrowedStr(value) => visitor.visit_borrowed_str(value),
            Shape::String(value) => visitor.visit_string(value),
            Shape::Bytes(value) => visitor.visit_bytes(value),
            Shape::BorrowedBytes(value) => visitor.visit_borrowed_bytes(value),
            Shape::ByteBuf(value) => visitor.visit_byte_buf(value),
            Shape::None => visitor.visit_none(),
            Shape::Some(input) => visitor.visit_some(Behind(input)),
            Shape::Unit => visitor.visit_unit(),
            Shape::Newtype(input) => visitor.visit_newtype_struct(Behind(input)),
            Shape::List(list) => visitor.visit_seq(BehindList(list)),
            Shape::Map(map) => visitor.visit_map(BehindMap(map)),
            Shape::Enum(one) => visitor.visit_enum(BehindEnum(one)),
        };
        match value {
            Ok(value) => {
                self.value = Some(value);
                Ok(())
            }
            Err(failed) => Err(failed),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.visitor {
            Some(visitor) => visitor.expecting(f),
            None => f.write_str("a value that is read once"),
        }
    }
}

/// A seed, and what it made.
struct Sown<S, T> {
    seed: Option<S>,
    value: Option<T>,
}

impl<'de, S: DeserializeSeed<'de>> Sown<S, S::Value> {
    fn of(seed: S) -> Self {
        Sown { seed: Some(seed), value: None }
    }

    fn read(&mut self, input: &mut dyn Input<'de>) -> Result<(), Failed> {
        let seed = self.seed.take().ok_or_else(read_twice)?;
        self.value = Some(seed.deserialize(Behind(input))?);
        Ok(())
    }

    fn value(self) -> Result<S::Value, Failed> {
        self.value.ok_or_else(not_read)
    }
}

struct BehindList<'a, 'de>(&'a mut dyn List<'de>);

impl<'de> SeqAccess<'de> for BehindList<'_, 'de> {
    type Error = Failed;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failed> {
        let mut sown = Sown::of(seed);
        match self.0.next(&mut |input| sown.read(input))? {
            true => sown.value().map(Some),
            false => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

pub(crate) struct BehindMap<'a, 'de>(pub(crate) &'a mut dyn Map<'de>);

impl<'de> MapAccess<'de> for BehindMap<'_, 'de> {
    type Error = Failed;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failed> {
        let mut sown = Sown::of(seed);
        match self.0.key(&mut |input| sown.read(input))? {
            true => sown.value().map(Some),
            false => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failed> {
        let mut sown = Sown::of(seed);
        self.0.value(&mut |input| sown.read(input))?;
        sown.value()
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

struct BehindEnum<'a, 'de>(&'a mut dyn Enum<'de>);

impl<'de> EnumAccess<'de> for BehindEnum<'_, 'de> {
    type Error = Failed;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failed> {
        let mut sown = Sown::of(seed);
        self.0.variant(&mut |input| sown.read(input))?;
        Ok((sown.value()?, self))
    }
}

impl<'de> VariantAccess<'de> for BehindEnum<'_, 'de> {
    type Error = Failed;

    fn unit_variant(self) -> Result<(), Failed> {
        self.0.content(Content::Unit)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failed> {
        let mut sown = Sown::of(seed);
        self.0.content(Content::Newtype(&mut |input| sown.read(input)))?;
        sown.value()
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failed> {
        let mut cup = Cup::of(visitor);
        self.0.content(Content::Tuple(length, &mut cup))?;
        cup.value.ok_or_else(not_read)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        let mut cup = Cup::of(visitor);
        self.0.content(Content::Struct(fields, &mut cup))?;
        cup.value.ok_or_else(not_read)
    }
}

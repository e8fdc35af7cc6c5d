//! Whether a value is a literal, or has it inside: found by writing the value to nowhere.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{self, Serialize, Serializer};

use crate::field::Written;
use crate::object::Seen;
use crate::primitive::Primitive;
use crate::schema::Literal;
use crate::version::Target;

/// Whether the literal is the field's value, or stands in it.
pub(super) fn holds(field: &dyn Seen, literal: &Literal) -> bool {
    matches(field, Matcher { literal, at: At::Anywhere })
}

/// Whether the literal stands in the field's value.
pub(super) fn holds_inside(field: &dyn Seen, literal: &Literal) -> bool {
    matches(field, Matcher { literal, at: At::Inside })
}

/// Whether the literal is the field's value.
pub(super) fn is(field: &dyn Seen, literal: &Literal) -> bool {
    matches(field, Matcher { literal, at: At::Outermost })
}

/// Whether one of these objects stands in the field's list.
pub(super) fn holds_object(field: &dyn Seen, names: &[Cow<'static, str>]) -> bool {
    let value = field.shown().map(|value| Primitive::of(&Written::new(value, &Target::Own)));
    matches!(value, Some(Ok(Primitive::List(values))) if values.iter().any(|value| is_named(value, names)))
}

/// Whether the value is one of these objects.
pub(super) fn is_object<T: Serialize + ?Sized>(value: &T, names: &[Cow<'static, str>]) -> bool {
    Primitive::of(value).is_ok_and(|value| is_named(&value, names))
}

fn is_named(value: &Primitive, names: &[Cow<'static, str>]) -> bool {
    let name = value.as_map().and_then(|map| map.iter().find(|(key, _)| key.ends_with(".name")));
    name.and_then(|(_, name)| name.as_str()).is_some_and(|name| names.iter().any(|known| known == name))
}

/// Whether the field is set, and not to null.
pub(super) fn has_value(field: &dyn Seen) -> bool {
    field.is_set() && !is(field, &Literal::Null)
}

/// Whether the value is that text.
pub(super) fn is_text<T: Serialize + ?Sized>(value: &T, text: &str) -> bool {
    let literal = &Literal::Text(Cow::Owned(text.to_owned()));
    value.serialize(Matcher { literal, at: At::Outermost }).unwrap_or(false)
}

fn matches(field: &dyn Seen, matcher: Matcher<'_>) -> bool {
    let value = field.shown();
    value.is_some_and(|value| Written::new(value, &Target::Own).serialize(matcher).unwrap_or(false))
}

#[derive(Clone, Copy)]
struct Matcher<'a> {
    literal: &'a Literal,
    at: At,
}

/// Where a literal is looked for.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// The value itself, and nothing in it.
    Outermost,
    /// The values in the value, and not itself.
    Inside,
    Anywhere,
}

impl Matcher<'_> {
    fn is(self, literal: &Literal) -> Result<bool, Never> {
        Ok(self.at != At::Inside && self.literal == literal)
    }
}

/// The error of a serializer that has nothing to fail at; a value's own refusal counts as no match.
#[derive(Debug)]
pub(super) struct Never;

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("value can't be written")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Never
    }
}

macro_rules! integers {
    ($($method:ident $ty:ty),*) => {
        $(fn $method(self, value: $ty) -> Result<bool, Never> {
            i128::try_from(value).map_or(Ok(false), |value| self.is(&Literal::Int(value)))
        })*
    };
}

impl<'a> Serializer for Matcher<'a> {
    type Ok = bool;
    type Error = Never;
    type SerializeSeq = Inside<'a>;
    type SerializeTuple = Inside<'a>;
    type SerializeTupleStruct = Inside<'a>;
    type SerializeTupleVariant = Inside<'a>;
    type SerializeMap = Inside<'a>;
    type SerializeStruct = Inside<'a>;
    type SerializeStructVariant = Inside<'a>;

    serialize_plainly! {
        serialize_f32 serialize_char serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct serialize_tuple serialize_tuple_struct serialize_struct
    }

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    fn serialize_bool(self, value: bool) -> Result<bool, Never> {
        self.is(&Literal::Bool(value))
    }

    fn serialize_f64(self, value: f64) -> Result<bool, Never> {
        self.is(&Literal::Float(value))
    }

    fn serialize_str(self, value: &str) -> Result<bool, Never> {
        Ok(self.at != At::Inside && matches!(self.literal, Literal::Text(text) if text == value))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<bool, Never> {
        Ok(false)
    }

    fn serialize_none(self) -> Result<bool, Never> {
        self.is(&Literal::Null)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<bool, Never> {
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Inside<'a>, Never> {
        let empty = length == Some(0)
            && self.at != At::Inside
            && match self.literal {
                Literal::List(list) => list.is_empty(),
                Literal::Map(map) => map.is_empty(),
                _ => false,
            };
        Ok(Inside { matcher: self, found: empty })
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Inside<'a>, Never> {
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Inside<'a>, Never> {
        self.serialize_seq(length)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Inside<'a>, Never> {
        self.serialize_seq(Some(length))
    }
}

struct Inside<'a> {
    matcher: Matcher<'a>,
    found: bool,
}

impl Inside<'_> {
    fn look<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        if self.matcher.at != At::Outermost && !self.found {
            self.found = value.serialize(Matcher { at: At::Anywhere, ..self.matcher })?;
        }
        Ok(())
    }
}

macro_rules! inside {
    ($($of:ident $method:ident),*) => {
        $(impl ser::$of for Inside<'_> {
            type Ok = bool;
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                self.look(value)
            }

            fn end(self) -> Result<bool, Never> {
                Ok(self.found)
            }
        })*
    };
}

inside! { SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
SerializeTupleVariant serialize_field }

impl ser::SerializeMap for Inside<'_> {
    type Ok = bool;
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.look(value)
    }

    fn end(self) -> Result<bool, Never> {
        Ok(self.found)
    }
}

macro_rules! named {
    ($($of:ident),*) => {
        $(impl ser::$of for Inside<'_> {
            type Ok = bool;
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Never> {
                self.look(value)
            }

            fn end(self) -> Result<bool, Never> {
                Ok(self.found)
            }
        })*
    };
}

named! { SerializeStruct, SerializeStructVariant }

//! A value on its way out, with some of the values in it replaced and others added.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct, Serializer,
};

use super::fate::is_at;
use super::matching::{has_value, is_object, is_text};
use super::peek::Peek;
use crate::field::Written;
use crate::object::Seen;
use crate::schema::{Action, Instead, Literal, ObjectSchema, Rule};
use crate::version::{Target, Version};

/// The value of a field, adapted by the field's rules.
pub(super) struct Adapted<'a> {
    pub(super) object: &'a dyn Peek,
    pub(super) schema: &'a ObjectSchema,
    pub(super) rules: &'a [Rule],
    pub(super) version: Version,
    pub(super) value: Written<'a>,
}

impl Serialize for Adapted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let more = Insertions { object: self.object, schema: self.schema };
        let rules = Rules { rules: self.rules, version: self.version };
        self.value.serialize(Adapter { inner: serializer, rules, more: Some(&more) })
    }
}

#[derive(Clone, Copy)]
struct Rules<'a> {
    rules: &'a [Rule],
    version: Version,
}

impl<'a> Rules<'a> {
    fn active(self) -> impl Iterator<Item = &'a Action> {
        self.rules.iter().filter(move |rule| self.version < rule.before).map(|rule| &rule.action)
    }

    /// Stand-in for a value that the target doesn't know; `outermost`, for the field's own value.
    fn instead_of(self, outermost: bool, is: impl Fn(&Literal) -> bool) -> Option<&'a Literal> {
        self.active().find_map(|action| match action {
            Action::Values { values, instead: Instead::Write(literal), inside }
                if !(*inside && outermost) && values.iter().any(&is) =>
            {
                Some(literal)
            }
            _ => None,
        })
    }

    /// Whether some objects are left out of a list.
    fn leaves_out(self) -> bool {
        self.active().any(|action| matches!(action, Action::Without(_)))
    }

    fn is_left_out<T: Serialize + ?Sized>(self, element: &T) -> bool {
        self.active().any(|action| matches!(action, Action::Without(names) if is_object(element, names)))
    }
}

/// The entries that other fields add to a dict.
struct Insertions<'a> {
    object: &'a dyn Peek,
    schema: &'a ObjectSchema,
}

impl Insertions<'_> {
    /// The keys, with where the values stand, of those that have one.
    fn active<'r>(&self, rules: Rules<'r>) -> impl Iterator<Item = (&'r str, usize)> {
        rules.active().filter_map(|action| match action {
            Action::Insert { key, from } => {
                let index = self.schema.index_of(from)?;
                is_at(self.object, index, has_value).then_some((&**key, index))
            }
            _ => None,
        })
    }

    /// Whether an entry at that key gives way.
    fn replace<T: Serialize + ?Sized>(&self, rules: Rules<'_>, key: &T) -> bool {
        self.active(rules).any(|(inserted, _)| is_text(key, inserted))
    }

    fn insert<M: SerializeMap>(&self, rules: Rules<'_>, map: &mut M) -> Result<(), M::Error> {
        for (key, index) in self.active(rules) {
            if let Some(value) = self.object.field(index).and_then(Seen::shown) {
                map.serialize_entry(key, &Written::new(value, &Target::Own))?;
            }
        }
        Ok(())
    }
}

/// Writes into another serializer, replacing scalars. `more` is there at the outermost level alone.
struct Adapter<'a, S> {
    inner: S,
    rules: Rules<'a>,
    more: Option<&'a Insertions<'a>>,
}

/// A value inside the field's value.
struct Within<'a, T: ?Sized> {
    value: &'a T,
    rules: Rules<'a>,
}

impl<T: Serialize + ?Sized> Serialize for Within<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(Adapter { inner: serializer, rules: self.rules, more: None })
    }
}

macro_rules! scalars {
    ($($method:ident $ty:ty => $literal:expr),* $(,)?) => {
        $(fn $method(self, value: $ty) -> Result<S::Ok, S::Error> {
            let same: fn(&Literal, &$ty) -> bool = $literal;
            match self.rules.instead_of(self.more.is_some(), |literal| same(literal, &value)) {
                Some(literal) => literal.serialize(self.inner),
                None => self.inner.$method(value),
            }
        })*
    };
}

fn is_int<T: Copy>(literal: &Literal, value: &T) -> bool
where
    i128: TryFrom<T>,
{
    matches!(literal, Literal::Int(int) if i128::try_from(*value).is_ok_and(|value| value == *int))
}

fn is_literal_text(literal: &Literal, value: &str) -> bool {
    matches!(literal, Literal::Text(text) if text == value)
}

impl<'a, S: Serializer> Serializer for Adapter<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Inner<'a, S::SerializeSeq>;
    type SerializeTuple = Inner<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Inner<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = S::SerializeTupleVariant;
    type SerializeMap = Inner<'a, S::SerializeMap>;
    type SerializeStruct = Inner<'a, S::SerializeStruct>;
    type SerializeStructVariant = S::SerializeStructVariant;

    serialize_plainly! {
        serialize_some serialize_unit serialize_unit_struct serialize_unit_variant serialize_newtype_struct
    }

    scalars! {
        serialize_bool bool => |literal, value| *literal == Literal::Bool(*value),
        serialize_i8 i8 => is_int,
        serialize_i16 i16 => is_int,
        serialize_i32 i32 => is_int,
        serialize_i64 i64 => is_int,
        serialize_i128 i128 => is_int,
        serialize_u8 u8 => is_int,
        serialize_u16 u16 => is_int,
        serialize_u32 u32 => is_int,
        serialize_u64 u64 => is_int,
        serialize_u128 u128 => is_int,
        serialize_f32 f32 => |literal, value| *literal == Literal::Float((*value).into()),
        serialize_f64 f64 => |literal, value| *literal == Literal::Float(*value),
        serialize_char char => |literal, value| is_literal_text(literal, value.encode_utf8(&mut [0; 4])),
    }

    fn serialize_str(self, value: &str) -> Result<S::Ok, S::Error> {
        match self.rules.instead_of(self.more.is_some(), |literal| is_literal_text(literal, value)) {
            Some(literal) => literal.serialize(self.inner),
            None => self.inner.serialize_str(value),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<S::Ok, S::Error> {
        self.inner.serialize_bytes(value)
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        match self.rules.instead_of(self.more.is_some(), |literal| *literal == Literal::Null) {
            Some(literal) => literal.serialize(self.inner),
            None => self.inner.serialize_none(),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_variant(name, index, variant, &Within { value, rules: self.rules })
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        // Elements may be left out, so the length isn't known.
        let length = length.filter(|_| self.more.is_none() || !self.rules.leaves_out());
        Ok(Inner {
            inner: self.inner.serialize_seq(length)?,
            rules: self.rules,
            more: self.more,
            is_replaced: false,
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Inner {
            inner: self.inner.serialize_tuple(length)?,
            rules: self.rules,
            more: self.more,
            is_replaced: false,
        })
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        let inner = self.inner.serialize_tuple_struct(name, length)?;
        Ok(Inner { inner, rules: self.rules, more: self.more, is_replaced: false })
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        self.inner.serialize_tuple_variant(name, index, variant, length)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        // Entries may be added, so the length isn't known.
        Ok(Inner {
            inner: self.inner.serialize_map(None)?,
            rules: self.rules,
            more: self.more,
            is_replaced: false,
        })
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Inner {
            inner: self.inner.serialize_struct(name, length)?,
            rules: self.rules,
            more: self.more,
            is_replaced: false,
        })
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        self.inner.serialize_struct_variant(name, index, variant, length)
    }
}

struct Inner<'a, C> {
    inner: C,
    rules: Rules<'a>,
    more: Option<&'a Insertions<'a>>,
    /// Whether another field's value stands for the map's entry at this key.
    is_replaced: bool,
}

impl<C: SerializeSeq> SerializeSeq for Inner<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        if self.more.is_some() && self.rules.is_left_out(value) {
            return Ok(());
        }
        self.inner.serialize_element(&Within { value, rules: self.rules })
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}

impl<C: SerializeTuple> SerializeTuple for Inner<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.inner.serialize_element(&Within { value, rules: self.rules })
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}

impl<C: SerializeTupleStruct> SerializeTupleStruct for Inner<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.inner.serialize_field(&Within { value, rules: self.rules })
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}

impl<C: SerializeMap> SerializeMap for Inner<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        self.is_replaced = self.more.is_some_and(|more| more.replace(self.rules, key));
        if self.is_replaced { Ok(()) } else { self.inner.serialize_key(key) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        if self.is_replaced {
            return Ok(());
        }
        self.inner.serialize_value(&Within { value, rules: self.rules })
    }

    fn end(mut self) -> Result<C::Ok, C::Error> {
        if let Some(more) = self.more {
            more.insert(self.rules, &mut self.inner)?;
        }
        self.inner.end()
    }
}

impl<C: SerializeStruct> SerializeStruct for Inner<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), C::Error> {
        self.inner.serialize_field(name, &Within { value, rules: self.rules })
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}

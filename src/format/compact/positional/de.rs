use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::format::compact::unpacker::broken;
use crate::format::compact::{Fault, Form, Slot, Unpacker};

/// Reads a value as its place says.
pub(crate) struct ReadPositional<'u, 's, 'de> {
    pub(crate) unpacker: &'u mut Unpacker<'de>,
    pub(crate) slot: Slot<'s>,
}

impl ReadPositional<'_, '_, '_> {
    /// Whether null stands here.
    fn is_null(&mut self) -> Result<bool, Fault> {
        if !self.slot.is_nullable() {
            return Ok(false);
        }
        self.slot = self.slot.not_null();
        Ok(!self.unpacker.bit()?)
    }
}

impl<'de> Deserializer<'de> for ReadPositional<'_, '_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null()? {
            return visitor.visit_unit();
        }
        let ReadPositional { unpacker, slot } = self;
        match Form::of(slot) {
            Form::Text => visitor.visit_borrowed_str(unpacker.text()?),
            Form::Uuid => visitor.visit_string(unpacker.uuid()?),
            Form::Choice(values) => visitor.visit_str(unpacker.choice(values)?),
            Form::Signed => visitor.visit_i64(unpacker.signed()?),
            Form::Unsigned => visitor.visit_u64(unpacker.unsigned()?),
            Form::Float => visitor.visit_f64(unpacker.float()?),
            Form::Bit => visitor.visit_bool(unpacker.bit()?),
            Form::Elements(element) => {
                let mut list = unpacker.list()?;
                let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker);
                let mut inner = Inner { unpacker, slot: Slot::of_element(element), left: list.count };
                let value = visitor.visit_seq(&mut inner)?;
                inner.end()?;
                list.end()?;
                Ok(value)
            }
            Form::Entries(element) => {
                let mut list = unpacker.list()?;
                let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker);
                let mut inner = Inner { unpacker, slot: Slot::of_element(element), left: list.count };
                let value = visitor.visit_map(&mut inner)?;
                inner.end()?;
                list.end()?;
                Ok(value)
            }
            Form::Object if unpacker.is_named(slot) => unpacker.tagged().deserialize_any(visitor),
            Form::Object => {
                Err(broken("an object came by its layout, and its type here reads envelopes alone").into())
            }
            Form::Tagged => unpacker.tagged().deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null()? {
            return visitor.visit_none();
        }
        if matches!(Form::of(self.slot), Form::Tagged) {
            return self.unpacker.tagged().deserialize_option(visitor);
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if !matches!(Form::of(self.slot), Form::Tagged) {
            let text: String = serde::Deserialize::deserialize(self)?;
            return text.into_deserializer().deserialize_enum(name, variants, visitor);
        }
        if self.is_null()? {
            return visitor.visit_unit();
        }
        self.unpacker.tagged().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Inner<'u, 's, 'de> {
    unpacker: &'u mut Unpacker<'de>,
    slot: Slot<'s>,
    left: usize,
}

impl Inner<'_, '_, '_> {
    fn end(&self) -> Result<(), Fault> {
        match self.left {
            0 => Ok(()),
            _ => Err(broken("a list or a map is longer than what is wanted").into()),
        }
    }
}

impl<'de> SeqAccess<'de> for Inner<'_, '_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(ReadPositional { unpacker: self.unpacker.inner(0)?, slot: self.slot }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Inner<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(ReadPositional { unpacker: self.unpacker.inner(0)?, slot: Slot::KEY }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        seed.deserialize(ReadPositional { unpacker: self.unpacker.inner(1)?, slot: self.slot })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

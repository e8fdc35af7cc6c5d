use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{BYTES, END, FALSE, FLOAT, INT, LARGE, LIST, LONG, MAP, NULL, TEXT, TRUE};
use crate::format::compact::unpacker::broken;
use crate::format::compact::{Fault, Unpacker};
use crate::primitive::{DEPTH, Kept, Reader};

/// Reads tagged values.
pub(crate) struct ReadTagged<'u, 'de>(pub(crate) &'u mut Unpacker<'de>);

impl<'u, 'de> ReadTagged<'u, 'de> {
    /// The list or map here, which ends the reading where it lies too deep.
    fn inner(self) -> Result<Inner<'u, 'de>, Fault> {
        match self.0.depth.checked_sub(1) {
            Some(depth) => {
                self.0.depth = depth;
                Ok(Inner { unpacker: self.0, is_ended: false })
            }
            None => Err(Fault::custom(format_args!("nested deeper than {DEPTH} levels"))),
        }
    }
}

struct Inner<'u, 'de> {
    unpacker: &'u mut Unpacker<'de>,
    is_ended: bool,
}

impl<'de> Inner<'_, 'de> {
    fn is_at_end(&mut self) -> Result<bool, Fault> {
        if !self.is_ended && self.unpacker.bytes.first() == Some(&END) {
            self.unpacker.byte()?;
            self.unpacker.depth += 1;
            self.is_ended = true;
        }
        Ok(self.is_ended)
    }

    /// Reads what the visitor left.
    fn end(&mut self) -> Result<(), Fault> {
        match self.is_at_end()? {
            true => Ok(()),
            false => Err(broken("a list or a map is longer than what is wanted").into()),
        }
    }
}

impl<'de> SeqAccess<'de> for Inner<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if self.is_at_end()? { Ok(None) } else { seed.deserialize(ReadTagged(self.unpacker)).map(Some) }
    }
}

impl<'de> MapAccess<'de> for Inner<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if self.is_at_end()? {
            return Ok(None);
        }
        if self.unpacker.bytes.first() != Some(&TEXT) {
            return Err(broken("a map's key isn't text").into());
        }
        seed.deserialize(ReadTagged(self.unpacker)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        seed.deserialize(ReadTagged(self.unpacker))
    }
}

impl<'de> Deserializer<'de> for ReadTagged<'_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0.byte()? {
            NULL => visitor.visit_unit(),
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            INT => visitor.visit_i64(self.0.signed()?),
            LONG => {
                let value = i128::from_le_bytes(self.0.array()?);
                match u64::try_from(value) {
                    Ok(value) => visitor.visit_u64(value),
                    Err(_) => visitor.visit_i128(value),
                }
            }
            LARGE => visitor.visit_u128(u128::from_le_bytes(self.0.array()?)),
            FLOAT => visitor.visit_f64(self.0.float()?),
            TEXT => visitor.visit_borrowed_str(self.0.text()?),
            BYTES => visitor.visit_borrowed_bytes(self.0.sized()?),
            LIST => {
                let mut inner = self.inner()?;
                let value = visitor.visit_seq(&mut inner)?;
                inner.end()?;
                Ok(value)
            }
            MAP => {
                let mut inner = self.inner()?;
                let value = visitor.visit_map(&mut inner)?;
                inner.end()?;
                Ok(value)
            }
            tag => Err(broken(format_args!("no value begins with {tag}")).into()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.0.bytes.first() == Some(&NULL) {
            self.0.byte()?;
            return visitor.visit_none();
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
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let value: Reader<Fault> = Kept::deserialize(self)?.into();
        value.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

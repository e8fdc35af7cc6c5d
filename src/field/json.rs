use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};
use serde::ser::{self, Serialize, SerializeMap, Serializer};
use serde_json::{Map, Number, Value};

#[cfg(feature = "rpc")]
use super::Decoding;
use super::{Context, Entity, FieldType, scalar};
#[cfg(feature = "rpc")]
use crate::error::Error;
use crate::primitive::{Kept, Maker, Primitive, Tagged, Token, is_negative_zero};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// How many bytes a node of a map of `serde_json` takes, which has eleven entries at most.
const NODE: usize = 640;

/// How many entries are in each node of a map whose keys came in order.
const NODE_HALF: usize = 6;

impl Entity for Value {
    const HOLDS_OBJECTS: bool = false;
    const BARE_NULLS: bool = true;

    fn has_bare_null(&self) -> bool {
        self.is_null()
    }

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        Written(self).serialize(serializer)
    }
}

/// A value on its way to any format. `serde_json` tells null as a unit, which some formats take for an empty list, and a
/// number as a struct, where another crate of the program turned its feature `arbitrary_precision` on.
struct Written<'a>(&'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(value) => match Primitive::number(&value.to_string()) {
                Some(number) => number.serialize(serializer),
                None => Err(ser::Error::custom("a whole number beyond 128 bits has no form on the wire")),
            },
            Value::String(value) => serializer.serialize_str(value),
            Value::Array(values) => serializer.collect_seq(values.iter().map(Written)),
            Value::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &Written(value))?;
                }
                map.end()
            }
        }
    }
}

/// Anything at all, passed on as it came: the reference's bare `FieldType`. Null needs an `Option` here too, and is its
/// `None`: a `Value::Null` isn't written. Numbers that
/// `serde_json` has none for are refused: `NaN`, and as a rule whole ones beyond 64 bits.
impl FieldType for Value {
    const TYPE: TypeSchema = TypeSchema::new("FieldType", Kind::Opaque);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        match (Seed { context }).deserialize(deserializer)? {
            Value::Null => Err(scalar::null(context)),
            value => Ok(value),
        }
    }
}

/// Reads a value from text by `serde_json`'s own reader, null too, and counts the memory that it takes.
///
/// # Errors
/// Where it is no JSON, or takes more than the default of the limits.
#[cfg(feature = "rpc")]
pub(crate) fn read_counted(text: &str) -> Result<Value, Error> {
    let decoding = Decoding::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Seed { context: decoding.context() };
    let read = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| decoding.into_error(error))
}

/// Reads a value from any format, null too, and counts the memory that it takes.
///
/// # Errors
/// Where it can't be read, or takes more than the default of the limits.
#[cfg(feature = "rpc")]
pub(crate) fn deserialize_counted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let decoding = Decoding::new();
    let seed = Seed { context: decoding.context() };
    seed.deserialize(deserializer)
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    context: Context<'a>,
}

impl Seed<'_> {
    fn made<E: de::Error>(self, kept: &Kept) -> Result<Value, E> {
        let maker = Values { seed: self, error: PhantomData };
        let counted = self.context.spend_kept::<E>(kept, kept.extent(&maker));
        counted.map_err(|error| self.context.fail(error))?;
        kept.make(&maker)
    }

    fn number<E: de::Error>(self, number: Option<Number>, found: impl fmt::Display) -> Result<Value, E> {
        let number = number.map(Value::Number);
        number.ok_or_else(|| self.context.invalid(format_args!("{found} is beyond what serde_json can hold")))
    }

    fn float<E: de::Error>(self, value: f64) -> Result<Value, E> {
        self.number(Number::from_f64(value), value)
    }

    fn primitive<E: de::Error>(self, number: &Primitive) -> Result<Value, E> {
        match number {
            Primitive::Int(value) => self.number(Number::from_i128(*value), value),
            Primitive::Large(value) => self.number(Number::from_u128(*value), value),
            Primitive::Float(value) => self.float(*value),
            _ => Ok(Value::Null),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Value, E> {
        self.number(Number::from_i128(value), value)
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Value, E> {
        self.number(Number::from_u128(value), value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        if is_negative_zero::<E>(value) {
            return Ok(Value::Number(0.into()));
        }
        self.float(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Value, E> {
        Err(self.context.invalid("bytes have no form in JSON"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Value, A::Error> {
        self.made(&Kept::of_list(seq)?)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        self.made(&Kept::of_map(map)?)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        match Tagged::read(data)? {
            Tagged::Number(number) => self.primitive(&number),
            other => self.number(None, other),
        }
    }
}

/// Makes values of what was kept: a list that grows while it is read would take three times its room.
struct Values<'a, E> {
    seed: Seed<'a>,
    error: PhantomData<E>,
}

impl<E: de::Error> Maker for Values<'_, E> {
    type Value = Value;
    type Map = Map<String, Value>;
    type Error = E;

    fn scalar(&self, token: Token<'_>) -> Result<Value, E> {
        let seed = self.seed;
        match token {
            Token::Null | Token::List(_) | Token::Map(_) => Ok(Value::Null),
            Token::Bool(value) => seed.visit_bool(value),
            Token::Int(value) => match (u64::try_from(value), i64::try_from(value)) {
                (Ok(value), _) => seed.visit_u64(value),
                (_, Ok(value)) => seed.visit_i64(value),
                _ => seed.visit_i128(value),
            },
            Token::Large(value) => seed.visit_u128(value),
            Token::Beyond => seed.number(None, Tagged::Beyond),
            Token::Float(value) => seed.float(value),
            Token::Text(value) => Ok(Value::String(value.to_owned())),
            Token::Bytes(value) => seed.visit_bytes(value),
        }
    }

    fn list(&self, values: Vec<Value>) -> Value {
        Value::Array(values)
    }

    fn map_of(&self, count: usize) -> Self::Map {
        Map::with_capacity(count)
    }

    fn insert(&self, map: &mut Self::Map, key: String, value: Value) {
        map.insert(key, value);
    }

    fn map(&self, map: Self::Map) -> Value {
        Value::Object(map)
    }

    fn weight_of_map(&self, count: usize) -> usize {
        if count == 0 { 0 } else { NODE.saturating_mul(1 + count / NODE_HALF) }
    }
}

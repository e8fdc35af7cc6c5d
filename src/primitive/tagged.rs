//! Values behind a tag, which `ciborium` shows as an enum: of numbers those beyond 128 bits, and others in more bytes than
//! they need.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, SeqAccess, VariantAccess, Visitor,
};

use super::Primitive;

/// How `ciborium` calls the variant of a value with a tag.
const TAGGED: &str = "@@TAGGED@@";

/// Tags of whole numbers as bytes, from zero and below it (RFC 8949, section 3.4.3).
const FROM_ZERO: u64 = 2;
const BELOW_ZERO: u64 = 3;

/// Value that a format shows as an enum.
#[derive(Debug, PartialEq)]
pub(crate) enum Tagged {
    /// A whole number.
    Number(Primitive),
    /// A whole number beyond 128 bits.
    Beyond,
    /// Anything else.
    Other,
}

impl Tagged {
    /// Reads what a format shows as an enum. Of what is no number nothing more is read, since it is refused.
    pub(crate) fn read<'de, A: EnumAccess<'de>>(data: A) -> Result<Self, A::Error> {
        let (name, variant) = data.variant::<String>()?;
        if name == TAGGED { variant.tuple_variant(2, Number) } else { Ok(Tagged::Other) }
    }

    /// The number.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn number<E: de::Error>(self) -> Result<Primitive, E> {
        match self {
            Tagged::Number(number) => Ok(number),
            other => Err(E::custom(format_args!("{other} has no form here"))),
        }
    }

    fn of(tag: u64, bytes: &[u8]) -> Self {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let digits = bytes.get(zeros..).unwrap_or_default();
        if digits.len() > size_of::<u128>() {
            return Tagged::Beyond;
        }
        let value = digits.iter().fold(0_u128, |value, byte| value << 8 | u128::from(*byte));
        if tag == FROM_ZERO {
            return Tagged::Number(value.into());
        }
        // The bytes of -1 are zero.
        i128::try_from(value).map_or(Tagged::Beyond, |value| Tagged::Number(Primitive::Int(!value)))
    }
}

impl fmt::Display for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tagged::Number(_) => "a number",
            Tagged::Beyond => "a whole number beyond 128 bits",
            Tagged::Other => "a value behind a tag",
        })
    }
}

struct Number;

impl<'de> Visitor<'de> for Number {
    type Value = Tagged;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tag and what stands behind it")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tagged, A::Error> {
        let tag: Option<u64> = seq.next_element()?;
        match tag {
            Some(tag @ (FROM_ZERO | BELOW_ZERO)) => {
                Ok(seq.next_element_seed(Behind { tag })?.unwrap_or(Tagged::Other))
            }
            _ => seq.next_element::<IgnoredAny>().map(|_| Tagged::Other),
        }
    }
}

/// The bytes of a number.
struct Behind {
    tag: u64,
}

impl<'de> DeserializeSeed<'de> for Behind {
    type Value = Tagged;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tagged, D::Error> {
        deserializer.deserialize_byte_buf(self)
    }
}

impl Visitor<'_> for Behind {
    type Value = Tagged;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a number")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Tagged, E> {
        Ok(Tagged::of(self.tag, bytes))
    }
}

/// A number beyond 128 bits as a format shows it, for one that was kept: which it was isn't known any more.
pub(super) struct Large<E> {
    shown: usize,
    error: std::marker::PhantomData<E>,
}

impl<E> Large<E> {
    pub(super) fn new() -> Self {
        Large { shown: 0, error: std::marker::PhantomData }
    }
}

impl<'de, E: de::Error> EnumAccess<'de> for Large<E> {
    type Error = E;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), E> {
        seed.deserialize(de::value::StrDeserializer::new(TAGGED)).map(|name| (name, self))
    }
}

impl<'de, E: de::Error> VariantAccess<'de> for Large<E> {
    type Error = E;

    fn unit_variant(self) -> Result<(), E> {
        Err(E::custom("expected a tag"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, E> {
        seed.deserialize(de::value::BytesDeserializer::new(&BYTES))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, E> {
        visitor.visit_seq(self)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, E> {
        Err(E::custom("expected a tag"))
    }
}

/// The bytes of 2^128.
const BYTES: [u8; 17] = {
    let mut bytes = [0; 17];
    bytes[0] = 1;
    bytes
};

impl<'de, E: de::Error> SeqAccess<'de> for Large<E> {
    type Error = E;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, E> {
        self.shown += 1;
        match self.shown {
            1 => seed.deserialize(de::value::U64Deserializer::new(FROM_ZERO)).map(Some),
            2 => seed.deserialize(de::value::BytesDeserializer::new(&BYTES)).map(Some),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_made_of_their_bytes() {
        let number = |value| Tagged::Number(Primitive::Int(value));
        assert_eq!(Tagged::of(FROM_ZERO, &[]), number(0));
        assert_eq!(Tagged::of(FROM_ZERO, &[0; 40]), number(0));
        assert_eq!(Tagged::of(FROM_ZERO, &[&[0; 20][..], &[1, 0]].concat()), number(256));
        assert_eq!(Tagged::of(FROM_ZERO, &[255; 16]), Tagged::Number(Primitive::Large(u128::MAX)));
        assert_eq!(Tagged::of(FROM_ZERO, &BYTES), Tagged::Beyond);
        assert_eq!(Tagged::of(BELOW_ZERO, &[]), number(-1));
        assert_eq!(Tagged::of(BELOW_ZERO, &[1]), number(-2));
        assert_eq!(Tagged::of(BELOW_ZERO, &i128::MAX.to_be_bytes()), number(i128::MIN));
        assert_eq!(Tagged::of(BELOW_ZERO, &(1_u128 << 127).to_be_bytes()), Tagged::Beyond);
    }
}

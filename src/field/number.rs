use serde::de::Deserializer;
#[cfg(feature = "compact")]
use serde::de::{IntoDeserializer, value::Error as Refusal};
use serde::ser::Serializer;

use super::scalar::{self, Found};
use super::{Bounds, Context, Entity, FieldType, python};
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot, Unpacker};
use crate::primitive::{write_float, write_large};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// Python's `int`: towards zero, and of texts those that are whole numbers.
#[inline]
fn whole<T: TryFrom<i128> + TryFrom<u128>>(found: &Found<'_>, context: Context<'_>) -> Option<T> {
    match found {
        Found::Int(value) => T::try_from(*value).ok(),
        Found::Large(value) => T::try_from(*value).ok(),
        _ if context.is_strict() => None,
        Found::Bool(value) => T::try_from(i128::from(*value)).ok(),
        Found::Float(value) => truncated(*value).filter(|_| context.keeps_digits(*value)),
        Found::Text(text) => {
            let (is_negative, digits) = python::int(text)?;
            signed(is_negative, digits)
        }
        Found::Beyond | Found::Bytes { .. } | Found::List { .. } | Found::Map { .. } => None,
    }
}

fn truncated<T: TryFrom<i128> + TryFrom<u128>>(value: f64) -> Option<T> {
    const FIRST_BEYOND: f64 = 340_282_366_920_938_463_463_374_607_431_768_211_456.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "towards zero, as Python's `int` does"
    )]
    let digits = (value.abs() < FIRST_BEYOND).then_some(value.abs() as u128)?;
    signed(value < 0.0, digits)
}

/// The number of those digits, where it fits.
fn signed<T: TryFrom<i128> + TryFrom<u128>>(is_negative: bool, digits: u128) -> Option<T> {
    match is_negative {
        true => T::try_from(0_i128.checked_sub_unsigned(digits)?).ok(),
        false => T::try_from(digits).ok(),
    }
}

/// The number, or the greatest that a literal can be.
const fn clamped(most: u128) -> i128 {
    if most > i128::MAX as u128 { i128::MAX } else { most as i128 }
}

macro_rules! whole_number {
    ($name:literal $kind:ident $decode:ident: $ty:ident $(, $form:ident)?) => {
        impl FieldType for $ty {
            const TYPE: TypeSchema = TypeSchema::new($name, Kind::$kind);
            const BOUNDS: Bounds = Bounds::of_integers($ty::MIN as i128, clamped($ty::MAX as u128));

            fn decode<'de, D: Deserializer<'de>>(
                deserializer: D,
                context: Context<'_>,
            ) -> Result<Self, D::Error> {
                scalar::$decode(deserializer, context, |found| {
                    whole(&found, context).ok_or_else(|| {
                        let (least, most) = ($ty::MIN, $ty::MAX);
                        found.refused(format_args!("a whole number from {least} to {most}"))
                    })
                })
            }

            $(
                #[cfg(feature = "compact")]
                #[inline]
                fn unpack(
                    unpacker: &mut Unpacker<'_>,
                    _: Slot<'_>,
                    context: Context<'_>,
                ) -> Result<Self, Error> {
                    let value = unpacker.$form()?;
                    $ty::try_from(value).or_else(|_| {
                        let value = IntoDeserializer::<Refusal>::into_deserializer(value);
                        $ty::decode(value, context).map_err(|error| context.typed(Error::invalid_value(error)))
                    })
                }
            )?
        }
    };
}

macro_rules! integers {
    ($name:literal $kind:ident $form:ident: $($ty:ident as $wire:ident $method:ident),+) => {
        $(
            impl Entity for $ty {
                const HOLDS_OBJECTS: bool = false;

                #[inline]
                fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
                    serializer.$method(*self as $wire)
                }

                #[cfg(feature = "compact")]
                #[inline]
                fn pack<'a>(&self, packer: &mut impl Pack<'a>, _: Slot<'_>, _: &Target<'_>) -> Result<(), Error> {
                    packer.$form((*self as $wire).into());
                    Ok(())
                }
            }

            whole_number! { $name $kind decode: $ty, $form }
        )+
    };
}

/// Implements the integers of 128 bits. A number that fits into 64 bits is written as one of 64 bits, since not every
/// format has larger ones.
macro_rules! large_integers {
    ($name:literal $kind:ident: $ty:ident $method:ident, $small:ident $small_method:ident) => {
        impl Entity for $ty {
            const HOLDS_OBJECTS: bool = false;

            fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
                match $small::try_from(*self) {
                    Ok(value) => serializer.$small_method(value),
                    Err(_) => write_large(serializer, |serializer| serializer.$method(*self)),
                }
            }
        }

        whole_number! { $name $kind decode_digits: $ty }
    };
}

large_integers! { "Integer" Integer: i128 serialize_i128, i64 serialize_i64 }
large_integers! { "NonNegativeInteger" NonNegativeInteger: u128 serialize_u128, u64 serialize_u64 }

integers! {
    "Integer" Integer signed:
    i8 as i8 serialize_i8, i16 as i16 serialize_i16, i32 as i32 serialize_i32, i64 as i64 serialize_i64,
    isize as i64 serialize_i64
}

integers! {
    "NonNegativeInteger" NonNegativeInteger unsigned:
    u8 as u8 serialize_u8, u16 as u16 serialize_u16, u32 as u32 serialize_u32, u64 as u64 serialize_u64,
    usize as u64 serialize_u64
}

/// Python's `float`, of numbers and of texts.
#[inline]
fn number(found: &Found<'_>, strict: bool) -> Option<f64> {
    match found {
        #[expect(clippy::cast_precision_loss, reason = "rounded, as Python's `float` does")]
        Found::Int(value) => Some(*value as f64),
        #[expect(clippy::cast_precision_loss, reason = "likewise")]
        Found::Large(value) => Some(*value as f64),
        Found::Float(value) => Some(*value),
        _ if strict => None,
        Found::Bool(value) => Some((*value).into()),
        Found::Text(text) => python::float(text),
        Found::Beyond | Found::Bytes { .. } | Found::List { .. } | Found::Map { .. } => None,
    }
}

impl Entity for f64 {
    const HOLDS_OBJECTS: bool = false;

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        write_float(*self, serializer)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, _: Slot<'_>, _: &Target<'_>) -> Result<(), Error> {
        packer.float(*self);
        Ok(())
    }
}

impl FieldType for f64 {
    const TYPE: TypeSchema = TypeSchema::new("Float", Kind::Float);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode_digits(deserializer, context, |found| {
            number(&found, context.is_strict()).ok_or_else(|| found.refused("a number"))
        })
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, _: Slot<'_>, _: Context<'_>) -> Result<Self, Error> {
        unpacker.float()
    }
}

/// Number that stands for the value on the wire: the one with the same shortest digits, so that 0.1 goes out as
/// 0.1 and not as 0.10000000149011612.
fn widened(value: f32) -> f64 {
    zmij::Buffer::new().format(value).parse().unwrap_or_else(|_| value.into())
}

impl Entity for f32 {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        write_float(widened(*self), serializer)
    }
}

/// Numbers that would go out as others again are refused.
impl FieldType for f32 {
    const TYPE: TypeSchema = TypeSchema::new("Float", Kind::Float);
    const BOUNDS: Bounds = Bounds::of_narrow_floats();

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode_digits(deserializer, context, |found| {
            let Some(wide) = number(&found, context.is_strict()) else {
                return Err(found.refused("a number"));
            };
            #[expect(clippy::cast_possible_truncation, reason = "the next line looks whether it was exact")]
            let narrow = wide as f32;
            if wide.is_nan() || widened(narrow).to_bits() == wide.to_bits() {
                return Ok(narrow);
            }
            Err(found.refused("a number that fits 32 bits"))
        })
    }
}

/// A number from zero (`NonNegativeFloat`). As in the reference, only what is less is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct NonNegativeFloat(f64);

impl NonNegativeFloat {
    /// Returns the number as a float.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for NonNegativeFloat {
    type Error = Error;

    fn try_from(value: f64) -> Result<Self, Error> {
        NonNegativeFloat::checked(value).map_err(Error::invalid_value)
    }
}

impl NonNegativeFloat {
    fn checked(value: f64) -> Result<Self, String> {
        if value < 0.0 {
            return Err(Found::Float(value).refused("a number from zero"));
        }
        Ok(NonNegativeFloat(value))
    }
}

impl From<NonNegativeFloat> for f64 {
    fn from(value: NonNegativeFloat) -> f64 {
        value.0
    }
}

impl Entity for NonNegativeFloat {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        write_float(self.0, serializer)
    }
}

impl FieldType for NonNegativeFloat {
    const TYPE: TypeSchema = TypeSchema::new("NonNegativeFloat", Kind::NonNegativeFloat);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode_digits(deserializer, context, |found| {
            let value = number(&found, context.is_strict());
            NonNegativeFloat::checked(value.ok_or_else(|| found.refused("a number"))?)
        })
    }
}

//! Whole numbers other than zero.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16,
    NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::{Bounds, Context, Entity, FieldType};
#[cfg(feature = "compact")]
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot, Unpacker};
use crate::schema::{Literal, TypeSchema};
use crate::version::Target;

const NUMBERS: &[Literal] = &[Literal::Int(1), Literal::Int(7), Literal::Int(100)];

const REFUSED: &str = "a whole number other than zero is required, found 0";

macro_rules! nonzero {
    ($($ty:ident $of:ident),+) => {
        $(
            impl Entity for $ty {
                const HOLDS_OBJECTS: bool = false;

                fn encode<S: Serializer>(
                    &self,
                    serializer: S,
                    target: &Target<'_>,
                ) -> Result<S::Ok, S::Error> {
                    self.get().encode(serializer, target)
                }

                #[cfg(feature = "compact")]
                fn pack<'a>(
                    &self,
                    packer: &mut impl Pack<'a>,
                    slot: Slot<'_>,
                    target: &Target<'_>,
                ) -> Result<(), Error> {
                    self.get().pack(packer, slot, target)
                }
            }

            impl FieldType for $ty {
                const TYPE: TypeSchema = $of::TYPE.with_examples(NUMBERS);
                const BOUNDS: Bounds = $of::BOUNDS.but_zero();

                fn decode<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    context: Context<'_>,
                ) -> Result<Self, D::Error> {
                    let value = $of::decode(deserializer, context)?;
                    $ty::new(value).ok_or_else(|| context.invalid(REFUSED))
                }

                #[cfg(feature = "compact")]
                fn unpack(
                    unpacker: &mut Unpacker<'_>,
                    slot: Slot<'_>,
                    context: Context<'_>,
                ) -> Result<Self, Error> {
                    let value = $of::unpack(unpacker, slot, context)?;
                    $ty::new(value).ok_or_else(|| Error::invalid_value(REFUSED))
                }
            }
        )+
    };
}

nonzero! {
    NonZeroI8 i8, NonZeroI16 i16, NonZeroI32 i32, NonZeroI64 i64, NonZeroI128 i128, NonZeroIsize isize,
    NonZeroU8 u8, NonZeroU16 u16, NonZeroU32 u32, NonZeroU64 u64, NonZeroU128 u128, NonZeroUsize usize
}

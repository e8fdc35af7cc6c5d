//! Pointers in fields: on the wire each is what it points to.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::{Bounds, Context, Entity, FieldType, Path, Survey};
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot, Unpacker};
use crate::schema::TypeSchema;
use crate::version::Target;

/// A type that is read as another, and made of it.
macro_rules! read_as {
    ($([$($parameters:tt)*] $ty:ty, $inner:ty;)+) => {
        $(
            impl<$($parameters)*> FieldType for $ty {
                const TYPE: TypeSchema = <$inner>::TYPE;
                const NULLABLE: bool = <$inner>::NULLABLE;
                const BOUNDS: Bounds = <$inner>::BOUNDS;

                fn decode<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    context: Context<'_>,
                ) -> Result<Self, D::Error> {
                    <$inner>::decode(deserializer, context).map(<$ty>::from)
                }

                #[cfg(feature = "compact")]
                #[inline]
                fn unpack(
                    unpacker: &mut Unpacker<'_>,
                    slot: Slot<'_>,
                    context: Context<'_>,
                ) -> Result<Self, Error> {
                    <$inner>::unpack(unpacker, slot, context).map(<$ty>::from)
                }
            }
        )+
    };
}

read_as! {
    [] Box<str>, String;
    [] Rc<str>, String;
    [] Arc<str>, String;
    [T: FieldType] Box<[T]>, Vec<T>;
    [T: FieldType + Clone] Rc<[T]>, Vec<T>;
    [T: FieldType + Clone] Arc<[T]>, Vec<T>;
}

/// A shared value, read into a pointer of its own.
macro_rules! shared {
    ($($pointer:ident),+) => {
        $(
            impl<T: FieldType + Clone> FieldType for $pointer<T> {
                const TYPE: TypeSchema = T::TYPE;
                const NULLABLE: bool = T::NULLABLE;
                const BOUNDS: Bounds = T::BOUNDS;

                fn may_follow(&self, old: &Self) -> Result<(), Error> {
                    (**self).may_follow(old)
                }

                fn equals(&self, old: &Self) -> bool {
                    (**self).equals(old)
                }

                fn decode<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    context: Context<'_>,
                ) -> Result<Self, D::Error> {
                    context.count_box::<T>().map_err(|error| context.fail(error))?;
                    T::decode(deserializer, context).map($pointer::new)
                }

                #[cfg(feature = "compact")]
                #[inline]
                fn unpack(
                    unpacker: &mut Unpacker<'_>,
                    slot: Slot<'_>,
                    context: Context<'_>,
                ) -> Result<Self, Error> {
                    T::unpack(unpacker, slot, context).map($pointer::new)
                }
            }
        )+
    };
}

shared! { Rc, Arc }

impl<T: Entity + ToOwned<Owned: Entity> + ?Sized> Entity for Cow<'_, T> {
    const HOLDS_OBJECTS: bool = T::HOLDS_OBJECTS;
    const REMEMBERS: bool = T::REMEMBERS;
    const BARE_NULLS: bool = T::BARE_NULLS;

    fn has_bare_null(&self) -> bool {
        (**self).has_bare_null()
    }

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        (**self).encode(serializer, target)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        (**self).pack(packer, slot, target)
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        (**self).survey(target, path, survey)
    }

    fn has_changes(&self) -> bool {
        (**self).has_changes()
    }

    fn has_changed_elements(&self) -> bool {
        (**self).has_changed_elements()
    }

    fn reset_within(&mut self) {
        if T::HOLDS_OBJECTS {
            self.to_mut().reset_within();
        }
    }

    fn forget_origins(&mut self) {
        if T::HOLDS_OBJECTS {
            self.to_mut().forget_origins();
        }
    }
}

/// Reads into an owned value.
impl<T: Entity + ToOwned<Owned: FieldType> + ?Sized> FieldType for Cow<'_, T> {
    const TYPE: TypeSchema = <T::Owned as FieldType>::TYPE;
    const NULLABLE: bool = <T::Owned as FieldType>::NULLABLE;
    const BOUNDS: Bounds = <T::Owned as FieldType>::BOUNDS;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        T::Owned::decode(deserializer, context).map(Cow::Owned)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        T::Owned::unpack(unpacker, slot, context).map(Cow::Owned)
    }
}

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::Encoded;
use super::{Bounds, Context, Entity, FieldType, Path, Shown, Survey};
use crate::behind::{Failed, Input, Read, Shape, Taker, Wish};
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot, Unpacker};
use crate::schema::TypeSchema;
use crate::version::Target;

impl<T: Entity> Entity for Option<T> {
    const HOLDS_OBJECTS: bool = T::HOLDS_OBJECTS;
    const REMEMBERS: bool = T::REMEMBERS;
    const BARE_NULLS: bool = T::BARE_NULLS;

    fn has_bare_null(&self) -> bool {
        self.as_ref().is_some_and(T::has_bare_null)
    }

    #[inline]
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&Encoded::new(value, target)),
            None => serializer.serialize_none(),
        }
    }

    fn show(&self, _: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
        match self {
            Some(value) => see(Shown::Some(value)),
            None => see(Shown::Null),
        }
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        if slot.is_nullable() {
            packer.bit(self.is_some());
        }
        match self {
            Some(value) => value.pack(packer, slot.not_null(), target),
            None if slot.is_nullable() => Ok(()),
            None => Err(packer.unfit()),
        }
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        self.as_ref().map_or(Ok(()), |value| value.survey(target, path, survey))
    }

    fn has_changes(&self) -> bool {
        self.as_ref().is_some_and(T::has_changes)
    }

    fn reset_within(&mut self) {
        if let Some(value) = self {
            value.reset_within();
        }
    }

    fn forget_origins(&mut self) {
        if let Some(value) = self {
            value.forget_origins();
        }
    }
}

/// A value or null.
impl<T: FieldType> FieldType for Option<T> {
    const TYPE: TypeSchema = T::TYPE;
    const NULLABLE: bool = true;
    const BOUNDS: Bounds = T::BOUNDS.or_null(T::NULLABLE);

    fn equals(&self, old: &Self) -> bool {
        match (self, old) {
            (Some(new), Some(old)) => new.equals(old),
            (new, old) => new.is_none() && old.is_none(),
        }
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Optional { context, value: PhantomData })
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        let mut value = None;
        or_null(input, &EXPECTED, &mut |input| {
            value = Some(T::decode_behind(input, context)?);
            Ok(())
        })?;
        Ok(value)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        if slot.is_nullable() && !unpacker.bit()? {
            return Ok(None);
        }
        T::unpack(unpacker, slot.not_null(), context).map(Some)
    }
}

const EXPECTED: &str = "a value or null";

/// Reads a value through a pointer, or null, of which `read` isn't told.
pub(super) fn or_null<'de>(
    input: &mut dyn Input<'de>,
    expected: &dyn fmt::Display,
    read: Read<'_, 'de>,
) -> Result<(), Failed> {
    input.read(Wish::Option, &mut OrNull { expected, read })
}

struct OrNull<'a, 'de> {
    expected: &'a dyn fmt::Display,
    read: Read<'a, 'de>,
}

impl<'de> Taker<'de> for OrNull<'_, 'de> {
    fn take(&mut self, shape: Shape<'_, 'de>) -> Result<(), Failed> {
        match shape {
            Shape::None | Shape::Unit => Ok(()),
            Shape::Some(input) => (self.read)(input),
            shape => Err(shape.refused(&&*self.expected.to_string())),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expected.fmt(f)
    }
}

struct Optional<'a, T> {
    context: Context<'a>,
    value: PhantomData<T>,
}

impl<'de, T: FieldType> Visitor<'de> for Optional<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::decode(deserializer, self.context).map(Some)
    }
}

macro_rules! forward {
    () => {
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

        fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
            (**self).show(target, see);
        }

        #[cfg(feature = "compact")]
        #[inline]
        fn pack<'a>(
            &self,
            packer: &mut impl Pack<'a>,
            slot: Slot<'_>,
            target: &Target<'_>,
        ) -> Result<(), Error> {
            (**self).pack(packer, slot, target)
        }

        fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
            (**self).survey(target, path, survey)
        }

        fn has_changes(&self) -> bool {
            (**self).has_changes()
        }
    };
}

impl<T: Entity + ?Sized> Entity for Box<T> {
    forward!();

    fn reset_within(&mut self) {
        (**self).reset_within();
    }

    fn forget_origins(&mut self) {
        (**self).forget_origins();
    }
}

impl<T: FieldType> FieldType for Box<T> {
    const TYPE: TypeSchema = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;
    const BOUNDS: Bounds = T::BOUNDS;

    fn equals(&self, old: &Self) -> bool {
        (**self).equals(old)
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        context.count_box::<T>().map_err(|error| context.fail(error))?;
        T::decode(deserializer, context).map(Box::new)
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        context.count_box::<T>().map_err(|error| context.fail(error))?;
        T::decode_behind(input, context).map(Box::new)
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        T::unpack(unpacker, slot, context).map(Box::new)
    }
}

impl<T: Entity + ?Sized> Entity for &T {
    forward!();
}

/// A pointer to a value that others may hold as well. What is to change in it is changed in a copy, where they do.
macro_rules! shared {
    ($pointer:ident) => {
        impl<T> Entity for $pointer<T>
        where
            T: Entity + ToOwned<Owned: Entity> + ?Sized,
            $pointer<T>: From<T::Owned>,
        {
            forward!();

            fn reset_within(&mut self) {
                if let Some(value) = $pointer::get_mut(self) {
                    value.reset_within();
                } else if T::HOLDS_OBJECTS {
                    let mut value = (**self).to_owned();
                    value.reset_within();
                    *self = $pointer::from(value);
                }
            }

            fn forget_origins(&mut self) {
                if let Some(value) = $pointer::get_mut(self) {
                    value.forget_origins();
                } else if T::HOLDS_OBJECTS {
                    let mut value = (**self).to_owned();
                    value.forget_origins();
                    *self = $pointer::from(value);
                }
            }
        }
    };
}

shared! { Rc }
shared! { Arc }

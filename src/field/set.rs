//! Sets as fields.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use serde::de::Deserializer;

#[cfg(feature = "compact")]
use super::list::unpack;
use super::list::{Container, decode, element};
use super::{Bounds, Context, FieldType};
#[cfg(feature = "compact")]
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Slot, Unpacker};
use crate::schema::{Kind, TypeSchema};

impl<T: FieldType + Ord> Container for BTreeSet<T> {
    type Element = T;
    const IS_SET: bool = true;

    fn with_room(_: usize) -> Self {
        BTreeSet::new()
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn add(&mut self, element: T) {
        self.insert(element);
    }
}

impl<T: FieldType + Eq + Hash, H: BuildHasher + Default> Container for HashSet<T, H> {
    type Element = T;
    const IS_SET: bool = true;

    fn with_room(elements: usize) -> Self {
        HashSet::with_capacity_and_hasher(elements, H::default())
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn add(&mut self, element: T) {
        self.insert(element);
    }
}

macro_rules! as_set {
    () => {
        const TYPE: TypeSchema = TypeSchema::new("Set", Kind::Set(element::<T>()));
        const BOUNDS: Bounds = Bounds::of_each(T::BOUNDS_REF, None);

        fn decode<'de, D: Deserializer<'de>>(
            deserializer: D,
            context: Context<'_>,
        ) -> Result<Self, D::Error> {
            decode(deserializer, context)
        }

        fn equals(&self, old: &Self) -> bool {
            self.len() == old.len()
                && self.iter().all(|new| old.contains(new) || old.iter().any(|old| new.equals(old)))
        }

        #[cfg(feature = "compact")]
        fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
            unpack(unpacker, slot, context)
        }
    };
}

/// Any number of values, each once. Where values are coerced, numbers that Python takes for equal are one before they
/// are: of `[1, true]` a set of texts has `1`.
impl<T: FieldType + Ord> FieldType for BTreeSet<T> {
    as_set!();
}

/// Any number of values, each once, as in a `BTreeSet`.
impl<T: FieldType + Eq + Hash, H: BuildHasher + Default> FieldType for HashSet<T, H> {
    as_set!();
}

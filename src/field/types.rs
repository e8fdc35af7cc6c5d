use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::de::Deserializer;
use serde::ser::Serializer;

use super::{Bounds, Context, Encoded, Field, Path, Show, Shown, Survey, Written};
use crate::behind::{Behind, Failed, Input};
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot, Unpacker};
use crate::primitive::{Primitive, equal};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// A value that can be encoded for a target: an object, and any value that may hold objects.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written for a target",
    note = "the types that can are listed in `versioned_objects::field`; some need a feature (`uuid`, `chrono`, `ipnet`)",
    note = "a type of your own implements `Entity`, and `FieldType` where it stands in a field"
)]
pub trait Entity {
    /// Whether there may be objects in the value. A look before writing passes by those that have none.
    const HOLDS_OBJECTS: bool = true;

    /// Whether the objects in the value remember the version that they arrived in, where there are any.
    #[doc(hidden)]
    const REMEMBERS: bool = true;

    /// Whether there may be nulls in the value that its type doesn't tell from others: those of a `serde_json::Value`.
    #[doc(hidden)]
    const BARE_NULLS: bool = false;

    /// Writes the value for the target.
    ///
    /// # Errors
    /// The serializer's own, and where a rule refuses the backport. [`Entity::survey`] tells the second before
    /// anything is written.
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error>;

    /// Writes the value for the target in the compact form, as its place declares. Where a type says nothing of this,
    /// what it encodes is taken for a value of the kind that it declares.
    ///
    /// # Errors
    /// As [`Entity::encode`]'s.
    #[cfg(feature = "compact")]
    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        if Self::HOLDS_OBJECTS {
            self.survey(target, Path::ROOT, &mut Survey::refusals())?;
        }
        packer.value(&Encoded::new(self, target), slot)
    }

    /// Shows what goes out for the target to who doesn't know its type: as [`Entity::encode`] writes it.
    #[doc(hidden)]
    fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
        see(Shown::Plain(&Encoded::new(self, target)));
    }

    /// Looks for what the target refuses and what it leaves out, without writing.
    ///
    /// # Errors
    /// Where the backport is refused.
    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        let _ = (target, path, survey);
        Ok(())
    }

    /// Whether there is a null of its own where the type has no place for one, so that no reader takes it.
    #[doc(hidden)]
    fn has_bare_null(&self) -> bool {
        false
    }

    /// Whether the value is an object that reports changes, which makes the field that holds it a changed one.
    fn has_changes(&self) -> bool {
        false
    }

    /// Whether the value is a list with an object that reports changes, which counts in list objects alone.
    fn has_changed_elements(&self) -> bool {
        false
    }

    /// Resets the changes of the objects in the value.
    fn reset_within(&mut self) {}

    /// The objects in the value forget the version that they arrived in.
    fn forget_origins(&mut self) {}
}

/// The refusal of a null that would come back as another value, or not at all.
#[cold]
pub(crate) fn bare_null() -> Error {
    Error::invalid_value("a `Value::Null` can't come back from here; null is the `None` of an `Option`")
}

/// A type whose values can stand in a [`Field`] (the reference's `FieldType`).
///
/// A type of one's own writes two methods and a constant: how it goes out, how it's read, and what it is. All other
/// methods are for types that hold objects.
///
/// ```
/// use serde::{Deserialize, Deserializer, Serialize, Serializer};
/// use versioned_objects::schema::{Kind, TypeSchema};
/// use versioned_objects::{Context, Entity, FieldType, Target};
///
/// /// A colour, `#rrggbb` on the wire.
/// #[derive(Clone, Debug, PartialEq)]
/// struct Colour(u32);
///
/// impl Entity for Colour {
///     fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
///         serializer.collect_str(&format_args!("#{:06x}", self.0))
///     }
/// }
///
/// impl FieldType for Colour {
///     const TYPE: TypeSchema = TypeSchema::new("Colour", Kind::Opaque);
///
///     fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
///         let text = String::deserialize(deserializer)?;
///         let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
///         match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
///             Some(colour) => Ok(Colour(colour)),
///             None => Err(context.invalid(format_args!("{text:?} is no colour"))),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't stand in a field",
    note = "the types that can are listed in `versioned_objects::field`; some need a feature (`uuid`, `chrono`, `ipnet`)",
    note = "a type of your own implements `FieldType`"
)]
pub trait FieldType: Entity + Sized {
    /// The type, as data.
    const TYPE: TypeSchema;

    /// Reference to the type, for constants that need one.
    #[doc(hidden)]
    const TYPE_REF: &'static TypeSchema = &Self::TYPE;

    /// Bounds of the scalars in its values, which a literal is held to.
    #[doc(hidden)]
    const BOUNDS: Bounds = Bounds::NONE;

    /// Reference to the bounds, for those of a collection.
    #[doc(hidden)]
    const BOUNDS_REF: &'static Bounds = &Self::BOUNDS;

    /// Whether null is one of the values.
    const NULLABLE: bool = false;

    /// Whether the value may be set where `old` stands: a state machine has its say here.
    ///
    /// # Errors
    /// Where it may not.
    fn may_follow(&self, old: &Self) -> Result<(), Error> {
        if Self::TYPE_REF.transitions.is_empty() {
            return Ok(());
        }
        may_follow(Self::TYPE_REF, self, old)
    }

    /// Whether the value is equal to the one that stands there, as Python's `==` has it: a field that can be set
    /// but once takes an equal value again. Where nothing else is said, values are equal that go out the same, and
    /// an object is equal to no other, as in the reference.
    fn equals(&self, old: &Self) -> bool {
        if matches!(Self::TYPE_REF.kind, Kind::Object { .. }) {
            return false;
        }
        equals(self, old)
    }

    /// Reads a value, coercing what the reference coerces unless the context is strict. A type that reads lists or maps by itself
    /// says so by [`Context::into_list`].
    ///
    /// # Errors
    /// The deserializer's own, and [`Context::invalid`] for what the type can't hold.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error>;

    /// Reads a value through a pointer, as [`FieldType::decode`] does: compiled once, and not for each format.
    ///
    /// # Errors
    /// As [`FieldType::decode`]'s.
    #[doc(hidden)]
    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        Self::decode(Behind(input), context)
    }

    /// Reads a value from the compact form, as its place declares. A type says something of this where it does of
    /// [`Entity::pack`].
    ///
    /// # Errors
    /// As [`FieldType::decode`]'s, and where the bytes are broken.
    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        Self::decode(unpacker.value(slot), context).map_err(|fault| context.typed(fault.into_error()))
    }
}

fn may_follow(ty: &TypeSchema, new: &dyn Show, old: &dyn Show) -> Result<(), Error> {
    match (primitive(new)?.as_str(), primitive(old)?.as_str()) {
        (Some(new), Some(old)) => ty.may_follow(old, new),
        // Null comes before and after any state.
        _ => Ok(()),
    }
}

fn equals(new: &dyn Show, old: &dyn Show) -> bool {
    matches!((primitive(new), primitive(old)), (Ok(new), Ok(old)) if equal(&new, &old))
}

fn primitive(value: &dyn Show) -> Result<Primitive, Error> {
    Primitive::of(&Written::new(value, &Target::Own))
}

/// A field's type in a derived struct: [`Field`] alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a field",
    label = "expected `Field<...>`",
    note = "a field on the wire is a `Field<T>`; `Option` inside it makes it nullable"
)]
pub trait FieldSlot {
    /// The type of its values.
    type Value: FieldType;
}

impl<T: FieldType> FieldSlot for Field<T> {
    type Value = T;
}

/// Implemented for an object at its current version alone, so that a parent's declaration of its child's
/// versions stops compiling when the child is bumped and the parent forgets it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not at version {MAJOR}.{MINOR} now",
    label = "the last of these child versions is not the child's current version",
    note = "add the child's new version here, with the version of this object that first carries it"
)]
pub trait Current<const MAJOR: u32, const MINOR: u32> {}

impl<T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for Field<T> {}
impl<T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for Option<T> {}
impl<T: Current<A, B> + ?Sized, const A: u32, const B: u32> Current<A, B> for Box<T> {}
impl<T: Current<A, B> + ?Sized, const A: u32, const B: u32> Current<A, B> for Rc<T> {}
impl<T: Current<A, B> + ?Sized, const A: u32, const B: u32> Current<A, B> for Arc<T> {}
impl<T: Current<A, B> + ToOwned + ?Sized, const A: u32, const B: u32> Current<A, B> for Cow<'_, T> {}
impl<T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for [T] {}
impl<T: Current<A, B>, const A: u32, const B: u32, const N: usize> Current<A, B> for [T; N] {}
impl<T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for Vec<T> {}
impl<T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for VecDeque<T> {}
impl<T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for BTreeSet<T> {}
impl<T: Current<A, B>, H, const A: u32, const B: u32> Current<A, B> for HashSet<T, H> {}
impl<K, T: Current<A, B>, const A: u32, const B: u32> Current<A, B> for BTreeMap<K, T> {}
impl<K, T: Current<A, B>, H, const A: u32, const B: u32> Current<A, B> for HashMap<K, T, H> {}
impl<K, T: Current<A, B>, H, const A: u32, const B: u32> Current<A, B> for IndexMap<K, T, H> {}

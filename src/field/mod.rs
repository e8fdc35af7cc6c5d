//! Fields, and the types that can stand in them.
//!
//! A [`Field`] is unset or holds a value, and knows whether it was changed. What may stand in one implements
//! [`FieldType`]; a value that can go out at all, alone or in a container, is an [`Entity`].
//!
//! | Rust | the reference's type |
//! | --- | --- |
//! | `String`, [`Sensitive`] | `String`, `SensitiveString` |
//! | `char`, `PathBuf` | `String`: of one character, a path that is UTF-8 |
//! | [`Bytes`] | `String`: base64 |
//! | `i8` to `i128`, `isize`; `u8` to `u128`, `usize`; `NonZero` of each | `Integer`; `NonNegativeInteger` |
//! | `f32`, `f64`; [`NonNegativeFloat`] | `Float`; `NonNegativeFloat` |
//! | `std::time::Duration` | `NonNegativeFloat`: seconds |
//! | `bool`; [`FlexibleBool`] | `Boolean`; `FlexibleBoolean` |
//! | [`UuidText`]; `uuid::Uuid` | `UUID` |
//! | [`MacAddress`], [`PciAddress`], [`VersionPredicate`] | the same |
//! | `std::net`'s addresses, `ipnet`'s networks | `IPAddress`, `IPNetwork` and those of one family |
//! | [`IpV4AndV6Address`] | `IPV4AndV6Address` |
//! | enums by [`FieldEnum`](crate::FieldEnum); with `next` | `Enum`; `StateMachine` |
//! | derived objects; enums of them by [`ObjectEnum`](crate::ObjectEnum) | `Object`; with `subclasses` |
//! | [`DictProxy`] | `DictProxyField` |
//! | `DateTime`, `chrono::DateTime`, `std::time::SystemTime`; `chrono::NaiveDateTime` | `DateTime`, aware; naive |
//! | `Vec`, `VecDeque`, arrays, `Box<[T]>`, `Rc<[T]>`, `Arc<[T]>`; `BTreeSet`, `HashSet` | `List`; `Set` |
//! | `BTreeMap`, `HashMap`, `IndexMap`, by each [`FromMapKey`]: text, whole numbers, IP addresses, enums | `Dict` |
//! | `Box`, `Rc`, `Arc`, `Cow` of each, of `str` too | what it points to |
//! | `serde_json::Value` | the bare `FieldType` |
//!
//! Types that several projects have made for themselves are here as well:
//!
//! | Rust | the projects' type |
//! | --- | --- |
//! | [`CheckedUuid`] | `UUID` of neutron and tacker: the text as it came, but of a UUID |
//! | [`EuiText`] | `MACAddress` of neutron: a MAC address as it was spelled |
//! | [`IpNetworkText`] | `IPNetwork` of neutron: a network as it was spelled |
//! | [`JsonText`] | `DictOfMiscValues` of neutron, `Json` of watcher, zun and senlin: JSON in a text |
//! | [`FlexibleDict`], [`FlexibleList`] | `FlexibleDict` of ironic and watcher, `FlexibleListOfDict` |
//!
//! Each reads what the reference's type reads and writes what that writes, with these exceptions:
//!
//! - What the Rust type can't hold is refused: whole numbers beyond its bits, in `uuid::Uuid` any text but the
//!   canonical, in `chrono::DateTime<Utc>` each offset but `Z`.
//! - `chrono::DateTime<FixedOffset>` has one offset zero. `Z` is read, and goes out as `+00:00`; `-00:00` is refused.
//! - A `serde_json::Value` that is null is refused on writing, since it would come back as the `None` of an `Option` or not at
//!   all; nulls inside it are values.
//! - What an `Rc` or an `Arc` shares with others is changed in a copy, so it is `Clone`.
//! - A whole number beyond 128 bits is refused, with its place. Which numbers a format holds is told in [`wire`](crate::wire).
//! - Fractions of seconds don't go out of a `SystemTime`, as of any date-time. A `Duration` that no number of seconds
//!   gives back is refused on writing: nanoseconds fit up to 97 days, microseconds up to 272 years.
//! - Keys of maps are text on the wire in each format, and each has one text: `01` is no whole number there.
//! - Two networks that differ in their host bits are two in a set, as in Rust; Python takes them for one.
//! - Years before 1000 are written in four digits. The reference writes fewer, and can't read them again.
//! - In a nullable state machine null comes before and after any state. The reference makes the text `None` of the
//!   first null, and fails at a later one.
//! - `null`, and a text in a text in a text, are refused in a [`JsonText`]: no project writes them.
//! - [`Sensitive`] prints nothing of its text; the reference masks what it takes for a password.

mod address;
mod boolean;
mod bounds;
mod bytes;
mod check;
mod choice;
#[cfg(feature = "chrono")]
mod chrono;
mod context;
#[cfg(feature = "chrono")]
mod date_time;
mod encoded;
mod flexible;
mod form;
mod ip;
#[cfg(feature = "chrono")]
mod iso8601;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod json_text;
mod kept;
mod key;
mod letters;
mod list;
mod literal;
mod map;
mod member;
#[cfg(feature = "ipnet")]
mod network;
mod nonzero;
mod number;
mod optional;
mod path;
mod pointer;
mod predicate;
mod proxy;
mod python;
#[cfg(feature = "json")]
mod raw;
mod scalar;
mod seed;
mod set;
mod show;
mod text;
mod time;
mod tuple;
mod types;
mod uuid;
mod value;

use crate::error::Error;

pub use address::{MacAddress, PciAddress};
pub use boolean::FlexibleBool;
#[doc(hidden)]
pub use bounds::{Bounds, Held};
pub use bytes::Bytes;
pub(crate) use check::check_value;
#[cfg(any(feature = "check", all(feature = "json", feature = "pattern")))]
pub(crate) use check::compile_pattern;
#[doc(hidden)]
pub use choice::{Choice, decode_choice, decode_choice_behind, deserialize_choice, parse_choice};
pub(crate) use context::GROWTH;
#[cfg(feature = "dynamic")]
pub(crate) use context::least;
pub use context::{Context, Decoding, Limits};
#[cfg(feature = "chrono")]
pub use date_time::DateTime;
pub(crate) use encoded::Encoded;
pub use flexible::{FlexibleDict, FlexibleList};
#[doc(hidden)]
pub use form::{Family, Form, Zone};
pub use ip::IpV4AndV6Address;
#[cfg(feature = "rpc")]
pub(crate) use json::{deserialize_counted, read_counted};
#[cfg(feature = "json")]
pub use json_text::JsonText;
pub use kept::{CheckedUuid, EuiText, IpNetworkText};
#[doc(hidden)]
pub use key::choice_of_key;
pub use key::{FromMapKey, MapKey};
#[cfg(feature = "dynamic")]
pub(crate) use map::KeyText;
#[cfg(feature = "dynamic")]
pub(crate) use member::{Member, Numbers, is_of_what_came};
pub use number::NonNegativeFloat;
pub use path::{Alteration, Altered, Loss};
#[doc(hidden)]
pub use path::{Path, Sent, Survey};
pub use predicate::VersionPredicate;
pub use proxy::DictProxy;
pub(crate) use seed::ValueSeed;
pub(crate) use show::Written;
#[doc(hidden)]
pub use show::{Add, Show, Shown};
pub use text::Sensitive;
#[doc(hidden)]
pub use types::FieldSlot;
pub(crate) use types::bare_null;
pub use types::{Current, Entity, FieldType};
pub use uuid::UuidText;
pub use value::{Viewed, ViewedMut};

/// A field of an object: unset, or set to a value.
///
/// Unset and null differ: a field that may be null holds an `Option`. Whoever sets a field changes it, also to
/// the value that it had; reading an object from the wire does not. Two fields are equal where their values
/// are, changed or not.
///
/// ```
/// use versioned_objects::Field;
///
/// let mut port: Field<Option<u16>> = Field::unset();
/// assert!(!port.is_set());
/// port.set(None);
/// assert_eq!(port.get(), Some(&None));
/// assert!(port.is_changed());
/// ```
#[derive(Clone)]
pub struct Field<T> {
    value: Option<T>,
    changed: bool,
}

impl<T> Field<T> {
    /// A field without a value.
    pub const fn unset() -> Self {
        Field { value: None, changed: false }
    }

    /// A field with a value that counts as unchanged.
    pub const fn unchanged(value: T) -> Self {
        Field { value: Some(value), changed: false }
    }

    /// The value, where the field is set.
    pub const fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The value, to be changed in place, where the field is set. The field counts as changed.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.changed |= self.value.is_some();
        self.value.as_mut()
    }

    /// The value, where the field is set, taken out of the object.
    pub fn into_value(self) -> Option<T> {
        self.value
    }

    /// Sets the value. The field counts as changed, also where the value is the one that it had. A field doesn't know its
    /// object, so one that is `read_only` is set as any other;
    /// [`SetByName::set_by_name`](crate::SetByName::set_by_name) refuses that.
    pub fn set(&mut self, value: T) {
        self.value = Some(value);
        self.changed = true;
    }

    /// Sets the value where it may follow the one that stands there: for an enum that is a state machine
    /// (`StateMachine`).
    ///
    /// # Errors
    /// Where it may not; the field then stays as it is.
    pub fn advance(&mut self, value: T) -> Result<(), Error>
    where
        T: FieldType,
    {
        if let Some(old) = &self.value {
            value.may_follow(old)?;
        }
        self.set(value);
        Ok(())
    }

    /// Takes the value away. Whether the field counts as changed stays, as in the reference.
    pub fn clear(&mut self) -> Option<T> {
        self.value.take()
    }

    /// Whether there is a value (`obj_attr_is_set`); null is one.
    pub const fn is_set(&self) -> bool {
        self.value.is_some()
    }

    /// Whether the field was set since it was made, read or reset.
    pub const fn is_changed(&self) -> bool {
        self.changed
    }

    /// From here on the field counts as unchanged (`obj_reset_changes`).
    pub fn reset_changes(&mut self) {
        self.changed = false;
    }

    /// The value, to be changed in place without the field counting as changed.
    pub(crate) fn untracked_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }

    /// The objects in the value count as unchanged from here on.
    pub(crate) fn reset_within(&mut self)
    where
        T: Entity,
    {
        if let Some(value) = &mut self.value {
            value.reset_within();
        }
    }

    /// The objects in the value go out in their current versions from here on.
    pub(crate) fn forget_origins(&mut self)
    where
        T: Entity,
    {
        if let Some(value) = &mut self.value {
            value.forget_origins();
        }
    }

    /// Takes the value that a decoder found in the data.
    pub(crate) fn fill(&mut self, value: T) {
        self.value = Some(value);
    }

    /// Takes a value of which it is known already whether it's among the changes.
    #[cfg(feature = "compact")]
    #[inline]
    pub(crate) fn arrive(&mut self, value: T, changed: bool) {
        self.value = Some(value);
        self.changed = changed;
    }

    /// Marks the field that a decoder found in the list of changes.
    pub(crate) fn mark_changed(&mut self) {
        self.changed = true;
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Field::unset()
    }
}

impl<T> From<T> for Field<T> {
    /// A field that was just set, so it counts as changed.
    fn from(value: T) -> Self {
        Field { value: Some(value), changed: true }
    }
}

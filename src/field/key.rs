//! Keys of maps, which are text on the wire.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16,
    NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::rc::Rc;
use std::sync::Arc;

use super::choice::Choice;
use super::form::{Family, Form};
use super::scalar::Shortened;
use super::text::Sensitive;
use super::uuid::UuidText;

/// Key of a map that goes out: text, or what has a text of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the key of a map in a field",
    note = "keys are texts, whole numbers, `bool`, `char`, IP addresses, enums by `FieldEnum`, and what implements `MapKey` and `FromMapKey`"
)]
pub trait MapKey {
    /// The text on the wire.
    fn to_text(&self) -> Cow<'_, str>;
}

/// Key of a map that can stand in a field, so it is read too.
///
/// Each key has one text: `01` is no key of a map by number, since it would go out as `1`.
///
/// ```
/// use std::borrow::Cow;
/// use std::collections::BTreeMap;
/// use versioned_objects::field::{FromMapKey, MapKey};
/// use versioned_objects::{Field, VersionedObject};
///
/// /// A PCI slot, two hexadecimal digits.
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
/// struct Slot(u8);
///
/// impl MapKey for Slot {
///     fn to_text(&self) -> Cow<'_, str> {
///         format!("{:02x}", self.0).into()
///     }
/// }
///
/// impl FromMapKey for Slot {
///     fn from_text(text: String) -> Result<Self, String> {
///         let slot = u8::from_str_radix(&text, 16).map(Slot).map_err(|error| error.to_string())?;
///         if slot.to_text() == text { Ok(slot) } else { Err("two digits are required".to_owned()) }
///     }
/// }
///
/// #[derive(VersionedObject, Clone, Debug, Default)]
/// #[object(versions("1.0"))]
/// struct Bus {
///     slots: Field<BTreeMap<Slot, String>>,
/// }
///
/// let bus = Bus { slots: BTreeMap::from([(Slot(10), "nic".to_owned())]).into() };
/// assert!(serde_json::to_string(&bus)?.contains(r#"{"slots":{"0a":"nic"}}"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the key of a map in a field",
    note = "keys are texts, whole numbers, `bool`, `char`, IP addresses, enums by `FieldEnum`, and what implements `MapKey` and `FromMapKey`"
)]
pub trait FromMapKey: MapKey + Sized {
    /// Form of the keys, which a literal is held to.
    #[doc(hidden)]
    const FORM: Form = Form::Any;

    /// The key of that text.
    ///
    /// # Errors
    /// Where the text is none; says what is required.
    fn from_text(text: String) -> Result<Self, String>;
}

macro_rules! texts {
    ($($ty:ty),+) => {
        $(
            impl MapKey for $ty {
                #[inline]
                fn to_text(&self) -> Cow<'_, str> {
                    Cow::Borrowed(self)
                }
            }

            impl FromMapKey for $ty {
                #[inline]
                fn from_text(text: String) -> Result<Self, String> {
                    Ok(text.into())
                }
            }
        )+
    };
}

impl MapKey for &str {
    #[inline]
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

texts! { String, Box<str>, Rc<str>, Arc<str> }

impl MapKey for Cow<'_, str> {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl FromMapKey for Cow<'_, str> {
    fn from_text(text: String) -> Result<Self, String> {
        Ok(Cow::Owned(text))
    }
}

impl MapKey for UuidText {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

impl FromMapKey for UuidText {
    fn from_text(text: String) -> Result<Self, String> {
        Ok(text.into())
    }
}

impl MapKey for Sensitive {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.expose())
    }
}

impl FromMapKey for Sensitive {
    fn from_text(text: String) -> Result<Self, String> {
        Ok(text.into())
    }
}

#[cold]
fn refused(wanted: &str, text: &str) -> String {
    format!("{wanted} is required as a map's key, found {}", Shortened(text))
}

/// The key that the text prints as again.
fn printed<T: MapKey + std::str::FromStr>(text: &str, wanted: &str) -> Result<T, String> {
    let key = text.parse().ok().filter(|key: &T| key.to_text() == text);
    key.ok_or_else(|| refused(wanted, text))
}

macro_rules! printed {
    ($wanted:literal, $form:expr; $($ty:ty),+) => {
        $(
            impl MapKey for $ty {
                fn to_text(&self) -> Cow<'_, str> {
                    Cow::Owned(self.to_string())
                }
            }

            impl FromMapKey for $ty {
                const FORM: Form = $form;

                fn from_text(text: String) -> Result<Self, String> {
                    printed(&text, $wanted)
                }
            }
        )+
    };
}

macro_rules! whole {
    ($has_zero:literal $wanted:literal: $($ty:ident $of:ident),+) => {
        $(
            printed! {
                $wanted,
                Form::Whole { least: $of::MIN as i128, greatest: $of::MAX as u128, has_zero: $has_zero };
                $ty
            }
        )+
    };
}

whole! {
    true "a whole number":
    i8 i8, i16 i16, i32 i32, i64 i64, i128 i128, isize isize,
    u8 u8, u16 u16, u32 u32, u64 u64, u128 u128, usize usize
}
whole! {
    false "a whole number other than zero":
    NonZeroI8 i8, NonZeroI16 i16, NonZeroI32 i32, NonZeroI64 i64, NonZeroI128 i128, NonZeroIsize isize,
    NonZeroU8 u8, NonZeroU16 u16, NonZeroU32 u32, NonZeroU64 u64, NonZeroU128 u128, NonZeroUsize usize
}
printed! { "`true` or `false`", Form::Truth; bool }
printed! { "one character", Form::Character; char }
printed! { "an IP address as it is written", Form::AddressKey(Family::Any); IpAddr }
printed! { "an IPv4 address", Form::AddressKey(Family::V4); Ipv4Addr }
printed! { "an IPv6 address as it is written", Form::AddressKey(Family::V6); Ipv6Addr }

/// The key of that text, of an enum by `FieldEnum`, which has no impls for all enums: they would hide the note above.
#[doc(hidden)]
pub fn choice_of_key<T: Choice>(text: &str) -> Result<T, String> {
    T::from_name(text).ok_or_else(|| super::choice::refused::<T>(&Shortened(text)))
}

#[cfg(feature = "uuid")]
mod of_the_crate {
    use super::{Cow, Form, FromMapKey, MapKey, printed};

    impl MapKey for uuid::Uuid {
        fn to_text(&self) -> Cow<'_, str> {
            Cow::Owned(self.to_string())
        }
    }

    impl FromMapKey for uuid::Uuid {
        const FORM: Form = Form::CanonicalUuid;

        fn from_text(text: String) -> Result<Self, String> {
            printed(&text, "a UUID in lower case with hyphens")
        }
    }
}

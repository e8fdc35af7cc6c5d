//! Objects: what the derive implements, and what can be done with any object.

mod by_name;
mod changes;
mod compare;
mod fields;
mod indices;
mod lazy;
mod list;
mod named;
mod one_of;
mod origin;
#[cfg(all(feature = "derive", feature = "chrono"))]
mod parts;
mod seen;
mod slot;
mod unknown;
mod versioned;
mod visit;

use crate::error::{Error, ErrorKind};
use crate::schema::ObjectSchema;

pub use by_name::{ByName, SetByName};
#[cfg(feature = "dynamic")]
pub(crate) use changes::reset_field;
pub(crate) use changes::{changed_fields, holds_changes, is_changed};
#[doc(hidden)]
pub use changes::{forget_origins, has_changes, reset_changes};
#[cfg(all(feature = "check", feature = "dynamic"))]
pub(crate) use compare::same_object;
#[cfg(any(feature = "rpc", all(feature = "check", feature = "dynamic")))]
pub(crate) use compare::same_value;
#[cfg(feature = "rpc")]
pub(crate) use fields::apply;
#[cfg(feature = "dynamic")]
pub(crate) use fields::read_only;
pub(crate) use fields::{Fields, assign};
pub(crate) use indices::Indices;
pub use lazy::LazyLoad;
#[doc(hidden)]
pub use list::ListSlot;
pub use list::ObjectList;
#[cfg(feature = "dynamic")]
pub(crate) use list::{part, unequal_lists};
#[cfg(feature = "dynamic")]
pub(crate) use one_of::Lacked;
#[doc(hidden)]
pub use one_of::{ObjectVisitorMut, OneOf};
#[doc(hidden)]
pub use one_of::{sent_as, survey_as};
pub use origin::Origin;
#[cfg(all(feature = "derive", feature = "chrono"))]
pub use parts::{PersistentObject, TimestampedObject};
#[doc(hidden)]
pub use seen::{Seen, SeenField};
#[doc(hidden)]
pub use slot::AnyField;
pub use unknown::UnknownFields;
pub(crate) use versioned::check_fields;
#[doc(hidden)]
pub use versioned::validate_own;
pub use versioned::{Object, VersionedObject};
#[doc(hidden)]
pub use visit::{FieldVisitorMut, ValueVisitor, Visitor, VisitorMut};

#[doc(hidden)]
pub fn unknown_field(schema: &ObjectSchema, name: &str) -> Error {
    let message = format!("{} has no field {name:?}", schema.name);
    Error::new(ErrorKind::UnknownField, message).of(&schema.name)
}

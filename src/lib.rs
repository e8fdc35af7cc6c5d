//! Objects that cross the wire between hosts of different releases.

pub mod check;
pub mod compat;
#[cfg(feature = "dynamic")]
pub mod dynamic;
mod error;
pub mod field;
pub mod object;
pub mod primitive;
mod python;
pub mod registry;
#[cfg(feature = "rpc")]
pub mod rpc;
pub mod schema;
pub mod version;
pub mod wire;

#[cfg(feature = "nova")]
pub mod nova;

pub use compat::{Backport, View};
pub use error::{Error, ErrorKind, Incompatible};
pub use field::{Context, Current, Entity, Field, FieldType, Loss};
pub use object::{Object, Origin, UnknownFields, VersionedObject};
pub use primitive::Primitive;
pub use version::{Arriving, IntoTarget, Manifest, Target, Version, VersionParseError};

#[cfg(feature = "derive")]
pub use versioned_objects_derive::{FieldEnum, VersionedObject};

/// What the derives' code names, so that nothing in a user's module can stand in its way.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

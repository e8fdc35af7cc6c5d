//! Parts that many objects extend.

use versioned_objects_derive::VersionedObject;

use crate::field::{DateTime, Field};

/// When a row of a database was made and changed (`VersionedObject`'s mix-in of the same name).
///
/// ```
/// use versioned_objects::object::TimestampedObject;
/// use versioned_objects::{Field, VersionedObject};
///
/// #[derive(VersionedObject, Default)]
/// #[object(versions("1.0"))]
/// struct Service {
///     host: Field<String>,
///     #[field(extends)]
///     timestamps: TimestampedObject,
/// }
///
/// let names: Vec<_> = Service::SCHEMA.fields.iter().map(|field| &*field.name).collect();
/// assert_eq!(names, ["host", "created_at", "updated_at"]);
/// ```
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), crate = crate)]
pub struct TimestampedObject {
    /// When it was made.
    pub created_at: Field<Option<DateTime>>,
    /// When it was changed last.
    pub updated_at: Field<Option<DateTime>>,
}

/// Times of creation, change and deletion, for projects that delete softly (nova's `NovaPersistentObject`).
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), crate = crate)]
pub struct PersistentObject {
    /// When it was made.
    pub created_at: Field<Option<DateTime>>,
    /// When it was changed last.
    pub updated_at: Field<Option<DateTime>>,
    /// When it was deleted.
    pub deleted_at: Field<Option<DateTime>>,
    /// Whether it was deleted.
    #[field(default = false)]
    pub deleted: Field<bool>,
}

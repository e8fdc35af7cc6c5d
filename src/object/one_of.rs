use super::VersionedObject;
use crate::schema::ObjectSchema;

/// Sees an object of any type, and may change it.
pub trait ObjectVisitorMut {
    /// What it makes of the object.
    type Output;

    /// Sees the object.
    fn object<O: VersionedObject>(self, object: &mut O) -> Self::Output;
}

/// One of several objects that extend a base, or the base itself: what the derive `ObjectEnum` implements.
pub trait OneOf: Sized {
    /// The base.
    const BASE: &'static ObjectSchema;

    /// An unset object of that name, where it is one of them.
    fn unset_of(name: &str) -> Option<Self>;

    /// What it is.
    fn schema(&self) -> &'static ObjectSchema;

    /// Shows the object.
    fn visit<V: ObjectVisitorMut>(&mut self, visitor: V) -> V::Output;
}

//! Looking at the fields of an object, whatever their types are.

use super::SeenField;
use crate::field::{Entity, Field, FieldType};

/// Sees the fields of an object one after the other, in the order of the wire.
pub trait Visitor {
    /// The error that ends the visit early.
    type Error;

    /// Sees a field; its index is that in [`ObjectSchema::fields`](crate::schema::ObjectSchema::fields).
    ///
    /// # Errors
    /// The visitor's own.
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Self::Error>;
}

/// Sees one field of an object, and may change it.
pub trait FieldVisitorMut {
    /// The result of the visit.
    type Output;

    /// Sees the field that was asked for.
    fn field<T: FieldType>(self, field: &mut Field<T>) -> Self::Output;
}

/// Sees the fields of an object one after the other, in the order of the wire, and may change them.
pub trait VisitorMut {
    /// The error that ends the visit early.
    type Error;

    /// Sees a field; its index is that in [`ObjectSchema::fields`](crate::schema::ObjectSchema::fields).
    ///
    /// # Errors
    /// The visitor's own.
    fn field<T: FieldType>(&mut self, index: usize, field: &mut Field<T>) -> Result<(), Self::Error>;
}

/// Sees a value on its way to an older form.
pub trait ValueVisitor {
    /// The result of the visit.
    type Output;

    /// Sees the older form.
    fn value<T: Entity>(self, value: &T) -> Self::Output;
}

/// One field on the way through all of them.
#[cfg(feature = "compact")]
pub(super) struct One<'v, V> {
    pub(super) index: usize,
    pub(super) visitor: &'v mut V,
}

#[cfg(feature = "compact")]
impl<V: VisitorMut> FieldVisitorMut for One<'_, V> {
    type Output = Result<(), V::Error>;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> Self::Output {
        self.visitor.field(self.index, field)
    }
}

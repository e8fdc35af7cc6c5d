//! Objects: what the derive implements, and what can be done with any object.

mod changes;
mod origin;
mod places;
mod unknown;

use serde::Deserialize as _;
use serde::de::Deserializer;

use crate::error::Error;
use crate::field::{Context, Entity, Field, FieldType};
use crate::primitive::Primitive;
use crate::schema::ObjectSchema;
use crate::version::Version;

pub(crate) use changes::{changed_fields, is_changed};
pub use changes::{has_changes, reset_changes};
pub use origin::Origin;
pub(crate) use places::Places;
pub use unknown::UnknownFields;

/// Sees the fields of an object one after the other, in the order of the wire.
pub trait Visitor {
    /// What ends the visit early.
    type Error;

    /// Sees a field; `index` is its place in [`ObjectSchema::fields`].
    ///
    /// # Errors
    /// The visitor's own.
    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Self::Error>;
}

/// Sees one field of an object.
pub trait FieldVisitor {
    /// What it makes of the field.
    type Output;

    /// Sees the field.
    fn field<T: Entity>(self, field: &Field<T>) -> Self::Output;
}

/// Sees one field of an object, and may change it.
pub trait FieldVisitorMut {
    /// What it makes of the field.
    type Output;

    /// Sees the field.
    fn field<T: FieldType>(self, field: &mut Field<T>) -> Self::Output;
}

/// A value on its way to an older form.
pub trait ValueVisitor {
    /// What it makes of the value.
    type Output;

    /// Sees the older form.
    fn value<T: Entity>(self, value: &T) -> Self::Output;
}

/// An object: a schema, and fields with values. Derived objects are this, and objects whose schema was read at
/// run time.
pub trait Object: Entity {
    /// What it is.
    fn schema(&self) -> &ObjectSchema;

    /// Shows all fields; `first` is added to each field's index.
    ///
    /// # Errors
    /// The visitor's own.
    fn visit<V: Visitor>(&self, first: usize, visitor: &mut V) -> Result<(), V::Error>;

    /// Shows the field at that index, where there is one.
    fn visit_field<V: FieldVisitor>(&self, index: usize, visitor: V) -> Option<V::Output>;

    /// Where the object came from, if it remembers.
    fn origin(&self) -> Option<&Origin> {
        None
    }

    /// The fields of a newer release that it carries along, if it is a relay.
    fn unknown(&self) -> Option<&UnknownFields> {
        None
    }

    /// Shows the older form of a set field, by the schema's conversion of that index. `None` where the field is
    /// unset or there is no such conversion.
    ///
    /// # Errors
    /// Where the value has no older form.
    fn convert<V: ValueVisitor>(&self, index: usize, visitor: V) -> Result<Option<V::Output>, Error> {
        let _ = (index, visitor);
        Ok(None)
    }

    /// Finishes a backport, once the rules have been applied to the primitives in `data`
    /// (`obj_make_compatible`).
    ///
    /// # Errors
    /// Where the object can't be written for the target.
    fn make_compatible(&self, data: &mut Primitive, target: Version) -> Result<(), Error> {
        let _ = (data, target);
        Ok(())
    }
}

/// An object with a Rust type of its own. The derive of the same name implements it.
pub trait VersionedObject: Object + FieldType {
    /// What it is.
    const SCHEMA: &'static ObjectSchema;

    /// The object as it is before any field is set; a list object then has no elements (`[]`, unchanged).
    fn unset() -> Self;

    /// Where the field of that name on the wire stands.
    fn index_of(name: &str) -> Option<usize>;

    /// Shows the field at that index, where there is one, to be changed.
    fn visit_field_mut<V: FieldVisitorMut>(&mut self, index: usize, visitor: V) -> Option<V::Output>;

    /// Where the object came from, if it remembers.
    fn origin_mut(&mut self) -> Option<&mut Origin> {
        None
    }

    /// The fields of a newer release that it carries along, if it is a relay.
    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        None
    }

    /// Whether the object carries fields along that it doesn't know.
    const IS_RELAY: bool = false;

    /// Reads the older form of a field by the schema's conversion of that index.
    ///
    /// # Errors
    /// The deserializer's own, and where the older form means nothing today.
    fn convert_from<'de, D: Deserializer<'de>>(
        &mut self,
        index: usize,
        deserializer: D,
        context: Context<'_>,
    ) -> Result<(), D::Error> {
        let _ = (index, context);
        serde::de::IgnoredAny::deserialize(deserializer).map(drop)
    }

    /// The names of the changed fields, in the order of the wire, those among them that hold an object with
    /// changes of its own (`obj_what_changed`).
    fn what_changed(&self) -> Vec<&'static str> {
        let fields = changed_fields(self).into_iter().filter_map(|place| Self::SCHEMA.fields.get(place));
        fields.map(|field| &*field.name).collect()
    }

    /// From here on nothing counts as changed, in the objects inside it neither (`obj_reset_changes` with
    /// `recursive`, which in the reference stops at fields that are themselves unchanged).
    fn reset_changes(&mut self) {
        changes::reset_changes(self);
    }

    /// Looks at the whole object once it was read.
    ///
    /// # Errors
    /// Where its fields contradict each other.
    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }
}

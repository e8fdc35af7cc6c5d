use serde::Deserialize as _;
use serde::de::Deserializer;

use super::{AnyField, FieldVisitorMut, Origin, Seen, UnknownFields, ValueVisitor, Visitor, unknown_field};
#[cfg(feature = "compact")]
use super::{VisitorMut, visit::One};
use crate::error::Error;
use crate::field::{Context, Entity, FieldType, Path, Survey, check_value};
use crate::primitive::Primitive;
use crate::schema::ObjectSchema;
use crate::version::{Target, Version};

/// An object: a schema, and fields with values. Derived objects are this, and objects whose schema was read at
/// run time.
pub trait Object: Entity {
    /// Whether the schema has rules beyond `since`, or a routine. What they take isn't compiled for an object that has
    /// none.
    const HAS_RULES: bool = true;

    /// The envelope in JSON up to the version, behind a comma: `,"KEY":"NAME","KEY":"NAMESPACE","KEY":`. Nothing, where the
    /// schema is known at run time alone.
    #[doc(hidden)]
    const OPENING: &'static str = "";

    /// Returns the schema of the object.
    fn schema(&self) -> &ObjectSchema;

    /// Shows all fields; `first` is added to each field's index.
    ///
    /// # Errors
    /// The visitor's own.
    fn visit<V: Visitor>(&self, first: usize, visitor: &mut V) -> Result<(), V::Error>;

    /// The field at that index, where there is one.
    #[doc(hidden)]
    fn field(&self, index: usize) -> Option<&dyn Seen>;

    /// Where the object came from, if it remembers.
    fn origin(&self) -> Option<&Origin> {
        None
    }

    /// The fields of a newer release that it carries along, if it is a relay.
    fn unknown(&self) -> Option<&UnknownFields> {
        None
    }

    /// Returns the value of an extra field, which is made of other fields and isn't on the wire
    /// (`obj_extra_fields`).
    ///
    /// # Errors
    /// Where there is no such field, or nothing here tells it.
    fn extra_field(&self, name: &str) -> Result<Primitive, Error> {
        Err(unknown_field(self.schema(), name))
    }

    /// Shows the older form of a set field, or of what rules write in its stead, by the schema's conversion of that index.
    /// `None` where there is no value, or no such conversion.
    ///
    /// # Errors
    /// Where the value has no older form, or isn't one of the field's type.
    fn convert<V: ValueVisitor>(
        &self,
        index: usize,
        instead: Option<Primitive>,
        visitor: V,
    ) -> Result<Option<V::Output>, Error> {
        let _ = (index, instead, visitor);
        Ok(None)
    }

    /// Looks at the object's own fields, and not into the objects in them.
    ///
    /// # Errors
    /// As [`VersionedObject::validate`].
    #[doc(hidden)]
    fn validate_own(&self) -> Result<(), Error> {
        Ok(())
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
    /// The schema of the object.
    const SCHEMA: &'static ObjectSchema;

    /// The object as it is before any field is set; a list object then has no elements (`[]`, unchanged).
    fn unset() -> Self;

    /// Where the field of that name on the wire stands.
    fn index_of(name: &str) -> Option<usize>;

    /// Shows all fields, to be changed; `first` is added to each field's index.
    ///
    /// # Errors
    /// The visitor's own.
    #[cfg(feature = "compact")]
    #[doc(hidden)]
    fn visit_mut<V: VisitorMut>(&mut self, first: usize, visitor: &mut V) -> Result<(), V::Error> {
        (0..Self::SCHEMA.fields.len()).try_for_each(|index| {
            let one = One { index: first + index, visitor: &mut *visitor };
            self.visit_field_mut(index, one).unwrap_or(Ok(()))
        })
    }

    /// The field at that index, where there is one.
    #[doc(hidden)]
    fn field_mut(&mut self, index: usize) -> Option<&mut dyn AnyField>;

    /// Shows the field at that index, where there is one, to be changed.
    #[doc(hidden)]
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

    /// Whether there is anything to look at in the whole object.
    #[doc(hidden)]
    const VALIDATES: bool = false;

    /// Whether the values of its fields have to be more than their types say.
    #[doc(hidden)]
    const CHECKS: bool = false;

    /// Whether objects in its fields forget the version that they arrived in.
    #[doc(hidden)]
    const FORGETS: bool = false;

    /// Finishes an object that was read, which came in that version.
    ///
    /// # Errors
    /// As the user's own routine has them.
    #[doc(hidden)]
    fn finish_read(&mut self, version: Version) -> Result<(), Error> {
        let _ = version;
        Ok(())
    }

    /// Looks at the whole object as one of that version.
    ///
    /// # Errors
    /// As [`VersionedObject::validate`].
    #[doc(hidden)]
    fn validate_at(&self, version: Version) -> Result<(), Error> {
        let _ = version;
        Ok(())
    }

    /// Looks at the whole object and at the objects inside it, as whoever reads it would: whether required fields are set,
    /// by its own routine, and by what its fields `check`. Reading an object does it at the end; whoever writes one may ask
    /// before.
    ///
    /// # Errors
    /// Where a field is missing, or the fields of an object contradict each other.
    fn validate(&self) -> Result<(), Error> {
        self.survey(&Target::Own, Path::ROOT, &mut Survey::validity())
    }
}

/// Looks at the fields of an object as ones of the version that it came in, or that it has here.
///
/// # Errors
/// As [`VersionedObject::validate`].
pub fn validate_own<O: VersionedObject>(object: &O) -> Result<(), Error> {
    if !O::VALIDATES && !O::CHECKS {
        return Ok(());
    }
    let arrived = object.origin().and_then(Origin::version);
    let looked = object.validate_at(arrived.unwrap_or(O::SCHEMA.current()));
    let checked = looked.and_then(|()| if O::CHECKS { check_fields(object) } else { Ok(()) });
    checked.map_err(|error| error.of(&O::SCHEMA.name))
}

/// Checks what the values of all set fields have to be beyond their types.
///
/// # Errors
/// The first field whose value may not stand there, with its place.
pub(crate) fn check_fields<O: Object>(object: &O) -> Result<(), Error> {
    let schema = object.schema();
    for (index, own) in schema.fields.iter().enumerate().filter(|(_, own)| own.check.is_some()) {
        if let Some(value) = object.field(index).and_then(Seen::shown) {
            check_value(own, value).map_err(|error| schema.at(index, error))?;
        }
    }
    Ok(())
}

//! The value of a field as its rules write it.

use serde::ser::{Error as _, Serialize, Serializer};

use super::fate::{How, has_element, is_at};
use super::first;
use super::peek::Peek;
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::Error;
use crate::field::Written;
use crate::object::Seen;
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// A field's value on its way out, of the type that the field has now.
pub(super) struct Ruled<'a> {
    pub(super) object: &'a dyn Peek,
    pub(super) schema: &'a ObjectSchema,
    pub(super) own: &'a FieldSchema,
    pub(super) field: &'a dyn Seen,
    pub(super) plan: &'a Plan<'a>,
    pub(super) how: How<'a>,
    /// What the objects in it are written for.
    pub(super) target: Target<'a>,
    pub(super) is_converted: bool,
}

impl Ruled<'_> {
    /// The value that a conversion is given where that isn't the field's own.
    ///
    /// # Errors
    /// With the field's place, where an object in the value is refused.
    pub(super) fn instead(&self) -> Result<Option<Primitive>, Error> {
        match self.how {
            How::Value => Ok(None),
            _ => Primitive::of(self).map(Some),
        }
    }

    fn value(field: Option<&dyn Seen>) -> Option<Written<'_>> {
        field.and_then(Seen::shown).map(|value| Written::new(value, &Target::Own))
    }
}

impl Serialize for Ruled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ruled { object, schema, own, field, plan, how, target, is_converted } = self;
        let own_value = || field.shown().map(|value| Written::new(value, target));
        match how {
            How::Value => own_value().serialize(serializer),
            How::Adapted => {
                let adapted =
                    |value| Adapted { object: *object, schema, field: own, version: plan.version, value };
                own_value().map(adapted).serialize(serializer)
            }
            How::Literal(literal) => literal.serialize(serializer),
            How::Of(from) => Ruled::value(object.field(*from)).serialize(serializer),
            How::ListOf(from) if is_at(*object, *from, has_element) => {
                [Ruled::value(object.field(*from))].serialize(serializer)
            }
            How::ListOf(_) => [(); 0].serialize(serializer),
            How::FirstOf(list) => {
                let element = first::element(*object, schema, plan, list, *is_converted);
                let placed = |error| S::Error::custom(schema.within(own, error));
                element.map_err(placed)?.serialize(serializer)
            }
        }
    }
}

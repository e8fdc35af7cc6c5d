//! Objects and fields as the rules see them: behind pointers, so that what a rule does is compiled once and not
//! for every type of field in every object for every format.

use erased_serde::Serialize;

use crate::error::Error;
use crate::field::{Encoded, Entity, Field, Path, Survey};
use crate::object::{FieldVisitor, Object, ValueVisitor};
use crate::version::Target;

/// An object, whatever its type.
pub(super) trait Peek {
    /// Shows the field at that index, where there is one.
    fn field(&self, index: usize, see: &mut dyn FnMut(&dyn Seen));

    /// Shows the older form of a set field, by the conversion of that index.
    fn converted(&self, index: usize, see: &mut dyn FnMut(&dyn Serialize)) -> Result<(), Error>;
}

/// An object whose rules look at its fields; none, of one without rules.
pub(super) fn peek<O: Object>(object: &O) -> Option<&dyn Peek> {
    if O::HAS_RULES { Some(object) } else { None }
}

/// A field, whatever the type of its values.
pub(super) trait Seen {
    fn is_set(&self) -> bool;

    fn is_changed(&self) -> bool;

    /// Shows the value, where there is one, as it is written for the target.
    fn written(&self, target: &Target<'_>, see: &mut dyn FnMut(&dyn Serialize));

    /// Whether no object in the value was made here.
    fn all_arrived(&self) -> bool {
        self.refused(&Target::Arrived).is_ok()
    }

    /// Whether the target refuses the value, where there is one.
    fn refused(&self, target: &Target<'_>) -> Result<(), Error>;
}

impl<O: Object> Peek for O {
    fn field(&self, index: usize, see: &mut dyn FnMut(&dyn Seen)) {
        self.visit_field(index, See(see));
    }

    fn converted(&self, index: usize, see: &mut dyn FnMut(&dyn Serialize)) -> Result<(), Error> {
        self.convert(index, SeeValue(see)).map(drop)
    }
}

impl<T: Entity> Seen for Field<T> {
    fn is_set(&self) -> bool {
        Field::is_set(self)
    }

    fn is_changed(&self) -> bool {
        Field::is_changed(self)
    }

    fn written(&self, target: &Target<'_>, see: &mut dyn FnMut(&dyn Serialize)) {
        if let Some(value) = self.get() {
            see(&Encoded::new(value, target));
        }
    }

    fn refused(&self, target: &Target<'_>) -> Result<(), Error> {
        match self.get() {
            Some(value) => value.survey(target, Path::ROOT, &mut Survey::refusals()),
            None => Ok(()),
        }
    }
}

struct See<'a>(&'a mut dyn FnMut(&dyn Seen));

impl FieldVisitor for See<'_> {
    type Output = ();

    fn field<T: Entity>(self, field: &Field<T>) {
        (self.0)(field);
    }
}

struct SeeValue<'a>(&'a mut dyn FnMut(&dyn Serialize));

impl ValueVisitor for SeeValue<'_> {
    type Output = ();

    fn value<T: Entity>(self, value: &T) {
        (self.0)(&Encoded::new(value, &Target::Own));
    }
}

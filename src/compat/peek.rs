//! Objects as the rules see them: behind pointers, so that what a rule does is compiled once and not for every type of
//! field in every object for every format.

use serde::ser::Serializer;

use crate::error::Error;
use crate::field::{Entity, Path, Show, Survey};
use crate::object::{Object, Origin, Seen, UnknownFields, ValueVisitor, Visitor};
use crate::primitive::Primitive;
use crate::schema::ObjectSchema;
use crate::version::{Target, Version};

/// An object, whatever its type.
pub(crate) trait Peek {
    /// Returns the schema of the object.
    fn schema(&self) -> &ObjectSchema;

    /// The field at that index, where there is one.
    fn field(&self, index: usize) -> Option<&dyn Seen>;

    /// Shows the older form of a set field, or of what rules write in its stead, by the conversion of that index.
    fn converted(
        &self,
        index: usize,
        instead: Option<Primitive>,
        see: &mut dyn FnMut(&dyn Show),
    ) -> Result<(), Error>;

    /// Where the object came from, if it remembers.
    fn origin(&self) -> Option<&Origin>;

    /// The fields of a newer release that it carries along.
    fn unknown(&self) -> Option<&UnknownFields>;

    /// Finishes a backport, as [`Object::make_compatible`].
    fn make_compatible(&self, data: &mut Primitive, target: Version) -> Result<(), Error>;

    /// Looks at its own fields, as [`Object::validate_own`].
    fn validate_own(&self) -> Result<(), Error>;

    /// The object as a value.
    fn value(&self) -> &dyn Show;
}

/// An object whose rules look at its fields; none, of one without rules.
pub(super) fn peek<O: Object>(object: &O) -> Option<&dyn Peek> {
    if O::HAS_RULES { Some(object) } else { None }
}

impl<O: Object> Peek for O {
    fn schema(&self) -> &ObjectSchema {
        Object::schema(self)
    }

    fn field(&self, index: usize) -> Option<&dyn Seen> {
        Object::field(self, index)
    }

    fn converted(
        &self,
        index: usize,
        instead: Option<Primitive>,
        see: &mut dyn FnMut(&dyn Show),
    ) -> Result<(), Error> {
        if O::HAS_RULES { self.convert(index, instead, SeeValue(see)).map(drop) } else { Ok(()) }
    }

    fn origin(&self) -> Option<&Origin> {
        Object::origin(self)
    }

    fn unknown(&self) -> Option<&UnknownFields> {
        Object::unknown(self)
    }

    fn make_compatible(&self, data: &mut Primitive, target: Version) -> Result<(), Error> {
        Object::make_compatible(self, data, target)
    }

    fn validate_own(&self) -> Result<(), Error> {
        Object::validate_own(self)
    }

    fn value(&self) -> &dyn Show {
        self
    }
}

struct SeeValue<'a>(&'a mut dyn FnMut(&dyn Show));

impl ValueVisitor for SeeValue<'_> {
    type Output = ();

    fn value<T: Entity>(self, value: &T) {
        (self.0)(value);
    }
}

/// An object behind a pointer, to be written as any other.
pub(crate) struct Peeked<'a>(pub(crate) &'a dyn Peek);

impl Entity for Peeked<'_> {
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.0.value().encode(serializer, target)
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        self.0.value().survey(target, path, survey)
    }
}

impl Object for Peeked<'_> {
    fn schema(&self) -> &ObjectSchema {
        self.0.schema()
    }

    fn visit<V: Visitor>(&self, first: usize, visitor: &mut V) -> Result<(), V::Error> {
        for index in 0..self.0.schema().fields.len() {
            if let Some(field) = self.0.field(index) {
                visitor.field(first + index, field)?;
            }
        }
        Ok(())
    }

    fn field(&self, index: usize) -> Option<&dyn Seen> {
        self.0.field(index)
    }

    fn origin(&self) -> Option<&Origin> {
        self.0.origin()
    }

    fn unknown(&self) -> Option<&UnknownFields> {
        self.0.unknown()
    }

    fn convert<V: ValueVisitor>(
        &self,
        index: usize,
        instead: Option<Primitive>,
        visitor: V,
    ) -> Result<Option<V::Output>, Error> {
        let (mut visitor, mut seen) = (Some(visitor), None);
        self.0.converted(index, instead, &mut |value| {
            seen = visitor.take().map(|visitor| visitor.value(&value));
        })?;
        Ok(seen)
    }

    fn make_compatible(&self, data: &mut Primitive, target: Version) -> Result<(), Error> {
        self.0.make_compatible(data, target)
    }
}

//! A field as who looks at it sees it, whether its type is known or not.

use crate::error::Error;
use crate::field::{Entity, Field, Path, Show, Survey};
use crate::version::Target;

/// Field behind a pointer, to be looked at.
pub trait Seen {
    /// Whether it has a value.
    fn is_set(&self) -> bool;

    /// Whether it was set since it was made, read or reset.
    fn is_changed(&self) -> bool;

    /// Whether there may be objects in its value.
    fn holds_objects(&self) -> bool;

    /// The value, where there is one.
    fn shown(&self) -> Option<&dyn Show>;

    /// Whether the target refuses the value, where there is one.
    ///
    /// # Errors
    /// Where it does.
    fn refused(&self, target: &Target<'_>) -> Result<(), Error> {
        match self.shown() {
            Some(value) => value.survey(target, Path::ROOT, &mut Survey::refusals()),
            None => Ok(()),
        }
    }

    /// Whether no object in the value was made here.
    fn all_arrived(&self) -> bool {
        self.refused(&Target::Arrived).is_ok()
    }
}

impl<T: Entity> Seen for Field<T> {
    fn is_set(&self) -> bool {
        Field::is_set(self)
    }

    fn is_changed(&self) -> bool {
        Field::is_changed(self)
    }

    fn holds_objects(&self) -> bool {
        T::HOLDS_OBJECTS
    }

    fn shown(&self) -> Option<&dyn Show> {
        match self.get() {
            Some(value) => Some(value),
            None => None,
        }
    }
}

/// Field that a visitor sees: one of a known type, or one behind a pointer.
pub trait SeenField {
    /// The type of its values.
    type Value<'a>: Entity + ?Sized
    where
        Self: 'a;

    /// Whether there may be objects in the values of such a field.
    const HOLDS_OBJECTS: bool;

    /// Whether the values of such a field may be null by themselves, as [`Entity::BARE_NULLS`].
    const BARE_NULLS: bool;

    /// The value, where there is one.
    fn get(&self) -> Option<&Self::Value<'_>>;

    /// Whether it has a value.
    fn is_set(&self) -> bool;

    /// Whether it was set since it was made, read or reset.
    fn is_changed(&self) -> bool;

    /// Whether there may be objects in its value.
    fn holds_objects(&self) -> bool;

    /// The field behind a pointer.
    fn seen(&self) -> &dyn Seen;
}

impl<T: Entity> SeenField for Field<T> {
    type Value<'a>
        = T
    where
        Self: 'a;

    const HOLDS_OBJECTS: bool = T::HOLDS_OBJECTS;
    const BARE_NULLS: bool = T::BARE_NULLS;

    #[inline]
    fn get(&self) -> Option<&T> {
        Field::get(self)
    }

    #[inline]
    fn is_set(&self) -> bool {
        Field::is_set(self)
    }

    #[inline]
    fn is_changed(&self) -> bool {
        Field::is_changed(self)
    }

    #[inline]
    fn holds_objects(&self) -> bool {
        T::HOLDS_OBJECTS
    }

    fn seen(&self) -> &dyn Seen {
        self
    }
}

impl SeenField for dyn Seen + '_ {
    type Value<'a>
        = dyn Show + 'a
    where
        Self: 'a;

    const HOLDS_OBJECTS: bool = true;
    const BARE_NULLS: bool = true;

    fn get(&self) -> Option<&(dyn Show + '_)> {
        self.shown()
    }

    fn is_set(&self) -> bool {
        Seen::is_set(self)
    }

    fn is_changed(&self) -> bool {
        Seen::is_changed(self)
    }

    fn holds_objects(&self) -> bool {
        Seen::holds_objects(self)
    }

    fn seen(&self) -> &dyn Seen {
        self
    }
}

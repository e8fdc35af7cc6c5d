use std::ops::{Bound, RangeBounds};

use super::{ByName as _, VersionedObject};
use crate::error::{Error, ErrorKind};
use crate::field::{Entity, Field};
use crate::schema::ObjectSchema;

/// A list object (`ObjectListBase`). The derive implements it for `#[object(list)]`.
///
/// ```
/// use versioned_objects::{Field, ObjectList, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0"))]
/// struct Port {
///     speed: Field<i64>,
/// }
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(list, versions("1.0"))]
/// struct PortList {
///     objects: Field<Vec<Port>>,
/// }
///
/// let ports = [30, 10, 20].map(|speed| Port { speed: speed.into() });
/// let mut list = PortList { objects: ports.to_vec().into() };
/// list.sort_by_key(|port| port.speed.get().copied());
/// assert_eq!(list[0].speed, Field::from(10));
/// let slow = list.slice(..2);
/// assert_eq!(slow.iter().count(), 2);
/// assert_eq!(slow.concat(&list)?.len(), 5);
/// # Ok::<(), versioned_objects::Error>(())
/// ```
///
/// `list[0]` and all that slices can do come by `Deref`: a list object is a slice of its elements.
pub trait ObjectList: VersionedObject {
    /// The type of the elements.
    type Element: VersionedObject;

    /// The field with the elements.
    fn objects(&self) -> &Field<Vec<Self::Element>>;

    /// The field with the elements, to be changed.
    fn objects_mut(&mut self) -> &mut Field<Vec<Self::Element>>;

    /// The elements; none, where the field is unset.
    fn as_slice(&self) -> &[Self::Element] {
        self.objects().get().map_or(&[], Vec::as_slice)
    }

    /// The elements, to be changed in place. The list doesn't count as changed by that, as in the reference.
    fn as_mut_slice(&mut self) -> &mut [Self::Element] {
        self.objects_mut().untracked_mut().map_or(&mut [], Vec::as_mut_slice)
    }

    /// A list object with these elements alone, unchanged; its elements keep their changes. What else a list
    /// object has is not taken along. A range that reaches beyond the end stops there.
    fn slice(&self, range: impl RangeBounds<usize>) -> Self
    where
        Self::Element: Clone,
    {
        let part = part(self.as_slice(), range).to_vec();
        let mut list = Self::unset();
        *list.objects_mut() = Field::unchanged(part);
        list
    }

    /// The elements of both, of which the list counts as changed (`+`).
    ///
    /// # Errors
    /// Where the list object has more fields than `objects`.
    fn concat(&self, other: &Self) -> Result<Self, Error>
    where
        Self::Element: Clone,
    {
        if Self::SCHEMA.fields.len() != 1 {
            return Err(unequal_lists(Self::SCHEMA));
        }
        let mut list = Self::unset();
        list.objects_mut().set([self.as_slice(), other.as_slice()].concat());
        Ok(list)
    }

    /// Makes the list anew of a database's rows: `from_row` makes an element of an unset one and a row
    /// (`_from_db_object`). The list counts as unchanged, and its elements keep whatever changes they were given
    /// (`obj_make_list`).
    ///
    /// # Errors
    /// Those of `from_row`; the list then has no elements.
    fn make_list<R, E>(
        &mut self,
        rows: impl IntoIterator<Item = R>,
        mut from_row: impl FnMut(Self::Element, R) -> Result<Self::Element, E>,
    ) -> Result<(), E> {
        *self.objects_mut() = Field::unchanged(Vec::new());
        let elements = rows.into_iter().map(|row| from_row(Self::Element::unset(), row));
        let elements = elements.collect::<Result<Vec<_>, E>>()?;
        self.reset_own_changes();
        *self.objects_mut() = Field::unchanged(elements);
        Ok(())
    }
}

/// Those elements of a range that there are.
pub(crate) fn part<T>(elements: &[T], range: impl RangeBounds<usize>) -> &[T] {
    let end = match range.end_bound() {
        Bound::Included(end) => end.saturating_add(1),
        Bound::Excluded(end) => *end,
        Bound::Unbounded => elements.len(),
    };
    let start = match range.start_bound() {
        Bound::Included(start) => *start,
        Bound::Excluded(start) => start.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = end.min(elements.len());
    elements.get(start.min(end)..end).unwrap_or_default()
}

/// The refusal to put two list objects together.
pub(crate) fn unequal_lists(schema: &ObjectSchema) -> Error {
    let message = "list objects should be of the same type and only have an 'objects' field";
    Error::new(ErrorKind::ObjectAction, message).of(&schema.name)
}

/// The `objects` of a list object: a field with a list of objects.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't hold the elements of a list object",
    label = "expected `Field<Vec<...>>`"
)]
pub trait ListSlot {
    /// The type of the elements.
    type Element: Entity;
}

impl<T: Entity> ListSlot for Field<Vec<T>> {
    type Element = T;
}

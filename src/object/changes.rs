use std::convert::Infallible;

use super::{FieldVisitorMut, Object, VersionedObject, Visitor};
use crate::field::{Entity, Field, FieldType};

/// The places of the fields that count as changed.
pub(crate) fn changed_fields<O: Object>(object: &O) -> Vec<usize> {
    struct Places {
        changed: Vec<usize>,
        of_list: bool,
    }

    impl Visitor for Places {
        type Error = Infallible;

        fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Infallible> {
            if is_changed(field, self.of_list) {
                self.changed.push(index);
            }
            Ok(())
        }
    }

    let mut places = Places { changed: Vec::new(), of_list: object.schema().is_list() };
    let Ok(()) = object.visit(0, &mut places);
    places.changed
}

/// Resets the changes of an object and of the objects inside it, as far as the reference reaches: it looks into
/// the fields that count as changed alone.
pub fn reset_changes<O: VersionedObject>(object: &mut O) {
    for index in 0..O::SCHEMA.fields.len() {
        object.visit_field_mut(index, Reset { of_list: O::SCHEMA.is_list(), within: true });
    }
}

/// Resets the changes of these fields; `within` those of the objects in them too.
pub(super) fn reset_fields<O: VersionedObject>(object: &mut O, names: &[&str], within: bool) {
    let of_list = O::SCHEMA.is_list();
    for index in names.iter().filter_map(|name| O::index_of(name)) {
        object.visit_field_mut(index, Reset { of_list, within });
    }
}

/// Resets the recorded changes of the object alone.
pub(super) fn reset_own<O: VersionedObject>(object: &mut O) {
    for index in 0..O::SCHEMA.fields.len() {
        object.visit_field_mut(index, Reset { of_list: false, within: false });
    }
}

struct Reset {
    of_list: bool,
    within: bool,
}

impl FieldVisitorMut for Reset {
    type Output = ();

    fn field<T: FieldType>(self, field: &mut Field<T>) {
        if self.within && is_changed(field, self.of_list) {
            field.reset_within();
        }
        field.reset_changes();
    }
}

/// Whether the field counts as changed: it was set, or it holds an object with changes. Of a list object, which
/// is what it holds, changes of the elements count too.
pub(crate) fn is_changed<T: Entity>(field: &Field<T>, of_list: bool) -> bool {
    let inside = |value: &T| value.has_changes() || of_list && value.has_changed_elements();
    field.is_changed() || field.get().is_some_and(inside)
}

/// Whether any field of the object counts as changed.
pub fn has_changes<O: Object>(object: &O) -> bool {
    struct Any(bool);

    impl Visitor for Any {
        type Error = ();

        fn field<T: Entity>(&mut self, _: usize, field: &Field<T>) -> Result<(), ()> {
            if is_changed(field, self.0) { Err(()) } else { Ok(()) }
        }
    }

    object.visit(0, &mut Any(object.schema().is_list())).is_err()
}

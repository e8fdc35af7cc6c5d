use std::convert::Infallible;

use super::{Object, UnknownFields, VersionedObject, Visitor};
use crate::field::{Entity, Field};
use crate::schema::ObjectSchema;

/// The indices of the fields that count as changed.
pub(crate) fn changed_fields<O: Object>(object: &O) -> Vec<usize> {
    struct Gathered<'a> {
        changed: Vec<usize>,
        schema: &'a ObjectSchema,
    }

    impl Visitor for Gathered<'_> {
        type Error = Infallible;

        fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Infallible> {
            if is_changed(field, self.schema, index) {
                self.changed.push(index);
            }
            Ok(())
        }
    }

    let mut gathered = Gathered { changed: Vec::new(), schema: object.schema() };
    let Ok(()) = object.visit(0, &mut gathered);
    gathered.changed
}

/// Resets the changes of an object and of the objects inside it, as far as the reference reaches: it looks into
/// the fields that count as changed alone.
pub fn reset_changes<O: VersionedObject>(object: &mut O) {
    for index in 0..O::SCHEMA.fields.len() {
        if let Some(field) = object.field_mut(index) {
            field.reset(O::SCHEMA, index, true);
        }
    }
    if let Some(unknown) = object.unknown_mut() {
        unknown.reset_changes();
    }
}

/// The object and all objects inside it go out in their current versions from here on.
pub fn forget_origins<O: VersionedObject>(object: &mut O) {
    if let Some(origin) = object.origin_mut() {
        origin.forget();
    }
    for index in 0..O::SCHEMA.fields.len() {
        if let Some(field) = object.field_mut(index) {
            field.forget_origins();
        }
    }
}

pub(crate) fn reset_field<T: Entity>(
    field: &mut Field<T>,
    schema: &ObjectSchema,
    index: usize,
    within: bool,
) {
    if within && is_changed(field, schema, index) {
        field.reset_within();
    }
    field.reset_changes();
}

/// Whether the field counts as changed: it was set, or it holds an object with changes. Of a list object, the
/// changes of the elements count, and of objects in other fields those don't, as in the reference.
pub(crate) fn is_changed<T: Entity>(field: &Field<T>, schema: &ObjectSchema, index: usize) -> bool {
    field.is_changed() || holds_changes(field, schema, index)
}

/// Whether the field holds an object with changes, as far as those count.
pub(crate) fn holds_changes<T: Entity>(field: &Field<T>, schema: &ObjectSchema, index: usize) -> bool {
    let inside = |value: &T| match schema.is_list() {
        false => value.has_changes(),
        true => schema.is_elements(index) && value.has_changed_elements(),
    };
    field.get().is_some_and(inside)
}

/// Whether any field of the object counts as changed, those among them that a relay carries along.
pub fn has_changes<O: Object>(object: &O) -> bool {
    struct Any<'a>(&'a ObjectSchema);

    impl Visitor for Any<'_> {
        type Error = ();

        fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), ()> {
            if is_changed(field, self.0, index) { Err(()) } else { Ok(()) }
        }
    }

    object.visit(0, &mut Any(object.schema())).is_err()
        || object.unknown().is_some_and(UnknownFields::has_changes)
}

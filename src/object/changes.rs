use super::{Object, Seen, SeenField, UnknownFields, VersionedObject, Visitor};
use crate::field::{Entity, Field};
use crate::schema::ObjectSchema;

/// The indices of the fields that count as changed.
pub(crate) fn changed_fields<O: Object>(object: &O) -> Vec<usize> {
    gather_changed(object.schema(), &|index| object.field(index))
}

fn gather_changed<'o>(
    schema: &ObjectSchema,
    field: &dyn Fn(usize) -> Option<&'o (dyn Seen + 'o)>,
) -> Vec<usize> {
    let is_changed = |index: &usize| field(*index).is_some_and(|field| is_changed(field, schema, *index));
    (0..schema.fields.len()).filter(is_changed).collect()
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
pub(crate) fn is_changed<F: SeenField + ?Sized>(field: &F, schema: &ObjectSchema, index: usize) -> bool {
    field.is_changed() || holds_changes(field, schema, index)
}

/// Whether the field holds an object with changes, as far as those count.
pub(crate) fn holds_changes<F: SeenField + ?Sized>(field: &F, schema: &ObjectSchema, index: usize) -> bool {
    if !F::HOLDS_OBJECTS {
        return false;
    }
    match field.get() {
        Some(value) if schema.is_list() => schema.is_elements(index) && value.has_changed_elements(),
        Some(value) => value.has_changes(),
        None => false,
    }
}

/// Whether any field of the object counts as changed, those among them that a relay carries along.
pub fn has_changes<O: Object>(object: &O) -> bool {
    struct Any<'a>(&'a ObjectSchema);

    impl Visitor for Any<'_> {
        type Error = ();

        fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), ()> {
            if is_changed(field, self.0, index) { Err(()) } else { Ok(()) }
        }
    }

    object.visit(0, &mut Any(object.schema())).is_err()
        || object.unknown().is_some_and(UnknownFields::has_changes)
}

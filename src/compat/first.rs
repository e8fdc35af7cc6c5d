//! One element of a list, which goes out by itself.

use super::child::Child;
use super::peek::{Peek, Seen};
use super::plan::Plan;
use crate::error::Error;
use crate::primitive::Primitive;
use crate::schema::{Condition, FieldSchema, First, ObjectSchema};
use crate::version::Target;

/// The element that a rule means, as it is written for the plan's version: null where none fits. Nothing, where the list
/// is unset, or its objects didn't exist then.
///
/// # Errors
/// Where the version of the objects in the list isn't known, or one of them is refused.
pub(super) fn element(
    object: &dyn Peek,
    schema: &ObjectSchema,
    plan: &Plan<'_>,
    first: &First,
) -> Result<Option<Primitive>, Error> {
    let mut found = Ok(None);
    with_list(object, schema, first, &mut |own, field| {
        found = Child::of(plan, schema, own, || field.all_arrived()).and_then(|child| match child {
            Child::At(target) => {
                Ok(elements(field, &target)?.map(|values| chosen(values, own, schema, first)))
            }
            Child::Gone => Ok(None),
        });
    });
    found
}

/// Whether there is such an element, or null in its stead.
pub(super) fn is_there(object: &dyn Peek, schema: &ObjectSchema, plan: &Plan<'_>, first: &First) -> bool {
    let mut is_there = false;
    with_list(object, schema, first, &mut |own, field| {
        let child = Child::of(plan, schema, own, || field.all_arrived());
        is_there = field.is_set() && !matches!(child, Ok(Child::Gone));
    });
    is_there
}

/// Whether the element is all that the list has.
pub(super) fn is_all(object: &dyn Peek, schema: &ObjectSchema, first: &First) -> bool {
    let mut is_all = false;
    with_list(object, schema, first, &mut |own, field| {
        let values = elements(field, &Target::Own).ok().flatten();
        is_all = values.is_some_and(|values| match values.len() {
            0 => true,
            1 => chosen(values, own, schema, first) != Primitive::Null,
            _ => false,
        });
    });
    is_all
}

fn with_list(
    object: &dyn Peek,
    schema: &ObjectSchema,
    first: &First,
    see: &mut dyn FnMut(&FieldSchema, &dyn Seen),
) {
    let index = schema.index_of(&first.from);
    let own = index.and_then(|index| Some((index, schema.fields.get(index)?)));
    if let Some((index, own)) = own {
        object.field(index, &mut |field| see(own, field));
    }
}

/// The elements of a field that is set; none, where null stands in it.
fn elements(field: &dyn Seen, target: &Target<'_>) -> Result<Option<Vec<Primitive>>, Error> {
    let mut found = Ok(None);
    field.written(target, &mut |value| {
        found = Primitive::of(value).map(|value| match value {
            Primitive::List(values) => Some(values),
            _ => Some(Vec::new()),
        });
    });
    found
}

fn chosen(values: Vec<Primitive>, own: &FieldSchema, schema: &ObjectSchema, first: &First) -> Primitive {
    let holds_objects = own.ty.object().is_some();
    let fits = |value: &Primitive| match &first.when {
        None => true,
        Some(condition) => {
            let data = if holds_objects { data_of(value, schema) } else { Some(value) };
            data.is_some_and(|data| has(data, condition))
        }
    };
    values.into_iter().find(fits).unwrap_or(Primitive::Null)
}

/// The fields of an object in the list, whose envelope has the keys of its own project.
fn data_of<'a>(envelope: &'a Primitive, holder: &ObjectSchema) -> Option<&'a Primitive> {
    envelope.get(&holder.keys.data).or_else(|| {
        let mut entries = envelope.as_map()?.iter();
        entries.find(|(key, _)| key.ends_with(".data")).map(|(_, data)| data)
    })
}

fn has(data: &Primitive, condition: &Condition) -> bool {
    let wanted = Primitive::of(&condition.value);
    data.get(&condition.field).is_some_and(|found| wanted.is_ok_and(|wanted| *found == wanted))
}

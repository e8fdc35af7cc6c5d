//! One element of a list, which goes out by itself.

use super::child::Child;
use super::peek::Peek;
use super::plan::Plan;
use crate::error::Error;
use crate::field::Written;
use crate::object::Seen;
use crate::primitive::{Primitive, equal};
use crate::schema::{Condition, FieldSchema, First, ObjectSchema};
use crate::version::Target;

/// The element that a rule means, as it is written for the plan's version: null where none fits. Nothing, where the list
/// is unset, or its objects didn't exist then. One that is converted is as it is here.
///
/// # Errors
/// Where the version of the objects in the list isn't known, or one of them is refused.
pub(super) fn element(
    object: &dyn Peek,
    schema: &ObjectSchema,
    plan: &Plan<'_>,
    first: &First,
    is_converted: bool,
) -> Result<Option<Primitive>, Error> {
    let Some((own, field)) = list_of(object, schema, first) else { return Ok(None) };
    let child = match is_converted {
        true => Child::At(Target::Own),
        false => Child::of(plan, schema, own, &|| field.all_arrived())?,
    };
    match child {
        Child::At(target) => Ok(elements(field, &target)?.map(|values| chosen(values, own, schema, first))),
        Child::Gone => Ok(None),
    }
}

/// Whether there is such an element, or null in its stead.
pub(super) fn is_there(
    object: &dyn Peek,
    schema: &ObjectSchema,
    plan: &Plan<'_>,
    first: &First,
    is_converted: bool,
) -> bool {
    list_of(object, schema, first).is_some_and(|(own, field)| {
        let is_gone = || matches!(Child::of(plan, schema, own, &|| field.all_arrived()), Ok(Child::Gone));
        field.is_set() && (is_converted || !is_gone())
    })
}

/// Whether the element is all that the list has.
pub(super) fn is_all(object: &dyn Peek, schema: &ObjectSchema, first: &First) -> bool {
    let Some((own, field)) = list_of(object, schema, first) else { return false };
    let values = elements(field, &Target::Own).ok().flatten();
    values.is_some_and(|values| match values.len() {
        0 => true,
        1 => chosen(values, own, schema, first) != Primitive::Null,
        _ => false,
    })
}

fn list_of<'a>(
    object: &'a dyn Peek,
    schema: &'a ObjectSchema,
    first: &First,
) -> Option<(&'a FieldSchema, &'a dyn Seen)> {
    let index = schema.index_of(&first.from)?;
    Some((schema.fields.get(index)?, object.field(index)?))
}

/// The elements of a field that is set; none, where null stands in it.
fn elements(field: &dyn Seen, target: &Target<'_>) -> Result<Option<Vec<Primitive>>, Error> {
    let value = field.shown().map(|value| Primitive::of(&Written::new(value, target)));
    Ok(value.transpose()?.map(|value| match value {
        Primitive::List(values) => values,
        _ => Vec::new(),
    }))
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
    data.get(&condition.field).is_some_and(|found| wanted.is_ok_and(|wanted| equal(found, &wanted)))
}

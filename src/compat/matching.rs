//! Whether a value is a literal, or has it inside, as Python's `==` says.

use std::borrow::Cow;
use std::slice;

use crate::field::{Show, Shown, Written};
use crate::object::Seen;
use crate::primitive::{Primitive, equal};
use crate::schema::{Kind, Literal};
use crate::version::Target;

/// Finds the first of the literals that is the field's value or stands in it; `inside`, that stands in it.
pub(super) fn held<'l>(
    field: &dyn Seen,
    kind: &Kind,
    literals: &'l [Literal],
    inside: bool,
) -> Option<&'l Literal> {
    let value = value_of(field)?;
    literals.iter().find(|literal| {
        Primitive::of(literal).is_ok_and(|literal| match inside {
            true => holds_inside(&value, kind, &literal),
            false => holds(&value, kind, &literal),
        })
    })
}

/// Whether the literal is the field's value, or stands in it.
pub(super) fn has(field: &dyn Seen, kind: &Kind, literal: &Literal) -> bool {
    held(field, kind, slice::from_ref(literal), false).is_some()
}

/// Whether the literal is the field's value.
pub(super) fn is(field: &dyn Seen, kind: &Kind, literal: &Literal) -> bool {
    let values = value_of(field).zip(Primitive::of(literal).ok());
    values.is_some_and(|(value, literal)| is_same(&value, kind, &literal))
}

/// Whether one of these objects stands in the field's list.
pub(super) fn holds_object(field: &dyn Seen, names: &[Cow<'static, str>]) -> bool {
    matches!(value_of(field), Some(Primitive::List(values)) if values.iter().any(|value| is_named(value, names)))
}

/// Whether the value is one of these objects.
pub(super) fn is_named(value: &Primitive, names: &[Cow<'static, str>]) -> bool {
    let name = value.as_map().and_then(|map| map.iter().find(|(key, _)| key.ends_with(".name")));
    name.and_then(|(_, name)| name.as_str()).is_some_and(|name| names.iter().any(|known| known == name))
}

/// Whether the field is set, and not to null.
pub(super) fn has_value(field: &dyn Seen) -> bool {
    field.shown().is_some_and(|value| !is_null(value))
}

fn is_null(value: &dyn Show) -> bool {
    let mut null = false;
    value.show(&Target::Own, &mut |shown| {
        null = match shown {
            Shown::Null => true,
            Shown::Some(value) => is_null(value),
            Shown::Plain(value) => matches!(Primitive::of(value), Ok(Primitive::Null)),
            Shown::List(..) | Shown::Map(..) | Shown::Refused(_) => false,
        };
    });
    null
}

/// Whether the value, of that kind, is the literal.
pub(super) fn is_same(value: &Primitive, kind: &Kind, literal: &Primitive) -> bool {
    match (kind, value, literal) {
        // In whatever order.
        (Kind::Set(_), Primitive::List(values), Primitive::List(members)) => {
            let among =
                |value: &Primitive, values: &[Primitive]| values.iter().any(|other| equal(value, other));
            values.iter().all(|value| among(value, members))
                && members.iter().all(|member| among(member, values))
        }
        _ => equal(value, literal),
    }
}

fn holds(value: &Primitive, kind: &Kind, literal: &Primitive) -> bool {
    is_same(value, kind, literal) || holds_inside(value, kind, literal)
}

fn holds_inside(value: &Primitive, kind: &Kind, literal: &Primitive) -> bool {
    let kind = inner(kind);
    match value {
        Primitive::List(values) => values.iter().any(|value| holds(value, kind, literal)),
        Primitive::Map(entries) => entries.values().any(|value| holds(value, kind, literal)),
        _ => false,
    }
}

/// The kind of what stands in a value of that kind.
pub(super) fn inner(kind: &Kind) -> &Kind {
    match kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => &element.ty.kind,
        // Nothing is known of it that its values don't show.
        _ => &Kind::Opaque,
    }
}

/// The field's value as it is; none, where it is unset or can't go out.
fn value_of(field: &dyn Seen) -> Option<Primitive> {
    Primitive::of(&Written::new(field.shown()?, &Target::Own)).ok()
}

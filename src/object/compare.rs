//! Whether two values are one and the same on the wire.

use crate::primitive::Primitive;
use crate::schema::{Kind, ObjectSchema, TypeSchema};

/// Whether two values of a type are equal, sets whatever their order.
pub(crate) fn same_value(ty: &TypeSchema, a: &Primitive, b: &Primitive) -> bool {
    match (&ty.kind, a, b) {
        (Kind::List(element), Primitive::List(a), Primitive::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(&element.ty, a, b))
        }
        (Kind::Set(element), Primitive::List(a), Primitive::List(b)) => {
            let is_in = |x: &Primitive, all: &[Primitive]| all.iter().any(|y| same_value(&element.ty, x, y));
            a.len() == b.len() && a.iter().all(|x| is_in(x, b)) && b.iter().all(|x| is_in(x, a))
        }
        (Kind::Dict(element), Primitive::Map(a), Primitive::Map(b)) => {
            let same = |(key, value): (&String, &Primitive)| {
                b.get(key).is_some_and(|other| same_value(&element.ty, value, other))
            };
            a.len() == b.len() && a.iter().all(same)
        }
        (Kind::Object { schema: Some(schema), .. }, a, b) => same_object(schema(), a, b, true),
        _ => a == b,
    }
}

/// Whether two envelopes are equal, the names of changed fields and sets whatever their order.
pub(crate) fn same_object(schema: &ObjectSchema, a: &Primitive, b: &Primitive, with_changes: bool) -> bool {
    let (Primitive::Map(a), Primitive::Map(b)) = (a, b) else { return a == b };
    let keys = &schema.keys;
    let header = [&keys.name, &keys.namespace, &keys.version];
    if header.into_iter().any(|key| a.get(&**key) != b.get(&**key)) {
        return false;
    }
    if with_changes && !same_names(a.get(&*keys.changes), b.get(&*keys.changes)) {
        return false;
    }
    let (Some(Primitive::Map(a)), Some(Primitive::Map(b))) = (a.get(&*keys.data), b.get(&*keys.data)) else {
        return a.get(&*keys.data) == b.get(&*keys.data);
    };
    a.len() == b.len()
        && a.iter().all(|(name, a)| match (b.get(name), schema.field(name)) {
            (Some(b), Some(field)) => same_value(&field.ty, a, b),
            (Some(b), None) => a == b,
            (None, _) => false,
        })
}

fn same_names(a: Option<&Primitive>, b: Option<&Primitive>) -> bool {
    match (a, b) {
        (Some(Primitive::List(a)), Some(Primitive::List(b))) => {
            a.len() == b.len() && a.iter().all(|name| b.contains(name))
        }
        (a, b) => a == b,
    }
}

/// Takes the changes, and these keys, out of all envelopes and maps in the value.
pub(crate) fn strip(value: &mut Primitive, changes: &str, keys: &[&str]) {
    match value {
        Primitive::Map(entries) => {
            entries.retain(|key, _| key != changes && !keys.contains(&key.as_str()));
            entries.values_mut().for_each(|value| strip(value, changes, keys));
        }
        Primitive::List(list) => list.iter_mut().for_each(|value| strip(value, changes, keys)),
        _ => {}
    }
}

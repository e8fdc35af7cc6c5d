//! Values compared as Python compares them, which says what a set holds and what a read-only field takes again.

use super::value::Value;
use crate::field::{FieldType as _, Key};
use crate::primitive::{Primitive, equal};
use crate::schema::{Kind, TypeSchema};

/// Form that equal values of a type have in common; objects have none.
pub(super) fn key(ty: &TypeSchema, value: &Value) -> Option<Key> {
    match (&ty.kind, value) {
        (_, Value::DateTime(value)) => Some(Key::Moment(value.to_utc())),
        (kind, Value::Plain(value)) => Key::of(kind, value),
        (Kind::List(element), Value::List(values)) => {
            values.iter().map(|value| key(&element.ty, value)).collect::<Option<_>>().map(Key::List)
        }
        (Kind::Set(element), Value::Set(values)) => {
            let keys = values.iter().map(|value| key(&element.ty, value)).collect::<Option<_>>();
            keys.map(Key::in_any_order)
        }
        (Kind::Dict(element), Value::Dict(entries)) => {
            let entry = |(name, value): (&String, &Value)| {
                Some(Key::List(vec![Key::Text(name.clone()), key(&element.ty, value)?]))
            };
            entries.iter().map(entry).collect::<Option<_>>().map(Key::in_any_order)
        }
        _ => None,
    }
}

/// Whether two values of a type are equal.
pub(super) fn same(ty: &TypeSchema, a: &Value, b: &Value) -> bool {
    match (&ty.kind, a, b) {
        (Kind::List(element), Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&element.ty, a, b))
        }
        (Kind::Set(element), Value::Set(a), Value::Set(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(&element.ty, a, b)))
        }
        (Kind::Dict(element), Value::Dict(a), Value::Dict(b)) => {
            let equal = |(key, a): (&String, &Value)| b.get(key).is_some_and(|b| same(&element.ty, a, b));
            a.len() == b.len() && a.iter().all(equal)
        }
        (_, Value::DateTime(a), Value::DateTime(b)) => a.equals(b),
        (kind, Value::Plain(a), Value::Plain(b)) => match (network(kind, a), network(kind, b)) {
            (Some(a), Some(b)) => a.equals(&b),
            _ => equal(a, b),
        },
        // Without a comparison of their own, objects are equal where they are the same.
        _ => false,
    }
}

fn network(kind: &Kind, value: &Primitive) -> Option<ipnet::IpNet> {
    let is_network = matches!(kind, Kind::IpNetwork | Kind::IpV4Network | Kind::IpV6Network);
    value.as_str().filter(|_| is_network)?.parse().ok()
}

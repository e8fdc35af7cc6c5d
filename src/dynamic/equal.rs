//! Values compared as Python compares them, which says what a set holds and what a read-only field takes again.

use chrono::Utc;

use super::value::Value;
use crate::primitive::Primitive;
use crate::schema::{Kind, TypeSchema};

/// What equal scalars have in common: `1`, `1.0` and `True` are one, and so are two networks that differ in
/// their host bits, or two ways to name a moment.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Key {
    Null,
    Whole(i128),
    Fraction(u64),
    Text(String),
    Bytes(Vec<u8>),
    Moment(chrono::DateTime<Utc>),
    Network(ipnet::IpNet),
}

impl Key {
    /// Of a scalar as it came; lists and maps have none, as they can't be hashed.
    pub(super) fn of_primitive(value: &Primitive) -> Option<Key> {
        Some(match value {
            Primitive::Null => Key::Null,
            Primitive::Bool(value) => Key::Whole(i128::from(*value)),
            Primitive::Int(value) => Key::Whole(*value),
            Primitive::Float(value) => whole(*value).map_or(Key::Fraction(value.to_bits()), Key::Whole),
            Primitive::Text(text) => Key::Text(text.clone()),
            Primitive::Bytes(bytes) => Key::Bytes(bytes.clone()),
            Primitive::List(_) | Primitive::Map(_) => return None,
        })
    }

    /// Of a scalar value of a type.
    pub(super) fn of(ty: &TypeSchema, value: &Value) -> Option<Key> {
        match value {
            Value::DateTime(value) => Some(Key::Moment(value.to_utc())),
            Value::Plain(value) => {
                let is_network = matches!(ty.kind, Kind::IpNetwork | Kind::IpV4Network | Kind::IpV6Network);
                let network = value.as_str().filter(|_| is_network).and_then(|text| text.parse().ok());
                match network {
                    Some(network) => Some(Key::Network(ipnet::IpNet::trunc(&network))),
                    None => Key::of_primitive(value),
                }
            }
            _ => None,
        }
    }
}

/// The whole number that a float is, as far as it is one for sure.
fn whole(value: f64) -> Option<i128> {
    const FAR: f64 = 1e38;
    (value.fract() == 0.0 && value.abs() < FAR).then_some(value as i128)
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
        (Kind::Opaque, Value::Plain(a), Value::Plain(b)) => same_primitives(a, b),
        _ => match (Key::of(ty, a), Key::of(ty, b)) {
            (Some(a), Some(b)) => a == b,
            // Without a comparison of their own, objects are equal where they are the same.
            _ => false,
        },
    }
}

fn same_primitives(a: &Primitive, b: &Primitive) -> bool {
    match (a, b) {
        (Primitive::List(a), Primitive::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_primitives(a, b))
        }
        (Primitive::Map(a), Primitive::Map(b)) => {
            let equal = |(key, a): (&String, &Primitive)| b.get(key).is_some_and(|b| same_primitives(a, b));
            a.len() == b.len() && a.iter().all(equal)
        }
        _ => match (Key::of_primitive(a), Key::of_primitive(b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}

//! Values compared as Python compares them, which says what a set holds and what a read-only field takes again.

use std::collections::HashSet;

use chrono::Utc;

use super::value::Value;
use crate::field::FieldType as _;
use crate::primitive::{Number, Primitive, equal};
use crate::schema::{Kind, TypeSchema};

/// Form that equal scalars have in common: `1`, `1.0` and `True` are one, and so are two networks that differ in
/// their host bits, or two ways to name a moment.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Key {
    Null,
    Whole(i128),
    Large(u128),
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
            Primitive::Bool(_) | Primitive::Int(_) | Primitive::Large(_) | Primitive::Float(_) => {
                match Number::of(value)? {
                    Number::Whole(value) => Key::Whole(value),
                    Number::Large(value) => Key::Large(value),
                    Number::Fraction(value) => Key::Fraction(value.to_bits()),
                }
            }
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
                let network = network(&ty.kind, value).map(|network| Key::Network(network.trunc()));
                network.or_else(|| Key::of_primitive(value))
            }
            _ => None,
        }
    }
}

/// How many keys are compared with each other before they are hashed.
const FEW: usize = 16;

/// Keys, each once: few are compared, since hashing takes longer.
#[derive(Default)]
pub(super) struct Keys {
    few: Vec<Key>,
    many: HashSet<Key>,
}

impl Keys {
    /// Takes a key, and tells whether it's a new one.
    pub(super) fn insert(&mut self, key: Key) -> bool {
        if self.many.is_empty() && self.few.len() < FEW {
            let is_new = !self.few.contains(&key);
            if is_new {
                self.few.push(key);
            }
            return is_new;
        }
        self.many.extend(self.few.drain(..));
        self.many.insert(key)
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

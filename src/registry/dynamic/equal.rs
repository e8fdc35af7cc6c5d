//! Values compared as Python compares them, which says what a set holds and what a read-only field takes again.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, DefaultHasher, Hash as _, Hasher as _, RandomState};

use super::value::Value;
use crate::error::Error;
use crate::field::{Context, FieldType as _};
use crate::primitive::{Number, Primitive, equal};
use crate::schema::{Kind, TypeSchema};

/// How many values are compared with each other before they are hashed, which takes longer.
const FEW: usize = 16;

/// Values of a type, each once.
pub(super) struct Distinct<'a> {
    ty: &'a TypeSchema,
    values: Vec<Value>,
    places: Places,
}

impl<'a> Distinct<'a> {
    pub(super) fn of(ty: &'a TypeSchema) -> Self {
        Distinct { ty, values: Vec::new(), places: Places::default() }
    }

    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// Takes a value, where there is none that is equal.
    ///
    /// # Errors
    /// As [`Context::spend`].
    pub(super) fn add(&mut self, value: Value, context: Context<'_>) -> Result<(), Error> {
        let Distinct { ty, values, places } = self;
        let room = places.by_hash.capacity();
        let free = match places.find(ty, values, &value) {
            Ok(()) => return Ok(()),
            Err(free) => free,
        };
        context.room(values)?;
        values.push(value);
        if let Some(hash) = free {
            places.by_hash.insert(hash, values.len() - 1);
        } else if values.len() == FEW + 1 {
            places.note_all(ty, values);
        }
        context.spend_table::<(u64, usize)>(places.by_hash.capacity() - room)
    }
}

/// The places of values by their hashes; the second of two that have one hash has the next.
#[derive(Default)]
struct Places {
    by_hash: HashMap<u64, usize>,
    hashes: RandomState,
}

impl Places {
    /// Finds an equal one among the values, whose places were noted where they are more than few.
    ///
    /// # Errors
    /// Where there is none: the hash that is free for that value, if it has one and is to be noted.
    fn find(&self, ty: &TypeSchema, values: &[Value], value: &Value) -> Result<(), Option<u64>> {
        if values.len() <= FEW {
            return if values.iter().any(|own| same(ty, own, value)) { Ok(()) } else { Err(None) };
        }
        self.probe(ty, values, value)
    }

    fn probe(&self, ty: &TypeSchema, values: &[Value], value: &Value) -> Result<(), Option<u64>> {
        let mut state = self.hashes.build_hasher();
        let Some(()) = hash(ty, value, &mut state, &self.hashes) else { return Err(None) };
        let mut hash = state.finish();
        while let Some(place) = self.by_hash.get(&hash) {
            if values.get(*place).is_some_and(|own| same(ty, own, value)) {
                return Ok(());
            }
            hash = hash.wrapping_add(1);
        }
        Err(Some(hash))
    }

    fn note_all(&mut self, ty: &TypeSchema, values: &[Value]) {
        for (place, value) in values.iter().enumerate() {
            if let Err(Some(hash)) = self.probe(ty, values, value) {
                self.by_hash.insert(hash, place);
            }
        }
    }
}

/// Whether two sets without doubles hold the same.
fn same_sets(ty: &TypeSchema, a: &[Value], b: &[Value]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut places = Places::default();
    if b.len() > FEW {
        places.note_all(ty, b);
    }
    a.iter().all(|value| places.find(ty, b, value).is_ok())
}

/// Hashes a value so that equal ones have one hash. What is equal to nothing, as objects and NaN, has none.
fn hash(ty: &TypeSchema, value: &Value, state: &mut DefaultHasher, hashes: &RandomState) -> Option<()> {
    let alone = |ty: &TypeSchema, name: &str, value: &Value| {
        let mut state = hashes.build_hasher();
        name.hash(&mut state);
        hash(ty, value, &mut state, hashes).map(|()| state.finish())
    };
    match (&ty.kind, value) {
        (_, Value::DateTime(value)) => value.to_utc().hash(state),
        (kind, Value::Plain(value)) => match network(kind, value) {
            Some(network) => network.trunc().hash(state),
            None => hash_primitive(value, state, hashes)?,
        },
        (Kind::List(element), Value::List(values)) => {
            values.len().hash(state);
            values.iter().try_for_each(|value| hash(&element.ty, value, state, hashes))?;
        }
        (Kind::Set(element), Value::Set(values)) => {
            in_any_order(values.iter().map(|value| alone(&element.ty, "", value)))?.hash(state);
        }
        (Kind::Dict(element), Value::Dict(entries)) => {
            in_any_order(entries.iter().map(|(name, value)| alone(&element.ty, name, value)))?.hash(state);
        }
        _ => return None,
    }
    Some(())
}

fn in_any_order(mut hashes: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    hashes.try_fold(0_u64, |sum, hash| Some(sum.wrapping_add(hash?)))
}

fn hash_primitive(value: &Primitive, state: &mut DefaultHasher, hashes: &RandomState) -> Option<()> {
    match value {
        Primitive::Null => 0_u8.hash(state),
        Primitive::Text(text) => text.hash(state),
        Primitive::Bytes(bytes) => bytes.hash(state),
        Primitive::List(values) => {
            values.len().hash(state);
            values.iter().try_for_each(|value| hash_primitive(value, state, hashes))?;
        }
        Primitive::Map(entries) => {
            let entry = |(name, value): (&String, &Primitive)| {
                let mut state = hashes.build_hasher();
                name.hash(&mut state);
                hash_primitive(value, &mut state, hashes).map(|()| state.finish())
            };
            in_any_order(entries.iter().map(entry))?.hash(state);
        }
        Primitive::Bool(_) | Primitive::Int(_) | Primitive::Large(_) | Primitive::Float(_) => {
            let is_equal_to_itself = equal(value, value);
            Number::of(value).filter(|_| is_equal_to_itself)?.key().hash(state);
        }
    }
    Some(())
}

/// Whether two values of a type are equal.
pub(super) fn same(ty: &TypeSchema, a: &Value, b: &Value) -> bool {
    match (&ty.kind, a, b) {
        (Kind::List(element), Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&element.ty, a, b))
        }
        (Kind::Set(element), Value::Set(a), Value::Set(b)) => same_sets(&element.ty, a, b),
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

//! What Python's `set` takes for one value.

use std::collections::HashSet;
use std::mem;
use std::net::IpAddr;

use super::Context;
use super::kept::parse_network;
use crate::error::{Error, Step};
use crate::primitive::{Number, Primitive};
use crate::schema::Kind;

/// Whether the elements of a set of this kind are compared as they came. Objects aren't known yet then; lists and types of a
/// user's own the reference has in no set; and what isn't coerced is compared by its type.
pub(crate) fn is_of_what_came(kind: &Kind, context: Context<'_>) -> bool {
    let is_scalar =
        !matches!(kind, Kind::List(_) | Kind::Set(_) | Kind::Dict(_) | Kind::Object { .. } | Kind::Opaque);
    is_scalar && (is_network(kind) || !context.is_strict())
}

fn is_network(kind: &Kind) -> bool {
    matches!(kind, Kind::IpNetwork | Kind::IpV4Network | Kind::IpV6Network)
}

/// Values as Python's `set` keeps them, with their places: of those that are equal the first.
///
/// # Errors
/// Where Python can't hash one; as [`Context::spend`].
pub(crate) fn each_once(
    kind: &Kind,
    context: Context<'_>,
    values: Vec<Primitive>,
) -> Result<impl Iterator<Item = (usize, Primitive)>, Error> {
    let is_of_what_came = is_of_what_came(kind, context);
    // What is equal and of one type becomes one value by itself.
    let is_compared = is_of_what_came && (is_network(kind) || has_numbers_of_many_types(&values));
    let mut values: Vec<_> = values.into_iter().map(Some).collect();
    let mut came = Keys::default();
    for (index, place) in values.iter_mut().enumerate() {
        let Some(value) = place.as_ref().filter(|_| is_of_what_came) else { break };
        if matches!(value, Primitive::List(_) | Primitive::Map(_)) {
            let message = format_args!("a set of these can't hold {}", value.describe());
            return Err(Error::invalid_value(message).within(Step::Index(index)));
        }
        if is_compared
            && let Some(key) = Key::of(kind, value)
            && !came.insert(key, context)?
        {
            *place = None;
        }
    }
    Ok(values.into_iter().enumerate().filter_map(|(index, value)| Some((index, value?))))
}

fn has_numbers_of_many_types(values: &[Primitive]) -> bool {
    let is_number = |value: &&Primitive| {
        matches!(value, Primitive::Bool(_) | Primitive::Int(_) | Primitive::Large(_) | Primitive::Float(_))
    };
    let mut types = values.iter().filter(is_number).map(mem::discriminant);
    types.next().is_some_and(|first| types.any(|other| other != first))
}

/// Form that equal values have in common: `1`, `1.0` and `True` are one, and so are two networks that differ in
/// their host bits, or two ways to name a moment.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Null,
    Whole(i128),
    Large(u128),
    Fraction(u64),
    Text(String),
    Bytes(Vec<u8>),
    #[cfg(feature = "dynamic")]
    Moment(chrono::DateTime<chrono::Utc>),
    #[cfg(feature = "dynamic")]
    List(Vec<Key>),
    /// The bits of the prefix, and its length, of an address of so many bits.
    Network(u128, u8, u8),
}

impl Key {
    /// Of values that are equal to the same in another order.
    #[cfg(feature = "dynamic")]
    pub(crate) fn in_any_order(mut keys: Vec<Key>) -> Key {
        keys.sort_unstable();
        Key::List(keys)
    }

    /// Of a scalar of a type; lists and maps have none.
    pub(crate) fn of(kind: &Kind, value: &Primitive) -> Option<Key> {
        Some(match value {
            Primitive::Text(text) if is_network(kind) => {
                network(text).unwrap_or_else(|| Key::Text(text.clone()))
            }
            Primitive::Text(text) => Key::Text(text.clone()),
            Primitive::Null => Key::Null,
            Primitive::Bytes(bytes) => Key::Bytes(bytes.clone()),
            Primitive::Bool(_) | Primitive::Int(_) | Primitive::Large(_) | Primitive::Float(_) => {
                match Number::of(value)? {
                    Number::Whole(value) => Key::Whole(value),
                    Number::Large(value) => Key::Large(value),
                    Number::Fraction(value) => Key::Fraction(value.to_bits()),
                }
            }
            Primitive::List(_) | Primitive::Map(_) => return None,
        })
    }
}

fn network(text: &str) -> Option<Key> {
    let (address, prefix) = parse_network(text)?;
    let (bits, width) = match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let bits = bits.checked_shr(u32::from(width - prefix)).unwrap_or(0);
    Some(Key::Network(bits, prefix, width))
}

/// How many keys are compared with each other before they are hashed.
const FEW: usize = 16;

/// Keys, each once: few are compared, since hashing takes longer.
#[derive(Default)]
pub(crate) struct Keys {
    few: Vec<Key>,
    many: HashSet<Key>,
}

impl Keys {
    /// Takes a key, and tells whether it's a new one.
    ///
    /// # Errors
    /// As [`Context::spend`].
    pub(crate) fn insert(&mut self, key: Key, context: Context<'_>) -> Result<bool, Error> {
        if self.many.is_empty() && self.few.len() < FEW {
            let is_new = !self.few.contains(&key);
            if is_new {
                self.few.push(key);
            }
            return Ok(is_new);
        }
        self.many.extend(self.few.drain(..));
        // A table takes twice as much each time, and has the old one meanwhile.
        let table = if self.many.len() < self.many.capacity() { 0 } else { 2 * self.many.capacity() };
        let text = if let Key::Text(text) = &key { text.len() } else { 0 };
        context.spend(0, table.saturating_mul(size_of::<Key>()).saturating_add(text))?;
        Ok(self.many.insert(key))
    }
}

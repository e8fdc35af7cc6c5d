//! Kept values made what somebody works on, with as much room as they need.

use std::marker::PhantomData;
use std::ops::Range;

use indexmap::IndexMap;
use serde::de;

use super::Kept;
use super::token::{Token, token};
use crate::primitive::Primitive;
use crate::primitive::tagged::Tagged;

/// Makes one kind of values.
pub(crate) trait Maker {
    /// A value of any kind.
    type Value;
    /// A map of them.
    type Map;
    /// Why it can't be made.
    type Error;

    /// Makes null, a boolean, a number, text or bytes.
    ///
    /// # Errors
    /// Where this kind of values has none like it.
    fn scalar(&self, token: Token<'_>) -> Result<Self::Value, Self::Error>;

    fn list(&self, values: Vec<Self::Value>) -> Self::Value;

    /// An empty map with room for so many entries.
    fn map_of(&self, count: usize) -> Self::Map;

    fn insert(&self, map: &mut Self::Map, key: String, value: Self::Value);

    fn map(&self, map: Self::Map) -> Self::Value;

    /// How many bytes a map of so many entries takes, beside keys and values themselves.
    fn weight_of_map(&self, count: usize) -> usize;
}

/// What a value takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// About how many bytes of memory.
    pub(crate) bytes: usize,
    /// How many lists and maps lie in one another, as JSON has them: of bytes it has a list.
    pub(crate) levels: usize,
}

impl Kept {
    /// The value as that kind has it.
    ///
    /// # Errors
    /// Where that kind has none like it.
    pub(crate) fn make<M: Maker>(&self, maker: &M) -> Result<M::Value, M::Error> {
        make(&self.bytes, self.at, maker).0
    }

    /// What it takes, made like that.
    pub(crate) fn extent<M: Maker>(&self, maker: &M) -> Extent {
        extent(&self.bytes, self.at, maker).0
    }

    /// The value as a primitive.
    ///
    /// # Errors
    /// Where there is a whole number beyond 128 bits in it.
    pub(crate) fn to_primitive<E: de::Error>(&self) -> Result<Primitive, E> {
        self.make(&Primitives(PhantomData))
    }

    /// What it takes as a primitive.
    pub(crate) fn extent_as_primitive(&self) -> Extent {
        self.extent(&Primitives::<de::value::Error>(PhantomData))
    }

    /// The number of values in it and of itself, keys aside.
    pub(crate) fn values(&self) -> usize {
        let (mut at, end) = (self.at, self.end());
        let (mut count, mut keys) = (0_usize, 0);
        while at < end {
            let (token, behind) = token(&self.bytes, at);
            count += 1;
            at = match token {
                Token::List(range) => range.start,
                Token::Map(range) => {
                    keys += self::count(&self.bytes, range.clone()) / 2;
                    range.start
                }
                _ => behind,
            };
        }
        count.saturating_sub(keys)
    }

    /// The number of elements of a list, of entries of a map.
    #[cfg(feature = "rpc")]
    pub(crate) fn count(&self) -> usize {
        match self.token() {
            Token::List(range) => count(&self.bytes, range),
            Token::Map(range) => count(&self.bytes, range) / 2,
            _ => 0,
        }
    }
}

/// The number of values one after the other.
fn count(bytes: &[u8], range: Range<usize>) -> usize {
    let (mut at, mut count) = (range.start, 0);
    while at < range.end {
        at = token(bytes, at).1;
        count += 1;
    }
    count
}

/// The value at that place, and the place behind it. They lie no deeper than what is kept does.
fn make<M: Maker>(bytes: &[u8], at: usize, maker: &M) -> (Result<M::Value, M::Error>, usize) {
    let (token, end) = token(bytes, at);
    let made = match token {
        Token::List(range) => list(bytes, range, maker),
        Token::Map(range) => map(bytes, range, maker),
        scalar => maker.scalar(scalar),
    };
    (made, end)
}

fn list<M: Maker>(bytes: &[u8], range: Range<usize>, maker: &M) -> Result<M::Value, M::Error> {
    let mut values = Vec::with_capacity(count(bytes, range.clone()));
    let mut at = range.start;
    while at < range.end {
        let (value, next) = make(bytes, at, maker);
        values.push(value?);
        at = next;
    }
    Ok(maker.list(values))
}

fn map<M: Maker>(bytes: &[u8], range: Range<usize>, maker: &M) -> Result<M::Value, M::Error> {
    let mut map = maker.map_of(count(bytes, range.clone()) / 2);
    let mut at = range.start;
    while at < range.end {
        let (key, behind) = token(bytes, at);
        let (value, next) = make(bytes, behind, maker);
        if let Token::Text(key) = key {
            maker.insert(&mut map, key.to_owned(), value?);
        }
        at = next;
    }
    Ok(maker.map(map))
}

/// What the value at that place takes, and the place behind it.
fn extent<M: Maker>(bytes: &[u8], at: usize, maker: &M) -> (Extent, usize) {
    let (token, end) = token(bytes, at);
    let own = size_of::<M::Value>();
    let one = |bytes, levels| (Extent { bytes, levels }, end);
    let (range, is_map) = match token {
        Token::Text(text) => return one(own + block(text.len()), 0),
        Token::Bytes(bytes) => return one(own + block(bytes.len()), 1),
        Token::List(range) => (range, false),
        Token::Map(range) => (range, true),
        _ => return one(own, 0),
    };
    let (mut at, mut count, mut all) = (range.start, 0, Extent { bytes: own, levels: 0 });
    while at < range.end {
        let (inner, next) = extent(bytes, at, maker);
        all.bytes = all.bytes.saturating_add(inner.bytes);
        all.levels = all.levels.max(inner.levels);
        count += 1;
        at = next;
    }
    // A key weighs as a value of its text does.
    let room = if is_map { maker.weight_of_map(count / 2) } else { block(0) };
    (Extent { bytes: all.bytes.saturating_add(room), levels: all.levels + 1 }, end)
}

/// What so many bytes take by themselves, with what an allocator keeps of them.
fn block(bytes: usize) -> usize {
    const OWN: usize = 16;
    OWN + bytes
}

/// Makes primitives.
struct Primitives<E>(PhantomData<E>);

impl<E: de::Error> Maker for Primitives<E> {
    type Value = Primitive;
    type Map = IndexMap<String, Primitive>;
    type Error = E;

    fn scalar(&self, token: Token<'_>) -> Result<Primitive, E> {
        Ok(match token {
            Token::Bool(value) => Primitive::Bool(value),
            Token::Int(value) => Primitive::Int(value),
            Token::Large(value) => Primitive::Large(value),
            Token::Beyond => return Tagged::Beyond.number(),
            Token::Float(value) => Primitive::Float(value),
            Token::Text(text) => Primitive::Text(text.to_owned()),
            Token::Bytes(bytes) => Primitive::Bytes(bytes.to_owned()),
            Token::Null | Token::List(_) | Token::Map(_) => Primitive::Null,
        })
    }

    fn list(&self, values: Vec<Primitive>) -> Primitive {
        Primitive::List(values)
    }

    fn map_of(&self, count: usize) -> Self::Map {
        IndexMap::with_capacity(count)
    }

    fn insert(&self, map: &mut Self::Map, key: String, value: Primitive) {
        map.insert(key, value);
    }

    fn map(&self, map: Self::Map) -> Primitive {
        Primitive::Map(map.into())
    }

    fn weight_of_map(&self, count: usize) -> usize {
        /// What a hash of an entry takes in the table, of which an eighth is free at least.
        const PLACE: usize = size_of::<usize>() + 1;
        /// A group at the table's end.
        const GROUP: usize = 16;
        let own = block(size_of::<Self::Map>());
        if count == 0 {
            return own;
        }
        let places = count.saturating_add(count / 7).next_power_of_two().max(4);
        let table = block(GROUP).saturating_add(places.saturating_mul(PLACE));
        // An entry's own hash; keys and values are counted as such.
        own.saturating_add(table).saturating_add(block(count.saturating_mul(size_of::<usize>())))
    }
}

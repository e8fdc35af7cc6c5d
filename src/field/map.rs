use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use indexmap::IndexMap;
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::Encoded;
use super::key::{FromMapKey, MapKey};
use super::list::{NODE, Part, Place, Room, element};
use super::scalar::{Found, null};
use super::{Bounds, Context, Entity, FieldType, GROWTH, Path, Shown, Survey, Written};
use crate::error::{Error, Step};
#[cfg(feature = "compact")]
use crate::format::compact::{Contents, Pack, Slot, Unpacker};
use crate::marks::NUMBER;
use crate::primitive::{Tagged, behind_key, may_be_number};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// How many bytes stand at least around a key, and in an object's envelope.
const KEY: usize = 3;
const OBJECT: usize = 96;

/// Entries of a map on their way out in the compact form.
#[cfg(feature = "compact")]
struct EntriesOf<'e, F> {
    all: F,
    slot: Slot<'e>,
    target: &'e Target<'e>,
}

#[cfg(feature = "compact")]
impl<'e, K, V, I, F> Contents for EntriesOf<'_, F>
where
    K: MapKey + 'e,
    V: Entity + 'e,
    I: Iterator<Item = (&'e K, &'e V)>,
    F: Fn() -> I,
{
    const ARE_OBJECTS: bool = V::HOLDS_OBJECTS;

    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>) -> Result<(), Error> {
        for (key, value) in (self.all)() {
            let key = key.to_text();
            packer.inner(0).text(&key);
            let packed = value.pack(packer.inner(1), self.slot, self.target);
            packed.map_err(|error| error.within(Step::Key(key.into_owned())))?;
        }
        Ok(())
    }
}

macro_rules! entries {
    () => {
        const HOLDS_OBJECTS: bool = V::HOLDS_OBJECTS;
        const REMEMBERS: bool = V::REMEMBERS;
        const BARE_NULLS: bool = V::BARE_NULLS;

        fn has_bare_null(&self) -> bool {
            V::BARE_NULLS && self.values().any(V::has_bare_null)
        }

        fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(self.len()))?;
            for (key, value) in self {
                map.serialize_entry(&*key.to_text(), &Encoded::new(value, target))?;
            }
            map.end()
        }

        fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
            see(Shown::Map(Some(self.len()), &|add| {
                for (key, value) in self {
                    if !add(&&*key.to_text(), &Written::new(value, target)) {
                        break;
                    }
                }
                Ok(())
            }));
        }

        #[cfg(feature = "compact")]
        #[inline]
        fn pack<'a>(
            &self,
            packer: &mut impl Pack<'a>,
            slot: Slot<'_>,
            target: &Target<'_>,
        ) -> Result<(), Error> {
            packer.list(self.len(), &EntriesOf { all: || self.iter(), slot: slot.element(), target })
        }

        fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
            if !V::HOLDS_OBJECTS {
                return Ok(());
            }
            for (key, value) in self {
                value.survey(target, path.key(&key.to_text()), survey)?;
            }
            Ok(())
        }

        fn forget_origins(&mut self) {
            if V::HOLDS_OBJECTS {
                self.values_mut().for_each(V::forget_origins);
            }
        }
    };
}

/// A map neither reports nor resets the changes of its values, as in the reference.
impl<K: MapKey, V: Entity> Entity for BTreeMap<K, V> {
    entries!();
}

impl<K: MapKey, V: Entity, H> Entity for HashMap<K, V, H> {
    entries!();
}

impl<K: MapKey, V: Entity, H> Entity for IndexMap<K, V, H> {
    entries!();
}

/// Values by a key that is text on the wire. Where a key comes twice, the last value counts.
impl<K: FromMapKey + Ord, V: FieldType> FieldType for BTreeMap<K, V> {
    const TYPE: TypeSchema = TypeSchema::new("Dict", Kind::Dict(element::<V>()));
    const BOUNDS: Bounds = Bounds::of_entries(K::FORM, V::BOUNDS_REF);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        decode(
            deserializer,
            context,
            |_| BTreeMap::new(),
            |map, key, value| {
                map.insert(key, value);
            },
        )
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len()
            && self.iter().all(|(key, new)| old.get(key).is_some_and(|old| new.equals(old)))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        unpack(
            unpacker,
            slot,
            context,
            |_| BTreeMap::new(),
            |map, key, value| {
                map.insert(key, value);
            },
        )
    }
}

impl<K, V, H> FieldType for HashMap<K, V, H>
where
    K: FromMapKey + Eq + Hash,
    V: FieldType,
    H: BuildHasher + Default,
{
    const TYPE: TypeSchema = TypeSchema::new("Dict", Kind::Dict(element::<V>()));
    const BOUNDS: Bounds = Bounds::of_entries(K::FORM, V::BOUNDS_REF);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let with_room = |expected| HashMap::with_capacity_and_hasher(expected, H::default());
        decode(deserializer, context, with_room, |map, key, value| {
            map.insert(key, value);
        })
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len()
            && self.iter().all(|(key, new)| old.get(key).is_some_and(|old| new.equals(old)))
    }

    #[cfg(feature = "compact")]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        let with_room = |expected| HashMap::with_capacity_and_hasher(expected, H::default());
        unpack(unpacker, slot, context, with_room, |map, key, value| {
            map.insert(key, value);
        })
    }
}

impl<K, V, H> FieldType for IndexMap<K, V, H>
where
    K: FromMapKey + Eq + Hash,
    V: FieldType,
    H: BuildHasher + Default,
{
    const TYPE: TypeSchema = TypeSchema::new("Dict", Kind::Dict(element::<V>()));
    const BOUNDS: Bounds = Bounds::of_entries(K::FORM, V::BOUNDS_REF);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let with_room = |expected| IndexMap::with_capacity_and_hasher(expected, H::default());
        decode(deserializer, context, with_room, |map, key, value| {
            map.insert(key, value);
        })
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len()
            && self.iter().all(|(key, new)| old.get(key).is_some_and(|old| new.equals(old)))
    }

    #[cfg(feature = "compact")]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        let with_room = |expected| IndexMap::with_capacity_and_hasher(expected, H::default());
        unpack(unpacker, slot, context, with_room, |map, key, value| {
            map.insert(key, value);
        })
    }
}

fn decode<'de, D: Deserializer<'de>, K: FromMapKey, V: FieldType, C>(
    deserializer: D,
    context: Context<'_>,
    with_room: impl FnOnce(usize) -> C,
    add: impl FnMut(&mut C, K, V),
) -> Result<C, D::Error> {
    let context = context.into_list()?;
    deserializer.deserialize_any(Entries { context, with_room, add, entry: PhantomData })
}

#[cfg(feature = "compact")]
#[inline]
fn unpack<K: FromMapKey, V: FieldType, C>(
    unpacker: &mut Unpacker<'_>,
    slot: Slot<'_>,
    context: Context<'_>,
    with_room: impl FnOnce(usize) -> C,
    mut add: impl FnMut(&mut C, K, V),
) -> Result<C, Error> {
    let mut list = unpacker.list()?;
    let context = context.within_list()?;
    if list.count > 0 {
        context.spend(0, list.most().saturating_add(NODE).saturating_mul(size_of::<(K, V)>()))?;
    }
    let slot = slot.element();
    let mut out = with_room(list.expected);
    let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker);
    for _ in 0..list.count {
        let text = unpacker.inner(0)?.text()?;
        let key = K::from_text(text.to_owned()).map_err(Error::invalid_value)?;
        match unpacker.inner(1).and_then(|unpacker| V::unpack(unpacker, slot, context)) {
            Ok(value) => add(&mut out, key, value),
            Err(error) => return Err(error.within(Step::Key(text.to_owned()))),
        }
    }
    list.end()?;
    Ok(out)
}

struct Entries<'a, K, V, R, A> {
    context: Context<'a>,
    with_room: R,
    add: A,
    entry: PhantomData<(K, V)>,
}

impl<K, V, R, A> Entries<'_, K, V, R, A> {
    fn refused<E: de::Error>(&self, found: &Found<'_>) -> E {
        refused(self.context, found)
    }
}

#[cold]
fn refused<E: de::Error>(context: Context<'_>, found: &Found<'_>) -> E {
    context.invalid(found.refused("a map"))
}

impl<'de, K, V, C, R, A> Visitor<'de> for Entries<'_, K, V, R, A>
where
    K: FromMapKey,
    V: FieldType,
    R: FnOnce(usize) -> C,
    A: FnMut(&mut C, K, V),
{
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<C, M::Error> {
        let context = self.context;
        let room = Room::<(K, V)>::of(context, map.size_hint(), Place::Apart);
        let mut room = room.map_err(|error| context.fail(error))?;
        let mut out = (self.with_room)(room.elements());
        let mut length = 0;
        while let Some(text) = map.next_key_seed(KeyText(self.context))? {
            if length == 0 && text == NUMBER && may_be_number::<M::Error>() {
                return Err(refused(self.context, &Found::number(&behind_key(&mut map)?)));
            }
            let node = if length == 0 { NODE * size_of::<(K, V)>() } else { 0 };
            let object = if V::HOLDS_OBJECTS { OBJECT } else { 0 };
            let counted = self.context.spend(GROWTH * (text.len() + KEY + object), node);
            counted.map_err(|error| self.context.fail(error))?;
            let value =
                map.next_value_seed(Part::new(self.context, |key: &String| Step::Key(key.clone()), &text))?;
            let key = K::from_text(text).map_err(|message| self.context.invalid(message))?;
            room.count(length).map_err(|error| context.fail(error))?;
            (self.add)(&mut out, key, value);
            length += 1;
        }
        Ok(out)
    }

    fn visit_seq<S: de::SeqAccess<'de>>(self, _: S) -> Result<C, S::Error> {
        Err(self.refused(&Found::List { empty: false }))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<C, E> {
        Err(self.refused(&Found::Text(text.into())))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<C, E> {
        Err(self.refused(&Found::Bytes { empty: bytes.is_empty() }))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<C, E> {
        Err(self.refused(&Found::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<C, E> {
        Err(self.refused(&Found::Int(value.into())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<C, E> {
        Err(self.refused(&Found::Int(value.into())))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<C, E> {
        Err(self.refused(&Found::Int(value)))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<C, E> {
        Err(self.refused(&value.into()))
    }

    fn visit_enum<D: EnumAccess<'de>>(self, data: D) -> Result<C, D::Error> {
        let tagged = Tagged::read(data)?;
        Err(Found::tagged(&tagged).map_or_else(
            || self.context.invalid(format_args!("{tagged} has no form here")),
            |found| self.refused(&found),
        ))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<C, E> {
        Err(self.refused(&Found::Float(value)))
    }

    fn visit_unit<E: de::Error>(self) -> Result<C, E> {
        Err(null(self.context))
    }

    fn visit_none<E: de::Error>(self) -> Result<C, E> {
        Err(null(self.context))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Text of a key: text alone, also where the format has other keys.
pub(crate) struct KeyText<'a>(pub(crate) Context<'a>);

impl KeyText<'_> {
    fn refused<E: de::Error>(self, found: &Found<'_>) -> E {
        self.0.invalid(found.refused("text as a map's key"))
    }
}

impl<'de> DeserializeSeed<'de> for KeyText<'_> {
    type Value = String;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeyText<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        Ok(key.to_owned())
    }

    #[inline]
    fn visit_string<E: de::Error>(self, key: String) -> Result<String, E> {
        Ok(key)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<String, E> {
        Err(self.refused(&Found::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        Err(self.refused(&Found::Int(value.into())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        Err(self.refused(&Found::Int(value.into())))
    }
}

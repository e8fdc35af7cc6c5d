use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use indexmap::IndexSet;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::ser::Serializer;

use super::Encoded;
use super::scalar::{Found, null};
use super::{Bounds, Context, Entity, FieldType, GROWTH, Path, Shown, Survey};
use crate::behind::{Failed, Input, Shape, Taker, Wish, through};
use crate::error::{Error, Step};
#[cfg(feature = "compact")]
use crate::format::compact::{Contents, Pack, Slot, Unpacker};
use crate::marks::NUMBER;
use crate::primitive::{Primitive, Tagged, behind_key, may_be_number};
use crate::schema::{Element, Kind, Shared, TypeSchema};
use crate::version::Target;

/// What a container takes for its elements while they come, counted where the length of the message is known.
pub(super) struct Room<'a, T> {
    context: Context<'a>,
    /// The elements that there is room for.
    room: usize,
    place: Place,
    element: PhantomData<T>,
}

/// Where the elements of a container lie.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// One behind the other.
    Row,
    /// In the nodes of a tree, or in a table with gaps.
    Apart,
}

impl<'a, T> Room<'a, T> {
    /// Of a container that is made for so many elements, as a peer says, who may say any number.
    pub(super) fn of(context: Context<'a>, said: Option<usize>, place: Place) -> Result<Self, Error> {
        const MOST_BYTES: usize = 32 << 10;
        let room = said.unwrap_or(0).min(MOST_BYTES / size_of::<T>().max(1));
        context.count_room(room * size_of::<T>())?;
        Ok(Room { context, room, place, element: PhantomData })
    }

    /// The elements that there is room for.
    pub(super) fn elements(&self) -> usize {
        self.room
    }

    /// Counts what it takes for one more element than it has. It takes twice as much each time, and has the old place
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Context::count_room`].
    #[inline]
    pub(super) fn count(&mut self, length: usize) -> Result<(), Error> {
        // The least byte that an element has accounts for as much.
        let is_little = size_of::<T>() * 3 <= GROWTH;
        if is_little || length < self.room { Ok(()) } else { self.count_more() }
    }

    #[cold]
    fn count_more(&mut self) -> Result<(), Error> {
        const LARGE: usize = 1024;
        const NODE: usize = 11;
        let (more, counted) = match (self.room, self.place) {
            (0, Place::Row) if size_of::<T>() <= LARGE => (4, 4),
            (0, Place::Row) => (1, 1),
            (0, Place::Apart) => (NODE, NODE),
            (room, Place::Row) => (room, room + room / 2),
            (room, Place::Apart) => (room, room * 2 + room / 4),
        };
        self.room += more;
        self.context.count_room(counted.saturating_mul(size_of::<T>()))
    }
}

pub(super) const fn element<T: FieldType>() -> Element {
    Element { ty: Shared::Static(T::TYPE_REF), nullable: T::NULLABLE }
}

fn survey_all<'e, T: Entity + 'e>(
    elements: impl IntoIterator<Item = &'e T>,
    target: &Target<'_>,
    path: Path<'_>,
    survey: &mut Survey<'_>,
) -> Result<(), Error> {
    if !T::HOLDS_OBJECTS {
        return Ok(());
    }
    for (index, element) in elements.into_iter().enumerate() {
        element.survey(target, path.index(index), survey)?;
    }
    Ok(())
}

/// Elements of a list on their way out in the compact form.
#[cfg(feature = "compact")]
struct ElementsOf<'e, F> {
    all: F,
    slot: Slot<'e>,
    target: &'e Target<'e>,
}

#[cfg(feature = "compact")]
impl<'e, T: Entity + 'e, I: Iterator<Item = &'e T>, F: Fn() -> I> Contents for ElementsOf<'_, F> {
    const ARE_OBJECTS: bool = T::HOLDS_OBJECTS;

    #[inline]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>) -> Result<(), Error> {
        let packer = packer.inner(0);
        for (index, element) in (self.all)().enumerate() {
            let packed = element.pack(packer, self.slot, self.target);
            packed.map_err(|error| error.within(Step::Index(index)))?;
        }
        Ok(())
    }
}

macro_rules! elements {
    () => {
        const HOLDS_OBJECTS: bool = T::HOLDS_OBJECTS;
        const REMEMBERS: bool = T::REMEMBERS;
        const BARE_NULLS: bool = T::BARE_NULLS;

        fn has_bare_null(&self) -> bool {
            T::BARE_NULLS && self.iter().any(T::has_bare_null)
        }

        fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.iter().map(|element| Encoded::new(element, target)))
        }

        fn show(&self, _: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
            see(Shown::List(self.len(), &|add| {
                for element in self.iter() {
                    if !add(element) {
                        break;
                    }
                }
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
            packer.list(self.len(), &ElementsOf { all: || self.iter(), slot: slot.element(), target })
        }

        fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
            survey_all(self, target, path, survey)
        }
    };
    (mutable) => {
        elements!();

        fn reset_within(&mut self) {
            if T::HOLDS_OBJECTS {
                self.iter_mut().for_each(T::reset_within);
            }
        }

        fn forget_origins(&mut self) {
            if T::HOLDS_OBJECTS {
                self.iter_mut().for_each(T::forget_origins);
            }
        }
    };
}

impl<T: Entity> Entity for [T] {
    elements!(mutable);
}

impl<T: Entity, const N: usize> Entity for [T; N] {
    elements!(mutable);
}

/// A list does not report the changes of its elements, as in the reference.
impl<T: Entity> Entity for Vec<T> {
    elements!(mutable);

    fn has_changed_elements(&self) -> bool {
        T::HOLDS_OBJECTS && self.iter().any(T::has_changes)
    }
}

impl<T: Entity> Entity for VecDeque<T> {
    elements!(mutable);
}

impl<T: Entity> Entity for BTreeSet<T> {
    elements!();
}

impl<T: Entity, H> Entity for HashSet<T, H> {
    elements!();
}

/// Any number of values. Of a text the characters are taken, and of a map the keys, as in the reference.
impl<T: FieldType> FieldType for Vec<T> {
    const TYPE: TypeSchema = TypeSchema::new("List", Kind::List(element::<T>()));
    const BOUNDS: Bounds = Bounds::of_each(T::BOUNDS_REF, None);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let with_room = |expected| Vec::with_capacity(expected);
        decode(deserializer, context, with_room, Vec::push)
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        decode_behind(input, context, Vec::new(), Vec::push)
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len() && self.iter().zip(old).all(|(new, old)| new.equals(old))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        unpack(unpacker, slot, context, Vec::with_capacity, Vec::push)
    }
}

/// As many values as the array has.
impl<T: FieldType, const N: usize> FieldType for [T; N] {
    const TYPE: TypeSchema = TypeSchema::new("List", Kind::List(element::<T>()));
    const BOUNDS: Bounds = Bounds::of_each(T::BOUNDS_REF, Some(N));

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let values = Vec::decode(deserializer, context)?;
        array(values).map_err(|message| context.invalid(message))
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        let values = Vec::decode_behind(input, context)?;
        array(values).map_err(|message| context.invalid(message))
    }

    fn equals(&self, old: &Self) -> bool {
        self.iter().zip(old).all(|(new, old)| new.equals(old))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        array(Vec::unpack(unpacker, slot, context)?).map_err(Error::invalid_value)
    }
}

fn array<T, const N: usize>(values: Vec<T>) -> Result<[T; N], String> {
    values.try_into().map_err(|values: Vec<T>| {
        format!("a list of {N} elements is required, found one of {}", values.len())
    })
}

impl<T: FieldType> FieldType for VecDeque<T> {
    const TYPE: TypeSchema = TypeSchema::new("List", Kind::List(element::<T>()));
    const BOUNDS: Bounds = Bounds::of_each(T::BOUNDS_REF, None);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        decode(deserializer, context, VecDeque::with_capacity, VecDeque::push_back)
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        decode_behind(input, context, VecDeque::new(), VecDeque::push_back)
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len() && self.iter().zip(old).all(|(new, old)| new.equals(old))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        unpack(unpacker, slot, context, VecDeque::with_capacity, VecDeque::push_back)
    }
}

impl<T: FieldType + Ord> FieldType for BTreeSet<T> {
    const TYPE: TypeSchema = TypeSchema::new("Set", Kind::Set(element::<T>()));
    const BOUNDS: Bounds = Bounds::of_each(T::BOUNDS_REF, None);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        decode_apart(
            deserializer,
            context,
            |_| BTreeSet::new(),
            |set, value| {
                set.insert(value);
            },
        )
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len() && self.iter().all(|new| old.iter().any(|old| new.equals(old)))
    }

    #[cfg(feature = "compact")]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        unpack(
            unpacker,
            slot,
            context,
            |_| BTreeSet::new(),
            |set, value| {
                set.insert(value);
            },
        )
    }
}

impl<T: FieldType + Eq + Hash, H: BuildHasher + Default> FieldType for HashSet<T, H> {
    const TYPE: TypeSchema = TypeSchema::new("Set", Kind::Set(element::<T>()));
    const BOUNDS: Bounds = Bounds::of_each(T::BOUNDS_REF, None);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let with_room = |expected| HashSet::with_capacity_and_hasher(expected, H::default());
        decode_apart(deserializer, context, with_room, |set, value| {
            set.insert(value);
        })
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len() && self.iter().all(|new| old.iter().any(|old| new.equals(old)))
    }

    #[cfg(feature = "compact")]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        let with_room = |expected| HashSet::with_capacity_and_hasher(expected, H::default());
        unpack(unpacker, slot, context, with_room, |set, value| {
            set.insert(value);
        })
    }
}

fn decode<'de, D: Deserializer<'de>, T: FieldType, C>(
    deserializer: D,
    context: Context<'_>,
    with_room: impl FnOnce(usize) -> C,
    add: impl FnMut(&mut C, T),
) -> Result<C, D::Error> {
    deserializer.deserialize_any(Elements {
        context,
        place: Place::Row,
        with_room,
        add,
        element: PhantomData,
    })
}

/// Reads the elements of what has them apart.
fn decode_apart<'de, D: Deserializer<'de>, T: FieldType, C>(
    deserializer: D,
    context: Context<'_>,
    with_room: impl FnOnce(usize) -> C,
    add: impl FnMut(&mut C, T),
) -> Result<C, D::Error> {
    deserializer.deserialize_any(Elements {
        context,
        place: Place::Apart,
        with_room,
        add,
        element: PhantomData,
    })
}

#[cfg(feature = "compact")]
#[inline]
fn unpack<T: FieldType, C>(
    unpacker: &mut Unpacker<'_>,
    slot: Slot<'_>,
    context: Context<'_>,
    with_room: impl FnOnce(usize) -> C,
    mut add: impl FnMut(&mut C, T),
) -> Result<C, Error> {
    let mut list = unpacker.list()?;
    context.spend(0, list.most().saturating_mul(size_of::<T>()))?;
    let slot = slot.element();
    let mut out = with_room(list.expected);
    let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker).inner(0)?;
    for index in 0..list.count {
        match T::unpack(unpacker, slot, context) {
            Ok(value) => add(&mut out, value),
            Err(error) => return Err(error.within(Step::Index(index))),
        }
    }
    list.end()?;
    Ok(out)
}

/// Reads the elements of a list through a pointer.
fn decode_behind<T: FieldType, C>(
    input: &mut dyn Input<'_>,
    context: Context<'_>,
    mut out: C,
    add: fn(&mut C, T),
) -> Result<C, Failed> {
    let room = Room::<T>::of(context, None, Place::Row).map_err(|error| context.fail(error))?;
    let (mut room, mut length) = (room, 0);
    let add = &mut |input: &mut dyn Input<'_>| {
        let value = T::decode_behind(input, context)?;
        room.count(length).map_err(|error| context.fail(error))?;
        length += 1;
        add(&mut out, value);
        Ok(())
    };
    input.read(Wish::Any, &mut Each { context, add })?;
    Ok(out)
}

/// Takes a list through a pointer, and has each element read.
struct Each<'a> {
    context: Context<'a>,
    add: &'a mut dyn FnMut(&mut dyn Input<'_>) -> Result<(), Failed>,
}

impl<'de> Taker<'de> for Each<'_> {
    fn take(&mut self, shape: Shape<'_, 'de>) -> Result<(), Failed> {
        let context = self.context;
        match shape {
            Shape::List(list) => {
                let mut index = 0;
                let place = |error, index| context.within(error, Step::Index(index));
                while list.next(&mut |input| (self.add)(input).map_err(|error| place(error, index)))? {
                    index += 1;
                }
                Ok(())
            }
            Shape::Some(input) | Shape::Newtype(input) => input.read(Wish::Any, self),
            shape => shape.show_to(Walk { context, add: &mut *self.add }),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
}

/// Takes what isn't a list, but can be walked. Its elements are read as primitives, as all is that is not read from the
/// format itself, so that the code is there once for all formats.
struct Walk<'a> {
    context: Context<'a>,
    add: &'a mut dyn FnMut(&mut dyn Input<'_>) -> Result<(), Failed>,
}

impl Walk<'_> {
    fn refused<E: de::Error>(&self, found: &Found<'_>) -> E {
        self.context.invalid(found.refused("a list"))
    }

    fn gather<E: de::Error>(
        self,
        found: &Found<'_>,
        parts: &mut dyn Iterator<Item = Primitive>,
    ) -> Result<(), E> {
        if !self.context.walks() {
            return Err(self.refused(found));
        }
        self.visit_parts(parts).map_err(E::custom)
    }

    fn visit_parts(self, parts: &mut dyn Iterator<Item = Primitive>) -> Result<(), de::value::Error> {
        for (index, part) in parts.enumerate() {
            self.context.walked(index + 1)?;
            if let Err(error) = through(part.into_deserializer(), |part| (self.add)(part)) {
                return Err(self.context.within(error, Step::Index(index)));
            }
        }
        Ok(())
    }
}

/// The list of an [`Elements`] with the visits that it gets as any [`Walk`] does.
macro_rules! walked {
    ($($method:ident($($name:ident: $ty:ty)?);)*) => {
        $(fn $method<E: de::Error>(self, $($name: $ty)?) -> Result<C, E> {
            self.walk(|walk| walk.$method($($name)?))
        })*
    };
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let mut keys = IndexSet::new();
        let mut empty = true;
        while let Some(key) = map.next_key::<String>()? {
            if empty && key == NUMBER && may_be_number::<M::Error>() {
                return Err(self.refused(&Found::number(&behind_key(&mut map)?)));
            }
            map.next_value::<IgnoredAny>()?;
            keys.insert(key);
            self.context.walked(keys.len())?;
            empty = false;
        }
        self.gather(&Found::Map { empty }, &mut keys.into_iter().map(Primitive::Text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.gather(&Found::Text(text.into()), &mut text.chars().map(|c| Primitive::Text(c.into())))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<(), E> {
        self.gather(
            &Found::Bytes { empty: bytes.is_empty() },
            &mut bytes.iter().map(|byte| Primitive::Int((*byte).into())),
        )
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        Err(self.refused(&Found::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        Err(self.refused(&Found::Int(value.into())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        Err(self.refused(&Found::Int(value.into())))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<(), E> {
        Err(self.refused(&Found::Int(value)))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<(), E> {
        Err(self.refused(&value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        Err(self.refused(&Found::Float(value)))
    }

    fn visit_enum<D: EnumAccess<'de>>(self, data: D) -> Result<(), D::Error> {
        let tagged = Tagged::read(data)?;
        Err(Found::tagged(&tagged).map_or_else(
            || self.context.invalid(format_args!("{tagged} has no form here")),
            |found| self.refused(&found),
        ))
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Err(null(self.context))
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        Err(null(self.context))
    }
}

struct Elements<'a, T, R, A> {
    context: Context<'a>,
    place: Place,
    with_room: R,
    add: A,
    element: PhantomData<T>,
}

impl<T: FieldType, R, A> Elements<'_, T, R, A> {
    #[cold]
    fn walk<C, E: de::Error>(mut self, walk: impl FnOnce(Walk<'_>) -> Result<(), E>) -> Result<C, E>
    where
        R: FnOnce(usize) -> C,
        A: FnMut(&mut C, T),
    {
        let context = self.context;
        let room = Room::<T>::of(context, None, self.place).map_err(|error| context.fail(error))?;
        let (mut room, mut length) = (room, 0);
        let mut out = (self.with_room)(0);
        let add = &mut |part: &mut dyn Input<'_>| {
            let value = T::decode_behind(part, context)?;
            room.count(length).map_err(|error| context.fail(error))?;
            length += 1;
            (self.add)(&mut out, value);
            Ok(())
        };
        walk(Walk { context, add })?;
        Ok(out)
    }
}

impl<'de, T, C, R, A> Visitor<'de> for Elements<'_, T, R, A>
where
    T: FieldType,
    R: FnOnce(usize) -> C,
    A: FnMut(&mut C, T),
{
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut seq: S) -> Result<C, S::Error> {
        let room = Room::<T>::of(self.context, seq.size_hint(), self.place);
        let mut room = room.map_err(|error| self.context.fail(error))?;
        let mut out = (self.with_room)(room.elements());
        let mut index = 0;
        while let Some(value) = seq.next_element_seed(Part::new(self.context, Step::Index, index))? {
            room.count(index).map_err(|error| self.context.fail(error))?;
            (self.add)(&mut out, value);
            index += 1;
        }
        Ok(out)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<C, M::Error> {
        self.walk(|walk| walk.visit_map(map))
    }

    fn visit_enum<D: EnumAccess<'de>>(self, data: D) -> Result<C, D::Error> {
        self.walk(|walk| walk.visit_enum(data))
    }

    walked! {
        visit_str(text: &str);
        visit_bytes(bytes: &[u8]);
        visit_bool(value: bool);
        visit_i64(value: i64);
        visit_u64(value: u64);
        visit_i128(value: i128);
        visit_u128(value: u128);
        visit_f64(value: f64);
        visit_unit();
        visit_none();
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// One element, whose errors say where it stands.
pub(super) struct Part<'a, T, P> {
    context: Context<'a>,
    step: fn(P) -> Step,
    place: P,
    value: PhantomData<T>,
}

impl<'a, T, P> Part<'a, T, P> {
    pub(super) fn new(context: Context<'a>, step: fn(P) -> Step, place: P) -> Self {
        Part { context, step, place, value: PhantomData }
    }
}

impl<'de, T: FieldType, P> DeserializeSeed<'de> for Part<'_, T, P> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer, self.context)
            .map_err(|error| self.context.within(error, (self.step)(self.place)))
    }
}

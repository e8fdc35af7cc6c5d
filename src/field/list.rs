use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexSet;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::ser::Serializer;

use super::Encoded;
use super::member::{Member, Numbers, is_of_what_came};
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

/// How many elements a tree or a table makes room for with the first.
pub(super) const NODE: usize = 11;

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

/// What the elements of a list or a set are gathered in.
pub(super) trait Container {
    type Element: FieldType;
    const IS_SET: bool;
    const PLACE: Place = if Self::IS_SET { Place::Apart } else { Place::Row };

    fn with_room(elements: usize) -> Self;
    fn length(&self) -> usize;
    fn add(&mut self, element: Self::Element);
}

impl<T: FieldType> Container for Vec<T> {
    type Element = T;
    const IS_SET: bool = false;

    #[inline]
    fn with_room(elements: usize) -> Self {
        Vec::with_capacity(elements)
    }

    #[inline]
    fn length(&self) -> usize {
        self.len()
    }

    #[inline]
    fn add(&mut self, element: T) {
        self.push(element);
    }
}

impl<T: FieldType> Container for VecDeque<T> {
    type Element = T;
    const IS_SET: bool = false;

    fn with_room(elements: usize) -> Self {
        VecDeque::with_capacity(elements)
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn add(&mut self, element: T) {
        self.push_back(element);
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
        decode(deserializer, context)
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        decode_behind(input, context)
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len() && self.iter().zip(old).all(|(new, old)| new.equals(old))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        unpack(unpacker, slot, context)
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
        decode(deserializer, context)
    }

    fn decode_behind(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<Self, Failed> {
        decode_behind(input, context)
    }

    fn equals(&self, old: &Self) -> bool {
        self.len() == old.len() && self.iter().zip(old).all(|(new, old)| new.equals(old))
    }

    #[cfg(feature = "compact")]
    #[inline]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        unpack(unpacker, slot, context)
    }
}

/// Reads the elements of a list or a set.
pub(super) fn decode<'de, D: Deserializer<'de>, C: Container>(
    deserializer: D,
    context: Context<'_>,
) -> Result<C, D::Error> {
    let context = context.into_list()?;
    deserializer.deserialize_any(Elements { context, container: PhantomData })
}

#[cfg(feature = "compact")]
#[inline]
pub(super) fn unpack<C: Container>(
    unpacker: &mut Unpacker<'_>,
    slot: Slot<'_>,
    context: Context<'_>,
) -> Result<C, Error> {
    let mut list = unpacker.list()?;
    let context = context.within_list()?;
    context.spend(0, list.most().saturating_mul(size_of::<C::Element>()))?;
    let slot = slot.element();
    let mut out = C::with_room(list.expected);
    if list.count == 0 {
        // Its column may have none of elements.
        return list.end().map(|()| out);
    }
    let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker).inner(0)?;
    for index in 0..list.count {
        match C::Element::unpack(unpacker, slot, context) {
            Ok(value) => out.add(value),
            Err(error) => return Err(error.within(Step::Index(index))),
        }
    }
    list.end()?;
    Ok(out)
}

/// Reads the elements of a list through a pointer.
fn decode_behind<C: Container>(input: &mut dyn Input<'_>, context: Context<'_>) -> Result<C, Failed> {
    let context = context.into_list()?;
    gather(context, |add| input.read(Wish::Any, &mut Each { context, add }))
}

/// Gathers elements that are read through pointers.
fn gather<C: Container, E: de::Error>(
    context: Context<'_>,
    read: impl FnOnce(&mut dyn FnMut(&mut dyn Input<'_>) -> Result<(), Failed>) -> Result<(), E>,
) -> Result<C, E> {
    let mut room = Room::<C::Element>::of(context, None, C::PLACE).map_err(|error| context.fail(error))?;
    let mut out = C::with_room(0);
    read(&mut |input: &mut dyn Input<'_>| {
        let value = C::Element::decode_behind(input, context)?;
        room.count(out.length()).map_err(|error| context.fail(error))?;
        out.add(value);
        Ok(())
    })?;
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

/// Takes the parts of what isn't a list, but can be walked, or is to be a set. They are read as primitives, as all is
/// that is not read from the format itself, so that the code is there once for all formats.
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

    fn visit_parts(mut self, parts: &mut dyn Iterator<Item = Primitive>) -> Result<(), de::value::Error> {
        for (index, part) in parts.enumerate() {
            self.context.walked(index + 1)?;
            self.visit_part(index, part)?;
        }
        Ok(())
    }

    fn visit_part(&mut self, index: usize, part: Primitive) -> Result<(), de::value::Error> {
        through(part.into_deserializer(), |part| (self.add)(part))
            .map_err(|error| self.context.within(error, Step::Index(index)))
    }

    /// Takes a list's elements as Python's `set` does, before they are of their type.
    fn visit_members<'de, S: SeqAccess<'de>>(mut self, mut seq: S) -> Result<(), S::Error> {
        let context = self.context;
        let mut numbers = Numbers::default();
        let mut index = 0;
        while let Some(value) = seq.next_element_seed(Member { context, index })? {
            if numbers.is_new::<S::Error>(&value, context).map_err(|error| context.fail(error))? {
                self.visit_part(index, value).map_err(de::Error::custom)?;
            }
            index += 1;
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

struct Elements<'a, C> {
    context: Context<'a>,
    container: PhantomData<C>,
}

impl<C: Container> Elements<'_, C> {
    #[cold]
    fn walk<E: de::Error>(self, walk: impl FnOnce(Walk<'_>) -> Result<(), E>) -> Result<C, E> {
        let context = self.context;
        gather(context, |add| walk(Walk { context, add }))
    }
}

impl<'de, C: Container> Visitor<'de> for Elements<'_, C> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<C, S::Error> {
        let context = self.context;
        if C::IS_SET && is_of_what_came(&C::Element::TYPE.kind, context) {
            return self.walk(|walk| walk.visit_members(seq));
        }
        let room = Room::<C::Element>::of(context, seq.size_hint(), C::PLACE);
        let mut room = room.map_err(|error| context.fail(error))?;
        let mut out = C::with_room(room.elements());
        let mut index = 0;
        while let Some(value) = seq.next_element_seed(Part::new(context, Step::Index, index))? {
            room.count(out.length()).map_err(|error| context.fail(error))?;
            out.add(value);
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

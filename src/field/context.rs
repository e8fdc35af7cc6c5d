use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de;

use crate::error::{Error, Step};
use crate::foreign::Format;
use crate::primitive::{DEPTH, Extent, Kept, Primitive};
use crate::version::{Arriving, Manifest, Version};

/// How many bytes of memory a byte of a message stands for without being counted.
pub(crate) const GROWTH: usize = 24;

/// How much a decoder takes before it refuses.
///
/// The lengths of texts and the numbers of elements need no limit of their own: a message can say no more than it has
/// bytes for, and `memory` counts what takes more room in memory than it does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep objects may lie in one another. Whatever is set here, values of this crate's types lie at most 128 levels deep in any
    /// format: a list, a set and a map are a level each, and an object is two, as in JSON, so that what was read of one format
    /// can be written as JSON and read again.
    pub depth: usize,
    /// How many bytes a value may take in memory beyond what the length of its message accounts for: 8 bytes for each
    /// of the compact form in rows, 24 of all others. What lists, sets, maps and boxes of derived types are given, whatever
    /// stands in them, is held to as much by itself, where the length of the message is known: see [`Decoding::of_length`].
    /// While it grows a list takes up to three times what its elements take, so many large objects of which each is said in
    /// less than an eighth of its bytes in memory are refused.
    pub memory: usize,
    /// How many elements are taken from a text, or from the keys of a map, that stands in place of a list or a set.
    pub walked: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 64, memory: 12 << 20, walked: 1 << 15 }
    }
}

/// One decoding, from its first byte to its last: what it takes, and the error that ended it.
///
/// serde's error types carry text alone. A decoder of this crate puts its typed error here, answers the format
/// with any error at all, and takes it out again at the end.
#[derive(Debug, Default)]
pub struct Decoding<'a> {
    limits: Limits,
    held: Option<&'a Manifest>,
    cuts_patch: bool,
    of_caller: bool,
    is_exact: bool,
    /// Whether all bytes of the message are accounted for, so that none is once more where it is read.
    is_whole: bool,
    error: RefCell<Option<Error>>,
    /// The bytes that were counted; below zero, where the message accounts for more.
    spent: Cell<i64>,
    /// The bytes that lists, sets, maps and boxes of derived types were given; below zero, where the message accounts for
    /// more. Nothing, where nobody knows how long that is.
    room: Cell<Option<i64>>,
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

impl<'a> Decoding<'a> {
    /// With the limits that [`Limits::default`] has.
    pub fn new() -> Self {
        Decoding::default()
    }

    /// Sets limits other than the defaults.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reading no object that this manifest names in a newer version than it says.
    pub fn held_to(mut self, manifest: &'a Manifest) -> Self {
        self.held = Some(manifest);
        self
    }

    /// Reading the outermost objects as if the third part of their version weren't there: how the reference's
    /// serializer takes an object of a stable branch, once it couldn't be read as it is.
    pub fn cutting_patch(mut self) -> Self {
        self.cuts_patch = true;
        self
    }

    /// Reading what a caller gives a field, not what came from a peer: the reference's setter takes a list for a
    /// list alone, where its reader takes whatever has elements.
    pub(crate) fn of_caller(mut self) -> Self {
        self.of_caller = true;
        // A primitive holds whole numbers as such.
        self.is_exact = true;
        self
    }

    /// Reading a format that tells whole numbers of any size from floats, as [`wire::json`](crate::wire::json) does.
    /// Others give a float in the stead of a number beyond 64 bits; text is then refused it, since its digits are
    /// lost.
    pub fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }

    /// Reading a message that accounts for so many bytes of memory as a whole. Others are counted while they are read, by what
    /// their parts take at least.
    #[cfg(feature = "compact")]
    pub(crate) fn accounting_for(mut self, bytes: usize) -> Self {
        self.spent.set(self.spent.get().saturating_sub(signed(bytes)));
        self.is_whole = true;
        self
    }

    /// Reading a message of so many bytes, which what its lists, sets, maps and boxes are given is held to, as
    /// [`wire::from_json`](crate::wire::from_json) holds them. In other formats nobody knows the length but who calls.
    pub fn of_length(self, bytes: usize) -> Self {
        self.room.set(Some(signed(bytes.saturating_mul(GROWTH)).saturating_neg()));
        self
    }

    /// Returns the view of the decoding that types get.
    pub fn context(&self) -> Context<'_> {
        Context { decoding: self, depth: 0, levels: 0, strict: false }
    }

    /// Returns the view that the value of a field gets which comes without its object.
    pub(crate) fn field_context(&self) -> Context<'_> {
        Context { levels: OBJECT_LEVELS, ..self.context() }
    }

    /// The typed error, where there is one.
    pub(crate) fn into_typed(self) -> Option<Error> {
        self.error.into_inner()
    }

    /// The typed error behind one that the format gave back.
    pub fn into_error(self, error: impl fmt::Display) -> Error {
        self.error.into_inner().unwrap_or_else(|| Error::invalid_value(error))
    }
}

/// A context: the decoding as a type sees it that is being read.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    decoding: &'a Decoding<'a>,
    /// How many objects there are around the value.
    depth: usize,
    /// How many lists and maps there are around the value, as it stands in JSON: no more than `DEPTH`.
    levels: u8,
    strict: bool,
}

/// How many maps an object is in JSON: its envelope, and its data in that.
const OBJECT_LEVELS: u8 = 2;

impl<'a> Context<'a> {
    /// Whether values are taken in the type's own form alone.
    pub fn is_strict(self) -> bool {
        self.strict
    }

    /// Returns a context that takes values in the type's own form alone, if `strict` is set.
    pub fn strict(self, strict: bool) -> Self {
        Context { strict: self.strict || strict, ..self }
    }

    /// Whether a list is read of whatever has elements: text, or the keys of a map.
    pub(crate) fn walks(self) -> bool {
        !(self.strict || self.decoding.of_caller && self.depth == 0)
    }

    /// Whether an object of that version is one that a caller made here: what a caller gives a field in the version that
    /// this host writes came from no older host.
    pub(crate) fn is_made_here(self, version: &Arriving, current: Version) -> bool {
        self.decoding.of_caller && version.is_text_of(current)
    }

    /// Whether what came as this float can't have been a whole number of more digits than it has.
    pub(crate) fn keeps_digits(self, value: f64) -> bool {
        const FIRST_BEYOND_U64: f64 = 18_446_744_073_709_551_616.0;
        // The one before `i64::MIN` comes as the same float as that itself.
        const LAST_OF_I64: f64 = -9_223_372_036_854_775_808.0;
        let fits = !value.is_finite() || value > LAST_OF_I64 && value < FIRST_BEYOND_U64;
        fits || self.decoding.is_exact
    }

    /// The versions that the reader is held to.
    pub fn held(self) -> Option<&'a Manifest> {
        self.decoding.held
    }

    /// Whether the third part of the version of the object here is cut off.
    pub(crate) fn cuts_patch(self) -> bool {
        self.decoding.cuts_patch && self.depth <= 1
    }

    /// Goes into an object.
    ///
    /// # Errors
    /// Where that is deeper than the limits allow.
    pub fn deeper<E: de::Error>(self) -> Result<Self, E> {
        self.inner().map_err(|error| self.fail(error))
    }

    /// [`Context::deeper`] with the typed error itself.
    #[inline]
    pub(crate) fn inner(self) -> Result<Self, Error> {
        let limit = self.decoding.limits.depth;
        if self.depth >= limit {
            return Err(Error::invalid_value(format_args!("nested deeper than {limit} levels")));
        }
        let context = self.levels_in(OBJECT_LEVELS.into())?;
        Ok(Context { depth: self.depth + 1, ..context })
    }

    /// [`Context::into_list`] with the typed error itself.
    #[inline]
    pub(crate) fn within_list(self) -> Result<Self, Error> {
        self.levels_in(1)
    }

    /// Goes into a list, a set or a map that a type reads by itself. One that leaves it to another type doesn't say so, since that
    /// counts it.
    ///
    /// # Errors
    /// Where that is deeper than 128 levels, an object being two.
    #[inline]
    pub fn into_list<E: de::Error>(self) -> Result<Self, E> {
        self.within_list().map_err(|error| self.fail(error))
    }

    /// Goes into so many lists and maps.
    ///
    /// # Errors
    /// As [`Context::into_list`].
    #[inline]
    pub(super) fn levels_in(self, levels: usize) -> Result<Self, Error> {
        match u8::try_from(usize::from(self.levels) + levels) {
            Ok(levels) if usize::from(levels) <= DEPTH => Ok(Context { levels, ..self }),
            _ => Err(too_deep()),
        }
    }

    /// The context of a text that is read as a value of its own.
    #[cfg(feature = "json")]
    pub(crate) fn outermost(self) -> Self {
        Context { levels: 0, ..self }
    }

    /// Counts what a value takes in memory, and what the message accounts for.
    ///
    /// # Errors
    /// Where that is more than the limits allow.
    pub(crate) fn spend(self, accounted: usize, memory: usize) -> Result<(), Error> {
        let spent = &self.decoding.spent;
        let accounted = if self.decoding.is_whole { 0 } else { accounted };
        spent.set(spent.get().saturating_add(signed(memory)).saturating_sub(signed(accounted)));
        self.within_limit(spent.get())
    }

    fn within_limit(self, spent: i64) -> Result<(), Error> {
        let limit = self.decoding.limits.memory;
        if spent <= signed(limit) {
            return Ok(());
        }
        let message = format_args!("takes {limit} bytes of memory more than its message accounts for");
        Err(Error::invalid_value(message))
    }

    /// Counts memory that values of derived types are given, whatever stands in them.
    ///
    /// # Errors
    /// Where the length of the message is known, and they take more than the limits allow.
    #[inline]
    pub(crate) fn count_room(self, bytes: usize) -> Result<(), Error> {
        let Some(spent) = self.decoding.room.get() else { return Ok(()) };
        let spent = spent.saturating_add(signed(bytes));
        self.decoding.room.set(Some(spent));
        self.within_limit(spent)
    }

    /// Counts what a pointer to a value takes, and the allocator beside it.
    pub(crate) fn count_box<T>(self) -> Result<(), Error> {
        const BESIDE: usize = 32;
        self.count_room(size_of::<T>() + BESIDE)
    }

    /// Counts what a value takes that is made of one that was kept, which is there meanwhile.
    ///
    /// # Errors
    /// Where that is more than the limits allow, or lies too deep.
    pub(crate) fn spend_kept<E>(self, kept: &Kept, made: Extent) -> Result<(), Error> {
        self.levels_in(made.levels)?;
        let length = kept.length();
        // In JSON there is a comma or a bracket behind each.
        let between = if self.is_json::<E>() { kept.values() } else { 0 };
        self.spend(length.saturating_add(between).saturating_mul(GROWTH), made.bytes.saturating_add(length))
    }

    /// Counts the room for so many more entries that a hash table has made.
    ///
    /// # Errors
    /// Where that is more than the limits allow.
    pub(crate) fn spend_table<T>(self, entries: usize) -> Result<(), Error> {
        // An eighth of its places is free, and each has a byte beside it.
        self.spend(0, (entries + entries / 4).saturating_mul(size_of::<T>()))
    }

    /// How many bytes of a message of this format a scalar takes at least, in JSON with what stands behind it.
    pub(crate) fn least<E>(self, value: &Primitive) -> usize {
        if !self.is_json::<E>() {
            return least(value);
        }
        let digits = |number: u128| number.checked_ilog10().map_or(1, |log| log as usize + 1);
        1 + match value {
            Primitive::Int(number) => digits(number.unsigned_abs()),
            Primitive::Large(number) => digits(*number),
            Primitive::Text(text) => 2 + text.len(),
            Primitive::Null | Primitive::Bool(_) => 4,
            _ => 1,
        }
    }

    fn is_json<E>(self) -> bool {
        self.decoding.is_exact || Format::is_serde_json::<E>()
    }

    /// Makes room for one more element of a list, and counts it. A long list gets little at a time: twice as much as it has
    /// would be more than its elements account for.
    ///
    /// # Errors
    /// Where that is more than the limits allow.
    #[cfg(feature = "dynamic")]
    #[inline]
    pub(crate) fn room<T>(self, list: &mut Vec<T>) -> Result<(), Error> {
        if list.len() < list.capacity() { Ok(()) } else { self.more_room(list) }
    }

    #[cfg(feature = "dynamic")]
    #[cold]
    fn more_room<T>(self, list: &mut Vec<T>) -> Result<(), Error> {
        const FIRST: usize = 4;
        const LONG: usize = 4096;
        let length = list.len();
        let more = if length < LONG { length.max(FIRST) } else { length / 4 };
        self.spend(0, more.saturating_mul(size_of::<T>()))?;
        list.reserve_exact(more);
        Ok(())
    }

    /// A value that was kept, as a primitive.
    ///
    /// # Errors
    /// Where that takes more memory than the limits allow, or lies too deep.
    pub(crate) fn primitive<E: de::Error>(self, kept: Kept) -> Result<Primitive, E> {
        let counted = self.spend_kept::<E>(&kept, kept.extent_as_primitive());
        counted.map_err(|error| self.fail(error))?;
        kept.to_primitive::<de::value::Error>().map_err(|error| self.invalid(error))
    }

    /// Counts the elements that are taken from what is no list.
    ///
    /// # Errors
    /// Where they are more than the limits allow.
    pub(crate) fn walked<E: de::Error>(self, count: usize) -> Result<(), E> {
        let limit = self.decoding.limits.walked;
        if count <= limit {
            return Ok(());
        }
        Err(self.invalid(format_args!("more than {limit} elements in what is no list")))
    }

    /// Refuses a value, with the format's error now and a typed one at the end of the decoding.
    #[cold]
    pub fn invalid<E: de::Error>(self, message: impl fmt::Display) -> E {
        self.fail(Error::invalid_value(message))
    }

    /// Ends the decoding with an error of any kind, likewise.
    #[cold]
    pub fn fail<E: de::Error>(self, error: Error) -> E {
        let answer = E::custom(&error);
        *self.decoding.error.borrow_mut() = Some(error);
        answer
    }

    /// The typed error, where one was left here, behind an error that a format gave back.
    #[cfg(feature = "compact")]
    #[cold]
    pub(crate) fn typed(self, error: Error) -> Error {
        self.decoding.error.borrow_mut().take().unwrap_or(error)
    }

    /// On the way out with an error: adds a step to its path.
    #[cold]
    pub(crate) fn within<E: de::Error>(self, error: E, step: Step) -> E {
        let mut slot = self.decoding.error.borrow_mut();
        let typed = slot.take().unwrap_or_else(|| Error::invalid_value(&error));
        *slot = Some(typed.within(step));
        error
    }
}

#[cold]
fn too_deep() -> Error {
    Error::invalid_value(format_args!("nested deeper than {DEPTH} levels"))
}

/// How many bytes of a message of any format a scalar takes at least.
pub(crate) fn least(value: &Primitive) -> usize {
    let bits = |number: u128| (u128::BITS - number.leading_zeros()) as usize;
    match value {
        Primitive::Int(number) => 1 + bits(number.unsigned_abs()) / 8,
        Primitive::Large(number) => 1 + bits(*number) / 8,
        Primitive::Float(_) => 1 + size_of::<f32>(),
        Primitive::Text(text) => 1 + text.len(),
        _ => 1,
    }
}

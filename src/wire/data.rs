//! Reading an object from the parts of its envelope.

use std::fmt;

use serde::de::{self, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::expected::{NameSeed, NameVisitor};
use super::finder::Finder;
use super::intake::{Intake, Pointed, Settled};
use super::names::Found;
use super::no_map::{no_field, no_fields_in_text, no_map};
use super::receiver::{KeptError, Marks};
use crate::behind::{BehindMap, Entries, Failed, Foreign, Input, Shape, Taker, Wish};
use crate::error::{Error, Step};
use crate::field::{Context, Decoding};
use crate::marks::NUMBER;
use crate::primitive::{Kept, Primitive, Tagged, behind_key, may_be_number};
use crate::schema::ObjectSchema;
use crate::shortened::Plain;
use crate::version::{Arriving, Version};

/// Reads as a `Deserialize` does: with the default limits, and with the typed error as the text of the format's.
///
/// # Errors
/// Those of what is read.
pub(super) fn by_default<T, E: de::Error>(read: impl FnOnce(Context<'_>) -> Result<T, E>) -> Result<T, E> {
    let decoding = Decoding::new();
    read(decoding.context()).map_err(|error| match decoding.into_typed() {
        Some(typed) => E::custom(typed),
        None => error,
    })
}

/// Reads the fields of an object that was written in that version.
pub(crate) fn read_data<'de, O: Intake + ?Sized, D: Deserializer<'de>>(
    object: &mut O,
    deserializer: D,
    version: Version,
    context: Context<'_>,
) -> Result<(), D::Error> {
    let finder = &Finder::of(object.schema(), version);
    deserializer.deserialize_any(Data { object, finder, context })
}

/// Reads the fields of a derived object that was written in that version, all of it through pointers.
pub(super) fn read_data_behind(
    object: &mut dyn Pointed,
    input: &mut dyn Input<'_>,
    version: Version,
    context: Context<'_>,
) -> Result<(), Failed> {
    let finder = Finder::of(object.schema(), version);
    input.read(Wish::Any, &mut Fields { object, finder: &finder, context })
}

/// Takes the fields of an object through a pointer.
struct Fields<'a, 'c> {
    object: &'a mut dyn Pointed,
    finder: &'a Finder,
    context: Context<'c>,
}

impl<'de> Taker<'de> for Fields<'_, '_> {
    fn take(&mut self, shape: Shape<'_, 'de>) -> Result<(), Failed> {
        let data = Data { object: &mut *self.object, finder: self.finder, context: self.context };
        match shape {
            Shape::Map(map) => data.read(BehindMap(map)),
            shape => shape.show_to(data),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(self.object.schema(), f)
    }
}

/// Reads data that were kept until the header was there.
pub(crate) fn read_kept(
    object: &mut dyn Settled,
    data: Kept,
    version: Version,
    context: Context<'_>,
) -> Result<(), KeptError> {
    if let Some(text) = data.as_str() {
        return no_fields_in_text(object, version, text, context);
    }
    if let Some(mut list) = data.elements() {
        return list.try_for_each(|value| no_field(object, version, value.as_str(), context));
    }
    let Some(entries) = data.entries() else {
        return no_map(object.schema(), version, data.describe(), context);
    };
    let finder = Finder::of(object.schema(), version);
    for (name, value) in entries {
        let (index, read) = match finder.find(object.schema(), &name, |name| object.index_of(name)) {
            Some(Found::Field(index)) => (index, object.fill_kept(index, value.into(), context)),
            Some(Found::Older(index, conversion)) => {
                (index, object.fill_kept_converted(conversion, value.into(), context))
            }
            None => {
                carry(object, name, Ok(value), context)?;
                continue;
            }
        };
        read.map_err(|error| at(object.schema(), index, error, context))?;
    }
    Ok(())
}

/// Takes the field of a newer release along, if the object is a relay.
fn carry<E: de::Error>(
    object: &mut dyn Settled,
    name: String,
    value: Result<Kept, E>,
    context: Context<'_>,
) -> Result<(), E> {
    let Some(unknown) = object.unknown_mut() else { return value.map(drop) };
    match value.and_then(|value| context.primitive(value)) {
        Ok(value) => {
            unknown.insert(name, value);
            Ok(())
        }
        Err(error) => {
            let object = object.schema().name.to_string();
            Err(context.within(error, Step::Field { object, field: Plain(&name).to_string() }))
        }
    }
}

/// Marks the fields of an object that its envelope says are changed.
pub(super) fn mark(object: &mut dyn Settled, marks: &Marks) {
    marks.fields.iter().for_each(|index| object.mark_changed(index));
    if let Some(unknown) = object.unknown_mut() {
        unknown.mark(&marks.carried);
    }
}

/// Ends the reading of an object: what was left out and counts as something, where it came from, whether it holds
/// together.
pub(crate) fn finish(object: &mut dyn Settled, version: Arriving, context: Context<'_>) -> Result<(), Error> {
    let arrived = version.version();
    let schema = object.schema();
    if arrived < schema.current() || !schema.initial.is_empty() {
        fill_in(object, arrived, context)?;
    }
    end(object, version, context)
}

/// Fills in what was left out and counts as something.
#[inline(never)]
fn fill_in(object: &mut dyn Settled, arrived: Version, context: Context<'_>) -> Result<(), Error> {
    if arrived < object.schema().current() {
        for index in 0..object.schema().fields.len() {
            let field = object.schema().fields.get(index);
            let absent = field.filter(|field| !field.is_in(arrived)).and_then(|field| field.absent.as_ref());
            let Some(absent) = absent.map(|absent| Primitive::of(&**absent)).transpose()? else { continue };
            let filled = object.fill_absent(index, absent, context);
            filled.map_err(|error| object.schema().at(index, error))?;
        }
    }
    for number in 0..object.schema().initial.len() {
        let schema = object.schema();
        let initial =
            schema.initial.get(number).and_then(|(name, value)| Some((schema.index_of(name)?, value)));
        let Some((index, value)) = initial else { continue };
        let value = Primitive::of(value)?;
        let filled = object.fill_absent(index, value, context);
        filled.map_err(|error| object.schema().at(index, error))?;
    }
    Ok(())
}

/// Ends the reading of an object that lacks nothing any more, which came in that version.
#[inline]
pub(super) fn end<O: Settled + ?Sized>(
    object: &mut O,
    version: Arriving,
    context: Context<'_>,
) -> Result<(), Error> {
    let (arrived, current) = (version.version(), object.schema().current());
    if let Some(origin) = object.origin_mut()
        && !context.is_made_here(&version, current)
    {
        *origin = version.into();
    }
    object.finish_read(arrived)?;
    object.look_over(arrived)
}

struct Data<'a, 'c, O: ?Sized> {
    object: &'a mut O,
    finder: &'a Finder,
    context: Context<'c>,
}

impl<O: Intake + ?Sized> Data<'_, '_, O> {
    fn no_map<E: de::Error>(&self, found: &str) -> Result<(), E> {
        no_map(self.object.schema(), self.finder.names.version, found, self.context)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<'de, A: Entries<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Data { object, finder, context } = self;
        let (names, is_relay) = (finder.names, object.is_relay());
        let mut next = 0;
        loop {
            let known = names.today(object.schema(), next);
            let mut unknown = None;
            let visitor = FieldName {
                next,
                slow: &mut OtherName {
                    object: object.settled(),
                    finder,
                    unknown: is_relay.then_some(&mut unknown),
                },
            };
            let seed = NameSeed { name: known, visitor };
            let Some(name) = map.next_key_seed(seed)? else { return Ok(()) };
            match name {
                Name::Known(Found::Field(index)) => {
                    next = index + 1;
                    let read = object.fill(index, &mut map, context);
                    read.map_err(|error| at(object.schema(), index, error, context))?;
                }
                Name::Known(Found::Older(index, conversion)) => {
                    let read = object.fill_converted(conversion, &mut map, context);
                    read.map_err(|error| at(object.schema(), index, error, context))?;
                }
                Name::Number => {
                    behind_key(&mut map)?;
                    return no_map(object.schema(), names.version, "a number", context);
                }
                Name::Unknown => match unknown {
                    Some(name) => {
                        carry(object.settled_mut(), name, map.next_value(), context)?;
                    }
                    None => {
                        map.next_value::<de::IgnoredAny>()?;
                    }
                },
            }
        }
    }
}

fn expecting(schema: &ObjectSchema, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "the fields of {} as a map", schema.name)
}

impl<'de, O: Intake + ?Sized> Visitor<'de> for Data<'_, '_, O> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(self.object.schema(), f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.read(Foreign(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<Kept>()? {
            no_field(self.object.settled(), self.finder.names.version, value.as_str(), self.context)?;
        }
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        no_fields_in_text(self.object.settled(), self.finder.names.version, text, self.context)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.no_map("a boolean")
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.no_map("a number")
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<(), E> {
        self.no_map("a number")
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.no_map("a number")
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<(), E> {
        self.no_map("a number")
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.no_map("a number")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        self.no_map(&Tagged::read(data)?.to_string())
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<(), E> {
        self.no_map("bytes")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.no_map("null")
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.no_map("null")
    }
}

/// The format's error, with the typed one that stands behind it placed in the field at that index.
#[cold]
fn at<E: de::Error>(schema: &ObjectSchema, index: usize, error: E, context: Context<'_>) -> E {
    match schema.fields.get(index) {
        Some(field) => context.within(error, schema.step(field)),
        None => error,
    }
}

enum Name {
    Known(Found),
    Unknown,
    /// The map is a number.
    Number,
}

/// Visitor of a field's name: two words alone, since it's passed on by value.
struct FieldName<'a, 'b> {
    /// The index of the field whose name is expected.
    next: usize,
    slow: &'a mut OtherName<'b>,
}

/// Means to find the field of a name that isn't the expected one.
struct OtherName<'b> {
    object: &'b dyn Settled,
    finder: &'b Finder,
    /// Where the name of no field goes, in a relay alone.
    unknown: Option<&'b mut Option<String>>,
}

impl NameVisitor<'_> for FieldName<'_, '_> {
    #[inline]
    fn expected(self) -> Name {
        Name::Known(Found::Field(self.next))
    }
}

impl Visitor<'_> for FieldName<'_, '_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        if text == NUMBER && may_be_number::<E>() {
            return Ok(Name::Number);
        }
        Ok(self.slow.find(text, self.next))
    }
}

impl OtherName<'_> {
    fn find(&mut self, text: &str, next: usize) -> Name {
        let schema = self.object.schema();
        let index = match self.finder.is_today(schema, next, text) {
            true => Some(Found::Field(next)),
            false => self.finder.find(schema, text, |text| self.object.index_of(text)),
        };
        match (index, &mut self.unknown) {
            (Some(index), _) => return Name::Known(index),
            (None, Some(unknown)) => **unknown = Some(text.to_owned()),
            (None, None) => {}
        }
        Name::Unknown
    }
}

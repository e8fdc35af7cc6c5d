//! Reading an object from the parts of its envelope.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::envelope::read_envelope;
use super::expected::{NameSeed, NameVisitor};
use super::finder::Finder;
use super::intake::{Intake, Settled};
use super::names::{Found, Names};
use super::receiver::{Addressed, Foreseen, Header, KeptError, Key, Marks, Receiver};
use crate::error::{Error, ErrorKind};
use crate::field::{Context, Decoding};
use crate::marks::NUMBER;
use crate::object::VersionedObject;
use crate::primitive::{Kept, Primitive, behind_key, may_be_number};
use crate::schema::{Keys, ObjectSchema};
use crate::shortened::Plain;
use crate::version::{Arriving, Version};

/// Receives an object of a known type.
struct Typed<O> {
    object: O,
    version: Option<Arriving>,
    names: Names,
    is_filled: bool,
}

impl<O: VersionedObject> Typed<O> {
    fn new() -> Self {
        let names = Names::of(O::SCHEMA, O::SCHEMA.current());
        Typed { object: O::unset(), version: None, names, is_filled: false }
    }

    fn version(&self) -> Version {
        self.version.as_ref().map_or(O::SCHEMA.current(), Arriving::version)
    }
}

impl<'de, O: VersionedObject> Addressed<'de> for Typed<O> {
    fn expected(&self) -> Option<&str> {
        Some(&O::SCHEMA.name)
    }

    fn foreseen(&self) -> Foreseen {
        let known = |text: &'static Cow<'static, str>| match text {
            Cow::Borrowed(text) => Some(*text),
            Cow::Owned(_) => None,
        };
        Foreseen {
            keys: Some(&O::SCHEMA.keys),
            name: known(&O::SCHEMA.name),
            namespace: known(&O::SCHEMA.namespace),
        }
    }

    fn key(&self, text: &str) -> Option<(usize, Key)> {
        Key::of(&O::SCHEMA.keys, text).map(|key| (0, key))
    }

    fn keys(&self) -> Cow<'_, Keys> {
        Cow::Borrowed(&O::SCHEMA.keys)
    }

    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error> {
        let schema = O::SCHEMA;
        if header.namespace != schema.namespace || header.name != schema.name {
            return Err(unsupported(&header, Some(schema)));
        }
        let version = header.version(context)?;
        if !is_read(schema, &version, O::IS_RELAY, context) {
            return Err(incompatible(schema, &version, context));
        }
        self.names = Names::of(schema, version.version());
        self.version = Some(version);
        Ok(())
    }

    fn kept_data(&mut self, data: Kept, context: Context<'_>) -> Result<(), KeptError> {
        let version = self.version();
        read_kept(&mut self.object, data, version, context)
    }

    fn known(&self) -> Option<(&'static ObjectSchema, Names)> {
        Some((O::SCHEMA, self.names))
    }

    #[inline]
    fn is_at(&self, index: usize, name: &str) -> bool {
        self.names.is_today(O::SCHEMA, index, name)
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.names.find(O::SCHEMA, O::index_of(name), name).map(Found::index)
    }

    fn carries(&self) -> bool {
        O::IS_RELAY
    }

    fn carried_index(&self, name: &str) -> Option<usize> {
        self.object.unknown()?.index_of(name)
    }

    fn mark(&mut self, marks: &Marks) {
        mark(&mut self.object, marks);
    }
}

impl<'de, O: VersionedObject> Receiver<'de> for Typed<O> {
    type Output = O;

    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error> {
        if std::mem::replace(&mut self.is_filled, true) {
            self.object = O::unset();
        }
        let version = self.version();
        read_data(&mut self.object, deserializer, version, context)
    }

    fn finish(mut self, context: Context<'_>) -> Result<O, Error> {
        if let Some(version) = self.version {
            finish(&mut self.object, version, context)?;
        }
        Ok(self.object)
    }
}

/// Reads an object within a decoding.
///
/// # Errors
/// The deserializer's own, with the typed error left in the context.
pub fn decode_object<'de, O: VersionedObject, D: Deserializer<'de>>(
    deserializer: D,
    context: Context<'_>,
) -> Result<O, D::Error> {
    read_envelope(deserializer, Typed::<O>::new(), context.deeper()?)
}

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

/// An object of another name or namespace than what is expected, or known at all.
pub(crate) fn unsupported(header: &Header<'_>, expected: Option<&ObjectSchema>) -> Error {
    let (namespace, name) = (Plain(&header.namespace), Plain(&header.name));
    let message = match expected {
        Some(schema) if schema.namespace == header.namespace => {
            format!("unsupported object type {name}, expected {}", schema.name)
        }
        Some(_) => format!("unsupported object type {namespace}.{name}"),
        None => format!("unsupported object type {name}"),
    };
    Error::new(ErrorKind::UnsupportedObject, message)
}

/// The versions of an object that are read here, newest first.
fn read_here<'a>(schema: &'a ObjectSchema, context: Context<'_>) -> impl Iterator<Item = Version> + use<'a> {
    let held = context.held().and_then(|held| held.get(&schema.name));
    schema.versions.iter().rev().copied().filter(move |version| held.is_none_or(|held| *version <= held))
}

/// Whether an object in that version is read by that schema: the version is in its history, or the reference's
/// rule reads it.
pub(crate) fn is_read(schema: &ObjectSchema, version: &Arriving, relay: bool, context: Context<'_>) -> bool {
    let is_held = context.held().is_some_and(|held| held.get(&schema.name).is_some());
    let is_carried = relay && !is_held && version.version().major() == schema.current().major();
    is_carried || read_here(schema, context).any(|known| version.is_read_by(known))
}

pub(crate) fn incompatible(schema: &ObjectSchema, version: &Arriving, context: Context<'_>) -> Error {
    let newest = read_here(schema, context).next();
    let newest = newest.or(schema.versions.first().copied()).unwrap_or(schema.current());
    Error::incompatible(&schema.name, version, newest)
}

/// Reads the fields of an object that was written in that version.
pub(crate) fn read_data<'de, O: Intake, D: Deserializer<'de>>(
    object: &mut O,
    deserializer: D,
    version: Version,
    context: Context<'_>,
) -> Result<(), D::Error> {
    let finder = Finder::of(object.schema(), version);
    deserializer.deserialize_any(Data { object, finder, context })
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
                carry(object, name, value, context)?;
                continue;
            }
        };
        read.map_err(|error| at(object.schema(), index, error, context))?;
    }
    Ok(())
}

/// Takes the field of a newer release along, in a relay.
fn carry<E: de::Error>(
    object: &mut dyn Settled,
    name: String,
    value: Kept,
    context: Context<'_>,
) -> Result<(), E> {
    if let Some(unknown) = object.unknown_mut() {
        unknown.insert(name, context.primitive(value)?);
    }
    Ok(())
}

// The reference asks of each field whether its name is *in* the data, which lists and text answer too.

// An object that has no fields in the version asks nothing.

/// Whether the object had fields in that version.
fn has_fields(schema: &ObjectSchema, version: Version) -> bool {
    schema.fields.iter().any(|field| field.is_in(version))
        || schema.tombstones.iter().any(|tombstone| tombstone.is_in(version))
}

/// Refuses a value without keys and elements in place of the fields.
fn no_map<E: de::Error>(
    schema: &ObjectSchema,
    version: Version,
    found: &str,
    context: Context<'_>,
) -> Result<(), E> {
    match has_fields(schema, version) {
        true => Err(context.invalid(format_args!("the fields have to be a map, not {found}"))),
        false => Ok(()),
    }
}

fn no_field<E: de::Error>(
    object: &dyn Settled,
    version: Version,
    value: Option<&str>,
    context: Context<'_>,
) -> Result<(), E> {
    match value.and_then(|name| object.index_of(name)) {
        Some(_) if has_fields(object.schema(), version) => {
            Err(context.invalid("the fields have to be a map, not a list"))
        }
        _ => Ok(()),
    }
}

fn no_fields_in_text<E: de::Error>(
    object: &dyn Settled,
    version: Version,
    text: &str,
    context: Context<'_>,
) -> Result<(), E> {
    let schema = object.schema();
    match has_fields(schema, version) && schema.fields.iter().any(|field| text.contains(&*field.name)) {
        true => Err(context.invalid("the fields have to be a map, not text")),
        false => Ok(()),
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
    if !context.is_made_here(&version, object.schema().current()) {
        object.arrived(version);
    }
    object.finish_read(arrived)?;
    object.look_over(arrived)
}

struct Data<'a, 'c, O> {
    object: &'a mut O,
    finder: Finder,
    context: Context<'c>,
}

impl<O: Intake> Data<'_, '_, O> {
    fn no_map<E: de::Error>(&self, found: &str) -> Result<(), E> {
        no_map(self.object.schema(), self.finder.names.version, found, self.context)
    }
}

impl<'de, O: Intake> Visitor<'de> for Data<'_, '_, O> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fields of {} as a map", self.object.schema().name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Data { object, finder, context } = self;
        let names = finder.names;
        let mut next = 0;
        loop {
            let known = object.static_schema().and_then(|schema| names.today(schema, next));
            let mut unknown = None;
            let visitor = FieldName {
                next,
                slow: &mut OtherName {
                    object: &*object,
                    finder: &finder,
                    unknown: O::IS_RELAY.then_some(&mut unknown),
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
                        let value = map.next_value()?;
                        carry(object, name, value, context)?;
                    }
                    None => {
                        map.next_value::<de::IgnoredAny>()?;
                    }
                },
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<Kept>()? {
            no_field(&*self.object, self.finder.names.version, value.as_str(), self.context)?;
        }
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        no_fields_in_text(&*self.object, self.finder.names.version, text, self.context)
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

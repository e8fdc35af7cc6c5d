//! Reading an object from the parts of its envelope.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::envelope::{Header, Key, Receiver};
use crate::error::{Error, ErrorKind, Step};
use crate::field::{Context, Field, FieldType};
use crate::object::{FieldVisitorMut, VersionedObject};
use crate::primitive::Primitive;
use crate::schema::{Action, FieldSchema, Keys, ObjectSchema};
use crate::version::{Arriving, Version};

/// Receives an object of a known type.
pub(super) struct Typed<O> {
    object: O,
    version: Option<Arriving>,
}

impl<O: VersionedObject> Typed<O> {
    pub(super) fn new() -> Self {
        Typed { object: O::unset(), version: None }
    }

    fn version(&self) -> Version {
        self.version.as_ref().map_or(O::SCHEMA.current(), Arriving::version)
    }
}

impl<'de, O: VersionedObject> Receiver<'de> for Typed<O> {
    type Output = O;

    fn key(&self, text: &str) -> Option<Key> {
        Key::of(&O::SCHEMA.keys, text)
    }

    fn keys(&self) -> Cow<'_, Keys> {
        Cow::Borrowed(&O::SCHEMA.keys)
    }

    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error> {
        accept(O::SCHEMA, &header, O::IS_RELAY, context)?;
        self.version = Some(header.version);
        Ok(())
    }

    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error> {
        self.object = O::unset();
        let version = self.version();
        read_data(&mut self.object, deserializer, version, context)
    }

    fn changed(&mut self, name: &str) {
        let version = self.version();
        mark_changed(&mut self.object, name, version);
    }

    fn finish(mut self, context: Context<'_>) -> Result<O, Error> {
        if let Some(version) = self.version {
            finish(&mut self.object, version, context)?;
        }
        Ok(self.object)
    }
}

/// Whether an object of that header is read as one of that schema: of its name, and in a version that is in
/// its history, or that the reference's rule reads.
pub(crate) fn accept(
    schema: &ObjectSchema,
    header: &Header<'_>,
    relay: bool,
    context: Context<'_>,
) -> Result<(), Error> {
    if header.namespace != schema.namespace {
        let message = format!("unsupported object type {}.{}", header.namespace, header.name);
        return Err(Error::new(ErrorKind::UnsupportedObject, message));
    }
    if header.name != schema.name {
        let message = format!("unsupported object type {}, expected {}", header.name, schema.name);
        return Err(Error::new(ErrorKind::UnsupportedObject, message));
    }
    let held = context.held().and_then(|held| held.get(&schema.name));
    let mut known =
        schema.versions.iter().rev().copied().filter(|version| held.is_none_or(|held| *version <= held));
    let Some(newest) = known.next() else {
        let oldest = schema.versions.first().copied().unwrap_or(schema.current());
        return Err(Error::incompatible(&schema.name, &header.version, oldest));
    };
    let is_read = |version: Version| header.version.is_read_by(version);
    let is_carried = relay && held.is_none() && header.version.version().major() == newest.major();
    if is_read(newest) || known.any(is_read) || is_carried {
        return Ok(());
    }
    Err(Error::incompatible(&schema.name, &header.version, newest))
}

/// Reads the fields of an object that was written in that version.
pub(crate) fn read_data<'de, O: VersionedObject, D: Deserializer<'de>>(
    object: &mut O,
    deserializer: D,
    version: Version,
    context: Context<'_>,
) -> Result<(), D::Error> {
    deserializer.deserialize_any(Data { object, version, context })
}

/// Marks the field that had this name in that version; a name of no field marks none.
pub(crate) fn mark_changed<O: VersionedObject>(object: &mut O, name: &str, version: Version) {
    struct Mark;

    impl FieldVisitorMut for Mark {
        type Output = ();

        fn field<T: FieldType>(self, field: &mut Field<T>) {
            field.mark_changed();
        }
    }

    let index = match Place::of::<O>(name, version) {
        Some(Place::Field(index) | Place::Older(index, _)) => index,
        None => return,
    };
    object.visit_field_mut(index, Mark);
}

/// Ends the reading of an object: what an older peer left out, where it came from, whether it holds together.
pub(crate) fn finish<O: VersionedObject>(
    object: &mut O,
    version: Arriving,
    context: Context<'_>,
) -> Result<(), Error> {
    let schema = O::SCHEMA;
    if version.version() < schema.current() {
        for (index, field) in schema.fields.iter().enumerate() {
            let Some(absent) = field.absent.as_ref().filter(|_| !field.is_in(version.version())) else {
                continue;
            };
            let absent = Primitive::of(&**absent)?;
            object.visit_field_mut(index, Absent { value: absent, context }).transpose()?;
        }
    }
    if let Some(origin) = object.origin_mut() {
        *origin = version.into();
    }
    if schema.validate.is_some() {
        object.validate().map_err(|error| error.of(&schema.name))?;
    }
    Ok(())
}

struct Absent<'c> {
    value: Primitive,
    context: Context<'c>,
}

impl FieldVisitorMut for Absent<'_> {
    type Output = Result<(), Error>;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> Result<(), Error> {
        if field.is_set() {
            return Ok(());
        }
        let value: Result<T, de::value::Error> = T::decode(self.value.into_deserializer(), self.context);
        field.fill(value.map_err(Error::invalid_value)?);
        Ok(())
    }
}

/// Where a name of the data leads.
enum Place {
    /// To the field at that index.
    Field(usize),
    /// To the field at that index, through the object's conversion.
    Older(usize, usize),
}

impl Place {
    fn of<O: VersionedObject>(name: &str, version: Version) -> Option<Place> {
        match O::index_of(name) {
            Some(index) => {
                match O::SCHEMA.fields.get(index).and_then(|field| older_form(field, name, version)) {
                    Some(Older::Converted(conversion)) => Some(Place::Older(index, conversion)),
                    _ => Some(Place::Field(index)),
                }
            }
            None => O::SCHEMA.fields.iter().enumerate().find_map(|(index, field)| {
                older_form(field, name, version).map(|older| match older {
                    Older::Renamed => Place::Field(index),
                    Older::Converted(conversion) => Place::Older(index, conversion),
                })
            }),
        }
    }
}

enum Older {
    Renamed,
    Converted(usize),
}

/// How a field went by that name in that version, where it wasn't as it is today.
fn older_form(field: &FieldSchema, name: &str, version: Version) -> Option<Older> {
    field.rules.iter().filter(|rule| version < rule.before).find_map(|rule| match &rule.action {
        Action::Rename(older) if older == name => Some(Older::Renamed),
        Action::Convert { index, name: older, .. } if older == name => Some(Older::Converted(*index)),
        _ => None,
    })
}

struct Data<'a, 'c, O> {
    object: &'a mut O,
    version: Version,
    context: Context<'c>,
}

impl<'de, O: VersionedObject> Visitor<'de> for Data<'_, '_, O> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fields of {} as a map", O::SCHEMA.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Data { object, version, context } = self;
        while let Some(name) = map.next_key_seed(NameSeed::<O> { version, object: PhantomData })? {
            match name {
                Name::Known(Place::Field(index)) => {
                    let Some(schema) = O::SCHEMA.fields.get(index) else {
                        map.next_value::<de::IgnoredAny>()?;
                        continue;
                    };
                    let fill = Fill { map: &mut map, schema, context, input: PhantomData };
                    let read = object.visit_field_mut(index, fill).unwrap_or(Ok(()));
                    read.map_err(|error| context.within(error, step::<O>(index)))?;
                }
                Name::Known(Place::Older(index, conversion)) => {
                    map.next_value_seed(Convert { object: &mut *object, conversion, context })
                        .map_err(|error| context.within(error, step::<O>(index)))?;
                }
                Name::Unknown(Some(name)) => {
                    let value = map.next_value()?;
                    if let Some(unknown) = object.unknown_mut() {
                        unknown.insert(name, value);
                    }
                }
                Name::Unknown(None) => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    // The reference asks of each field whether its name is *in* the data, which lists and text answer too.

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<Primitive>()? {
            if value.as_str().is_some_and(|name| O::index_of(name).is_some()) {
                return Err(self.context.invalid("the fields have to be a map, not a list"));
            }
        }
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        if O::SCHEMA.fields.iter().any(|field| text.contains(&*field.name)) {
            return Err(self.context.invalid("the fields have to be a map, not text"));
        }
        Ok(())
    }
}

fn step<O: VersionedObject>(index: usize) -> Step {
    let field = O::SCHEMA.fields.get(index).map_or("", |field| &field.name);
    Step::Field { object: O::SCHEMA.name.to_string(), field: field.to_owned() }
}

enum Name {
    Known(Place),
    /// The name itself, for a relay alone.
    Unknown(Option<String>),
}

struct NameSeed<O> {
    version: Version,
    object: PhantomData<O>,
}

impl<'de, O: VersionedObject> DeserializeSeed<'de> for NameSeed<O> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<O: VersionedObject> Visitor<'_> for NameSeed<O> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        Ok(match Place::of::<O>(text, self.version) {
            Some(place) => Name::Known(place),
            None => Name::Unknown(O::IS_RELAY.then(|| text.to_owned())),
        })
    }
}

struct Fill<'a, 'c, 'de, A> {
    map: &'a mut A,
    schema: &'static FieldSchema,
    context: Context<'c>,
    input: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> FieldVisitorMut for Fill<'_, '_, 'de, A> {
    type Output = Result<(), A::Error>;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> Self::Output {
        let seed = ValueSeed { schema: self.schema, context: self.context, value: PhantomData };
        field.fill(self.map.next_value_seed(seed)?);
        Ok(())
    }
}

/// A value; a null where none may stand becomes the field's default, if it has one.
struct ValueSeed<'c, T> {
    schema: &'static FieldSchema,
    context: Context<'c>,
    value: PhantomData<T>,
}

impl<'de, T: FieldType> DeserializeSeed<'de> for ValueSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        if T::NULLABLE || self.schema.default.is_none() {
            return T::decode(deserializer, self.context.strict(self.schema.strict));
        }
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: FieldType> Visitor<'de> for ValueSeed<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of the type {}", self.schema.ty.name)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        self.visit_none()
    }

    fn visit_none<E: de::Error>(self) -> Result<T, E> {
        let default = self.schema.default.as_ref().map(|default| Primitive::of(&**default));
        let default = default.transpose().map_err(|error| self.context.fail(error))?.unwrap_or_default();
        T::decode(default.into_deserializer(), self.context)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer, self.context.strict(self.schema.strict))
    }
}

struct Convert<'a, 'c, O> {
    object: &'a mut O,
    conversion: usize,
    context: Context<'c>,
}

impl<'de, O: VersionedObject> DeserializeSeed<'de> for Convert<'_, '_, O> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.object.convert_from(self.conversion, deserializer, self.context)
    }
}

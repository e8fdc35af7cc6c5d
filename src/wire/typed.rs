//! Reading an object of a known type.

use std::borrow::Cow;

use serde::de::Deserializer;

use super::data::{finish, mark, read_data, read_data_behind, read_kept};
use super::envelope::{read_envelope, read_envelope_behind};
use super::intake::{Intake, Pointed};
use super::names::{Found, Names};
use super::readable::{incompatible, is_read, unsupported};
use super::receiver::{Addressed, Foreseen, Header, KeptError, Key, Marks, Receiver};
use crate::behind::{Failed, Input};
use crate::error::Error;
use crate::field::Context;
use crate::object::VersionedObject;
use crate::primitive::Kept;
use crate::schema::{Keys, ObjectSchema};
use crate::version::{Arriving, Version};

/// Receives an object of a known type, or one behind a pointer.
struct Typed<'o, O: ?Sized> {
    object: &'o mut O,
    schema: &'static ObjectSchema,
    version: Option<Arriving>,
    names: Names,
    is_filled: bool,
}

impl<'o, O: Pointed + ?Sized> Typed<'o, O> {
    fn new(object: &'o mut O, schema: &'static ObjectSchema) -> Self {
        Typed { object, schema, version: None, names: Names::current(schema), is_filled: false }
    }

    /// Version of the data that come, once what an earlier lot of them filled is taken away.
    fn begin(&mut self) -> Version {
        if std::mem::replace(&mut self.is_filled, true) {
            self.object.start_over();
        }
        self.version()
    }

    fn version(&self) -> Version {
        self.version.as_ref().map_or(self.schema.current(), Arriving::version)
    }
}

impl<'de, O: Pointed + ?Sized> Addressed<'de> for Typed<'_, O> {
    fn expected(&self) -> Option<&str> {
        Some(&self.schema.name)
    }

    fn foreseen(&self) -> Foreseen {
        let known = |text: &'static Cow<'static, str>| match text {
            Cow::Borrowed(text) => Some(*text),
            Cow::Owned(_) => None,
        };
        Foreseen { name: known(&self.schema.name), namespace: known(&self.schema.namespace) }
    }

    fn key(&self, text: &str) -> Option<(usize, Key)> {
        Key::of(&self.schema.keys, text).map(|key| (0, key))
    }

    fn keys(&self) -> Cow<'_, Keys> {
        Cow::Borrowed(&self.schema.keys)
    }

    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error> {
        let schema = self.schema;
        if header.namespace != schema.namespace || header.name != schema.name {
            return Err(unsupported(&header, Some(schema)));
        }
        let version = header.version(context)?;
        if !is_read(schema, &version, self.object.is_relay(), context) {
            return Err(incompatible(schema, &version, context));
        }
        self.names = Names::of(schema, version.version());
        self.version = Some(version);
        Ok(())
    }

    fn kept_data(&mut self, data: Kept, context: Context<'_>) -> Result<(), KeptError> {
        let version = self.version();
        read_kept(self.object.settled_mut(), data, version, context)
    }

    #[inline]
    fn known_keys(&self) -> Option<&Keys> {
        Some(&self.schema.keys)
    }

    fn known(&self) -> Option<(&ObjectSchema, Names)> {
        Some((self.schema, self.names))
    }

    #[inline]
    fn is_at(&self, index: usize, name: &str) -> bool {
        self.names.is_today(self.schema, index, name)
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.names.find(self.schema, self.object.index_of(name), name).map(Found::index)
    }

    fn carries(&self) -> bool {
        self.object.is_relay()
    }

    fn carried_index(&self, name: &str) -> Option<usize> {
        self.object.carried()?.index_of(name)
    }

    fn mark(&mut self, marks: &Marks) {
        mark(self.object.settled_mut(), marks);
    }
}

impl<'de, O: Pointed + Intake + ?Sized> Receiver<'de> for Typed<'_, O> {
    type Output = ();

    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error> {
        let version = self.begin();
        read_data(&mut *self.object, deserializer, version, context)
    }

    fn data_behind(&mut self, input: &mut dyn Input<'de>, context: Context<'_>) -> Result<(), Failed> {
        let version = self.begin();
        read_data_behind(self.object.pointed_mut(), input, version, context)
    }

    fn finish(self, context: Context<'_>) -> Result<(), Error> {
        match self.version {
            Some(version) => finish(self.object.settled_mut(), version, context),
            None => Ok(()),
        }
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
    let mut object = O::unset();
    read_envelope(deserializer, Typed::new(&mut object, O::SCHEMA), context.deeper()?)?;
    Ok(object)
}

/// Reads an object through a pointer.
///
/// # Errors
/// As [`decode_object`].
pub fn decode_object_behind<O: VersionedObject>(
    input: &mut dyn Input<'_>,
    context: Context<'_>,
) -> Result<O, Failed> {
    let mut object = O::unset();
    read_behind(&mut object, input, context)?;
    Ok(object)
}

fn read_behind(
    object: &mut dyn Pointed,
    input: &mut dyn Input<'_>,
    context: Context<'_>,
) -> Result<(), Failed> {
    let schema = object.known();
    read_envelope_behind(input, Typed::new(object, schema), context.deeper()?)
}

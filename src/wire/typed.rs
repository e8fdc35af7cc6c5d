//! Reading an object of a known type.

use std::borrow::Cow;

use serde::de::Deserializer;

use super::data::{finish, mark, read_data, read_kept};
use super::envelope::read_envelope;
use super::names::{Found, Names};
use super::readable::{incompatible, is_read, unsupported};
use super::receiver::{Addressed, Foreseen, Header, KeptError, Key, Marks, Receiver};
use crate::error::Error;
use crate::field::Context;
use crate::object::VersionedObject;
use crate::primitive::Kept;
use crate::schema::{Keys, ObjectSchema};
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

//! Reading an object that may be one of several types.

use std::borrow::Cow;

use serde::de::Deserializer;

use super::data::{by_default, finish, mark, read_data, read_kept};
use super::envelope::read_envelope;
use super::finder::Finder;
use super::names::Names;
use super::readable::{incompatible, is_read, unsupported};
use super::receiver::{Addressed, Header, KeptError, Key, Marks, Receiver};
use crate::error::Error;
use crate::field::Context;
use crate::object::{ObjectVisitorMut, OneOf, VersionedObject};
use crate::primitive::Kept;
use crate::schema::{Keys, ObjectSchema};
use crate::version::{Arriving, Version};

/// Receives an object whose type its header names.
struct Chosen<E>(Option<(E, Arriving, Finder)>);

impl<'de, E: OneOf> Addressed<'de> for Chosen<E> {
    fn expected(&self) -> Option<&str> {
        Some(&E::BASE.name)
    }

    fn kept_data(&mut self, data: Kept, context: Context<'_>) -> Result<(), KeptError> {
        match &mut self.0 {
            Some((object, version, _)) => {
                object.visit(ReadKept { data, version: version.version(), context })
            }
            None => Ok(()),
        }
    }

    fn known_keys(&self) -> Option<&Keys> {
        Some(&E::BASE.keys)
    }

    fn known(&self) -> Option<(&ObjectSchema, Names)> {
        self.0.as_ref().map(|(object, _, finder)| (object.schema(), finder.names))
    }

    fn key(&self, text: &str) -> Option<(usize, Key)> {
        Key::of(&E::BASE.keys, text).map(|key| (0, key))
    }

    fn keys(&self) -> Cow<'_, Keys> {
        Cow::Borrowed(&E::BASE.keys)
    }

    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error> {
        let unset = E::unset_of(&header.name).filter(|_| header.namespace == E::BASE.namespace);
        let Some(mut object) = unset else { return Err(unsupported(&header, Some(E::BASE))) };
        let version = header.version(context)?;
        object.visit(Reads { version: &version, context })?;
        let finder = Finder::of(object.schema(), version.version());
        self.0 = Some((object, version, finder));
        Ok(())
    }

    fn is_at(&self, _: usize, _: &str) -> bool {
        false
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        let (object, _, finder) = self.0.as_ref()?;
        finder.index(object.schema(), name)
    }

    fn carries(&self) -> bool {
        self.0.as_ref().is_some_and(|(object, ..)| object.unknown().is_some())
    }

    fn carried_index(&self, name: &str) -> Option<usize> {
        self.0.as_ref().and_then(|(object, ..)| object.unknown()?.index_of(name))
    }

    fn mark(&mut self, marks: &Marks) {
        if let Some((object, ..)) = &mut self.0 {
            object.visit(Mark(marks));
        }
    }
}

impl<'de, E: OneOf> Receiver<'de> for Chosen<E> {
    type Output = E;

    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error> {
        match &mut self.0 {
            Some((object, version, _)) => object.visit(Read {
                deserializer,
                version: version.version(),
                context,
                input: std::marker::PhantomData,
            }),
            None => Ok(()),
        }
    }

    fn finish(self, context: Context<'_>) -> Result<E, Error> {
        match self.0 {
            Some((mut object, version, _)) => {
                object.visit(Finish { version, context })?;
                Ok(object)
            }
            None => Err(Error::invalid_value("an envelope without a header")),
        }
    }
}

struct Reads<'a> {
    version: &'a Arriving,
    context: Context<'a>,
}

impl ObjectVisitorMut for Reads<'_> {
    type Output = Result<(), Error>;

    fn object<O: VersionedObject>(self, _: &mut O) -> Result<(), Error> {
        if is_read(O::SCHEMA, self.version, O::IS_RELAY, self.context) {
            return Ok(());
        }
        Err(incompatible(O::SCHEMA, self.version, self.context))
    }
}

struct Read<'a, 'de, D> {
    deserializer: D,
    version: Version,
    context: Context<'a>,
    input: std::marker::PhantomData<&'de ()>,
}

impl<'de, D: Deserializer<'de>> ObjectVisitorMut for Read<'_, 'de, D> {
    type Output = Result<(), D::Error>;

    fn object<O: VersionedObject>(self, object: &mut O) -> Result<(), D::Error> {
        *object = O::unset();
        read_data(object, self.deserializer, self.version, self.context)
    }
}

struct ReadKept<'a> {
    data: Kept,
    version: Version,
    context: Context<'a>,
}

impl ObjectVisitorMut for ReadKept<'_> {
    type Output = Result<(), KeptError>;

    fn object<O: VersionedObject>(self, object: &mut O) -> Result<(), KeptError> {
        read_kept(object, self.data, self.version, self.context)
    }
}

struct Mark<'a>(&'a Marks);

impl ObjectVisitorMut for Mark<'_> {
    type Output = ();

    fn object<O: VersionedObject>(self, object: &mut O) {
        mark(object, self.0);
    }
}

struct Finish<'a> {
    version: Arriving,
    context: Context<'a>,
}

impl ObjectVisitorMut for Finish<'_> {
    type Output = Result<(), Error>;

    fn object<O: VersionedObject>(self, object: &mut O) -> Result<(), Error> {
        finish(object, self.version, self.context)
    }
}

/// Reads one of several objects within a decoding.
///
/// # Errors
/// The deserializer's own, with the typed error left in the context.
pub fn decode_one_of<'de, E: OneOf, D: Deserializer<'de>>(
    deserializer: D,
    context: Context<'_>,
) -> Result<E, D::Error> {
    read_envelope(deserializer, Chosen::<E>(None), context.deeper()?)
}

/// `Deserialize` of one of several objects.
///
/// # Errors
/// The deserializer's own.
pub fn deserialize_one_of<'de, E: OneOf, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    by_default(|context| decode_one_of(deserializer, context))
}

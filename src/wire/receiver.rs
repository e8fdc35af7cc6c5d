//! Who receives what an envelope holds.

use std::borrow::Cow;

use serde::de::{self, Deserializer};

use super::names::Names;
use super::text::Text;
use crate::behind::{Behind, Failed, Input};
use crate::error::Error;
use crate::field::Context;
use crate::object::Indices;
use crate::primitive::Kept;
use crate::schema::{Keys, ObjectSchema};
use crate::version::Arriving;

/// Error that ends the reading of a value that was kept. One type for all formats, so that the code is there but once.
pub(crate) type KeptError = de::value::Error;

/// Who receives the parts of an envelope, in the order: one choice, the data, the changes, the end.
pub(crate) trait Receiver<'de>: Addressed<'de> {
    /// Object that it makes of them.
    type Output;

    /// Takes the data; a second time, where they stand there twice, in place of the first.
    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error>;

    /// Takes the data through a pointer, likewise.
    fn data_behind(&mut self, input: &mut dyn Input<'de>, context: Context<'_>) -> Result<(), Failed> {
        self.data(Behind(input), context)
    }

    /// Gives what was made.
    fn finish(self, context: Context<'_>) -> Result<Self::Output, Error>;
}

/// Who receives the parts of an envelope, but for the data: behind a pointer, so that the reading of an envelope is
/// compiled once for a format and not for each object.
pub(crate) trait Addressed<'de> {
    /// The name of the object that is expected, where that is known.
    fn expected(&self) -> Option<&str>;

    /// Texts of the envelope that are known beforehand.
    fn foreseen(&self) -> Foreseen {
        Foreseen::default()
    }

    /// Which part of an envelope stands at a key, and the place of the serial namespace that the key is of; none, where
    /// it's no key of an envelope of ours.
    fn key(&self, text: &str) -> Option<(usize, Key)>;

    /// Place of the one serial namespace whose keys count; none, where the key of the name is to tell.
    fn space(&self) -> Option<usize> {
        Some(0)
    }

    /// Takes it that the keys of that serial namespace count.
    fn decide(&mut self, space: usize) {
        let _ = space;
    }

    /// The keys of the envelope, for errors.
    fn keys(&self) -> Cow<'_, Keys>;

    /// Decides what is made, by the header.
    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error>;

    /// Takes data that stood in front of the header.
    ///
    /// # Errors
    /// Where they can't be read; the typed error is left in the context.
    fn kept_data(&mut self, data: Kept, context: Context<'_>) -> Result<(), KeptError>;

    /// The keys of the envelope, where one serial namespace has them.
    fn known_keys(&self) -> Option<&Keys> {
        None
    }

    /// The schema and the names of the envelope's version, where the object is known.
    fn known(&self) -> Option<(&ObjectSchema, Names)> {
        None
    }

    /// Whether the field at that index has that name in the version of the envelope, as far as one look tells.
    fn is_at(&self, index: usize, name: &str) -> bool;

    /// Which field has that name, in the version of the envelope.
    fn index_of(&self, name: &str) -> Option<usize>;

    /// Whether what is made carries fields along that it doesn't know.
    fn carries(&self) -> bool {
        false
    }

    /// The index among the fields carried along of the one of that name.
    fn carried_index(&self, name: &str) -> Option<usize> {
        let _ = name;
        None
    }

    /// Takes it that those fields are changed.
    fn mark(&mut self, marks: &Marks);
}

/// The fields that an envelope says are changed.
#[derive(Default)]
pub(crate) struct Marks {
    pub(crate) fields: Indices,
    /// Those among the fields that a relay carries along.
    pub(crate) carried: Indices,
}

impl Marks {
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.carried.is_empty()
    }
}

/// Texts of an envelope that its receiver knows before they come, since they are part of the program.
#[derive(Clone, Copy, Default)]
pub(crate) struct Foreseen {
    pub(crate) name: Option<&'static str>,
    pub(crate) namespace: Option<&'static str>,
}

impl Foreseen {
    /// Text under a key, as a rule.
    #[inline]
    pub(super) fn value(&self, key: Key) -> Option<&'static str> {
        match key {
            Key::Name => self.name,
            Key::Namespace => self.namespace,
            Key::Version | Key::Data | Key::Changes => None,
        }
    }
}

/// A key of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Name,
    Namespace,
    Version,
    Data,
    Changes,
}

impl Key {
    /// Key that comes behind it, as envelopes are written.
    pub(super) fn next(self) -> Key {
        match self {
            Key::Name => Key::Namespace,
            Key::Namespace => Key::Version,
            Key::Version => Key::Data,
            Key::Data | Key::Changes => Key::Changes,
        }
    }

    /// Text of the key among these, where it needs no escapes.
    #[inline]
    pub(super) fn plain(self, keys: &Keys) -> Option<&str> {
        let text = match self {
            Key::Name => &keys.name,
            Key::Namespace => &keys.namespace,
            Key::Version => &keys.version,
            Key::Data => &keys.data,
            Key::Changes => &keys.changes,
        };
        text.plain()
    }

    /// Which key of these the text is.
    pub(crate) fn of(keys: &Keys, text: &str) -> Option<Key> {
        let all = [
            (&keys.data, Key::Data),
            (&keys.name, Key::Name),
            (&keys.namespace, Key::Namespace),
            (&keys.version, Key::Version),
            (&keys.changes, Key::Changes),
        ];
        all.into_iter().find(|(key, _)| **key == text).map(|(_, key)| key)
    }
}

/// Texts in an envelope beside the data.
#[derive(Debug)]
pub(crate) struct Header<'de> {
    pub(crate) namespace: Cow<'de, str>,
    pub(crate) name: Cow<'de, str>,
    pub(super) version: Text<'de>,
}

impl Header<'_> {
    /// The version. The reference reads it last, once it knows the object.
    pub(crate) fn version(&self, context: Context<'_>) -> Result<Arriving, Error> {
        let name = &self.name;
        let text = self.version.as_ref().map_err(|found| {
            Error::invalid_value(format_args!("{name}: a version has to be text, not {found}"))
        })?;
        let text = if context.cuts_patch() { without_patch(text) } else { text };
        text.parse().map_err(|error| Error::invalid_value(format_args!("{name}: {error}")))
    }
}

/// The text up to its second dot, where it has exactly two.
fn without_patch(version: &str) -> &str {
    match version.rsplit_once('.') {
        Some((rest, _)) if rest.matches('.').count() == 1 => rest,
        _ => version,
    }
}

//! Reading an envelope, whoever receives what is in it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::changes::ChangesSeed;
use super::expected::{NameSeed, NameVisitor};
use super::text::{Text, TextVisitor};
use crate::error::{Error, ErrorKind};
use crate::field::Context;
use crate::object::Places;
use crate::primitive::Primitive;
use crate::schema::Keys;
use crate::version::Arriving;

/// What ends the reading of a value that was kept. One type for all formats, so that the code is there but once.
pub(crate) type KeptError = de::value::Error;

/// Who receives the parts of an envelope, in the order: one choice, the data, the changes, the end.
pub(crate) trait Receiver<'de> {
    /// What it makes of them.
    type Output;

    /// The name of the object that is expected, where that is known.
    fn expected(&self) -> Option<&str>;

    /// The text of a key, where it's known beforehand.
    fn text(&self, key: Key) -> Option<&'static str>;

    /// The text that stands there as a rule.
    fn header(&self, key: Key) -> Option<&'static str> {
        let _ = key;
        None
    }

    /// Which part of an envelope stands at a key; none, where it's no key of an envelope of ours.
    fn key(&self, text: &str) -> Option<Key>;

    /// The keys of the envelope, for errors.
    fn keys(&self) -> Cow<'_, Keys>;

    /// Decides what is made, by the header.
    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error>;

    /// Takes the data; a second time, where they stand there twice, in place of the first.
    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error>;

    /// Takes data that stood in front of the header.
    ///
    /// # Errors
    /// Where they can't be read; the typed error is left in the context.
    fn kept_data(&mut self, data: Primitive, context: Context<'_>) -> Result<(), KeptError>;

    /// The name of the field at that place in the version of the envelope, where it's known beforehand.
    fn name(&self, place: usize) -> Option<&'static str>;

    /// Whether the field at that place has that name in the version of the envelope, as far as one look tells.
    fn is_at(&self, place: usize, name: &str) -> bool;

    /// Which field has that name, in the version of the envelope.
    fn place(&self, name: &str) -> Option<usize>;

    /// Takes it that a field is changed.
    fn mark(&mut self, place: usize);

    /// Gives what was made.
    fn finish(self, context: Context<'_>) -> Result<Self::Output, Error>;
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
    /// What comes behind it, as envelopes are written.
    fn next(self) -> Key {
        match self {
            Key::Name => Key::Namespace,
            Key::Namespace => Key::Version,
            Key::Version => Key::Data,
            Key::Data | Key::Changes => Key::Changes,
        }
    }

    /// The text of this key of an object whose keys are part of the program.
    #[inline]
    pub(crate) fn text_in(self, keys: &'static Keys) -> Option<&'static str> {
        let key = match self {
            Key::Name => &keys.name,
            Key::Namespace => &keys.namespace,
            Key::Version => &keys.version,
            Key::Data => &keys.data,
            Key::Changes => &keys.changes,
        };
        if let Cow::Borrowed(text) = key { Some(text) } else { None }
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

/// What stands in an envelope beside the data.
#[derive(Debug)]
pub(crate) struct Header<'de> {
    pub(crate) namespace: Cow<'de, str>,
    pub(crate) name: Cow<'de, str>,
    version: Text<'de>,
}

impl Header<'_> {
    /// The version. The reference reads it last, once it knows the object.
    pub(crate) fn version(&self, context: Context<'_>) -> Result<Arriving, Error> {
        let name = &self.name;
        let text = self.version.as_ref().map_err(|found| {
            Error::invalid_value(format_args!("{name}: a version has to be text, not {}", found.describe()))
        })?;
        let text = if context.cuts_patch() { without_patch(text) } else { text };
        text.parse().map_err(|error| Error::invalid_value(format_args!("{name}: {error}")))
    }
}

pub(crate) fn read_envelope<'de, D: Deserializer<'de>, R: Receiver<'de>>(
    deserializer: D,
    receiver: R,
    context: Context<'_>,
) -> Result<R::Output, D::Error> {
    deserializer.deserialize_any(Envelope { receiver, context })
}

struct Envelope<'c, R> {
    receiver: R,
    context: Context<'c>,
}

impl<'de, R: Receiver<'de>> Visitor<'de> for Envelope<'_, R> {
    type Value = R::Output;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object's envelope, a map with the key {:?}", self.receiver.keys().name)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<R::Output, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<R::Output, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R::Output, A::Error> {
        let Envelope { mut receiver, context } = self;
        let mut parts = Parts::default();
        let mut data = None;
        let mut changes = None;
        let mut marks = Places::default();
        let mut chosen = false;
        let mut due = Key::Name;
        loop {
            let seed = NameSeed { due: receiver.text(due), visitor: KeyVisitor { receiver: &receiver, due } };
            let Some(key) = map.next_key_seed(seed)? else { break };
            due = key.map_or(due, Key::next);
            match key {
                // The data were read by the first, and a map's last counts: this one is neither.
                Some(Key::Name | Key::Namespace | Key::Version) if chosen => {
                    let error = Error::invalid_value("the header of the envelope goes on behind the data");
                    return Err(fail(&receiver, context, error));
                }
                Some(key @ (Key::Name | Key::Namespace | Key::Version)) => {
                    let text = TextVisitor { due: receiver.header(key) };
                    *parts.part(key) = Some(map.next_value_seed(text.seed())?);
                }
                Some(Key::Data) if chosen || parts.is_complete() => {
                    if !chosen {
                        choose(&mut receiver, &mut parts, context)?;
                        chosen = true;
                    }
                    map.next_value_seed(DataSeed { receiver: &mut receiver, context })?;
                }
                Some(Key::Data) => data = Some(map.next_value::<Primitive>()?),
                Some(Key::Changes) if chosen => {
                    (changes, marks) = (None, Places::default());
                    map.next_value_seed(ChangesSeed { receiver: &receiver, marks: &mut marks })?;
                }
                // What is wrong with them shows after what is wrong with the data, as in the reference.
                Some(Key::Changes) => changes = Some(map.next_value::<Primitive>()?),
                None => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        if !chosen {
            choose(&mut receiver, &mut parts, context)?;
            let Some(data) = data else {
                let error = missing(&receiver.keys().data);
                return Err(fail(&receiver, context, error));
            };
            receiver.kept_data(data, context).map_err(de::Error::custom)?;
        }
        if let Some(changes) = changes {
            let seed = ChangesSeed { receiver: &receiver, marks: &mut marks };
            seed.deserialize(changes.into_deserializer())?;
        }
        marks.iter().for_each(|place| receiver.mark(place));
        receiver.finish(context).map_err(|error| context.fail(error))
    }
}

fn choose<'de, R: Receiver<'de>, E: de::Error>(
    receiver: &mut R,
    parts: &mut Parts<'de>,
    context: Context<'_>,
) -> Result<(), E> {
    let header = parts.header(&receiver.keys()).map_err(|error| fail(receiver, context, error))?;
    receiver.choose(header, context).map_err(|error| fail(receiver, context, error))
}

/// The text up to its second dot, where it has exactly two.
fn without_patch(version: &str) -> &str {
    match version.rsplit_once('.') {
        Some((rest, _)) if rest.matches('.').count() == 1 => rest,
        _ => version,
    }
}

fn fail<'de, R: Receiver<'de>, E: de::Error>(receiver: &R, context: Context<'_>, error: Error) -> E {
    context.fail(match receiver.expected() {
        Some(name) => error.of(name),
        None => error,
    })
}

fn missing(key: &str) -> Error {
    Error::new(ErrorKind::MalformedPrimitive, format!("the envelope has no {key:?}"))
}

#[derive(Default)]
struct Parts<'de> {
    name: Option<Text<'de>>,
    namespace: Option<Text<'de>>,
    version: Option<Text<'de>>,
}

impl<'de> Parts<'de> {
    /// Where the text of a key of the header goes.
    #[inline]
    fn part(&mut self, key: Key) -> &mut Option<Text<'de>> {
        match key {
            Key::Name => &mut self.name,
            Key::Namespace => &mut self.namespace,
            _ => &mut self.version,
        }
    }

    fn is_complete(&self) -> bool {
        self.name.is_some() && self.namespace.is_some() && self.version.is_some()
    }

    /// The header, looked through in the reference's order.
    fn header(&mut self, keys: &Keys) -> Result<Header<'de>, Error> {
        let namespace = self.namespace.take().ok_or_else(|| missing(&keys.namespace))?;
        let name = self.name.take().ok_or_else(|| missing(&keys.name))?;
        let version = self.version.take().ok_or_else(|| missing(&keys.version))?;
        // What isn't text is the name of nothing that is known; but a list or a map can't even be looked up.
        let not_text = |key: &str, found: Primitive, kind| {
            Error::new(kind, format!("{key:?} has to be text, not {}", found.describe()))
        };
        let namespace =
            namespace.map_err(|found| not_text(&keys.namespace, found, ErrorKind::UnsupportedObject))?;
        let name = name.map_err(|found| {
            let is_looked_up = !matches!(found, Primitive::List(_) | Primitive::Map(_));
            let kind = if is_looked_up { ErrorKind::UnsupportedObject } else { ErrorKind::InvalidValue };
            not_text(&keys.name, found, kind)
        })?;
        Ok(Header { namespace, name, version })
    }
}

struct KeyVisitor<'a, R> {
    receiver: &'a R,
    due: Key,
}

impl<'de, R: Receiver<'de>> NameVisitor<'de> for KeyVisitor<'_, R> {
    #[inline]
    fn expected(self) -> Option<Key> {
        Some(self.due)
    }
}

impl<'de, R: Receiver<'de>> Visitor<'de> for KeyVisitor<'_, R> {
    type Value = Option<Key>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of an envelope")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Key>, E> {
        Ok(self.receiver.key(text))
    }
}

struct DataSeed<'a, 'c, R> {
    receiver: &'a mut R,
    context: Context<'c>,
}

impl<'de, R: Receiver<'de>> DeserializeSeed<'de> for DataSeed<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.receiver.data(deserializer, self.context)
    }
}

//! Reading an envelope, whoever receives what is in it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::changes::ChangesSeed;
use super::expected::{NameSeed, NameVisitor};
use super::receiver::{Header, Key, Receiver};
use super::text::{Text, TextVisitor};
use crate::error::{Error, ErrorKind};
use crate::field::Context;
use crate::object::Places;
use crate::primitive::Primitive;
use crate::schema::Keys;

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
        let mut space = receiver.space();
        let mut early = Vec::new();
        loop {
            let seed = NameSeed { due: receiver.text(due), visitor: KeyVisitor { receiver: &receiver, due } };
            let Some(found) = map.next_key_seed(seed)? else { break };
            let key = match found {
                Some((own, key)) if space == Some(own) => Some(key),
                // The object is read by the keys of the namespace that its name stands under.
                Some((own, Key::Name)) if space.is_none() => {
                    space = Some(own);
                    receiver.decide(own);
                    parts.take_early(&mut early, own, &mut data, &mut changes);
                    Some(Key::Name)
                }
                Some((own, key)) if space.is_none() => {
                    early.push((own, key, map.next_value::<Primitive>()?));
                    continue;
                }
                _ => None,
            };
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
        if let (None, Some((first, ..))) = (space, early.first()) {
            let first = *first;
            receiver.decide(first);
            parts.take_early(&mut early, first, &mut data, &mut changes);
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

fn fail<'de, R: Receiver<'de>, E: de::Error>(receiver: &R, context: Context<'_>, error: Error) -> E {
    context.fail(match receiver.expected() {
        Some(name) => error.of(name),
        None => error,
    })
}

pub(crate) fn missing(key: &str) -> Error {
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

    /// Takes what stood in front of the name under keys of its namespace.
    fn take_early(
        &mut self,
        early: &mut Vec<(usize, Key, Primitive)>,
        space: usize,
        data: &mut Option<Primitive>,
        changes: &mut Option<Primitive>,
    ) {
        for (own, key, value) in std::mem::take(early) {
            match key {
                _ if own != space => {}
                Key::Data => *data = Some(value),
                Key::Changes => *changes = Some(value),
                key => {
                    *self.part(key) = Some(match value {
                        Primitive::Text(text) => Ok(Cow::Owned(text)),
                        other => Err(other),
                    });
                }
            }
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
    fn expected(self) -> Option<(usize, Key)> {
        Some((self.receiver.space().unwrap_or(0), self.due))
    }
}

impl<'de, R: Receiver<'de>> Visitor<'de> for KeyVisitor<'_, R> {
    type Value = Option<(usize, Key)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of an envelope")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<(usize, Key)>, E> {
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

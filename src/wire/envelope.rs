//! Reading an envelope, whoever receives what is in it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::changes::ChangesSeed;
use super::expected::{NameSeed, NameVisitor};
use super::receiver::{Addressed, Header, Key, Receiver};
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
        let mut kept = Kept::default();
        let mut marks = Places::default();
        let mut chosen = false;
        // The key that comes next as a rule.
        let mut next = Key::Name;
        let mut space = receiver.space();
        loop {
            let visitor = KeyVisitor { receiver: &receiver, next };
            let Some(found) = map.next_key_seed(NameSeed { name: receiver.text(next), visitor })? else {
                break;
            };
            let key = match found {
                Some((own, key)) if space == Some(own) => Some(key),
                // The object is read by the keys of the namespace that its name stands under.
                Some((own, Key::Name)) if space.is_none() => {
                    space = Some(own);
                    receiver.decide(own);
                    kept.decide(own, &mut parts);
                    Some(Key::Name)
                }
                Some((own, key)) if space.is_none() => {
                    kept.early.push((own, key, map.next_value::<Primitive>()?));
                    continue;
                }
                _ => None,
            };
            next = key.map_or(next, Key::next);
            match key {
                // The data were read by the first, and a map's last counts: this one is neither.
                Some(Key::Name | Key::Namespace | Key::Version) if chosen => {
                    let error = Error::invalid_value("the header of the envelope goes on behind the data");
                    return Err(fail(&receiver, context, error));
                }
                Some(key @ (Key::Name | Key::Namespace | Key::Version)) => {
                    let text = TextVisitor { expected: receiver.header(key) };
                    *parts.part(key) = Some(map.next_value_seed(text.seed())?);
                }
                Some(Key::Data) if chosen || parts.is_complete() => {
                    if !chosen {
                        choose(&mut receiver, &mut parts, context)?;
                        chosen = true;
                    }
                    map.next_value_seed(DataSeed { receiver: &mut receiver, context })?;
                }
                Some(Key::Data) => kept.data = Some(map.next_value::<Primitive>()?),
                Some(Key::Changes) if chosen => {
                    (kept.changes, marks) = (None, Places::default());
                    map.next_value_seed(ChangesSeed { receiver: &receiver, marks: &mut marks })?;
                }
                // What is wrong with them shows after what is wrong with the data, as in the reference.
                Some(Key::Changes) => kept.changes = Some(map.next_value::<Primitive>()?),
                None => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        if !chosen || kept.changes.is_some() {
            kept.give(&mut receiver, parts, space, chosen, &mut marks, context)?;
        }
        marks.iter().for_each(|place| receiver.mark(place));
        receiver.finish(context).map_err(|error| context.fail(error))
    }
}

/// Lets the receiver see the header.
fn choose<'de, E: de::Error>(
    receiver: &mut dyn Addressed<'de>,
    parts: &mut Parts<'de>,
    context: Context<'_>,
) -> Result<(), E> {
    let header = parts.header(&receiver.keys()).map_err(|error| fail(receiver, context, error))?;
    receiver.choose(header, context).map_err(|error| fail(receiver, context, error))
}

/// Parts of an envelope that stood in front of what says how they are read.
#[derive(Default)]
struct Kept {
    data: Option<Primitive>,
    changes: Option<Primitive>,
    early: Vec<(usize, Key, Primitive)>,
}

impl Kept {
    /// Takes what stood in front of the name under keys of that serial namespace.
    #[cold]
    fn decide(&mut self, space: usize, parts: &mut Parts<'_>) {
        for (own, key, value) in std::mem::take(&mut self.early) {
            match key {
                _ if own != space => {}
                Key::Data => self.data = Some(value),
                Key::Changes => self.changes = Some(value),
                key => {
                    *parts.part(key) = Some(match value {
                        Primitive::Text(text) => Ok(Cow::Owned(text)),
                        other => Err(other),
                    });
                }
            }
        }
    }

    /// Gives the receiver what was kept, at the end of the envelope.
    #[cold]
    fn give<'de, E: de::Error>(
        mut self,
        receiver: &mut dyn Addressed<'de>,
        mut parts: Parts<'de>,
        space: Option<usize>,
        chosen: bool,
        marks: &mut Places,
        context: Context<'_>,
    ) -> Result<(), E> {
        if let (None, Some((first, ..))) = (space, self.early.first()) {
            let first = *first;
            receiver.decide(first);
            self.decide(first, &mut parts);
        }
        if !chosen {
            choose(receiver, &mut parts, context)?;
            let Some(data) = self.data else {
                let error = missing(&receiver.keys().data);
                return Err(fail(receiver, context, error));
            };
            receiver.kept_data(data, context).map_err(de::Error::custom)?;
        }
        if let Some(changes) = self.changes {
            ChangesSeed { receiver: &*receiver, marks }.deserialize(changes.into_deserializer())?;
        }
        Ok(())
    }
}

fn fail<E: de::Error>(receiver: &dyn Addressed<'_>, context: Context<'_>, error: Error) -> E {
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
    next: Key,
}

impl<'de, R: Addressed<'de>> NameVisitor<'de> for KeyVisitor<'_, R> {
    #[inline]
    fn expected(self) -> Option<(usize, Key)> {
        Some((self.receiver.space().unwrap_or(0), self.next))
    }
}

impl<'de, R: Addressed<'de>> Visitor<'de> for KeyVisitor<'_, R> {
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

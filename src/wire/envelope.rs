//! Reading an envelope, whoever receives what is in it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, Unexpected, Visitor};

use super::changes::ChangesSeed;
use super::expected::{NameSeed, NameVisitor};
use super::receiver::{Addressed, Foreseen, Header, Key, Marks, Receiver};
use super::text::{Text, TextVisitor};
use crate::behind::{BehindMap, Entries as _, Failed, Input, Shape, Taker, Wish};
use crate::error::{Error, ErrorKind};
use crate::field::Context;
use crate::primitive::{Kept, Reader, Tagged};
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
        expecting(&self.receiver, f)
    }

    /// Refuses text without repeating it: it may be a whole envelope, with secrets in it.
    fn visit_str<E: de::Error>(self, _: &str) -> Result<R::Output, E> {
        Err(E::invalid_type(Unexpected::Other("text"), &self))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<R::Output, A::Error> {
        let found = Tagged::read(data)?.to_string();
        Err(de::Error::invalid_type(Unexpected::Other(&found), &self))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<R::Output, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<R::Output, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R::Output, A::Error> {
        let Envelope { mut receiver, context } = self;
        let mut walk = Walk::new(&*once_a_format(&mut receiver));
        while let Some(part) = walk.next_part(once_a_format(&mut receiver), &mut map, context)? {
            match part {
                Part::Data => map.next_value_seed(DataSeed { receiver: &mut receiver, context })?,
                Part::Changes => walk.read_changes(&receiver, &mut map)?,
            }
        }
        walk.end(&mut receiver, context)?;
        receiver.finish(context).map_err(|error| context.fail(error))
    }
}

/// Reads an envelope, all of it through pointers.
pub(super) fn read_envelope_behind<'de, R: Receiver<'de, Output = ()>>(
    input: &mut dyn Input<'de>,
    receiver: R,
    context: Context<'_>,
) -> Result<(), Failed> {
    input.read(Wish::Any, &mut EnvelopeBehind { receiver: Some(receiver), context })
}

/// Takes an envelope through a pointer.
struct EnvelopeBehind<'c, R> {
    receiver: Option<R>,
    context: Context<'c>,
}

impl<'de, R: Receiver<'de, Output = ()>> Taker<'de> for EnvelopeBehind<'_, R> {
    fn take(&mut self, shape: Shape<'_, 'de>) -> Result<(), Failed> {
        let map = match shape {
            Shape::Some(input) | Shape::Newtype(input) => return input.read(Wish::Any, self),
            Shape::Map(map) => Ok(map),
            shape => Err(shape),
        };
        let context = self.context;
        let Some(mut receiver) = self.receiver.take() else { return Ok(()) };
        let map = match map {
            Ok(map) => map,
            Err(shape) => return shape.show_to(Envelope { receiver, context }),
        };
        let mut map = BehindMap(map);
        let mut walk = Walk::new(&receiver);
        while let Some(part) = walk.next_part(&mut receiver, &mut map, context)? {
            match part {
                Part::Data => map.value_behind(&mut |input| receiver.data_behind(input, context))?,
                Part::Changes => walk.read_changes(&receiver, &mut map)?,
            }
        }
        walk.end(&mut receiver, context)?;
        receiver.finish(context).map_err(|error| context.fail(error))
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.receiver {
            Some(receiver) => expecting(receiver, f),
            None => Ok(()),
        }
    }
}

fn expecting<'de, R: Addressed<'de>>(receiver: &R, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "an object's envelope, a map with the key {:?}", receiver.keys().name)
}

/// The receiver behind a pointer where code isn't optimised, so that the reading of keys is compiled once for a format;
/// elsewhere as it is, so that it is compiled for each object, and fast.
#[cfg(debug_assertions)]
fn once_a_format<'a, 'de: 'a, R: Addressed<'de> + 'a>(
    receiver: &'a mut R,
) -> &'a mut (dyn Addressed<'de> + 'a) {
    receiver
}

#[cfg(not(debug_assertions))]
fn once_a_format<R>(receiver: &mut R) -> &mut R {
    receiver
}

/// A part of an envelope that is read by who knows the receiver.
enum Part {
    Data,
    Changes,
}

/// A walk through the keys of an envelope, as far as it goes without the type of the object.
struct Walk<'de> {
    parts: Parts<'de>,
    data: Option<Kept>,
    changes: Option<Kept>,
    marks: Marks,
    chosen: bool,
    /// The key that comes next as a rule.
    next: Key,
    space: Option<usize>,
    foreseen: Foreseen,
    early: Vec<(usize, Key, Kept)>,
}

impl<'de> Walk<'de> {
    fn new<R: Addressed<'de> + ?Sized>(receiver: &R) -> Self {
        Walk {
            parts: Parts::default(),
            data: None,
            changes: None,
            marks: Marks::default(),
            chosen: false,
            next: Key::Name,
            space: receiver.space(),
            foreseen: receiver.foreseen(),
            early: Vec::new(),
        }
    }

    /// Reads on until the data come that the receiver reads itself, or the changes; none, at the end of the envelope.
    #[inline]
    fn next_part<A: MapAccess<'de>, R: Addressed<'de> + ?Sized>(
        &mut self,
        receiver: &mut R,
        map: &mut A,
        context: Context<'_>,
    ) -> Result<Option<Part>, A::Error> {
        loop {
            let visitor = KeyVisitor { receiver: &*receiver, own: self.space.unwrap_or(0), next: self.next };
            let name = receiver.known_keys().and_then(|keys| self.next.plain(keys));
            let Some(found) = map.next_key_seed(NameSeed { name, visitor })? else {
                return Ok(None);
            };
            let key = match found {
                Some((own, key)) if self.space == Some(own) => Some(key),
                // The object is read by the keys of the namespace that its name stands under.
                Some((own, Key::Name)) if self.space.is_none() => {
                    self.decide(receiver, own);
                    Some(Key::Name)
                }
                Some((own, key)) if self.space.is_none() => {
                    self.early.push((own, key, map.next_value::<Kept>()?));
                    continue;
                }
                _ => None,
            };
            self.next = key.map_or(self.next, Key::next);
            match key {
                // The data were read by the first, and a map's last counts: this one is neither.
                Some(Key::Name | Key::Namespace | Key::Version) if self.chosen => {
                    let error = Error::invalid_value("the header of the envelope goes on behind the data");
                    return Err(fail(receiver, context, error));
                }
                Some(key @ (Key::Name | Key::Namespace | Key::Version)) => {
                    let text = TextVisitor { expected: self.foreseen.value(key) };
                    *self.parts.part(key) = Some(map.next_value_seed(text.seed())?);
                }
                Some(Key::Data) if self.chosen || self.parts.is_complete() => {
                    self.choose(receiver, context)?;
                    return Ok(Some(Part::Data));
                }
                Some(Key::Data) => self.data = Some(map.next_value::<Kept>()?),
                // Which fields a relay carries along is known once the last data were read.
                Some(Key::Changes) if self.chosen && !receiver.carries() => return Ok(Some(Part::Changes)),
                // What is wrong with them shows after what is wrong with the data, as in the reference.
                Some(Key::Changes) => self.changes = Some(map.next_value::<Kept>()?),
                None => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
    }

    /// Reads the names of the changed fields. The receiver stands behind a pointer, so that this is compiled once for a
    /// format.
    fn read_changes<A: MapAccess<'de>>(
        &mut self,
        receiver: &dyn Addressed<'de>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        (self.changes, self.marks) = (None, Marks::default());
        map.next_value_seed(ChangesSeed { receiver, marks: &mut self.marks })
    }

    fn end<E: de::Error>(
        &mut self,
        receiver: &mut dyn Addressed<'de>,
        context: Context<'_>,
    ) -> Result<(), E> {
        if let (None, Some((first, ..))) = (self.space, self.early.first()) {
            let first = *first;
            self.decide(receiver, first);
        }
        if !self.chosen {
            self.choose(receiver, context)?;
            let Some(data) = self.data.take() else {
                let error = missing(&receiver.keys().data);
                return Err(fail(receiver, context, error));
            };
            receiver.kept_data(data, context).map_err(de::Error::custom)?;
        }
        if let Some(changes) = self.changes.take() {
            let seed = ChangesSeed { receiver, marks: &mut self.marks };
            seed.deserialize(Reader::<E>::from(changes))?;
        }
        if !self.marks.is_empty() {
            receiver.mark(&self.marks);
        }
        Ok(())
    }

    /// The keys of that serial namespace count from here on.
    fn decide<R: Addressed<'de> + ?Sized>(&mut self, receiver: &mut R, space: usize) {
        self.space = Some(space);
        receiver.decide(space);
        self.parts.take_early(&mut self.early, space, &mut self.data, &mut self.changes);
    }

    /// Lets the receiver see the header, once.
    fn choose<E: de::Error, R: Addressed<'de> + ?Sized>(
        &mut self,
        receiver: &mut R,
        context: Context<'_>,
    ) -> Result<(), E> {
        if std::mem::replace(&mut self.chosen, true) {
            return Ok(());
        }
        let header = self.parts.header(&receiver.keys()).map_err(|error| fail(receiver, context, error))?;
        receiver.choose(header, context).map_err(|error| fail(receiver, context, error))
    }
}

fn fail<'de, E: de::Error, R: Addressed<'de> + ?Sized>(
    receiver: &R,
    context: Context<'_>,
    error: Error,
) -> E {
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
        early: &mut Vec<(usize, Key, Kept)>,
        space: usize,
        data: &mut Option<Kept>,
        changes: &mut Option<Kept>,
    ) {
        for (own, key, value) in std::mem::take(early) {
            match key {
                _ if own != space => {}
                Key::Data => *data = Some(value),
                Key::Changes => *changes = Some(value),
                key => {
                    let text = value.as_str().map(|text| Cow::Owned(text.to_owned()));
                    *self.part(key) = Some(text.ok_or_else(|| value.describe()));
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
        let not_text =
            |key: &str, found, kind| Error::new(kind, format!("{key:?} has to be text, not {found}"));
        let namespace =
            namespace.map_err(|found| not_text(&keys.namespace, found, ErrorKind::UnsupportedObject))?;
        let name = name.map_err(|found| {
            let is_looked_up = !matches!(found, "a list" | "a map");
            let kind = if is_looked_up { ErrorKind::UnsupportedObject } else { ErrorKind::InvalidValue };
            not_text(&keys.name, found, kind)
        })?;
        Ok(Header { namespace, name, version })
    }
}

struct KeyVisitor<'a, R: ?Sized> {
    receiver: &'a R,
    own: usize,
    next: Key,
}

impl<'de, R: Addressed<'de> + ?Sized> NameVisitor<'de> for KeyVisitor<'_, R> {
    #[inline]
    fn expected(self) -> Option<(usize, Key)> {
        Some((self.own, self.next))
    }
}

impl<'de, R: Addressed<'de> + ?Sized> Visitor<'de> for KeyVisitor<'_, R> {
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

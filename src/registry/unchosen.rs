use std::borrow::Cow;

use serde::de::{self, Deserialize as _, Deserializer};

use super::any::{AnyObject, Erased};
use super::{Entry, Registry, unknown};
use crate::error::Error;
use crate::field::{Context, GROWTH};
use crate::primitive::Kept;
#[cfg(feature = "dynamic")]
use crate::registry::dynamic::DynamicObject;
use crate::schema::{Keys, ObjectSchema};
use crate::version::Arriving;
use crate::wire::{
    Addressed, Finder, Header, KeptError, Key, Marks, Names, Receiver, incompatible, is_read, missing,
    read_data, unsupported,
};

/// How many bytes an envelope takes at least, and a field of the object about.
const ENVELOPE: usize = 96;
const FIELD: usize = 48;

/// Receives an object whose type its header names.
pub(crate) struct Unchosen<'r> {
    registry: &'r Registry,
    /// The namespaces of the class that the reference would read with; each object's own, where there is none.
    class: Option<(&'r str, &'r Keys)>,
    /// Entries of the object that is declared, which is the one that comes as a rule.
    declared: &'r [Entry],
    /// Place of the keys that the name stood under, where there are several.
    space: Option<usize>,
    chosen: Option<(Box<dyn Erased>, Arriving)>,
    /// Finds the fields of what was chosen.
    finder: Option<Finder>,
    /// Whether data were read into what was chosen; a second time, they replace the first.
    #[cfg(feature = "dynamic")]
    is_filled: bool,
}

impl<'r> Unchosen<'r> {
    pub(super) fn outermost(registry: &'r Registry) -> Self {
        Unchosen::of(registry, None, &[])
    }

    /// An object that is read through a class of those namespaces: of the parent, or of the reader's own.
    pub(crate) fn within(registry: &'r Registry, namespace: &'r str, keys: &'r Keys) -> Self {
        Unchosen::of(registry, Some((namespace, keys)), &[])
    }

    /// An object of that name, or one that extends it, in an object of that schema.
    #[cfg(feature = "dynamic")]
    pub(super) fn declared(registry: &'r Registry, name: &str, parent: &'r ObjectSchema) -> Self {
        let declared = registry.entries_of(name).unwrap_or_default();
        // As a rule these are the namespaces of the object around it, by which the reference reads.
        let class = declared.first().map_or(parent, |entry| &entry.schema);
        Unchosen::of(registry, Some((&class.namespace, &class.keys)), declared)
    }

    fn of(registry: &'r Registry, class: Option<(&'r str, &'r Keys)>, declared: &'r [Entry]) -> Self {
        Unchosen {
            registry,
            class,
            declared,
            space: None,
            chosen: None,
            finder: None,
            #[cfg(feature = "dynamic")]
            is_filled: false,
        }
    }
}

/// The entry of the very version, else the newest that reads it.
pub(super) fn entry<'e>(
    entries: &'e [Entry],
    name: &str,
    version: &Arriving,
    context: Context<'_>,
) -> Result<&'e Entry, Error> {
    let exact = |entry: &&Entry| version.is_text_of(entry.schema.current());
    let reads = |entry: &&Entry| is_read(&entry.schema, version, entry.relay, context);
    let found = entries.iter().filter(exact).find(reads).or_else(|| entries.iter().find(reads));
    match (found, entries.first()) {
        (Some(entry), _) => Ok(entry),
        (None, Some(newest)) => Err(incompatible(&newest.schema, version, context)),
        (None, None) => Err(unknown(name)),
    }
}

impl<'de> Addressed<'de> for Unchosen<'_> {
    fn expected(&self) -> Option<&str> {
        None
    }

    fn kept_data(&mut self, data: Kept, context: Context<'_>) -> Result<(), KeptError> {
        match &mut self.chosen {
            Some((object, version)) => object.read_kept(data, version.version(), self.registry, context),
            None => Ok(()),
        }
    }

    fn key(&self, text: &str) -> Option<(usize, Key)> {
        match self.class {
            Some((_, keys)) => Key::of(keys, text).map(|key| (0, key)),
            None => {
                let mut keys = self.registry.keys.iter().enumerate();
                keys.find_map(|(space, keys)| Key::of(keys, text).map(|key| (space, key)))
            }
        }
    }

    fn space(&self) -> Option<usize> {
        let is_one = self.class.is_some() || self.registry.keys.len() < 2;
        if is_one { Some(0) } else { self.space }
    }

    fn known_keys(&self) -> Option<&Keys> {
        match self.class {
            Some((_, keys)) => Some(keys),
            None => self.registry.keys.get(Addressed::space(self)?),
        }
    }

    fn known(&self) -> Option<(&ObjectSchema, Names)> {
        let (chosen, finder) = (self.chosen.as_ref()?, self.finder.as_ref()?);
        Some((chosen.0.schema(), finder.names()))
    }

    fn decide(&mut self, space: usize) {
        self.space = Some(space);
    }

    fn keys(&self) -> Cow<'_, Keys> {
        let own = self.registry.keys.get(self.space.unwrap_or(0));
        match self.class.map(|(_, keys)| keys).or(own) {
            Some(keys) => Cow::Borrowed(keys),
            None => Cow::Owned(Keys::new("versioned_object")),
        }
    }

    fn choose(&mut self, header: Header<'de>, context: Context<'_>) -> Result<(), Error> {
        let entries = match self.declared {
            [newest, ..] if newest.schema.name == header.name => Ok(self.declared),
            _ => self.registry.entries_of(&header.name),
        };
        let newest = entries.as_ref().ok().and_then(|entries| entries.first()).map(|entry| &*entry.schema);
        let expected = self.class.map(|(namespace, _)| namespace).or(newest.map(|schema| &*schema.namespace));
        if expected.is_some_and(|namespace| header.namespace != namespace) {
            return Err(unsupported(&header, newest));
        }
        let entries = entries?;
        let version = header.version(context)?;
        let entry = entry(entries, &header.name, &version, context)?;
        if self.class.is_none() && entry.schema.keys != *self.keys() {
            return Err(missing(&entry.schema.keys.namespace));
        }
        context.spend(ENVELOPE * GROWTH, entry.schema.fields.len().saturating_mul(FIELD))?;
        self.finder = Some(Finder::of(&entry.schema, version.version()));
        self.chosen = Some(((entry.unset)(&entry.schema), version));
        Ok(())
    }

    fn is_at(&self, index: usize, name: &str) -> bool {
        let chosen = self.chosen.as_ref().zip(self.finder.as_ref());
        chosen.is_some_and(|((object, _), finder)| finder.is_today(object.schema(), index, name))
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        let ((object, _), finder) = self.chosen.as_ref().zip(self.finder.as_ref())?;
        finder.index(object.schema(), name)
    }

    fn carries(&self) -> bool {
        self.chosen.as_ref().is_some_and(|(object, _)| object.carried().is_some())
    }

    fn carried_index(&self, name: &str) -> Option<usize> {
        self.chosen.as_ref().and_then(|(object, _)| object.carried()?.index_of(name))
    }

    fn mark(&mut self, marks: &Marks) {
        let Some((object, _)) = &mut self.chosen else { return };
        marks.fields.iter().for_each(|index| object.mark_changed(index));
        if let Some(unknown) = object.carried_mut() {
            unknown.mark(&marks.carried);
        }
    }
}

impl<'de> Receiver<'de> for Unchosen<'_> {
    type Output = AnyObject;

    fn data<D: Deserializer<'de>>(&mut self, deserializer: D, context: Context<'_>) -> Result<(), D::Error> {
        let Some((object, version)) = &mut self.chosen else { return Ok(()) };
        // An object whose type is known here needs no pointer between it and the format.
        #[cfg(feature = "dynamic")]
        if let Some(object) = object.as_any_mut().downcast_mut::<DynamicObject>() {
            if std::mem::replace(&mut self.is_filled, true) {
                object.start_over();
            }
            return object.read(deserializer, version.version(), self.registry, context);
        }
        match object.pointed() {
            Some(object) => {
                object.start_over();
                read_data(object, deserializer, version.version(), context)
            }
            None => de::IgnoredAny::deserialize(deserializer).map(drop),
        }
    }

    fn finish(self, context: Context<'_>) -> Result<AnyObject, Error> {
        match self.chosen {
            Some((mut object, version)) => {
                object.finish(version, self.registry, context)?;
                Ok(AnyObject::from_erased(object))
            }
            None => Err(Error::invalid_value("an envelope without a header")),
        }
    }
}

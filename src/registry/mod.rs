//! Which objects a host knows.
//!
//! A registry is a value that a host owns, never a global: two hosts in one process can speak different
//! releases. It reads objects whose type isn't known beforehand, and tells peers what this host reads.

mod any;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::Deserializer;

use crate::error::{Error, ErrorKind};
use crate::field::Decoding;
use crate::object::VersionedObject;
use crate::schema::{Keys, ObjectSchema};
use crate::version::{Manifest, Version};
use crate::wire::{Header, Key, Receiver, accept, read_envelope};

pub use any::AnyObject;
use any::Erased;

/// The objects that a host knows, each with the versions that it reads.
///
/// ```
/// # use versioned_objects::{Field, VersionedObject, registry::Registry};
/// #[derive(VersionedObject)]
/// #[object(versions("1.0", "1.1"))]
/// struct Disk {
///     serial: Field<String>,
/// }
///
/// let registry = Registry::new().with::<Disk>().held_to("Disk", "1.0".parse()?)?;
/// assert_eq!(registry.manifest().get("Disk"), Some("1.0".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    entries: BTreeMap<&'static str, Entry>,
    /// The keys of the envelopes that there are: one serial namespace as a rule.
    keys: Vec<&'static Keys>,
    /// The names that are held to older versions.
    held: Manifest,
    /// The newest version of each name that is read.
    manifest: Manifest,
}

#[derive(Clone, Copy)]
struct Entry {
    schema: &'static ObjectSchema,
    unset: fn() -> Box<dyn Erased>,
    relay: bool,
}

impl Registry {
    /// A registry that knows no object.
    pub fn new() -> Self {
        Registry::default()
    }

    /// Registers an object. One of the same name that was there before is replaced.
    pub fn with<O: VersionedObject + Send + Sync + 'static>(mut self) -> Self {
        let schema = O::SCHEMA;
        self.entries
            .insert(&schema.name, Entry { schema, unset: || Box::new(O::unset()), relay: O::IS_RELAY });
        self.manifest.insert(&*schema.name, schema.current());
        if !self.keys.contains(&&schema.keys) {
            self.keys.push(&schema.keys);
        }
        self
    }

    /// Holds an object to the versions up to this one: the host is then one of an older release, and reads and
    /// announces nothing newer.
    ///
    /// # Errors
    /// Where no object of that name is registered, or it never had that version.
    pub fn held_to(mut self, name: &str, version: Version) -> Result<Self, Error> {
        let schema = self.schema(name)?;
        if !schema.has_version(version) {
            let message =
                format!("{name} has no version {version} to be held to; it has {}", schema.history());
            return Err(Error::new(ErrorKind::InvalidTargetVersion, message).of(name));
        }
        self.held.insert(name, version);
        self.manifest.insert(name, version);
        Ok(self)
    }

    /// The schema of the object of that name.
    ///
    /// # Errors
    /// Where none is registered.
    pub fn schema(&self, name: &str) -> Result<&'static ObjectSchema, Error> {
        self.entries.get(name).map(|entry| entry.schema).ok_or_else(|| unsupported(name))
    }

    /// The names of the objects, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.entries.keys().copied()
    }

    /// The versions of the object of that name that are read here, oldest first; none of an unknown name.
    pub fn versions(&self, name: &str) -> &'static [Version] {
        let Some(entry) = self.entries.get(name) else { return &[] };
        let versions: &'static [Version] = &entry.schema.versions;
        let newest = self.held.get(name);
        let length =
            versions.iter().take_while(|version| newest.is_none_or(|newest| **version <= newest)).count();
        versions.get(..length).unwrap_or(versions)
    }

    /// The newest version of each object that is read here: what a peer needs to write for this host.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The newest version of an object and of all objects that its fields can hold, directly or in lists
    /// (`obj_tree_get_versions`). Objects that may stand for one that they extend aren't among them.
    ///
    /// # Errors
    /// Where the object, or one that it can hold, isn't registered.
    pub fn tree(&self, name: &str) -> Result<Manifest, Error> {
        let mut tree = Manifest::new();
        let mut waiting = vec![self.schema(name)?];
        while let Some(schema) = waiting.pop() {
            let newest = self.manifest.get(&schema.name).unwrap_or(schema.current());
            tree.insert(&*schema.name, newest);
            for child in schema.fields.iter().filter_map(|field| field.ty.child()) {
                if tree.get(child).is_some() {
                    continue;
                }
                let known = self.schema(child).map_err(|_| {
                    let message = format!("{child} is referenced by {} but is not registered", schema.name);
                    Error::new(ErrorKind::UnregisteredSubobject, message).of(&schema.name)
                })?;
                waiting.push(known);
            }
        }
        Ok(tree)
    }

    /// A decoding that reads what this host reads.
    pub fn decoding(&self) -> Decoding<'_> {
        Decoding::new().held_to(&self.held)
    }

    /// Reads an object of any registered name.
    ///
    /// # Errors
    /// Where no object of that name is registered, it came in a version that isn't read here, or a field's
    /// value can't be read.
    pub fn decode<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<AnyObject, Error> {
        let decoding = self.decoding();
        match read_envelope(deserializer, Unchosen { registry: self, chosen: None }, decoding.context()) {
            Ok(object) => Ok(object),
            Err(error) => Err(decoding.into_error(error)),
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.manifest.iter().map(|(name, version)| (name, version.to_string())))
            .finish()
    }
}

fn unsupported(name: &str) -> Error {
    Error::new(ErrorKind::UnsupportedObject, format!("unsupported object type {name}"))
}

/// Receives an object whose type its header names.
struct Unchosen<'r> {
    registry: &'r Registry,
    chosen: Option<(Box<dyn Erased>, crate::version::Arriving)>,
}

impl<'de> Receiver<'de> for Unchosen<'_> {
    type Output = AnyObject;

    fn key(&self, text: &str) -> Option<Key> {
        self.registry.keys.iter().find_map(|keys| Key::of(keys, text))
    }

    fn keys(&self) -> Cow<'_, Keys> {
        match self.registry.keys.first() {
            Some(keys) => Cow::Borrowed(keys),
            None => Cow::Owned(Keys::new("versioned_object")),
        }
    }

    fn choose(&mut self, header: Header<'de>, context: crate::field::Context<'_>) -> Result<(), Error> {
        let entry = self.registry.entries.get(&*header.name).ok_or_else(|| unsupported(&header.name))?;
        accept(entry.schema, &header, entry.relay, context)?;
        self.chosen = Some(((entry.unset)(), header.version));
        Ok(())
    }

    fn data<D: Deserializer<'de>>(
        &mut self,
        deserializer: D,
        context: crate::field::Context<'_>,
    ) -> Result<(), D::Error> {
        let Some((object, version)) = &mut self.chosen else { return Ok(()) };
        let mut erased = <dyn erased_serde::Deserializer>::erase(deserializer);
        object.read_data(&mut erased, version.version(), context).map_err(serde::de::Error::custom)
    }

    fn changed(&mut self, name: &str) {
        if let Some((object, version)) = &mut self.chosen {
            object.mark_changed(name, version.version());
        }
    }

    fn finish(self, context: crate::field::Context<'_>) -> Result<AnyObject, Error> {
        let Some((mut object, version)) = self.chosen else { return Err(unsupported("of no name")) };
        object.finish(version, context)?;
        Ok(AnyObject::from_erased(object))
    }
}

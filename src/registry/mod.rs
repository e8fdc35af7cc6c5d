//! Which objects a host knows.
//!
//! A registry is a value that a host owns, never a global: two hosts in one process can speak different
//! releases. It reads objects whose type isn't known beforehand, and tells peers what this host reads.

#[cfg(all(feature = "compact", feature = "rpc"))]
mod announced;
mod any;
#[cfg(feature = "inventory")]
mod collected;
#[cfg(feature = "compact")]
mod compact;
#[cfg(feature = "dynamic")]
#[doc(hidden)]
pub mod dynamic;
mod echo;
mod edit;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod json_schema;
mod merge;
#[cfg(feature = "json")]
pub(crate) mod schemas;
mod unchosen;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

#[cfg(feature = "amqp")]
use indexmap::IndexMap;
use serde::de::Deserializer;

use crate::error::{Error, ErrorKind};
use crate::field::Decoding;
use crate::object::VersionedObject;
#[cfg(feature = "rpc")]
use crate::primitive::{Kept, Primitive};
use crate::schema::{Keys, ObjectSchema, Shared};
use crate::shortened::Plain;
use crate::version::{Manifest, Version};
use crate::wire::read_envelope;

pub use any::AnyObject;
pub(crate) use any::Erased;
#[cfg(feature = "inventory")]
pub use collected::Collected;
pub use echo::{Echo, Restored};
pub use edit::Edit;
#[cfg(feature = "dynamic")]
pub(crate) use edit::Editable;
#[cfg(feature = "json")]
pub use schemas::{Notes, SchemaEntry, SchemaError, Schemas, Unsaid};
pub(crate) use unchosen::Unchosen;

/// The objects that a host knows, each with the versions that it reads.
///
/// ```
/// # use versioned_objects::{Field, VersionedObject, registry::Registry};
/// #[derive(VersionedObject, Clone)]
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
    /// By name, and of each name the newest first.
    entries: BTreeMap<String, Vec<Entry>>,
    /// The keys of the envelopes that there are: one serial namespace as a rule.
    keys: Vec<Keys>,
    /// The names that are held to older versions.
    held: Manifest,
    /// The newest version of each name that is read.
    manifest: Manifest,
    /// The schemas of the older release that the host still is one of.
    released: BTreeMap<String, Arc<ObjectSchema>>,
    hook: Option<Hook>,
    /// Looked up when it is first asked for.
    #[cfg(all(feature = "compact", feature = "rpc"))]
    announced: std::sync::OnceLock<Arc<announced::Announced>>,
}

/// Callback that is told of each registration.
type Hook = Arc<dyn Fn(&ObjectSchema, usize) + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) schema: Shared<ObjectSchema>,
    unset: fn(&Shared<ObjectSchema>) -> Box<dyn Erased>,
    relay: bool,
}

impl Entry {
    fn unset(&self) -> AnyObject {
        AnyObject::from_erased((self.unset)(&self.schema))
    }
}

impl Registry {
    /// A registry that knows no object.
    pub const fn new() -> Self {
        Registry {
            entries: BTreeMap::new(),
            keys: Vec::new(),
            held: Manifest::new(),
            manifest: Manifest::new(),
            released: BTreeMap::new(),
            hook: None,
            #[cfg(all(feature = "compact", feature = "rpc"))]
            announced: std::sync::OnceLock::new(),
        }
    }

    /// The registry of whoever has none: it knows no object.
    #[cfg(feature = "dynamic")]
    pub(crate) fn none() -> &'static Registry {
        static NONE: Registry = Registry::new();
        &NONE
    }

    /// Registers an object. One of the same name and version that was there before is replaced; several
    /// versions of a name stand beside each other.
    pub fn with<O: VersionedObject + Clone + Send + Sync + 'static>(self) -> Self {
        let schema = Shared::Static(O::SCHEMA);
        self.with_entry(Entry { schema, unset: |_| Box::new(O::unset()), relay: O::IS_RELAY })
    }

    /// Tells of each registration from here on (`registration_hook`). As in the reference, the hook sees the new
    /// object once for each registered version of its name that it is compared with, newest first, with the place of
    /// that; and where it is the oldest, or the first, once more with zero.
    pub fn with_hook(mut self, hook: impl Fn(&ObjectSchema, usize) + Send + Sync + 'static) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    fn with_entry(mut self, entry: Entry) -> Self {
        let name = entry.schema.name.to_string();
        let version = entry.schema.current();
        if !self.keys.contains(&entry.schema.keys) {
            self.keys.push(entry.schema.keys.clone());
        }
        let entries = self.entries.entry(name.clone()).or_default();
        let place = entries.iter().position(|other| other.schema.current() <= version);
        if let Some(hook) = &self.hook {
            (0..place.map_or(entries.len(), |place| place + 1)).for_each(|index| hook(&entry.schema, index));
            if place.is_none() {
                hook(&entry.schema, 0);
            }
        }
        match place {
            Some(place) if entries[place].schema.current() == version => entries[place] = entry,
            Some(place) => entries.insert(place, entry),
            None => entries.push(entry),
        }
        self.forget_announced();
        let is_held = self.held.get(&name).is_some();
        if !is_held && self.manifest.get(&name).is_none_or(|newest| newest < version) {
            self.manifest.insert(name, version);
        }
        self
    }

    /// Forgets what was looked up, since it is no longer so.
    fn forget_announced(&mut self) {
        #[cfg(all(feature = "compact", feature = "rpc"))]
        self.announced.take();
    }

    /// Holds an object to the versions up to this one: the host is then one of an older release, and reads and
    /// announces nothing newer.
    ///
    /// # Errors
    /// Where no object of that name is registered, or it never had that version.
    pub fn held_to(mut self, name: &str, version: Version) -> Result<Self, Error> {
        let entries = self.entries_of(name)?;
        if !entries.iter().any(|entry| entry.schema.has_version(version)) {
            let history = entries.iter().map(|entry| entry.schema.history().to_string());
            let history = history.collect::<Vec<_>>().join("; ");
            let message = format!("{name} has no version {version} to be held to; it has {history}");
            return Err(Error::new(ErrorKind::InvalidTargetVersion, message).of(name));
        }
        self.held.insert(name, version);
        self.manifest.insert(name, version);
        self.forget_announced();
        Ok(self)
    }

    /// The registry of a host that runs this code and is still one of an older release, by the schemas of that release
    /// (those of its locks, say): it knows the objects of the release alone, reads and announces no newer versions, and
    /// objects have the methods and arguments that they had then, for whoever calls them by RPC.
    ///
    /// # Errors
    /// Where an object of the release isn't registered, or never had the version.
    pub fn as_released<'s>(
        &self,
        schemas: impl IntoIterator<Item = &'s ObjectSchema>,
    ) -> Result<Self, Error> {
        let mut released = Registry::new();
        for schema in schemas {
            let entries = self.entries_of(&schema.name)?;
            released = entries.iter().cloned().fold(released, Registry::with_entry);
            released = released.held_to(&schema.name, schema.current())?;
            released.released.insert(schema.name.to_string(), Arc::new(schema.clone()));
        }
        Ok(released)
    }

    /// The schema that an object had in the older release that the host still is one of.
    #[cfg(feature = "rpc")]
    pub(crate) fn released(&self, name: &str) -> Option<&ObjectSchema> {
        self.released.get(name).map(|schema| &**schema)
    }

    /// Whether any object is held to an older version than its newest.
    pub fn is_held(&self) -> bool {
        self.held
            .iter()
            .any(|(name, version)| self.schema(name).is_ok_and(|schema| version < schema.current()))
    }

    /// The target of what is sent without an agreement: the versions that objects are held to, where they are.
    #[cfg(feature = "rpc")]
    pub(crate) fn target(&self) -> crate::version::Target<'_> {
        use crate::version::Target;
        if self.is_held() { Target::Manifest(self.manifest()) } else { Target::Own }
    }

    pub(crate) fn entries_of(&self, name: &str) -> Result<&[Entry], Error> {
        self.entries.get(name).map(Vec::as_slice).ok_or_else(|| unknown(name))
    }

    /// The schema of the object of that name, of its newest version.
    ///
    /// # Errors
    /// Where none is registered.
    pub fn schema(&self, name: &str) -> Result<&ObjectSchema, Error> {
        Ok(self.shared_schema(name)?)
    }

    pub(crate) fn shared_schema(&self, name: &str) -> Result<&Shared<ObjectSchema>, Error> {
        let newest = self.entries_of(name)?.first();
        newest.map(|entry| &entry.schema).ok_or_else(|| unknown(name))
    }

    /// An object of the newest version of that name, as it is before any field is set; a list object then has no
    /// elements.
    ///
    /// # Errors
    /// Where none is registered.
    pub fn unset(&self, name: &str) -> Result<AnyObject, Error> {
        let newest = self.entries_of(name)?.first();
        let object = newest.map(Entry::unset);
        object.ok_or_else(|| {
            Error::new(ErrorKind::UnsupportedObject, format!("unsupported object type {name}"))
        })
    }

    /// Returns an object of that name and version without any value.
    ///
    /// # Errors
    /// Where none is registered.
    pub fn unset_of(&self, name: &str, version: Version) -> Result<AnyObject, Error> {
        let mut entries = self.entries_of(name)?.iter();
        let entry = entries.find(|entry| entry.schema.current() == version);
        entry.map(Entry::unset).ok_or_else(|| {
            Error::new(ErrorKind::UnsupportedObject, format!("no {name} of version {version}"))
        })
    }

    /// The schemas of all registered versions of a name, the newest first.
    pub fn schemas(&self, name: &str) -> impl Iterator<Item = &ObjectSchema> {
        self.entries.get(name).into_iter().flatten().map(|entry| &*entry.schema)
    }

    /// The names of the objects, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The versions of the object of that name that are read here, oldest first; none of an unknown name.
    pub fn versions(&self, name: &str) -> Vec<Version> {
        let newest = self.held.get(name);
        let all = self.schemas(name).flat_map(|schema| schema.versions.iter().copied());
        let mut versions: Vec<_> =
            all.filter(|version| newest.is_none_or(|newest| *version <= newest)).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
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
            tree.insert(&*schema.name, self.manifest.get(&schema.name).unwrap_or(schema.current()));
            for child in schema.fields.iter().filter_map(|field| schema.child_of(field)) {
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

    /// Whether the value is an object of a serial namespace that is known here.
    #[cfg(feature = "amqp")]
    pub(crate) fn is_envelope(&self, value: &Primitive) -> bool {
        let has_name =
            |entries: &IndexMap<_, _>| self.keys.iter().any(|keys| entries.contains_key(&*keys.name));
        value.as_map().is_some_and(has_name)
    }

    /// Whether a value that was kept is such an object.
    #[cfg(feature = "rpc")]
    pub(crate) fn is_kept_envelope(&self, value: &Kept) -> bool {
        value.has_key(|key| self.keys.iter().any(|keys| *keys.name == *key))
    }

    /// The name of an object and its version, to be changed.
    #[cfg(feature = "rpc")]
    pub(crate) fn header_mut<'a>(&self, value: &'a mut Primitive) -> Option<(String, &'a mut String)> {
        let entries = value.as_map_mut()?;
        let of_name = |key: &String| self.keys.iter().find(|keys| *keys.name == **key);
        let keys = entries.keys().find_map(of_name)?;
        let name = entries.get(&*keys.name)?.as_str()?.to_owned();
        match entries.get_mut(&*keys.version)? {
            Primitive::Text(version) => Some((name, version)),
            _ => None,
        }
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
        self.decode_with(deserializer, self.decoding())
    }

    /// Reads an object of any registered name, with a decoding of the caller's own.
    ///
    /// # Errors
    /// As [`Registry::decode`].
    pub fn decode_with<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
        decoding: Decoding<'_>,
    ) -> Result<AnyObject, Error> {
        read(deserializer, Unchosen::outermost(self), decoding)
    }

    /// Reads an object of any registered name, whose envelope is that of a base class with these namespaces.
    ///
    /// # Errors
    /// As [`Registry::decode`].
    pub fn decode_as<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
        namespace: &str,
        keys: &Keys,
        decoding: Decoding<'_>,
    ) -> Result<AnyObject, Error> {
        read(deserializer, Unchosen::within(self, namespace, keys), decoding)
    }
}

fn unknown(name: &str) -> Error {
    Error::new(ErrorKind::UnsupportedObject, format!("unsupported object type {}", Plain(name)))
}

fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    receiver: Unchosen<'_>,
    decoding: Decoding<'_>,
) -> Result<AnyObject, Error> {
    let context = decoding.context();
    match context.deeper().and_then(|context| read_envelope(deserializer, receiver, context)) {
        Ok(object) => Ok(object),
        Err(error) => Err(decoding.into_error(error)),
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.manifest.iter().map(|(name, version)| (name, version.to_string())))
            .finish()
    }
}

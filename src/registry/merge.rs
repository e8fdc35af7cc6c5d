//! Merging the object that a peer sent back into the one that is still held here.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::de::IntoDeserializer;
use serde::de::value::Error as Refusal;

use super::{AnyObject, Registry};
use crate::compat::Backport;
use crate::error::Error;
use crate::field::Entity;
use crate::object::VersionedObject;
use crate::primitive::{Primitive, Reader};
use crate::schema::ObjectSchema;
use crate::version::{IntoTarget, Target};

impl Registry {
    /// Merges an object that was sent to a peer, changed there and came back into what is held of it here.
    ///
    /// Fields that the peer changed win: those that it marked as changed and that say something else than was
    /// sent to it. All others stay as they are held, so what the peer never knew is kept, and what was replaced
    /// for it doesn't come back in its stead. Objects inside are merged in the same way, in lists of the same
    /// length place by place, in dicts key by key. The merged fields count as changed, as do those that did.
    ///
    /// ```
    /// # use versioned_objects::{Backport, Field, VersionedObject, registry::Registry};
    /// #[derive(VersionedObject, Clone, Default)]
    /// #[object(versions("1.0", "1.1"))]
    /// struct Disk {
    ///     serial: Field<String>,
    ///     #[field(since = "1.1")]
    ///     cache: Field<String>,
    /// }
    ///
    /// let registry = Registry::new().with::<Disk>();
    /// let held = Disk { serial: "a".to_owned().into(), cache: "none".to_owned().into() };
    /// let sent = serde_json::to_string(&held.at("1.0")?)?;
    /// let mut edited: Disk = serde_json::from_str(&sent)?;
    /// edited.serial.set("b".to_owned());
    /// let merged = registry.merge(&held, &edited, "1.0")?;
    /// assert_eq!(merged.serial.get().map(String::as_str), Some("b"));
    /// assert_eq!(merged.cache.get().map(String::as_str), Some("none"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where the object couldn't be sent for that target, or an object inside it isn't registered.
    pub fn merge<'t, O: VersionedObject>(
        &self,
        held: &O,
        edited: &O,
        sent_for: impl IntoTarget<'t>,
    ) -> Result<O, Error> {
        let base = Primitive::of(&held.at(sent_for.into_target()?)?)?;
        let base: O = decoded(base, self)?;
        let form = |object: &O| self.form(object, O::SCHEMA);
        let merged = self.object(&form(held)?, &form(&base)?, &form(edited)?)?;
        let mut merged: O = decoded(merged, self)?;
        if let (Some(origin), Some(held)) = (merged.origin_mut(), held.origin()) {
            origin.clone_from(held);
        }
        Ok(merged)
    }

    /// Merges objects of any registered type; the result is in the newest version.
    ///
    /// # Errors
    /// As [`Registry::merge`].
    pub fn merge_any<'t>(
        &self,
        held: &AnyObject,
        edited: &AnyObject,
        sent_for: impl IntoTarget<'t>,
    ) -> Result<AnyObject, Error> {
        let base = self.read(Primitive::of(&held.at(sent_for.into_target()?)?)?)?;
        let form = |object: &AnyObject| self.form(object, object.schema());
        let merged = self.object(&form(held)?, &form(&base)?, &form(edited)?)?;
        self.read(merged)
    }

    pub(super) fn read(&self, envelope: Primitive) -> Result<AnyObject, Error> {
        let reader: Reader<Refusal> = envelope.into_deserializer();
        self.decode(reader)
    }

    /// An object and those inside it in the newest versions that are known here, where all can be compared: as a
    /// parent would have it, since an object by itself is not written in a newer version than it came in.
    pub(super) fn form<E: Entity>(&self, object: &E, schema: &ObjectSchema) -> Result<Primitive, Error> {
        let newest = self.manifest().get(&schema.name).unwrap_or(schema.current());
        Primitive::of(&object.at(Target::Child(newest, Some(self.manifest())))?)
    }

    /// Merges an object inside another, where it didn't go by the manifest.
    fn lifted(&self, envelope: &Primitive) -> Result<Primitive, Error> {
        let object = self.read(envelope.clone())?;
        self.form(&object, object.schema())
    }

    fn object(&self, ours: &Primitive, base: &Primitive, theirs: &Primitive) -> Result<Primitive, Error> {
        let Some(schema) = self.schema_of(ours) else { return Ok(theirs.clone()) };
        let keys = &schema.keys;
        let empty = IndexMap::new();
        let data = |envelope| data_of(envelope, schema).unwrap_or(&empty);
        let marked: HashSet<_> = changes_of(theirs, schema).into_iter().collect();
        let mut changes: HashSet<_> = changes_of(ours, schema).into_iter().collect();
        let mut merged = data(ours).clone();
        for (name, value) in data(theirs) {
            let was = data(base).get(name);
            if was == Some(value) {
                continue;
            }
            let is_marked = marked.contains(name.as_str());
            let taken = match merged.get(name) {
                Some(held) => self.value(held, was, value, is_marked)?,
                None => is_marked.then(|| value.clone()),
            };
            if let Some(value) = taken {
                merged.insert(name.clone(), value);
                changes.insert(name);
            }
        }
        let in_order = schema.fields.iter().filter(|field| changes.contains(&*field.name));
        let changes: Vec<_> = in_order.map(|field| Primitive::from(&*field.name)).collect();
        let mut envelope = ours.as_map().cloned().unwrap_or_default();
        envelope.insert(keys.data.to_string(), Primitive::Map(merged.into()));
        if !changes.is_empty() {
            envelope.insert(keys.changes.to_string(), Primitive::List(changes));
        }
        Ok(Primitive::Map(envelope.into()))
    }

    /// Value that takes the place of another; none, where that stays.
    fn value(
        &self,
        ours: &Primitive,
        base: Option<&Primitive>,
        theirs: &Primitive,
        is_marked: bool,
    ) -> Result<Option<Primitive>, Error> {
        if base == Some(theirs) {
            return Ok(None);
        }
        let whole = || is_marked.then(|| theirs.clone());
        if let (Some(held), Some(came)) = (self.schema_of(ours), self.schema_of(theirs)) {
            if held.name != came.name || changes_of(theirs, came).is_empty() {
                return Ok(whole());
            }
            let base = self.lifted(base.unwrap_or(theirs))?;
            return self.object(&self.lifted(ours)?, &base, &self.lifted(theirs)?).map(Some);
        }
        match (ours, theirs) {
            (Primitive::List(held), Primitive::List(came))
                if held.len() == came.len() && came.iter().any(|value| self.schema_of(value).is_some()) =>
            {
                let was = |index: usize| match base {
                    Some(Primitive::List(values)) => values.get(index),
                    _ => None,
                };
                let pairs = held.iter().zip(came).enumerate();
                let merged = pairs.map(|(index, (ours, theirs))| {
                    let taken = self.value(ours, was(index), theirs, is_marked)?;
                    Ok(taken.unwrap_or_else(|| ours.clone()))
                });
                Ok(Some(Primitive::List(merged.collect::<Result<_, Error>>()?)))
            }
            (Primitive::Map(held), Primitive::Map(came))
                if is_marked && came.values().any(|value| self.schema_of(value).is_some()) =>
            {
                let merged = came.iter().map(|(key, theirs)| {
                    let was = base.and_then(|base| base.get(key));
                    let taken = match held.get(key) {
                        Some(ours) => {
                            self.value(ours, was, theirs, is_marked)?.unwrap_or_else(|| ours.clone())
                        }
                        None => theirs.clone(),
                    };
                    Ok((key.clone(), taken))
                });
                Ok(Some(Primitive::Map(merged.collect::<Result<_, Error>>()?)))
            }
            _ => Ok(whole()),
        }
    }

    /// Name of the object, if it is one.
    pub(super) fn schema_of(&self, value: &Primitive) -> Option<&ObjectSchema> {
        let entries = value.as_map()?;
        let name = self.keys.iter().find_map(|keys| entries.get(&*keys.name)?.as_str())?;
        self.schema(name).ok().filter(|schema| entries.contains_key(&*schema.keys.data))
    }
}

fn decoded<O: VersionedObject>(envelope: Primitive, registry: &Registry) -> Result<O, Error> {
    let reader: Reader<Refusal> = envelope.into_deserializer();
    crate::wire::decode_with(reader, registry.decoding())
}

pub(super) fn data_of<'p>(
    envelope: &'p Primitive,
    schema: &ObjectSchema,
) -> Option<&'p IndexMap<String, Primitive>> {
    envelope.get(&schema.keys.data).and_then(Primitive::as_map)
}

pub(super) fn changes_of<'p>(envelope: &'p Primitive, schema: &ObjectSchema) -> Vec<&'p str> {
    match envelope.get(&schema.keys.changes) {
        Some(Primitive::List(names)) => names.iter().filter_map(Primitive::as_str).collect(),
        _ => Vec::new(),
    }
}

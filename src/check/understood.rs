//! Whether a host of a release understands an object: reads it in full, and writes it again as it came.

use serde::de::IntoDeserializer;
use serde::de::value::Error as Refusal;

use crate::compat::Backport;
use crate::error::{Error, ErrorKind};
use crate::object::same_object;
use crate::primitive::{Primitive, Reader};
use crate::registry::{AnyObject, Registry};
use crate::schema::ObjectSchema;
use crate::version::{Manifest, Target, Version};

/// The head of an envelope: its object's name and version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) version: String,
}

/// The head of an envelope of any serial namespace.
pub(super) fn header(value: &Primitive) -> Option<Header> {
    let entries = value.as_map()?;
    let text = |key: &str| entries.get(key).and_then(Primitive::as_str).map(str::to_owned);
    entries.keys().find_map(|key| {
        let space = key.strip_suffix(".name")?;
        let version = text(&format!("{space}.version"))?;
        entries.get(&format!("{space}.data"))?;
        Some(Header { name: text(key)?, version })
    })
}

/// The outermost objects in a value.
pub(super) fn outermost(value: &Primitive) -> Vec<&Primitive> {
    match value {
        value if header(value).is_some() => vec![value],
        Primitive::List(values) => values.iter().flat_map(outermost).collect(),
        Primitive::Map(entries) => entries.values().flat_map(outermost).collect(),
        _ => Vec::new(),
    }
}

/// All objects in a value, those inside others among them.
pub(super) fn headers(value: &Primitive, found: &mut Vec<Header>) {
    found.extend(header(value));
    match value {
        Primitive::List(values) => values.iter().for_each(|value| headers(value, found)),
        Primitive::Map(entries) => entries.values().for_each(|value| headers(value, found)),
        _ => {}
    }
}

/// The versions of the objects in a value; of a name that stands there in several, the lowest or the first.
pub(super) fn versions_in(value: &Primitive, lowest: bool) -> Manifest {
    let mut found = Vec::new();
    headers(value, &mut found);
    let mut manifest = Manifest::new();
    for head in found {
        let Ok(version) = head.version.parse::<Version>() else { continue };
        if manifest.get(&head.name).is_none_or(|known| lowest && version < known) {
            manifest.insert(head.name, version);
        }
    }
    manifest
}

/// Ways in which a host doesn't understand an object.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// It doesn't read the version, or doesn't know the object.
    Version(String),
    /// It reads the version, and not this object.
    Unreadable(String),
    /// Something is gone once it was read.
    Lost(String),
    /// Something is another value once it was read.
    Differs(String),
}

/// Reads an object as a host with these objects does.
pub(super) fn read(registry: &Registry, envelope: &Primitive) -> Result<AnyObject, Error> {
    let deserializer: Reader<Refusal> = envelope.clone().into_deserializer();
    registry.decode(deserializer)
}

/// The trouble that a host has with an object, if any.
pub(super) fn trouble(envelope: &Primitive, registry: &Registry) -> Option<Trouble> {
    let head = header(envelope)?;
    let object = match read(registry, envelope) {
        Ok(object) => object,
        Err(error) => {
            let told = format!("{} {}: {error}", head.name, head.version);
            return Some(match error.kind() {
                ErrorKind::IncompatibleVersion | ErrorKind::UnsupportedObject => Trouble::Version(told),
                _ => Trouble::Unreadable(told),
            });
        }
    };
    let version: Version = head.version.parse().ok()?;
    let manifest = versions_in(envelope, false);
    let target = match object.origin().is_some() {
        true => Target::Own,
        false => Target::Version(version, Some(&manifest)),
    };
    let again = match object.at(target).and_then(|view| Primitive::of(&view)) {
        Ok(again) => again,
        // What a rule refuses, or a function decides that no lock has, is told to whoever asks for it.
        Err(error) if error.kind() == ErrorKind::ObjectAction => return None,
        Err(error) => return Some(Trouble::Differs(format!("{} isn't written again: {error}", head.name))),
    };
    let [came, again] = [envelope.clone(), again].map(|value| without_graves(registry, value));
    let schema = object.schema();
    if same_object(schema, &|name| registry.schema(name).ok(), &came, &again) {
        return None;
    }
    let told = format!(
        "{} {} came as\n    {}\n  and its reader has of it\n    {}",
        head.name,
        head.version,
        json(&came),
        json(&again)
    );
    Some(if is_less(&came, &again, schema) { Trouble::Lost(told) } else { Trouble::Differs(told) })
}

/// Whether a field is gone, and not just another value.
pub(super) fn is_less(came: &Primitive, found: &Primitive, schema: &ObjectSchema) -> bool {
    let data = |value: &Primitive| {
        value.get(&schema.keys.data).and_then(Primitive::as_map).cloned().unwrap_or_default()
    };
    let found = data(found);
    data(came).keys().any(|name| !found.contains_key(name))
}

/// Leaves out the fields that the reader had and has no more: it keeps nothing of them, and fills them for others.
pub(super) fn without_graves(reader: &Registry, value: Primitive) -> Primitive {
    let mut entries = match value {
        Primitive::Map(entries) => entries,
        Primitive::List(values) => {
            return Primitive::List(values.into_iter().map(|value| without_graves(reader, value)).collect());
        }
        other => return other,
    };
    let is_of = |schema: &&ObjectSchema| {
        entries.get(&*schema.keys.name).and_then(Primitive::as_str) == Some(&*schema.name)
    };
    let schema = reader.names().filter_map(|name| reader.schema(name).ok()).find(is_of);
    if let Some(schema) = schema {
        let version = entries.get(&*schema.keys.version).and_then(Primitive::as_str);
        let version: Option<Version> = version.and_then(|version| version.parse().ok());
        let is_grave = |name: &str| {
            let mut graves = schema.tombstones.iter().filter(|grave| grave.name == name);
            version.is_some_and(|version| graves.any(|grave| grave.is_in(version)))
        };
        if let Some(Primitive::Map(data)) = entries.get_mut(&*schema.keys.data) {
            data.retain(|name, _| !is_grave(name));
        }
        if let Some(Primitive::List(changes)) = entries.get_mut(&*schema.keys.changes) {
            changes.retain(|name| !name.as_str().is_some_and(is_grave));
            if changes.is_empty() {
                entries.shift_remove(&*schema.keys.changes);
            }
        }
    }
    let entries = entries.into_iter().map(|(key, value)| (key, without_graves(reader, value)));
    Primitive::Map(entries.collect())
}

pub(super) fn json(value: &Primitive) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

//! Payloads of a version that is newer than the one that the listener knows.

use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::rpc::json;
use crate::version::Version;

/// A payload as far as this host knows it.
#[derive(Clone, Debug)]
pub struct Understood<T> {
    /// The part of the payload that this host knows.
    pub payload: T,
    /// The objects in it that came in a newer version than this host knows.
    pub newer: Vec<Newer>,
}

/// An object that came in a newer version than this host knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newer {
    /// The name of it, for people.
    pub object: String,
    /// The version that it came in.
    pub version: Version,
    /// The version that it was read in.
    pub known: Version,
    /// The fields that this host doesn't know.
    pub fields: Vec<String>,
}

/// Reads a payload; where a version in it is too new, what this host knows of it.
pub(super) fn understand<T>(
    payload: &RawValue,
    registry: &Registry,
    read: impl Fn(&RawValue) -> Result<T, Error>,
) -> Result<Understood<T>, Error> {
    let error = match read(payload) {
        Ok(payload) => return Ok(Understood { payload, newer: Vec::new() }),
        Err(error) if error.kind() == ErrorKind::IncompatibleVersion => error,
        Err(error) => return Err(error),
    };
    let mut tree: Primitive = json::read_any(payload)?;
    let mut newer = Vec::new();
    lower(&mut tree, registry, &mut newer);
    if newer.is_empty() {
        return Err(error);
    }
    let known = json::raw(&tree)?;
    Ok(Understood { payload: read(&known)?, newer })
}

/// Takes what isn't known out of each object in a value that is of a newer minor version than the registry reads.
fn lower(value: &mut Primitive, registry: &Registry, newer: &mut Vec<Newer>) {
    if registry.is_envelope(value) {
        lower_one(value, registry, newer);
    }
    match value {
        Primitive::Map(entries) => entries.values_mut().for_each(|value| lower(value, registry, newer)),
        Primitive::List(values) => values.iter_mut().for_each(|value| lower(value, registry, newer)),
        _ => {}
    }
}

fn lower_one(value: &mut Primitive, registry: &Registry, newer: &mut Vec<Newer>) -> Option<()> {
    let (object, label) = registry.header_mut(value)?;
    let version: Version = label.parse().ok()?;
    let of_major = |known: &&Version| known.major() == version.major();
    let known = *registry.versions(&object).iter().rfind(of_major)?;
    if known >= version {
        return None;
    }
    *label = known.to_string();
    // A schema that reads that version: one of its history.
    let schema = registry.schemas(&object).find(|schema| schema.has_version(known))?;
    let is_known = |name: &str| {
        schema.fields.iter().any(|field| field.name == name && field.is_in(known))
            || schema.tombstones.iter().any(|gone| gone.name == name && gone.is_in(known))
    };
    let mut fields = Vec::new();
    let entries = value.as_map_mut()?;
    if let Some(Primitive::Map(data)) = entries.get_mut(&*schema.keys.data) {
        fields.extend(data.keys().filter(|name| !is_known(name)).cloned());
        data.retain(|name, _| is_known(name));
    }
    if let Some(Primitive::List(changes)) = entries.get_mut(&*schema.keys.changes) {
        changes.retain(|name| name.as_str().is_none_or(is_known));
    }
    newer.push(Newer { object, version, known, fields });
    Some(())
}

//! Whether an object is one that is read here.

use super::receiver::Header;
use crate::error::{Error, ErrorKind};
use crate::field::Context;
use crate::schema::ObjectSchema;
use crate::shortened::Plain;
use crate::version::{Arriving, Version};

/// An object of another name or namespace than what is expected, or known at all.
pub(crate) fn unsupported(header: &Header<'_>, expected: Option<&ObjectSchema>) -> Error {
    let (namespace, name) = (Plain(&header.namespace), Plain(&header.name));
    let message = match expected {
        Some(schema) if schema.namespace == header.namespace => {
            format!("unsupported object type {name}, expected {}", schema.name)
        }
        Some(_) => format!("unsupported object type {namespace}.{name}"),
        None => format!("unsupported object type {name}"),
    };
    Error::new(ErrorKind::UnsupportedObject, message)
}

/// The versions of an object that are read here, newest first.
fn read_here<'a>(schema: &'a ObjectSchema, context: Context<'_>) -> impl Iterator<Item = Version> + use<'a> {
    let held = context.held().and_then(|held| held.get(&schema.name));
    schema.versions.iter().rev().copied().filter(move |version| held.is_none_or(|held| *version <= held))
}

/// Whether an object in that version is read by that schema: the version is in its history, or the reference's
/// rule reads it.
pub(crate) fn is_read(schema: &ObjectSchema, version: &Arriving, relay: bool, context: Context<'_>) -> bool {
    let is_held = context.held().is_some_and(|held| held.get(&schema.name).is_some());
    let is_carried = relay && !is_held && version.version().major() == schema.current().major();
    is_carried || read_here(schema, context).any(|known| version.is_read_by(known))
}

pub(crate) fn incompatible(schema: &ObjectSchema, version: &Arriving, context: Context<'_>) -> Error {
    let newest = read_here(schema, context).next();
    let newest = newest.or(schema.versions.first().copied()).unwrap_or(schema.current());
    Error::incompatible(&schema.name, version, newest)
}

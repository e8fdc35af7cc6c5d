//! Values without keys in place of the fields. The reference asks of each field whether its name is *in* the data, which
//! lists and text answer too; an object that has no fields in the version asks nothing.

use serde::de;

use super::intake::Settled;
use crate::field::Context;
use crate::schema::ObjectSchema;
use crate::version::Version;

/// Whether the object had fields in that version.
fn has_fields(schema: &ObjectSchema, version: Version) -> bool {
    schema.fields.iter().any(|field| field.is_in(version))
        || schema.tombstones.iter().any(|tombstone| tombstone.is_in(version))
}

/// Refuses a value without keys and elements in place of the fields.
pub(super) fn no_map<E: de::Error>(
    schema: &ObjectSchema,
    version: Version,
    found: &str,
    context: Context<'_>,
) -> Result<(), E> {
    match has_fields(schema, version) {
        true => Err(context.invalid(format_args!("the fields have to be a map, not {found}"))),
        false => Ok(()),
    }
}

/// Refuses an element that is the name of a field.
pub(super) fn no_field<E: de::Error>(
    object: &dyn Settled,
    version: Version,
    value: Option<&str>,
    context: Context<'_>,
) -> Result<(), E> {
    match value.and_then(|name| object.index_of(name)) {
        Some(_) if has_fields(object.schema(), version) => {
            Err(context.invalid("the fields have to be a map, not a list"))
        }
        _ => Ok(()),
    }
}

/// Refuses text that has the name of a field in it.
pub(super) fn no_fields_in_text<E: de::Error>(
    object: &dyn Settled,
    version: Version,
    text: &str,
    context: Context<'_>,
) -> Result<(), E> {
    let schema = object.schema();
    match has_fields(schema, version) && schema.fields.iter().any(|field| text.contains(&*field.name)) {
        true => Err(context.invalid("the fields have to be a map, not text")),
        false => Ok(()),
    }
}

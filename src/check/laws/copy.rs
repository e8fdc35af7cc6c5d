//! The same objects without their Rust types.

use std::collections::BTreeSet;

use crate::registry::Registry;
use crate::schema::{Action, ObjectSchema};

/// A registry of the same objects, made from their schemas alone.
pub(in crate::check) fn copy(registry: &Registry) -> Registry {
    let schemas = registry.names().flat_map(|name| registry.schemas(name));
    schemas.fold(Registry::new(), |copy, schema| copy.with_schema(schema.clone()))
}

/// The Rust functions that an object goes by, whom a copy can't follow.
pub(in crate::check) fn functions(schema: &ObjectSchema) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let own = [&schema.read, &schema.compatible, &schema.validate];
    found.extend(own.into_iter().flatten().map(|routine| (schema.name.to_string(), routine.to_string())));
    for field in schema.fields.iter() {
        let stand_ins = field.ty.all_variants().iter().filter_map(|variant| variant.older.as_ref());
        found.extend(stand_ins.map(|older| (format!("{}.{}", schema.name, field.name), older.to_string())));
        for rule in field.rules.iter() {
            if let Action::Convert { routines: (to, _), .. } = &rule.action {
                found.push((format!("{}.{}", schema.name, field.name), to.to_string()));
            }
        }
    }
    found
}

/// The first Rust function that a backport of the object, or of one inside it, goes by.
pub(in crate::check) fn function_within(
    registry: &Registry,
    schema: &ObjectSchema,
) -> Option<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![schema];
    while let Some(schema) = waiting.pop() {
        if !seen.insert(&schema.name) {
            continue;
        }
        let is_of_backports =
            |(place, _): &(String, String)| schema.compatible.is_some() || *place != *schema.name;
        if let Some(function) = functions(schema).into_iter().find(is_of_backports) {
            return Some(function);
        }
        let inside = schema.fields.iter().flat_map(|field| {
            let others = field.ty.all_variants().iter().map(|variant| &*variant.name);
            field.ty.object().into_iter().chain(others)
        });
        waiting.extend(inside.filter_map(|name| registry.schema(name).ok()));
    }
    None
}

//! The same objects without their Rust types.

use std::collections::BTreeSet;

use crate::registry::Registry;
use crate::schema::{Action, Element, Kind, ObjectSchema, TypeSchema};

/// A registry of the same objects, made from their schemas alone.
pub(in crate::check) fn copy(registry: &Registry) -> Registry {
    let schemas = registry.names().flat_map(|name| registry.schemas(name));
    schemas.fold(Registry::new(), |copy, schema| copy.with_schema(schema.clone()))
}

/// The Rust functions that an object goes by, whom a copy can't follow.
pub(in crate::check) fn functions(schema: &ObjectSchema) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let own = [&schema.compatible, &schema.validate];
    found.extend(own.into_iter().flatten().map(|routine| (schema.name.to_string(), routine.to_string())));
    for field in schema.fields.iter() {
        for rule in field.rules.iter() {
            if let Action::Convert { routines: (to, _), .. } = &rule.action {
                found.push((format!("{}.{}", schema.name, field.name), to.to_string()));
            }
        }
    }
    found
}

/// Whether the object and all inside it go by their schemas alone.
pub(in crate::check) fn is_data<'r>(
    registry: &'r Registry,
    schema: &'r ObjectSchema,
    seen: &mut BTreeSet<&'r str>,
) -> bool {
    if !seen.insert(&schema.name) {
        return true;
    }
    functions(schema).is_empty()
        && schema.fields.iter().filter_map(|field| object_in(&field.ty)).all(|name| {
            let inside = registry.schema(name);
            inside.is_ok_and(|inside| is_data(registry, inside, seen))
        })
}

/// The object in a type, however deep.
fn object_in(ty: &TypeSchema) -> Option<&str> {
    match &ty.kind {
        Kind::Object { name, .. } => Some(name),
        Kind::List(Element { ty, .. }) | Kind::Set(Element { ty, .. }) | Kind::Dict(Element { ty, .. }) => {
            object_in(ty)
        }
        _ => None,
    }
}

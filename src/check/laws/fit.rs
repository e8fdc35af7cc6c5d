//! Whether data is that of a version, by the schema alone.

use super::{Kept, Law};
use crate::check::change::{Slot, slots};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, Element, FieldSchema, Kind, Literal, ObjectSchema, Shape, TypeSchema};
use crate::version::{Manifest, Version};

/// Each field is one of that version, with a value that it could have then.
pub(super) fn is_valid(
    schema: &ObjectSchema,
    data: &indexmap::IndexMap<String, Primitive>,
    target: Version,
) -> Kept {
    let slots = slots(schema, target);
    for (name, value) in data {
        let told = |what: String| (Law::ValidInItsVersion, format!("{name} for {target}: {what}"));
        match slots.get(name.as_str()) {
            Some(Slot::Grave(_)) => {}
            Some(Slot::Field(field, ty)) => {
                let is_converted = !std::ptr::eq(*ty, &*field.ty);
                let nullable = field.nullable || is_converted;
                fits(ty, nullable, value).map_err(told)?;
                if let Some(newer) = newer_value(field, value, target).filter(|_| !is_converted) {
                    return Err(told(format!("{newer:?} came with a later version")));
                }
            }
            // A routine may add what no field is.
            None if schema.compatible.is_some() => {}
            None => {
                return Err((Law::FieldsAreTheVersions, format!("{name} is in {target}, which lacks it")));
            }
        }
    }
    Ok(())
}

fn fits(ty: &TypeSchema, nullable: bool, value: &Primitive) -> Result<(), String> {
    let fits_in = |element: &Element, value: &Primitive| fits(&element.ty, element.nullable, value);
    let is_it = match (&ty.kind, value) {
        (_, Primitive::Null) => nullable,
        (Kind::Enum { values, .. }, Primitive::Text(text)) => values.iter().any(|value| value == text),
        (Kind::List(element) | Kind::Set(element), Primitive::List(values)) => {
            return values.iter().try_for_each(|value| fits_in(element, value));
        }
        (Kind::Dict(element), Primitive::Map(values)) => {
            return values.values().try_for_each(|value| fits_in(element, value));
        }
        (kind, value) => match (kind.shape(), value) {
            (Shape::Any, _) => true,
            (Shape::Whole, Primitive::Int(_) | Primitive::Large(_)) => true,
            (Shape::WholeFromZero, Primitive::Large(_)) => true,
            (Shape::WholeFromZero | Shape::NumberFromZero, Primitive::Int(value)) => *value >= 0,
            (Shape::Number, Primitive::Float(_) | Primitive::Int(_)) => true,
            (Shape::NumberFromZero, Primitive::Float(value)) => *value >= 0.0,
            (Shape::Truth, Primitive::Bool(_)) => true,
            (Shape::Object, Primitive::Map(_)) => true,
            (Shape::Text, Primitive::Text(_)) => true,
            (Shape::Map, Primitive::Map(_)) | (Shape::List, Primitive::List(_)) => true,
            _ => false,
        },
    };
    if is_it { Ok(()) } else { Err(format!("{} is no {}", value.describe(), ty.name)) }
}

/// A value in the field that the version didn't know.
fn newer_value<'f>(field: &'f FieldSchema, value: &Primitive, target: Version) -> Option<&'f Literal> {
    let newer = field.active(target).flat_map(|action| match action {
        Action::Values { values, .. } => values.iter(),
        _ => [].iter(),
    });
    newer.into_iter().find(|newer| holds(value, newer))
}

fn holds(value: &Primitive, literal: &Literal) -> bool {
    if Primitive::of(literal).is_ok_and(|literal| literal == *value) {
        return true;
    }
    match value {
        Primitive::List(values) => values.iter().any(|value| holds(value, literal)),
        Primitive::Map(values) => values.values().any(|value| holds(value, literal)),
        _ => false,
    }
}

/// The objects in the fields are in the versions that the manifest says, or else the field.
pub(super) fn nested_versions(
    registry: &Registry,
    schema: &ObjectSchema,
    data: &indexmap::IndexMap<String, Primitive>,
    target: Version,
    manifest: Option<&Manifest>,
) -> Kept {
    let is_whole = target == schema.current() && manifest.is_none();
    if schema.keep_children || is_whole || schema.has_two_ways() && manifest.is_none() {
        return Ok(());
    }
    for field in schema.fields.iter().filter(|field| field.rules.is_empty()) {
        let (Some(child), Some(value)) = (schema.child_of(field), data.get(&*field.name)) else { continue };
        let declared = || field.relationship.as_deref().filter(|_| manifest.is_none());
        let rows = schema.rows_of_elements(field).or_else(declared);
        let said = match rows {
            // Beyond the last row a sub-object goes as it is.
            Some(rows) if rows.last().is_some_and(|(parent, _)| *parent < target) => None,
            Some(rows) => rows.iter().rev().find(|(parent, _)| *parent <= target).map(|(_, child)| *child),
            None => manifest.and_then(|manifest| manifest.get(child)),
        };
        let Some(said) = said else { continue };
        let Ok(keys) = registry.schema(child).map(|schema| &schema.keys) else { continue };
        for object in objects_in(value, &keys.name) {
            let found = object.get(&keys.version).and_then(Primitive::as_str);
            let is_it = object.get(&keys.name).and_then(Primitive::as_str) == Some(child);
            if is_it && found != Some(&said.to_string()) {
                let what = format!("{} for {target} holds {child} {found:?}, and not {said}", field.name);
                return Err((Law::NestedVersionsAreSaid, what));
            }
        }
    }
    Ok(())
}

/// A field of a lower version is in a higher one too, unless the schema says otherwise of the field.
pub(super) fn lower_is_in_higher(
    schema: &ObjectSchema,
    (low, lower): (Version, &indexmap::IndexMap<String, Primitive>),
    (high, higher): (Version, &indexmap::IndexMap<String, Primitive>),
) -> Kept {
    let slots = slots(schema, low);
    for name in lower.keys().filter(|name| !higher.contains_key(*name)) {
        let is_said = match slots.get(name.as_str()) {
            Some(Slot::Grave(_)) => true,
            Some(Slot::Field(field, _)) => {
                field.rules.iter().any(|rule| low < rule.before && rule.before <= high)
            }
            None => schema.compatible.is_some(),
        };
        if !is_said {
            return Err((Law::LowerIsInHigher, format!("{name} is in {low} and not in {high}")));
        }
    }
    Ok(())
}

/// The objects in a value, those inside them not among them.
fn objects_in<'p>(value: &'p Primitive, name_key: &str) -> Vec<&'p Primitive> {
    match value {
        Primitive::List(values) => values.iter().flat_map(|value| objects_in(value, name_key)).collect(),
        Primitive::Map(entries) if !entries.contains_key(name_key) => {
            entries.values().flat_map(|value| objects_in(value, name_key)).collect()
        }
        value => vec![value],
    }
}

/// The objects in the fields, and those inside them, are in the versions that the fields say.
pub(super) fn follows(
    registry: &Registry,
    schema: &ObjectSchema,
    data: &indexmap::IndexMap<String, Primitive>,
    target: Version,
) -> Kept {
    let said = nested_versions(registry, schema, data, target, None);
    said.map_err(|(_, what)| (Law::MadeHereFollows, what))?;
    for (field, value) in data {
        let Some(child) = schema.field(field).and_then(|field| schema.child_of(field)) else { continue };
        let Ok(keys) = registry.schema(child).map(|schema| &schema.keys) else { continue };
        for object in objects_in(value, &keys.name) {
            let text = |key: &str| object.get(key).and_then(Primitive::as_str);
            let inside = text(&keys.name).and_then(|name| registry.schema(name).ok());
            let version = text(&keys.version).and_then(|version| version.parse().ok());
            let data = object.get(&keys.data).and_then(Primitive::as_map);
            if let (Some(inside), Some(version), Some(data)) = (inside, version, data) {
                follows(registry, inside, data, version)?;
            }
        }
    }
    Ok(())
}

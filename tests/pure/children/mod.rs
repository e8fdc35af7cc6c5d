//! Objects inside objects: in which version each goes out, in every form.

mod arrived;
mod nested;
mod refused;
mod remembered;
mod shared;
mod variants;

use serde::Serialize;
use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::{Backport, Entity, Manifest, Target, wire};

fn manifest<const N: usize>(versions: [(&str, &str); N]) -> Manifest {
    versions.into_iter().map(|(name, version)| (name, version.parse().unwrap())).collect()
}

/// A manifest with all objects of a registry in their oldest versions.
fn oldest(registry: &Registry) -> Manifest {
    registry.names().map(|name| (name, registry.versions(name)[0])).collect()
}

/// A form that a value is written in.
pub(crate) type Form = (&'static str, Value);

/// What a value is in each form that names everything.
pub(crate) fn named<E: Entity>(value: &E, target: Target<'_>) -> Vec<Form> {
    let view = value.at(target).unwrap_or_else(|error| panic!("{error}"));
    let mut cbor = Vec::new();
    ciborium::into_writer(&view, &mut cbor).unwrap();
    let packed = rmp_serde::to_vec_named(&view).unwrap();
    vec![
        ("JSON of ours", serde_json::from_slice(&wire::to_json(value, target).unwrap()).unwrap()),
        ("serde_json", serde_json::to_value(view).unwrap()),
        ("MessagePack", rmp_serde::from_slice(&packed).unwrap()),
        ("CBOR", ciborium::from_reader(&*cbor).unwrap()),
    ]
}

#[track_caller]
pub(crate) fn one(forms: Vec<Form>) -> Value {
    let first = forms[0].1.clone();
    for (form, value) in forms {
        assert_eq!(value, first, "{form}");
    }
    first
}

/// What a value is in all forms, which are the same.
#[track_caller]
pub(crate) fn in_all_forms<E: Entity + Serialize>(
    value: &E,
    target: Target<'_>,
    registry: &Registry,
) -> Value {
    let mut forms = named(value, target);
    if target == Target::Own {
        forms.push(("plain serialization", serde_json::to_value(value).unwrap()));
    }
    // Read without types, so that each object shows the version that it came in.
    let reader = without_types(registry);
    for versions in [registry.manifest(), &oldest(registry)] {
        let bytes = wire::to_compact(value, target, &registry.layouts(versions)).unwrap();
        let back = reader.decode_compact(&bytes, &reader.layouts(versions)).unwrap();
        forms.push(("compact", serde_json::to_value(&back).unwrap()));
    }
    one(forms)
}

/// A registry of the same objects without their types.
pub(crate) fn without_types(registry: &Registry) -> Registry {
    let schemas = registry.names().map(|name| registry.schema(name).unwrap().clone());
    schemas.fold(Registry::new(), Registry::with_schema)
}

/// The names, versions and data of an envelope and of all inside it, without the noise.
pub(crate) fn short(envelope: &Value) -> Value {
    match envelope {
        Value::Object(entries) => {
            let find =
                |word: &str| entries.iter().find(|(key, _)| key.ends_with(word)).map(|(_, value)| value);
            match (find("object.version"), find("object.data")) {
                (Some(version), Some(data)) => json!([version, short(data)]),
                _ => entries.iter().map(|(key, value)| (key.clone(), short(value))).collect(),
            }
        }
        Value::Array(values) => values.iter().map(short).collect(),
        other => other.clone(),
    }
}

pub(crate) fn dropped<E: Entity>(value: &E, target: Target<'_>) -> Vec<String> {
    value.at(target).unwrap().dropped().into_iter().map(|loss| loss.path).collect()
}

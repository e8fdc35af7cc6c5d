//! Objects that plans are about: so many of each name and release, made once.

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::super::arbitrary::lasting_envelopes;
use super::super::understood::{header, read};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::ObjectSchema;
use crate::version::Version;

/// Random objects of a name as a host of that registry makes them, sorted by size, beginning with one that has a value
/// in one field alone for each field.
pub(super) fn samples(registry: &Registry, name: &str, count: usize, seed: u64) -> Vec<Primitive> {
    let mut bytes = [0; 32];
    for (slot, byte) in bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(*b"samples")) {
        *slot = byte;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = lasting_envelopes(registry, name);
    let mut found: Vec<(usize, Primitive)> = Vec::new();
    let mut add = |value: Primitive| {
        let size = serde_json::to_string(&value).map_or(usize::MAX, |text| text.len());
        if read(registry, &value).is_ok() && !found.iter().any(|(_, other)| *other == value) {
            found.push((size, value));
        }
    };
    // Some of what a kind takes is refused by a type that takes fewer.
    for _ in 0..count {
        let Ok(tree) = strategy.new_tree(&mut runner) else { continue };
        let value = held(tree.current(), registry);
        if let Some(schema) = registry.schema(name).ok().filter(|schema| !schema.is_list()) {
            schema.fields.iter().filter_map(|field| alone(&value, schema, &field.name)).for_each(&mut add);
        }
        add(value);
    }
    found.sort_by_key(|(size, _)| *size);
    // Evenly from the smallest to the largest.
    let (all, taken) = (found.len(), count.min(found.len()));
    let places = (0..taken).filter_map(|number| (number * all).checked_div(taken));
    places.filter_map(|place| found.get(place)).map(|(_, value)| value.clone()).collect()
}

/// The object with one of its fields.
fn alone(value: &Primitive, schema: &ObjectSchema, field: &str) -> Option<Primitive> {
    let mut entries = value.as_map()?.clone();
    let data = entries.get_mut(&*schema.keys.data)?.as_map_mut()?;
    data.retain(|name, _| name == field);
    let is_set = !data.is_empty();
    if let Some(Primitive::List(changes)) = entries.get_mut(&*schema.keys.changes) {
        changes.retain(|name| name.as_str() == Some(field));
        if changes.is_empty() {
            entries.shift_remove(&*schema.keys.changes);
        }
    }
    is_set.then_some(Primitive::Map(entries.into()))
}

/// The value without the fields that are newer than the version that this host holds an object to.
fn held(value: Primitive, registry: &Registry) -> Primitive {
    match value {
        Primitive::List(values) => {
            Primitive::List(values.into_iter().map(|value| held(value, registry)).collect())
        }
        Primitive::Map(mut entries) => {
            let header = header(&Primitive::Map(entries.clone()));
            let schema = header.as_ref().and_then(|header| registry.schema(&header.name).ok());
            let version = header.as_ref().and_then(|header| header.version.parse::<Version>().ok());
            if let (Some(schema), Some(version)) = (schema, version) {
                let is_then = |name: &str| {
                    let field = schema.field(name);
                    field.is_some_and(|field| field.is_in(version) && field.form_at(version).name == name)
                };
                if let Some(Primitive::Map(data)) = entries.get_mut(&*schema.keys.data) {
                    data.retain(|name, _| is_then(name));
                }
                if let Some(Primitive::List(changes)) = entries.get_mut(&*schema.keys.changes) {
                    changes.retain(|name| name.as_str().is_some_and(is_then));
                    if changes.is_empty() {
                        entries.shift_remove(&*schema.keys.changes);
                    }
                }
            }
            Primitive::Map(entries.into_iter().map(|(key, value)| (key, held(value, registry))).collect())
        }
        other => other,
    }
}

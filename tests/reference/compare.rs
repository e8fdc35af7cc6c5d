//! Answers compared as the testee's protocol says: sets have no order, and `changes` is a set of the names in `data`.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// Of each object the fields that hold a set at some depth.
pub type Sets = HashMap<String, HashSet<String>>;

pub fn agree(ours: &Value, theirs: &Value, sets: &Sets) -> bool {
    match (ours.get("error"), theirs.get("error")) {
        (Some(ours), Some(theirs)) => ours["kind"] == theirs["kind"],
        (None, None) => canonical(&ours["ok"], sets) == canonical(&theirs["ok"], sets),
        _ => false,
    }
}

fn canonical(value: &Value, sets: &Sets) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| canonical(value, sets)).collect(),
        Value::Object(entries) => {
            let mut entries: serde_json::Map<_, _> =
                entries.iter().map(|(key, value)| (key.clone(), canonical(value, sets))).collect();
            canonical_envelope(&mut entries, sets);
            Value::Object(entries)
        }
        other => other.clone(),
    }
}

fn canonical_envelope(entries: &mut serde_json::Map<String, Value>, sets: &Sets) {
    let key = |word: &str| entries.keys().find(|key| key.ends_with(word)).cloned();
    let (Some(name), Some(data)) = (key(".name"), key(".data")) else { return };
    let changes = key(".changes");
    let name = entries[&name].as_str().unwrap_or_default().to_owned();
    let Some(Value::Object(data)) = entries.get_mut(&data) else { return };
    for (field, value) in data.iter_mut() {
        if sets.get(&name).is_some_and(|fields| fields.contains(field)) {
            *value = unordered(value);
        }
    }
    let names: HashSet<String> = data.keys().cloned().collect();
    let Some(changes) = changes else { return };
    if let Some(Value::Array(changed)) = entries.get_mut(&changes) {
        changed.retain(|name| name.as_str().is_some_and(|name| names.contains(name)));
        changed.sort_by_key(Value::to_string);
        if changed.is_empty() {
            entries.remove(&changes);
        }
    }
}

/// The value with the order of all its arrays taken away.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut values: Vec<Value> = values.iter().map(unordered).collect();
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), unordered(value))).collect()
        }
        other => other.clone(),
    }
}

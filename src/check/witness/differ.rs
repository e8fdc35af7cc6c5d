//! How two messages of an object differ.

use crate::primitive::Primitive;
use crate::schema::Keys;

/// The fields that differ in two messages of an object, and the keys beside its data that do.
pub(super) fn differing(
    keys: &Keys,
    expected: &Primitive,
    answer: &Primitive,
    is_grave: &dyn Fn(&str) -> bool,
    became_default: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    let part = |message: &Primitive, key: &str| message.get(key).cloned();
    for key in [&keys.name, &keys.namespace, &keys.version] {
        if part(expected, key) != part(answer, key) {
            found.push(key.to_string());
        }
    }
    let [then, now] = [expected, answer]
        .map(|message| part(message, &keys.data).and_then(|data| data.as_map().cloned()).unwrap_or_default());
    for name in then.keys().chain(now.keys().filter(|name| !then.contains_key(*name))) {
        let (old, new) = (then.get(name), now.get(name));
        let is_default = old == Some(&Primitive::Null) && new.is_some() && became_default(name);
        if old.map(in_order) != new.map(in_order) && !is_grave(name) && !is_default {
            found.push(name.clone());
        }
    }
    let changes = |message: &Primitive| -> Vec<String> {
        let mut names: Vec<_> = match message.get(&keys.changes) {
            Some(Primitive::List(names)) => {
                names.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
            }
            _ => Vec::new(),
        };
        names.retain(|name| !is_grave(name));
        names.sort();
        names
    };
    let (then, now) = (changes(expected), changes(answer));
    let moved =
        then.iter().filter(|name| !now.contains(name)).chain(now.iter().filter(|name| !then.contains(name)));
    found.extend(moved.filter(|name| !found.contains(name)).cloned().collect::<Vec<_>>());
    found
}

/// Lists of names have the order of a schema, which a lock doesn't keep.
fn in_order(value: &Primitive) -> Primitive {
    match value {
        Primitive::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let mut value = in_order(value);
                if let Primitive::List(names) = &mut value
                    && key.ends_with(".changes")
                {
                    names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                }
                (key.clone(), value)
            });
            Primitive::Map(entries.collect())
        }
        Primitive::List(values) => Primitive::List(values.iter().map(in_order).collect()),
        other => other.clone(),
    }
}

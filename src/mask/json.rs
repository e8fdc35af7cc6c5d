//! Secrets in JSON values.

#[cfg(feature = "nova")]
use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{SECRET, is_secret, text};

/// The map with its secrets masked (`mask_dict_password`), those in the lists inside it too. What stands under a
/// secret's key is masked whole, where oslo would look into a map there.
pub fn map(entries: &Map<String, Value>) -> Map<String, Value> {
    let masked = |(key, value): (&String, &Value)| {
        let shown = if is_secret(key) { SECRET.into() } else { self::value(value) };
        (key.clone(), shown)
    };
    entries.iter().map(masked).collect()
}

fn value(value: &Value) -> Value {
    match value {
        Value::String(shown) => Value::String(text(shown).into_owned()),
        Value::Array(elements) => elements.iter().map(self::value).collect(),
        Value::Object(entries) => Value::Object(map(entries)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The texts that stand under the keys of secrets, in JSON text inside the value too, and are short enough to stand in a
/// message.
#[cfg(feature = "nova")]
pub(crate) fn secrets(value: &Value) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    gather(value, false, &mut |secret| found.push(secret));
    found.retain(|secret| !secret.is_empty() && secret.len() <= super::LONGEST);
    // A secret that is part of another goes last, or the other's rest would stay.
    found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found.dedup();
    found
}

#[cfg(feature = "nova")]
fn gather<'a>(value: &'a Value, is_secret: bool, found: &mut dyn FnMut(Cow<'a, str>)) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                gather(value, is_secret || self::is_secret(key), found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, is_secret, found)),
        Value::String(text) if is_secret => found(Cow::Borrowed(text)),
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                gather(&inner, false, &mut |secret| found(Cow::Owned(secret.into_owned())));
            }
        }
        Value::Number(number) if is_secret => found(Cow::Owned(number.to_string())),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn maps_are_masked_by_key_and_in_depth() {
        let entries = json!({
            "auth_username": "u", "auth_password": 7, "discovery_AUTH_PASSWORD": "x",
            "list": [{"token": "x"}, "password=x"], "nested": {"secret_uuid": null}, "password": {"v": "x"},
        });
        let Value::Object(entries) = entries else { panic!() };
        let expected = json!({
            "auth_username": "u", "auth_password": "***", "discovery_AUTH_PASSWORD": "***",
            "list": [{"token": "***"}, "password=***"], "nested": {"secret_uuid": "***"}, "password": "***",
        });
        assert_eq!(Value::Object(map(&entries)), expected);
    }
}

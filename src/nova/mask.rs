//! Secrets in what people read, masked as `oslo_utils.strutils` masks them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// What is shown in a secret's stead.
pub(crate) const SECRET: &str = "***";

/// A key that holds one of these words holds a secret: oslo's `_SANITIZE_KEYS`.
const WORDS: [&str; 35] = [
    "adminpass",
    "admin_pass",
    "password",
    "admin_password",
    "auth_token",
    "new_pass",
    "auth_password",
    "secret_uuid",
    "secret",
    "sys_pswd",
    "token",
    "configdrive",
    "chappassword",
    "encrypted_key",
    "private_key",
    "fernetkey",
    "sslkey",
    "passphrase",
    "cephclusterfsid",
    "octaviaheartbeatkey",
    "rabbitcookie",
    "cephmanilaclientkey",
    "pacemakerremoteauthkey",
    "designaterndckey",
    "cephadminkey",
    "heatauthencryptionkey",
    "cephclientkey",
    "keystonecredential",
    "barbicansimplecryptokek",
    "cephrgwkey",
    "swifthashsuffix",
    "migrationsshkey",
    "cephmdskey",
    "cephmonkey",
    "chapsecret",
];

/// Whether a value under that key is a secret.
pub(crate) fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    WORDS.iter().any(|word| key.contains(word))
}

/// The map with its secrets masked (`mask_dict_password`), those in the lists inside it too. What stands under a
/// secret's key is masked whole, where oslo would look into a map there.
pub(crate) fn map(entries: &Map<String, Value>) -> Map<String, Value> {
    let masked = |(key, value): (&String, &Value)| {
        let shown = if is_secret(key) { SECRET.into() } else { self::value(value) };
        (key.clone(), shown)
    };
    entries.iter().map(masked).collect()
}

fn value(value: &Value) -> Value {
    match value {
        Value::String(shown) => Value::String(text(shown)),
        Value::Array(elements) => elements.iter().map(self::value).collect(),
        Value::Object(entries) => Value::Object(map(entries)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The texts that stand under the keys of secrets, in JSON text inside the value too.
pub(crate) fn secrets(value: &Value) -> Vec<String> {
    fn gather(value: &Value, is_secret: bool, found: &mut Vec<String>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    gather(value, is_secret || self::is_secret(key), found);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| gather(value, is_secret, found)),
            Value::String(text) if is_secret => found.push(text.clone()),
            Value::String(text) => {
                if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                    gather(&inner, false, found);
                }
            }
            Value::Number(number) if is_secret => found.push(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    let mut found = Vec::new();
    gather(value, false, &mut found);
    found.retain(|secret| !secret.is_empty());
    // A secret that is part of another goes last, or the other's rest would stay.
    found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    found
}

/// The text with the secrets in it masked that stand behind their names (`mask_password`): `password=x`,
/// `--password x`, `<password>x</password>`, `'password': 'x'`.
pub(crate) fn text(text: &str) -> String {
    /// Of each pattern, what stands before the secret and what stands after it are groups.
    static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        let word = format!("(?:{})[0-9]*", WORDS.join("|"));
        let patterns = [
            format!(r#"({word}\s*=\s*")[^"]*(")"#),
            format!(r"({word}\s*=\s*')[^']*(')"),
            format!(r#"({word}\s*=\s*)[^\s'"]+()"#),
            format!(r#"({word}\s+["'])[^"']*(["'])"#),
            format!(r#"(--{word}\s+)[^'"=\s]+()"#),
            format!(r"(<{word}>)[^<]*(</{word}>)"),
            format!(r#"(["'][^"']*{word}["']\s*:\s*u?["'])[^"']*(["'])"#),
        ];
        patterns.iter().filter_map(|pattern| Regex::new(&format!("(?i){pattern}")).ok()).collect()
    });
    let mut shown = text.to_owned();
    if !is_secret(text) {
        return shown;
    }
    for pattern in PATTERNS.iter() {
        shown = pattern.replace_all(&shown, "${1}***${2}").into_owned();
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn masked(before: &str, after: &str) {
        assert_eq!(text(before), after);
    }

    #[test]
    fn text_is_masked_as_by_oslo() {
        masked("'adminPass' : 'aaaaa'", "'adminPass' : '***'");
        masked("\"original_password\" : \"aaaaa\"", "\"original_password\" : \"***\"");
        masked("auth_password=topsecret rest", "auth_password=*** rest");
        masked("password = 'to p'", "password = '***'");
        masked("run --password x1 now", "run --password *** now");
        masked("<chapsecret>x</chapsecret>", "<chapsecret>***</chapsecret>");
        masked("nothing here", "nothing here");
    }

    #[test]
    fn every_pattern_is_one() {
        let samples = [
            r#"token="x""#,
            "token='x'",
            "token=x",
            "token 'x'",
            "--token x",
            "<token>x</token>",
            "'token': 'x'",
        ];
        for sample in samples {
            assert!(!text(sample).contains('x'), "{sample}");
        }
    }

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

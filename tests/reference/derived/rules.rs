//! What an object's rules say, in the form in which `rules.py` follows them.

use serde_json::{Value, json};
use versioned_objects::schema::{Action, FieldSchema, Instead, ObjectSchema};

use super::ty;

/// Adds an object's rules to its text.
pub fn add(out: &mut Value, schema: &ObjectSchema) {
    let removed = schema.tombstones.iter().map(|tombstone| {
        let mut out = json!({ "name": tombstone.name, "until": tombstone.until.to_string() });
        if let Some(since) = tombstone.since {
            out["since"] = json!(since.to_string());
        }
        if let Some(fill) = &tombstone.fill {
            out["fill"] = json!(fill);
        }
        out
    });
    out["ruled"] = json!(true);
    out["removed"] = removed.collect();
    out["keep_children"] = json!(schema.keep_children);
    out["compatible"] = json!(schema.compatible);
    out["validate"] = json!(schema.validate);
}

/// Adds a field's rules to its text.
pub fn add_of_field(out: &mut Value, field: &FieldSchema) {
    if let Some(absent) = &field.absent {
        out["absent"] = json!(**absent);
    }
    let rules = field.rules.iter().map(|rule| {
        let mut out = action(&rule.action);
        out["before"] = json!(rule.before.to_string());
        out
    });
    out["rules"] = rules.collect();
}

fn action(action: &Action) -> Value {
    match action {
        Action::Refuse => json!({ "do": "refuse" }),
        Action::Values { values, instead, .. } => {
            let older = match instead {
                Instead::Refuse => json!("refuse"),
                Instead::Drop => json!("drop"),
                Instead::Write(literal) => json!({ "write": literal }),
            };
            json!({ "do": "values", "values": values, "older": older })
        }
        Action::Rename(name) => json!({ "do": "rename", "name": name }),
        Action::Convert { name, ty: older, routines: (to_older, from_older), .. } => json!({
            "do": "convert", "name": name, "type": ty(older), "to_older": to_older, "from_older": from_older,
        }),
        Action::Take { from, wrap, when } => {
            let when = when.as_ref().map(|when| json!([when.field, when.value]));
            json!({ "do": "take", "from": from, "wrap": wrap, "when": when })
        }
        Action::Insert { key, from } => json!({ "do": "insert", "key": key, "from": from }),
        Action::FillUnset(value) => json!({ "do": "fill", "value": value, "unset": true }),
        Action::Fill(value) => json!({ "do": "fill", "value": value }),
        other => panic!("rules.py has no word for {other:?}"),
    }
}

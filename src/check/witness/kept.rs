//! What a change does to objects within a host: their defaults, what may be set again, and what is told of them.

use super::hosts::{Hosts, text};
use super::told::{Act, Host, Witness};
use crate::check::finding::Finding;
use crate::error::Error;
use crate::object::{ByName as _, SetByName as _};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::ObjectSchema;

/// Shows a rule that is about no message of the fields.
pub(super) fn by_rule(
    hosts: &Hosts,
    object: &str,
    field: Option<&str>,
    finding: &Finding,
) -> Option<Witness> {
    match finding.rule.id {
        "FINGERPRINT_CHANGED_SAME_VERSION" => fingerprints(hosts, object),
        "VERSION_BUMPED_NO_CHANGE" => hosts.unasked(object),
        "FIELD_NAME_REUSED" => hosts.by_names_alone(object, field?, &finding.versions),
        _ => None,
    }
}

/// Value of a field within a host.
pub(super) fn shown(hosts: &Hosts, object: &str, field: &str) -> Option<Witness> {
    let shown = set_again(hosts, object, field).or_else(|| defaults(hosts, object, field));
    shown.or_else(|| hosts.absent(object, field))
}

/// A field is set to one value and then to another.
fn set_again(hosts: &Hosts, object: &str, field: &str) -> Option<Witness> {
    let schema = hosts.old.schema(object).ok()?;
    let values = super::sample::objects(&hosts.old, schema, &[field.to_owned()], None);
    let values = values.iter().filter_map(|envelope| envelope.get(&schema.keys.data)?.get(field).cloned());
    let mut values: Vec<Primitive> = values.filter(|value| *value != Primitive::Null).collect();
    values.dedup();
    // A second value of a type that has but one sample.
    let (first, second) = match &values[..] {
        [first, second, ..] => (first.clone(), second.clone()),
        [first] => (Primitive::Null, first.clone()),
        [] => return None,
    };
    let twice = |registry: &Registry| -> Result<Primitive, Error> {
        let mut made = registry.unset(object)?;
        registry.edit(&mut made).set_by_name(field, first.clone())?;
        registry.edit(&mut made).set_by_name(field, second.clone())?;
        Ok(made.get_by_name(field)?.unwrap_or_default())
    };
    let (expected, answer) = (twice(&hosts.old), twice(&hosts.new));
    if expected.is_ok() == answer.is_ok() {
        return None;
    }
    let shown = |result: Result<Primitive, Error>| match result {
        Ok(value) => text(&value),
        Err(error) => error.to_string(),
    };
    Some(Witness {
        object: object.to_owned(),
        version: schema.current(),
        writer: Host::Released,
        act: Act::Set,
        sent: format!("{field} = {}, then {field} = {}", text(&first), text(&second)),
        reader: Host::Here,
        refused: answer.is_err(),
        answer: shown(answer),
        expected: Some(shown(expected)),
    })
}

/// An object whose fields have their defaults alone.
fn defaults(hosts: &Hosts, object: &str, field: &str) -> Option<Witness> {
    let made = |registry: &Registry| -> Option<Primitive> {
        let mut made = registry.unset(object).ok()?;
        let own = made.schema().field(field)?;
        if own.default.is_some() {
            registry.edit(&mut made).set_defaults_of(&[field]).ok()?;
        }
        Some(made.get_by_name(field).ok()?.unwrap_or_else(|| Primitive::from("unset")))
    };
    let (expected, answer) = (made(&hosts.old)?, made(&hosts.new)?);
    (expected != answer).then(|| Witness {
        object: object.to_owned(),
        version: hosts.old.schema(object).map(ObjectSchema::current).unwrap_or(crate::Version::new(1, 0)),
        writer: Host::Released,
        act: Act::Default,
        sent: format!("{field} = {}", text(&expected)),
        reader: Host::Here,
        refused: false,
        answer: format!("{field} = {}", text(&answer)),
        expected: None,
    })
}

/// The texts that are hashed, from where they differ on.
pub(super) fn fingerprints(hosts: &Hosts, object: &str) -> Option<Witness> {
    let [old, new] = [hosts.old.schema(object).ok()?, hosts.new.schema(object).ok()?];
    let [then, now] = [old, new].map(ObjectSchema::fingerprint_text);
    if then == now {
        return None;
    }
    let same = then.chars().zip(now.chars()).take_while(|(a, b)| a == b).count();
    let from = |whole: &str| -> String {
        let shown: String = whole.chars().skip(same.saturating_sub(40)).take(120).collect();
        if same > 40 { format!("...{shown}") } else { shown }
    };
    Some(Witness {
        object: object.to_owned(),
        version: old.current(),
        writer: Host::Released,
        act: Act::Fingerprint,
        sent: format!("{} of {}", old.fingerprint(), from(&then)),
        reader: Host::Here,
        refused: false,
        answer: format!("{} of {}", new.fingerprint(), from(&now)),
        expected: None,
    })
}

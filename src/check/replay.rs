//! Recorded messages, read by the next release.

use std::fmt;

use super::lock::Locks;
use super::understood::{Trouble, header, json, outermost, trouble};
use crate::mask;
use crate::primitive::Primitive;
use crate::registry::Registry;

/// A recorded object that the next release doesn't understand, and the one that runs does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the line of the record, from one.
    pub line: usize,
    /// The method of the message, where it names one.
    pub method: Option<String>,
    /// The name of the object.
    pub object: String,
    /// The version that it came in.
    pub version: String,
    /// The difference, for people.
    pub what: String,
    /// The recorded object, as JSON text.
    pub witness: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { line, object, version, what, .. } = self;
        let method = self.method.as_deref().map(|name| format!(" in {name}")).unwrap_or_default();
        write!(f, "line {line}: {object} {version}{method}: {what}")
    }
}

/// Outcome of a record that was replayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// The lines of the record.
    pub messages: usize,
    /// The objects in them.
    pub objects: usize,
    /// The objects that the running release doesn't understand either, since a secret in them is masked, say.
    pub unjudged: usize,
    /// Objects that the next release makes something else of.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Replayed { messages, objects, unjudged, differences } = self;
        write!(
            f,
            "{messages} messages, {objects} objects, {unjudged} not judged, {} differences",
            differences.len()
        )?;
        differences.iter().try_for_each(|difference| write!(f, "\n{difference}"))
    }
}

/// A record that can't be read.
#[derive(Debug)]
pub struct RecordError(String);

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RecordError {}

/// Has the next release read every recorded object and write it again. `record` has a message a line, as
/// [`record_line`] and the tap of a transport write them.
///
/// ```
/// # use versioned_objects::{Field, Origin, VersionedObject, registry::Registry};
/// use versioned_objects::check::{Locks, replay};
///
/// # #[derive(VersionedObject, Clone)]
/// # #[object(versions("1.0"))]
/// # struct Disk {
/// #     origin: Origin,
/// #     serial: Field<String>,
/// # }
/// let now = Locks::of(&Registry::new().with::<Disk>());
/// let record = r#"{"message":{"method":"add","args":{"disk":{"versioned_object.name":"Disk","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","versioned_object.data":{"serial":"a"}}}}}"#;
/// let replayed = replay(record, &now, &now)?;
/// assert_eq!((replayed.objects, replayed.differences.len()), (1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where a line is no JSON.
pub fn replay(record: &str, now: &Locks, next: &Locks) -> Result<Replayed, RecordError> {
    let (now, next) = (now.registry(), next.registry());
    let mut replayed = Replayed::default();
    for (number, line) in record.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value: Primitive = serde_json::from_str(line)
            .map_err(|error| RecordError(format!("line {} of the record: {error}", number + 1)))?;
        replayed.messages += 1;
        let message = value.get("message").unwrap_or(&value);
        let method = message.get("method").and_then(Primitive::as_str).map(str::to_owned);
        for object in outermost(message) {
            replayed.objects += 1;
            let Some(head) = header(object) else { continue };
            if trouble(object, &now).is_some() {
                replayed.unjudged += 1;
                continue;
            }
            let what = trouble(object, &next).map(said).or_else(|| differs(object, &now, &next));
            if let Some(what) = what {
                let (method, witness) = (method.clone(), json(object));
                let (object, version) = (head.name, head.version);
                replayed.differences.push(Difference {
                    line: number + 1,
                    method,
                    object,
                    version,
                    what,
                    witness,
                });
            }
        }
    }
    Ok(replayed)
}

fn said(trouble: Trouble) -> String {
    match trouble {
        Trouble::Version(what) | Trouble::Unreadable(what) => format!("it can't be read: {what}"),
        Trouble::Lost(what) => format!("something is lost: {what}"),
        Trouble::Differs(what) => format!("something is another value: {what}"),
    }
}

/// A field that both releases have and read otherwise: what an absent one counts as, say.
fn differs(object: &Primitive, now: &Registry, next: &Registry) -> Option<String> {
    use super::change::differences;
    use super::understood::read;
    use crate::object::{ByName as _, same_value};
    let (ours, theirs) = (read(now, object).ok()?, read(next, object).ok()?);
    let (schema, next_schema) = (ours.schema(), theirs.schema());
    schema.fields.iter().find_map(|field| {
        let next_field = next_schema.field(&field.name)?;
        let is_plain = field.rules.is_empty() && next_field.rules.is_empty() && field.ty.object().is_none();
        if !is_plain || !differences(&field.ty, &next_field.ty).is_empty() {
            return None;
        }
        let value = |object: &crate::registry::AnyObject| object.get_by_name(&field.name).ok().flatten();
        let (ours, theirs) = (value(&ours), value(&theirs));
        let is_same = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => same_value(&field.ty, ours, theirs),
            (ours, theirs) => ours == theirs,
        };
        let shown = |value: Option<Primitive>| value.map_or("unset".to_owned(), |value| json(&value));
        (!is_same).then(|| format!("{} is read as {}, and was as {}", field.name, shown(theirs), shown(ours)))
    })
}

/// A line of a record, of a message as a broker has it: an inner message, or one in `oslo.messaging`'s envelope. Secrets
/// are masked, and what is in the compact form, of which nobody can tell what is secret, is left out.
///
/// # Errors
/// Where the text is no JSON object.
pub fn record_line(message: &str) -> Result<String, RecordError> {
    let failed = |error: &dyn fmt::Display| RecordError(format!("a message that can't be read: {error}"));
    let mut value: serde_json::Value = serde_json::from_str(message).map_err(|error| failed(&error))?;
    if let Some(serde_json::Value::String(inner)) = value.get("oslo.message") {
        value = serde_json::from_str(inner).map_err(|error| failed(&error))?;
    }
    let serde_json::Value::Object(entries) = value else { return Err(failed(&"it is no object")) };
    let masked = without_compact(serde_json::Value::Object(mask::map(&entries)));
    Ok(serde_json::json!({ "message": masked }).to_string())
}

fn without_compact(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(entries) if entries.contains_key("ovo.compact") => Value::Null,
        Value::Object(entries) => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, without_compact(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(without_compact).collect()),
        other => other,
    }
}

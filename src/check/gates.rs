//! Whether tests notice when a gate is missing.

use std::borrow::Cow;
use std::fmt;

use super::laws::{Laws, copy, function_within, functions};
use crate::compat::Backport;
use crate::dynamic::DynamicObject;
use crate::error::ErrorKind;
use crate::primitive::{Primitive, Reader};
use crate::registry::{AnyObject, Registry};
use crate::schema::{Action, FieldSchema, Instead, ObjectSchema, Rule, Tombstone};
use crate::version::{Manifest, Version};

/// A gate: one declaration of a schema about older versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The place in the schema: `Disk.cache`.
    pub place: String,
    /// The declaration as text: `since 1.1`.
    pub what: String,
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// The gates, sorted by the result of deleting each.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    /// The gates that were deleted, one at a time.
    pub deleted: Vec<Gate>,
    /// Those among them that no test missed.
    pub unmissed: Vec<Gate>,
    /// The gates that are Rust functions, which a copy of the schemas lacks from the start.
    pub left_out: Vec<Gate>,
    /// Those among the deleted ones that no test missed, and that none can miss: a copy of the object isn't written for
    /// an older version.
    pub unjudged: Vec<Unjudged>,
}

/// A gate of which no copy of the schemas tells whether a test guards it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unjudged {
    /// The gate that was deleted.
    pub gate: Gate,
    /// The Rust function that stands in the way, and whose it is.
    pub why: Gate,
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, of which nothing is known: {} is a Rust function", self.gate, self.why)
    }
}

/// Deletes each gate of a registry in turn (a `since`, a rule, a row of child versions, a tombstone, a value for
/// what is absent), in a copy without Rust types, and runs the laws and a project's own golden messages against
/// it. A gate whose absence neither of them notices is guarded by no test.
///
/// The laws hold of most objects without a gate as well as with it, so it is the golden messages that have to
/// say what each version gets; [`Golden`] is one.
///
/// # Errors
/// Findings of the golden messages on the copy before any gate is deleted.
pub fn gates<E>(
    registry: &Registry,
    cases: u32,
    golden: impl Fn(&Registry) -> Result<(), E>,
) -> Result<Gates, E> {
    let whole = copy(registry);
    golden(&whole)?;
    let mut found = Gates::default();
    for name in registry.names() {
        let Ok(schema) = registry.schema(name) else { continue };
        let routines = functions(schema).into_iter();
        found.left_out.extend(routines.map(|(place, what)| Gate { place, what }));
        for (gate, mutant) in without_each(schema) {
            let mutant = whole.clone().with_schema(mutant);
            let is_missed =
                golden(&mutant).is_err() || Laws::of(&mutant).cases(cases).only(name).check().is_err();
            match function_within(&whole, schema).filter(|_| !is_missed) {
                Some((place, what)) => {
                    let why = Gate { place, what };
                    found.unjudged.push(Unjudged { gate: gate.clone(), why });
                }
                None if !is_missed => found.unmissed.push(gate.clone()),
                None => {}
            }
            found.deleted.push(gate);
        }
    }
    Ok(found)
}

/// The schema without each of its gates.
fn without_each(schema: &ObjectSchema) -> Vec<(Gate, ObjectSchema)> {
    let mut found = Vec::new();
    for (index, field) in schema.fields.iter().enumerate() {
        for (what, changed) in fields_without(field) {
            let mut fields = schema.fields.to_vec();
            if let Some(place) = fields.get_mut(index) {
                *place = changed;
            }
            let gate = Gate { place: format!("{}.{}", schema.name, field.name), what };
            found.push((gate, ObjectSchema { fields: Cow::Owned(fields), ..schema.clone() }));
        }
    }
    let writes = |grave: &Tombstone| grave.fill.is_some() || grave.first.is_some();
    for (index, grave) in schema.tombstones.iter().enumerate().filter(|(_, grave)| writes(grave)) {
        let gate = Gate {
            place: format!("{}.{}", schema.name, grave.name),
            what: format!("removed until {}", grave.until),
        };
        let tombstones = without(&schema.tombstones, index);
        found.push((gate, ObjectSchema { tombstones: Cow::Owned(tombstones), ..schema.clone() }));
    }
    for (row, rows) in rows_without(schema.child_versions.as_deref()) {
        let gate = Gate { place: schema.name.to_string(), what: row };
        found.push((gate, ObjectSchema { child_versions: rows, ..schema.clone() }));
    }
    found
}

fn fields_without(field: &FieldSchema) -> Vec<(String, FieldSchema)> {
    let mut found = Vec::new();
    if let Some(since) = field.since {
        found.push((format!("since {since}"), FieldSchema { since: None, ..field.clone() }));
    }
    if field.absent.is_some() {
        found.push(("absent".to_owned(), FieldSchema { absent: None, ..field.clone() }));
    }
    for (index, rule) in field.rules.iter().enumerate() {
        if !matches!(rule.action, Action::Convert { .. }) {
            let rules = Cow::Owned(without(&field.rules, index));
            found.push((described(rule), FieldSchema { rules, ..field.clone() }));
        }
    }
    for (row, relationship) in rows_without(field.relationship.as_deref()) {
        found.push((row, FieldSchema { relationship, ..field.clone() }));
    }
    found
}

type Rows = Option<Cow<'static, [(Version, Version)]>>;

fn rows_without(rows: Option<&[(Version, Version)]>) -> Vec<(String, Rows)> {
    let rows = rows.unwrap_or_default();
    let each = rows.iter().enumerate();
    each.map(|(index, (parent, child))| {
        (format!("{parent} goes with {child}"), Some(Cow::Owned(without(rows, index))))
    })
    .collect()
}

fn without<T: Clone>(all: &[T], index: usize) -> Vec<T> {
    let others = all.iter().enumerate().filter(|(place, _)| *place != index);
    others.map(|(_, other)| other.clone()).collect()
}

fn described(rule: &Rule) -> String {
    let what = match &rule.action {
        Action::Refuse => "refuse".to_owned(),
        Action::Values { instead: Instead::Refuse, .. } => "refuse values".to_owned(),
        Action::Values { instead: Instead::Drop, .. } => "drop for values".to_owned(),
        Action::Values { instead: Instead::Write(_), .. } => "replace values".to_owned(),
        Action::Without(_) => "leave out objects".to_owned(),
        Action::Rename(older) => format!("was {older}"),
        Action::Convert { name, .. } => format!("was another {name}"),
        Action::Take { from, .. } => format!("take {from}"),
        Action::First(first) => format!("first of {}", first.from),
        Action::Insert { from, .. } => format!("insert {from}"),
        Action::Fill(_) | Action::FillUnset(_) => "fill".to_owned(),
    };
    format!("{what} before {}", rule.before)
}

/// A message that was once looked at: an object, and what a peer gets for it.
#[derive(Clone, Debug)]
pub struct Golden {
    /// The object, as JSON text.
    pub object: String,
    /// The versions that the peer reads, the outermost object's among them.
    pub manifest: Manifest,
    /// The message that it gets, as JSON text.
    pub expected: String,
}

impl Golden {
    /// Whether the peer gets that. Of an object without a Rust type that goes by a Rust function nothing can be told,
    /// so it counts as right where that function would be needed.
    ///
    /// # Errors
    /// Value that it gets instead, or why it gets nothing.
    pub fn check(&self, registry: &Registry) -> Result<(), String> {
        let parsed = |text: &str| serde_json::from_str::<Primitive>(text).map_err(|error| error.to_string());
        let reader: Reader<serde::de::value::Error> =
            serde::de::IntoDeserializer::into_deserializer(parsed(&self.object)?);
        let object = registry.decode(reader).map_err(|error| error.to_string())?;
        let view = match object.at(&self.manifest) {
            Ok(view) => view,
            Err(error)
                if error.kind() == ErrorKind::ObjectAction && is_refused_by_function(registry, &object) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error.to_string()),
        };
        let found = Primitive::of(&view).map_err(|error| error.to_string())?;
        if found == parsed(&self.expected)? {
            return Ok(());
        }
        let found = serde_json::to_string(&found).map_err(|error| error.to_string())?;
        Err(format!("expected {}\nfound    {found}", self.expected))
    }
}

/// Whether the object lacks the Rust functions that its schema, or that of one inside it, names.
fn is_refused_by_function(registry: &Registry, object: &AnyObject) -> bool {
    object.is::<DynamicObject>() && function_within(registry, object.schema()).is_some()
}

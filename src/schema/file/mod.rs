//! The schema file: objects as data, in one text.
//!
//! A gateway reads its dynamic objects from it, a lock keeps one object in it, the reader of a Python project writes it,
//! and `ovo generate` makes Rust of it.

mod field;
mod object;
mod rule;
mod ty;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Literal, ObjectSchema};
use crate::primitive::Primitive;
use crate::version::Version;
use crate::wire::json::{Deserializer, JsonError};

pub(crate) use object::ObjectText;
#[cfg(feature = "check")]
pub(crate) use ty::word;

/// Objects as data, from a schema file or for one.
///
/// ```
/// use versioned_objects::schema::Schemas;
///
/// let text = r#"{"objects": [{
///     "name": "Port", "version": "1.1", "project_namespace": "net", "serial_namespace": "versioned_object",
///     "fields": [{"name": "mtu", "type": "Integer", "nullable": true, "since": "1.1"}]
/// }]}"#;
/// let schemas: Schemas = text.parse()?;
/// assert_eq!(schemas.objects[0].schema.fields[0].name, "mtu");
/// # Ok::<(), versioned_objects::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// The objects, in the order of the file. Several versions of a name may stand in it.
    pub objects: Vec<SchemaEntry>,
    /// Sentences of the reader on what it couldn't read, for people.
    pub problems: Vec<String>,
}

/// An object of a schema file: its schema, and what else the file tells of it.
#[derive(Clone, Debug)]
pub struct SchemaEntry {
    /// The object.
    pub schema: ObjectSchema,
    /// What the schema itself doesn't hold.
    pub notes: Notes,
}

/// What a schema file tells of an object beside its schema. Nothing on the wire depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// The module of the Python class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The first lines of the Python class's docstring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The fingerprint that the Python project itself computes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// What the Python class does and the schema doesn't say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsaid: Vec<Unsaid>,
}

/// Something that a Python class does with its objects, which no rule of a schema says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsaid {
    /// The field that shows it; none, where the whole object does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The versions that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
    /// What was seen, in words.
    pub what: String,
}

/// The version of the form of schema files.
pub(crate) const FORMAT: u32 = 2;

impl Schemas {
    /// Reads a schema file.
    ///
    /// # Errors
    /// Where it can't be read. The error names the file, the object and the field.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, SchemaError> {
        let path = path.as_ref();
        let placed = |error: SchemaError| SchemaError { path: Some(path.to_owned()), ..error };
        let text = std::fs::read_to_string(path).map_err(|error| placed(SchemaError::new(error)))?;
        text.parse().map_err(placed)
    }

    /// The entry of the newest version of that name.
    pub fn get(&self, name: &str) -> Option<&SchemaEntry> {
        let named = self.objects.iter().filter(|entry| entry.schema.name == name);
        named.max_by_key(|entry| entry.schema.current())
    }
}

impl FromStr for Schemas {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Text {
            #[serde(default)]
            format: Option<u32>,
            objects: Vec<Primitive>,
            #[serde(default)]
            problems: Vec<String>,
        }

        let Text { format, objects, problems } = json(text).map_err(SchemaError::new)?;
        if let Some(format) = format.filter(|format| *format != FORMAT) {
            return Err(SchemaError::new(format_args!(
                "a schema of format {format}, and format {FORMAT} is read here"
            )));
        }
        let objects = objects.into_iter().map(|object| ObjectText::entry(object).map_err(SchemaError::new));
        Ok(Schemas { objects: objects.collect::<Result<_, _>>()?, problems })
    }
}

impl fmt::Display for Schemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[derive(Serialize)]
        struct Text<'a> {
            format: u32,
            objects: Vec<ObjectText>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            problems: &'a [String],
        }

        let objects = self.objects.iter().map(|entry| ObjectText::of(&entry.schema, &entry.notes));
        let text = Text { format: FORMAT, objects: objects.collect(), problems: &self.problems };
        f.write_str(&serde_json::to_string_pretty(&text).map_err(|_| fmt::Error)?)
    }
}

impl FromIterator<ObjectSchema> for Schemas {
    fn from_iter<I: IntoIterator<Item = ObjectSchema>>(schemas: I) -> Self {
        let entry = |schema| SchemaEntry { schema, notes: Notes::default() };
        Schemas { objects: schemas.into_iter().map(entry).collect(), problems: Vec::new() }
    }
}

/// A schema file that can't be read.
#[derive(Debug)]
pub struct SchemaError {
    path: Option<PathBuf>,
    message: String,
}

impl SchemaError {
    fn new(message: impl fmt::Display) -> Self {
        SchemaError { path: None, message: message.to_string() }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for SchemaError {}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Reads JSON, numbers of any size as they are.
pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    let mut json = Deserializer::new(text.as_bytes())?;
    let value = T::deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

/// A value that is there, null among them.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Primitive>, D::Error> {
    Primitive::deserialize(deserializer).map(Some)
}

/// A literal as a file has it.
fn value(literal: &Literal) -> Primitive {
    match literal {
        Literal::Null => Primitive::Null,
        Literal::Bool(value) => Primitive::Bool(*value),
        Literal::Int(value) => Primitive::Int((*value).into()),
        Literal::Float(value) => Primitive::Float(*value),
        Literal::Text(value) => Primitive::Text(value.to_string()),
        Literal::List(members) => Primitive::List(members.iter().map(value).collect()),
        Literal::Map(entries) => {
            Primitive::Map(entries.iter().map(|(key, member)| (key.to_string(), value(member))).collect())
        }
    }
}

fn literal(value: Primitive) -> Result<Literal, String> {
    Ok(match value {
        Primitive::Null => Literal::Null,
        Primitive::Bool(value) => Literal::Bool(value),
        Primitive::Int(value) => {
            let held = i64::try_from(value).map_err(|_| format!("{value} is beyond what a schema can hold"));
            Literal::Int(held?)
        }
        Primitive::Float(value) => Literal::Float(value),
        Primitive::Text(value) => Literal::Text(value.into()),
        Primitive::List(members) => Literal::List(literals(members)?.into()),
        Primitive::Map(entries) => {
            let entries = entries.into_iter().map(|(key, member)| Ok((Cow::Owned(key), literal(member)?)));
            Literal::Map(entries.collect::<Result<Vec<_>, String>>()?.into())
        }
        Primitive::Bytes(_) => return Err("bytes are no value of a schema".to_owned()),
    })
}

fn literals(values: Vec<Primitive>) -> Result<Vec<Literal>, String> {
    values.into_iter().map(literal).collect()
}

//! The schema file: objects as data, in one text.
//!
//! A gateway reads its dynamic objects from it, a lock keeps one object in it, the reader of a Python project writes it,
//! and `ovo generate` makes Rust of it.

mod entry;
mod field;
mod object;
mod rows;
mod rule;
mod ty;
mod value;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::primitive::Primitive;
use crate::schema::ObjectSchema;

pub use entry::{Notes, SchemaEntry, Unsaid};
pub(crate) use object::ObjectText;
#[cfg(feature = "check")]
pub(crate) use value::{json, pretty};

/// Objects as data, from a schema file or for one.
///
/// ```
/// use versioned_objects::registry::Schemas;
///
/// let text = r#"{"objects": [{
///     "name": "Port", "version": "1.1", "project_namespace": "net", "serial_namespace": "versioned_object",
///     "fields": [{"name": "mtu", "type": "Integer", "nullable": true, "since": "1.1"}]
/// }]}"#;
/// let schemas: Schemas = text.parse()?;
/// assert_eq!(schemas.objects[0].schema.fields[0].name, "mtu");
/// # Ok::<(), versioned_objects::registry::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// The objects, in the order of the file. Several versions of a name may stand in it.
    pub objects: Vec<SchemaEntry>,
    /// Sentences of the reader on what it couldn't read, for people.
    pub problems: Vec<String>,
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

        let Text { format, objects, problems } = value::json(text).map_err(SchemaError::new)?;
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
        f.write_str(&value::pretty(&text).map_err(|_| fmt::Error)?)
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

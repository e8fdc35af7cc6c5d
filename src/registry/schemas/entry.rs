//! Objects in a schema file.

use serde::{Deserialize, Serialize};

use super::value::is_false;
use crate::schema::ObjectSchema;
use crate::version::Version;

/// An object of a schema file: its schema, and what else the file tells of it.
#[derive(Clone, Debug)]
pub struct SchemaEntry {
    /// The schema of the object.
    pub schema: ObjectSchema,
    /// Notes on it that the schema itself doesn't hold.
    pub notes: Notes,
}

/// Notes of a schema file on an object. Nothing on the wire depends on them.
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
    /// Deeds of the Python class that the schema doesn't say.
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
    /// The observation, in words.
    pub what: String,
    /// Whether reading an object shows it; writing one for an older version, where it isn't said.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reading: bool,
    /// Whether it is reading that a function can do, once the fields are there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_hand: bool,
}

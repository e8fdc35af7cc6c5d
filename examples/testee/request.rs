use serde::Deserialize;
use serde_json::Value;
use versioned_objects::{Manifest, Primitive};

use crate::schema::SchemaText;

/// A request; which of its keys are there depends on `op`.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    Objects { registry: String },
    Load { registry: String, schema: SchemaText },
    Fingerprints { registry: String },
    Tree { registry: String, object: String },
    JsonSchema { registry: String, object: String },
    Roundtrip(Roundtrip),
    Assign(Assign),
    Changes(Roundtrip),
}

#[derive(Deserialize)]
pub struct Roundtrip {
    pub registry: String,
    pub primitive: Value,
    pub target: Option<String>,
    pub manifest: Option<Manifest>,
    pub namespaces: Option<Namespaces>,
}

#[derive(Deserialize)]
pub struct Namespaces {
    pub project: String,
    pub serial: String,
}

#[derive(Deserialize)]
pub struct Assign {
    pub registry: String,
    pub object: String,
    pub version: String,
    pub values: Vec<(String, Primitive)>,
    pub target: Option<String>,
    pub manifest: Option<Manifest>,
}

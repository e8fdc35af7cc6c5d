use serde::Deserialize;
use serde_json::value::RawValue;
use versioned_objects::Primitive;

/// A request; which of its keys are there depends on `op`. Whatever is read for one step alone is kept as it came,
/// so that a mistake in it shows when the reference would see it.
#[derive(Deserialize)]
pub struct Request<'a> {
    pub op: String,
    pub registry: String,
    #[serde(borrow)]
    pub schema: Option<&'a RawValue>,
    pub object: Option<String>,
    pub version: Option<String>,
    #[serde(borrow)]
    pub primitive: Option<&'a RawValue>,
    pub values: Option<Vec<(String, Primitive)>>,
    pub target: Option<Primitive>,
    pub manifest: Option<Primitive>,
    pub namespaces: Option<Namespaces>,
}

/// What the receiving base class has.
#[derive(Deserialize)]
pub struct Namespaces {
    pub project: String,
    pub serial: String,
}

//! Child versions are declared wherever the children stand.

use std::collections::{BTreeMap, HashMap, VecDeque};

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Default)]
#[object(versions("1.0", "1.1"))]
struct Kid {
    id: Field<i64>,
}

#[derive(VersionedObject, Clone, Default)]
#[object(versions("1.0", "1.1"))]
struct Parent {
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    queue: Field<VecDeque<Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    by_name: Field<BTreeMap<String, Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    hashed: Field<Option<HashMap<String, Option<Kid>>>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    rows: Field<Vec<Vec<Kid>>>,
}

fn main() {
    assert!(Parent::SCHEMA.fields.iter().all(|field| field.relationship.is_some()));
}

//! Child versions are declared wherever the children stand.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

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
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    shared: Field<Arc<Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    counted: Field<Rc<Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    borrowed: Field<Cow<'static, Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    borrowed_list: Field<Cow<'static, [Kid]>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    boxed: Field<Box<[Kid]>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    shared_list: Field<Arc<[Kid]>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    two: Field<[Option<Kid>; 2]>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    deep: Field<Option<HashMap<u8, Vec<BTreeMap<char, Option<Arc<Kid>>>>>>>,
}

fn main() {
    assert!(Parent::SCHEMA.fields.iter().all(|field| field.relationship.is_some()));
}

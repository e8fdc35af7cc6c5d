//! An option in an option, with something between them that the wire doesn't show.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use versioned_objects::{Field, VersionedObject};

type Perhaps = Option<i64>;

#[derive(VersionedObject, Clone)]
#[object(versions("1.0"))]
struct Pointing {
    one: Field<Option<Box<Option<i64>>>>,
    two: Field<BTreeMap<String, Vec<Option<Arc<Box<Option<i64>>>>>>>,
    three: Field<Option<Cow<'static, Option<i64>>>>,
}

#[derive(VersionedObject, Clone)]
#[object(versions("1.0"))]
struct Fine {
    one: Field<Option<Arc<Vec<Option<i64>>>>>,
    two: Field<Arc<Perhaps>>,
    three: Field<Option<BTreeMap<String, Perhaps>>>,
}

fn main() {}

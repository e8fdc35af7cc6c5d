//! An option in an option that an alias hides: one error, on the type.

use std::collections::BTreeMap;
use std::sync::Arc;

use versioned_objects::{Field, Origin, VersionedObject};

type Perhaps = Option<i64>;
type Twice = Option<Option<i64>>;
type Whole = Field<Option<Perhaps>>;

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Alias {
    origin: Origin,
    one: Field<Option<Perhaps>>,
    two: Field<Vec<Option<Arc<Perhaps>>>>,
    three: Field<Twice>,
    four: Whole,
    five: Field<BTreeMap<String, Twice>>,
    #[field(was(type = Twice, since = "1.1", to_older = older, from_older = newer))]
    was: Field<i64>,
    fine: Field<Vec<Perhaps>>,
}

fn older(_: &i64) -> Result<Twice, String> {
    Ok(None)
}

fn newer(_: Twice) -> Result<i64, String> {
    Ok(0)
}

fn main() {}

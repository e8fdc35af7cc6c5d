//! Types that can't be a field's: one error each.

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Plain {
    number: i64,
    text: Option<String>,
    pair: (i64, i64),
    twice: Field<Option<Option<i64>>>,
    within: Field<Vec<Option<Option<i64>>>>,
    array: Field<[Option<Option<i64>>; 2]>,
    #[field(was(type = Option<Option<i64>>, since = "1.1", to_older = older, from_older = newer))]
    was: Field<i64>,
    full: std::collections::HashMap<String, i64>,
    fine: Field<Option<Vec<Option<i64>>>>,
}

fn older(_: &i64) -> Result<Option<Option<i64>>, String> {
    Ok(None)
}

fn newer(_: Option<Option<i64>>) -> Result<i64, String> {
    Ok(0)
}

fn write(plain: &Plain) -> String {
    serde_json::to_string(plain).unwrap()
}

fn main() {}

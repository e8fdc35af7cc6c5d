//! Types that can't be a field's: one error each.

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Plain {
    number: i64,
    text: Option<String>,
    pair: (i64, i64),
    twice: Field<Option<Option<i64>>>,
    within: Field<Vec<Option<Option<i64>>>>,
    fine: Field<Option<Vec<Option<i64>>>>,
}

fn write(plain: &Plain) -> String {
    serde_json::to_string(plain).unwrap()
}

fn main() {}

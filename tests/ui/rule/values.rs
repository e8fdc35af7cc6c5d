use std::collections::BTreeMap;

use versioned_objects::{Field, FieldEnum, VersionedObject};

#[derive(FieldEnum)]
#[field_enum(rename_all = "lowercase")]
enum Style {
    Old,
    New,
}

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Rules {
    #[field(values("odd", since = "1.1", older = refuse))]
    one: Field<Style>,
    #[field(values("new", since = "1.1", older = "old"))]
    fine: Field<Vec<Option<Style>>>,
    #[field(values(1, since = "1.1", older = "one"))]
    two: Field<i64>,
    #[field(fill(value = "x", before = "1.1"))]
    three: Field<i64>,
    #[field(insert(key = "k", from = "two", before = "1.1"))]
    four: Field<Vec<String>>,
    #[field(insert(key = "k", from = "two", before = "1.1"))]
    also_fine: Field<BTreeMap<String, String>>,
}

fn main() {}

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
struct Type {
    #[field(default = null)]
    one: Field<bool>,
    #[field(since = "1.1", absent = null)]
    two: Field<i64>,
    #[field(default = [1])]
    three: Field<i64>,
    #[field(default = "a")]
    four: Field<Vec<String>>,
    #[field(default = [])]
    five: Field<BTreeMap<String, String>>,
    #[field(default = "odd")]
    six: Field<Style>,
    #[field(default = "old")]
    fine: Field<Style>,
    #[field(default = "odd")]
    seven: Field<Option<Style>>,
    #[field(since = "1.1", absent = "x")]
    eight: Field<i64>,
    #[field(default = 1.5)]
    nine: Field<i64>,
    #[field(default = "nope")]
    ten: Field<bool>,
    #[field(default = -1)]
    eleven: Field<u8>,
}

fn main() {}

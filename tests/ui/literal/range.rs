//! Literals out of the range of the field's type.

use std::collections::BTreeMap;

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Ranges {
    #[field(default = 300)]
    one: Field<u8>,
    #[field(default = -129)]
    two: Field<Option<i8>>,
    #[field(since = "1.1", absent = 65536)]
    three: Field<u16>,
    #[field(default = [1, 256])]
    four: Field<Vec<u8>>,
    #[field(default = { "a": -1 })]
    five: Field<BTreeMap<String, u32>>,
    #[field(default = ["a"])]
    six: Field<Vec<i64>>,
    #[field(values(256, since = "1.1", older = 0))]
    seven: Field<u8>,
    #[field(default = 255)]
    fine: Field<u8>,
    #[field(default = 170141183460469231731687303715884105727)]
    also_fine: Field<u128>,
}

fn main() {}

//! Literals out of the range of the field's type.

use std::collections::BTreeMap;
use std::num::NonZeroU8;

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
    #[field(default = 0)]
    eight: Field<NonZeroU8>,
    #[field(default = "ab")]
    nine: Field<Option<char>>,
    #[field(default = [1])]
    ten: Field<[u8; 2]>,
    #[field(default = 1e39)]
    eleven: Field<f32>,
    #[field(check(min = 5, max = 1))]
    twelve: Field<u8>,
    #[field(check(min = 256))]
    thirteen: Field<Vec<u8>>,
    #[field(default = 255)]
    fine: Field<u8>,
    #[field(default = ["é", "\u{1f980}"])]
    letters: Field<[char; 2]>,
    #[field(default = [[1, 2, 3]])]
    rows: Field<Vec<Vec<NonZeroU8>>>,
    #[field(default = 1e38, check(one_of(1e38)))]
    short: Field<f32>,
    #[field(default = 170141183460469231731687303715884105727)]
    also_fine: Field<u128>,
}

fn main() {}

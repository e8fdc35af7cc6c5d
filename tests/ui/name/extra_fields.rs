//! What is looked up by a name is one thing, and an extra field is made by a function.

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone)]
#[object(versions("1.0"), extra_fields(one = Self::one, two = Self::one, two = Self::one))]
struct Twice {
    one: Field<bool>,
}

#[derive(VersionedObject, Clone)]
#[object(versions("1.0"), extra_fields(made, other = "text"))]
struct Misspelt {
    one: Field<bool>,
}

fn main() {}

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct NotAField {
    one: Field<bool>,
    two: String,
}

fn main() {}

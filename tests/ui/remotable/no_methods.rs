//! An object that says that it has methods has a block of them.

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Default)]
#[object(versions("1.0"), remotable)]
struct Service {
    host: Field<String>,
}

fn main() {}

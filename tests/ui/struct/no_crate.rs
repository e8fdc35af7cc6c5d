//! Under another name the crate has to be named.

mod somewhere {
    pub use versioned_objects::{Field, VersionedObject};
}

use somewhere::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"), crate = nowhere)]
struct Lost {
    field: Field<bool>,
}

fn main() {}

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Part {
    here: Field<bool>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Heir {
    here: Field<bool>,
    #[field(extends)]
    part: Part,
}

fn main() {}

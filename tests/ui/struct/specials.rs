use versioned_objects::{Field, Origin, UnknownFields, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Specials {
    one: Origin,
    two: versioned_objects::Origin,
    #[field(since = "1.1")]
    three: UnknownFields,
    four: UnknownFields,
    five: Field<bool>,
}

fn main() {}

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
struct None {
    field: Field<bool>,
}

#[derive(VersionedObject)]
#[object(namespace = "nova")]
struct Missing {
    field: Field<bool>,
}

#[derive(VersionedObject)]
#[object(versions())]
struct Empty {
    #[field(since = "1.1")]
    field: Field<bool>,
}

fn main() {}

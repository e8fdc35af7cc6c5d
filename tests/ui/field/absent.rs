use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Absent {
    #[field(absent = "virtio")]
    field: Field<String>,
}

fn main() {}

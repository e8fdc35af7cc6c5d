use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(name = "Di\"sk", namespace = "back\\slash", serial_namespace = "line\nbreak", versions("1.0"))]
struct Disk {
    #[field(name = "ta\tb")]
    serial: Field<String>,
}

fn main() {}

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versoins("1.0"), banana, versions("1.0", "1.1"), strict, strict)]
#[object(namespace = "a", name, serial_namespace = 3)]
#[object(namespace = "b", name = "" keep_children)]
#[object(removed(until = "1.0"), removed(name = "x"), removed(name = "y", until = "1.0", til = "1.0"))]
#[object]
struct Words {
    #[field(sinse = "1.1", default)]
    one: Field<bool>,
    #[field(since = 1.1, since = "1.1", since = "1.1")]
    two: Field<bool>,
    #[field(refuse(befor = "1.1"), renamed(from = "x"), take(from = "one"))]
    three: Field<bool>,
    #[field(read_only = true, insert(from = "one"), fill(before = "1.1"), was(type = bool, since = "1.1"))]
    four: Field<bool>,
    #[field("text")]
    five: Field<bool>,
}

fn main() {}

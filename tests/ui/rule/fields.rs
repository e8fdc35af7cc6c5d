use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Fields {
    host: Field<String>,
    #[field(take(from = "hots", before = "1.1"))]
    one: Field<String>,
    #[field(insert(key = "k", from = "two", before = "1.1"))]
    two: Field<String>,
    #[field(take(from = "host", before = "1.1", when("banana" = 3)))]
    three: Field<String>,
    #[field(name = "4", take(from = "four", before = "1.1"))]
    four: Field<String>,
}

fn main() {}

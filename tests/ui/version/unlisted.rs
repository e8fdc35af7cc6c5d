use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("0.1", "1.0..=1.3"), unreleased = "1.4")]
#[object(removed(name = "a", until = "1.9"), removed(name = "b", until = "1.4"))]
#[object(removed(name = "c", since = "1.3", until = "1.1"))]
struct Unlisted {
    #[field(since = "1.5")]
    one: Field<bool>,
    #[field(since = "0.1")]
    two: Field<bool>,
    #[field(refuse(before = "2.0"))]
    three: Field<bool>,
    #[field(fill(value = true, before = "0.1"))]
    four: Field<bool>,
    #[field(values(true, since = "0.2", older = refuse))]
    five: Field<bool>,
    #[field(renamed(from = "seven", since = "0.3"))]
    six: Field<bool>,
}

fn main() {}

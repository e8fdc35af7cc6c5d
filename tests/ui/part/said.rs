use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Part {
    here: Field<bool>,
    #[field(name = "type")]
    kind: Field<bool>,
}

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Heir {
    own: Field<bool>,
    #[field(extends(here(since = "1.1"), "type"(since = "1.1"), kind(since = "1.1")))]
    part: Part,
}

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Rules {
    #[field(take(from = "here", before = "1.1"), insert(key = "k", from = "her", before = "1.1"))]
    own: Field<bool>,
    #[field(extends)]
    part: Part,
}

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Words {
    #[field(since = "1.1", extends)]
    part: Part,
    #[field(extends(here(sinse = "1.1"), kind, "type"(since = "1.2")))]
    other: Part,
}

fn main() {}

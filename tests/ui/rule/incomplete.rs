use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Incomplete {
    #[field(refuse)]
    one: Field<String>,
    #[field(refuse())]
    two: Field<String>,
    #[field(values("a", older = refuse))]
    three: Field<String>,
    #[field(values("a", since = "1.1"))]
    four: Field<String>,
    #[field(values(since = "1.1", older = drop))]
    five: Field<String>,
    #[field(values)]
    six: Field<String>,
    #[field(since = "1.1", refuse, refuse)]
    seven: Field<String>,
    #[field(first(from = "ten"))]
    eight: Field<Option<String>>,
    #[field(first(before = "1.1"))]
    nine: Field<Option<String>>,
    ten: Field<Vec<String>>,
}

fn main() {}

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0..=1.4"))]
#[object(removed(name = "one", until = "1.1"), removed(name = "later", until = "1.1"))]
#[object(removed(name = "gone", until = "1.2"), removed(name = "gone", since = "1.2", until = "1.3"))]
struct Twice {
    one: Field<bool>,
    #[field(name = "one")]
    two: Field<bool>,
    #[field(name = "type")]
    three: Field<bool>,
    r#type: Field<bool>,
    /// Came when the removed field of its name was gone, so that is fine.
    #[field(since = "1.2")]
    later: Field<bool>,
    #[field(renamed(from = "one", since = "1.3"))]
    renamed: Field<bool>,
    #[field(renamed(from = "a", since = "1.3"), was(type = i64, since = "1.3", to_older = f, from_older = g))]
    both: Field<bool>,
    #[field(renamed(from = "same", since = "1.3"))]
    same: Field<bool>,
}

fn main() {}

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Syntax {
    #[field(default = None)]
    one: Field<Option<bool>>,
    #[field(default = 1u8)]
    two: Field<i64>,
    #[field(default = [1, 2 3])]
    three: Field<Vec<i64>>,
    #[field(default = { a: 1 })]
    four: Field<bool>,
    #[field(default = String::new())]
    five: Field<String>,
    #[field(default = 9999999999999999999999999999999999999999)]
    six: Field<i64>,
    #[field(values("a", b, since = "1.1", older = refuse))]
    seven: Field<String>,
    #[field(values("a", since = "1.1", older = forget))]
    eight: Field<String>,
    #[field(fill(value = null, before = "1.1"))]
    nine: Field<Option<String>>,
}

fn main() {}

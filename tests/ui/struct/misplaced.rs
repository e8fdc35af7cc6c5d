//! Attributes that say nothing where they stand.

use versioned_objects::{Field, FieldEnum, ObjectEnum, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
#[field(since = "9.9", whatever)]
struct Misplaced {
    #[object(since = "1.1")]
    one: Field<bool>,
    #[field(strict)]
    two: Field<bool>,
}

#[derive(FieldEnum)]
#[variant(name = "a")]
enum Style {
    #[field_enum(name = "Old")]
    Old,
}

#[derive(VersionedObject)]
#[object(versions("1.0"), strict)]
struct Base {
    id: Field<i64>,
}

#[derive(ObjectEnum)]
#[object_enum(base = Base)]
#[variant(since = "1.0")]
enum Other {
    #[object_enum(base = Base)]
    Base(Base),
}

fn main() {}

//! An enum of objects that stand for a base.

use versioned_objects::{Field, FieldEnum, ObjectEnum, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Base {
    id: Field<i64>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Stranger {
    id: Field<i64>,
}

#[derive(ObjectEnum)]
#[object_enum(base = Base)]
enum Other {
    Base(Base),
    Stranger(Stranger),
}

#[derive(ObjectEnum)]
enum WithoutBase {
    Base(Base),
}

#[derive(ObjectEnum)]
#[object_enum(base = Base)]
enum Shapes {
    Nothing,
    Two(Base, Base),
}

#[derive(FieldEnum)]
enum State {
    #[variant(next(B, C))]
    A,
    B,
}

fn main() {}

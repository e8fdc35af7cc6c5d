//! An object that remembers what version it came in, and objects inside it that don't.

use std::collections::BTreeMap;

use versioned_objects::{Field, ObjectEnum, Origin, UnknownFields, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Forgetful {
    id: Field<i64>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Mindful {
    origin: Origin,
    id: Field<i64>,
}

#[derive(ObjectEnum)]
#[object_enum(base = Forgetful)]
enum OneOf {
    Forgetful(Forgetful),
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Parent {
    origin: Origin,
    one: Field<Forgetful>,
    nested: Field<Option<BTreeMap<String, Vec<Forgetful>>>>,
    one_of: Field<OneOf>,
    fine: Field<Vec<Mindful>>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Part {
    one: Field<Forgetful>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Heir {
    origin: Origin,
    #[field(extends)]
    part: Part,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Relay {
    unknown: UnknownFields,
}

fn main() {}

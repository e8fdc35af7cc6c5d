use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Child {}

#[derive(VersionedObject)]
#[object(versions("1.0"), list)]
struct NoField {}

#[derive(VersionedObject)]
#[object(versions("1.0"), list)]
struct OtherName {
    children: Field<Vec<Child>>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"), child_versions("1.0" => "1.0"))]
struct NoList {
    objects: Field<Vec<Child>>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"), list, child_versions("1.0" => "1.0"))]
struct Twice {
    #[field(child_versions("1.0" => "1.0"))]
    objects: Field<Vec<Child>>,
}

fn main() {}

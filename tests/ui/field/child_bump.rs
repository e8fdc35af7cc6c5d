use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0..=1.2"))]
struct Child {}

#[derive(VersionedObject)]
#[object(versions("1.0..=1.3"))]
struct Parent {
    #[field(child_versions("1.0" => "1.0", "1.2" => "1.1"))]
    child: Field<Option<Vec<Child>>>,
    #[field(child_versions("1.0" => "1.0", "1.3" => "1.2"))]
    fine: Field<Child>,
}

#[derive(VersionedObject)]
#[object(versions("1.0..=1.2"), list, child_versions("1.0" => "1.0", "1.1" => "1.1"))]
struct Children {
    objects: Field<Vec<Child>>,
}

fn main() {}

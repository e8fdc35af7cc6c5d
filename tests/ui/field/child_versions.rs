use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0..=1.2"))]
struct Child {}

#[derive(VersionedObject)]
#[object(versions("1.0..=1.3"))]
struct Parent {
    #[field(child_versions("1.0" => "1.0", "1.0" => "1.2"))]
    twice: Field<Child>,
    #[field(child_versions("1.2" => "1.0", "1.1" => "1.2"))]
    order: Field<Child>,
    #[field(child_versions("1.1" => "1.2", "1.2" => "1.1"))]
    back: Field<Child>,
    #[field(child_versions("1.7" => "1.2"))]
    unlisted: Field<Child>,
    #[field(child_versions())]
    empty: Field<Child>,
    #[field(child_versions("1.0", "1.2"))]
    syntax: Field<Child>,
}

fn main() {}

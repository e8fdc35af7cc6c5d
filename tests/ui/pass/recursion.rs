//! Objects that hold themselves and each other.

use std::collections::BTreeMap;

use versioned_objects::{Field, Object, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0..=1.2"))]
struct Tree {
    parent: Field<Option<Box<Self>>>,
    #[field(child_versions("1.0" => "1.0", "1.2" => "1.2"))]
    children: Field<Vec<Tree>>,
    by_name: Field<BTreeMap<String, Option<Self>>>,
    owner: Field<Option<Box<Owner>>>,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Owner {
    trees: Field<Vec<Tree>>,
}

fn main() {
    let child = Tree::unset();
    let tree = Tree { children: vec![child].into(), ..Tree::unset() };
    assert_eq!(tree.schema().fields[1].ty.child(), Some("Tree"));
    assert_eq!(Owner::SCHEMA.fields[0].ty.child(), Some("Tree"));
}

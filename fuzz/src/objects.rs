//! Objects with a field of each shape, children, and rules of older versions.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use versioned_objects::check::Lock;
use versioned_objects::compact::Layouts;
use versioned_objects::registry::Registry;
use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "f", serial_namespace = "f", versions("1.0", "1.1"))]
pub struct Leaf {
    pub text: Field<String>,
    pub number: Field<Option<i64>>,
    #[field(since = "1.1")]
    pub flag: Field<Option<bool>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "f", serial_namespace = "f", versions("1.0..=1.2"))]
#[object(removed(name = "gone", until = "1.0", fill = 0))]
pub struct Tree {
    pub name: Field<String>,
    pub size: Field<i64>,
    pub ratio: Field<Option<f64>>,
    pub tags: Field<Vec<Option<String>>>,
    pub nested: Field<Vec<Vec<i64>>>,
    pub by_name: Field<BTreeMap<String, Option<i64>>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    pub leaf: Field<Option<Leaf>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    pub leaves: Field<Vec<Leaf>>,
    #[field(renamed(from = "before", since = "1.2"))]
    pub renamed: Field<Option<String>>,
    #[field(since = "1.1")]
    pub other: Field<Option<bool>>,
}

/// Registry that knows them by their types.
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| Registry::new().with::<Tree>().with::<Leaf>())
}

/// Registry that knows them by their schemas alone.
pub fn schemas() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let known = Registry::new().with_schema(Tree::SCHEMA.clone()).with_schema(Leaf::SCHEMA.clone());
        let locks = LOCKS.iter().map(|text| text.parse::<Lock>().expect("a lock that a test wrote"));
        locks.fold(known, |known, lock| known.with_schema(lock.schema().clone()))
    })
}

/// Locks of nova's objects for the live migration.
pub const LOCKS: &[&str] = &[
    include_str!("../../snapshots/lock/HyperVLiveMigrateData.snap"),
    include_str!("../../snapshots/lock/LibvirtLiveMigrateBDMInfo.snap"),
    include_str!("../../snapshots/lock/LibvirtLiveMigrateData.snap"),
    include_str!("../../snapshots/lock/LibvirtLiveMigrateNUMAInfo.snap"),
    include_str!("../../snapshots/lock/Migration.snap"),
    include_str!("../../snapshots/lock/VIFMigrateData.snap"),
    include_str!("../../snapshots/lock/VMwareLiveMigrateData.snap"),
    include_str!("../../snapshots/lock/XenapiLiveMigrateData.snap"),
];

/// The same objects in each of their versions, a line each, as the tests hold them.
pub const LINES: &[&str] = &[
    include_str!("../../snapshots/wire/nova_HyperVLiveMigrateData.snap"),
    include_str!("../../snapshots/wire/nova_LibvirtLiveMigrateBDMInfo.snap"),
    include_str!("../../snapshots/wire/nova_LibvirtLiveMigrateData.snap"),
    include_str!("../../snapshots/wire/nova_LibvirtLiveMigrateNUMAInfo.snap"),
    include_str!("../../snapshots/wire/nova_Migration.snap"),
    include_str!("../../snapshots/wire/nova_VIFMigrateData.snap"),
    include_str!("../../snapshots/wire/nova_VMwareLiveMigrateData.snap"),
    include_str!("../../snapshots/wire/nova_XenapiLiveMigrateData.snap"),
];

/// Layouts of the newest versions.
pub fn layouts(registry: &Registry) -> Layouts {
    registry.layouts(registry.manifest())
}

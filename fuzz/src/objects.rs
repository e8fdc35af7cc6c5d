//! Objects with a field of each shape, children, and rules of older versions.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::OnceLock;

use ipnet::{IpNet, Ipv4Net};

use versioned_objects::check::Lock;
use versioned_objects::compact::Layouts;
use versioned_objects::field::{
    CheckedUuid, DateTime, EuiText, FlexibleBool, FlexibleDict, FlexibleList, IpNetworkText, JsonText,
    MacAddress, NonNegativeFloat, PciAddress, UuidText, VersionPredicate,
};
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

/// A field of each type that takes more than its own form, as the reference's does.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "f", serial_namespace = "f", versions("1.0"))]
pub struct Loose {
    pub text: Field<String>,
    pub whole: Field<i128>,
    pub float: Field<f64>,
    pub from_zero: Field<NonNegativeFloat>,
    pub flag: Field<bool>,
    pub flexible: Field<FlexibleBool>,
    pub uuid: Field<UuidText>,
    pub checked_uuid: Field<CheckedUuid>,
    pub mac: Field<MacAddress>,
    pub eui: Field<EuiText>,
    pub pci: Field<PciAddress>,
    pub ip: Field<IpAddr>,
    pub v4: Field<Ipv4Addr>,
    pub v6: Field<Ipv6Addr>,
    pub network: Field<IpNet>,
    pub v4_network: Field<Ipv4Net>,
    pub network_text: Field<IpNetworkText>,
    pub when: Field<DateTime>,
    pub predicate: Field<VersionPredicate>,
    pub json: Field<JsonText>,
    pub map: Field<FlexibleDict>,
    pub list_of_maps: Field<FlexibleList>,
    pub texts: Field<Vec<String>>,
    pub maybe: Field<Vec<Option<i128>>>,
    pub flags: Field<Vec<Vec<bool>>>,
    pub set: Field<BTreeSet<String>>,
    pub whole_set: Field<BTreeSet<i128>>,
    pub flag_set: Field<BTreeSet<bool>>,
    pub network_set: Field<BTreeSet<IpNet>>,
    pub dict: Field<BTreeMap<String, String>>,
    pub floats: Field<BTreeMap<String, Vec<f64>>>,
    pub leaf: Field<Leaf>,
}

/// Registry that knows them by their types.
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| Registry::new().with::<Tree>().with::<Leaf>().with::<Loose>())
}

/// Registry that knows them by their schemas alone.
pub fn schemas() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let own = [Tree::SCHEMA, Leaf::SCHEMA, Loose::SCHEMA];
        let known = own.into_iter().fold(Registry::new(), |known, schema| known.with_schema(schema.clone()));
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

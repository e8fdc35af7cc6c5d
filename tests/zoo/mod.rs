//! Objects that between them use every attribute and every type of field.
#![allow(dead_code, reason = "each test uses its part")]

pub mod more;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use versioned_objects::field::{
    DateTime, FlexibleBool, MacAddress, NonNegativeFloat, PciAddress, Sensitive, UuidText, VersionPredicate,
};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, FieldEnum, Origin, Primitive, UnknownFields, Version, VersionedObject};

#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[field_enum(name = "Bus", rename_all = "kebab-case")]
pub enum Bus {
    Ide,
    Virtio,
    VirtioScsi,
    Nvme,
}

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "lowercase")]
pub enum Colour {
    Red,
    Green,
    #[variant(other)]
    Other(String),
}

/// Every scalar and container.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
pub struct Values {
    pub text: Field<String>,
    pub secret: Field<Sensitive>,
    pub predicate: Field<VersionPredicate>,
    pub colour: Field<Colour>,
    pub uuid_text: Field<UuidText>,
    pub uuid: Field<uuid::Uuid>,
    pub mac: Field<MacAddress>,
    pub pci: Field<PciAddress>,
    pub int: Field<i64>,
    pub byte: Field<u8>,
    pub natural: Field<u64>,
    pub float: Field<f64>,
    pub ratio: Field<NonNegativeFloat>,
    pub flag: Field<bool>,
    pub lenient: Field<FlexibleBool>,
    pub when: Field<DateTime>,
    pub at: Field<chrono::DateTime<chrono::FixedOffset>>,
    pub naive: Field<chrono::NaiveDateTime>,
    pub ip: Field<IpAddr>,
    pub v4: Field<Ipv4Addr>,
    pub v6: Field<Ipv6Addr>,
    pub network: Field<ipnet::IpNet>,
    pub list: Field<Vec<Option<i64>>>,
    pub set: Field<BTreeSet<String>>,
    pub dict: Field<BTreeMap<String, Vec<Option<String>>>>,
    pub nullable: Field<Option<Vec<BTreeSet<i64>>>>,
    pub json: Field<serde_json::Value>,
    pub boxed: Field<Box<Option<String>>>,
}

/// A part with fields of its own, for heirs.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
pub struct Timestamped {
    pub created_at: Field<Option<DateTime>>,
    #[field(since = "1.1")]
    pub updated_at: Field<Option<DateTime>>,
}

/// A leaf with three versions and defaults.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.2"))]
pub struct Port {
    pub origin: Origin,
    pub serial: Field<String>,
    #[field(since = "1.1", default = 0)]
    pub speed: Field<i64>,
    #[field(since = "1.2", read_only)]
    pub mac: Field<Option<MacAddress>>,
}

/// Heir, renames, conversions, declared children, an unreleased version.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(
    name = "Disk",
    namespace = "zoo",
    serial_namespace = "zoo_object",
    versions("1.0..=1.3"),
    unreleased = "1.4"
)]
#[object(removed(name = "legacy", until = "1.1", fill = { "kind": "none", "count": 0 }))]
#[object(removed(name = "forgotten", since = "1.1", until = "1.2"))]
pub struct BlockDisk {
    pub origin: Origin,
    #[field(name = "type")]
    pub kind: Field<String>,
    #[field(renamed(from = "label", since = "1.2"))]
    pub title: Field<Option<String>>,
    #[field(was(type = String, name = "size", since = "1.1", to_older = size_to_text, from_older = size_from_text))]
    pub size_mb: Field<i64>,
    #[field(since = "1.1", absent = "virtio", values("nvme", since = "1.3", older = "virtio"))]
    pub bus: Field<Bus>,
    #[field(child_versions("1.0" => "1.0", "1.2" => "1.1", "1.4" => "1.2"))]
    pub port: Field<Option<Port>>,
    #[field(since = "1.1", child_versions("1.1" => "1.0", "1.3" => "1.2"))]
    pub ports: Field<Vec<Port>>,
    #[field(since = "1.4", strict)]
    pub strict: Field<i64>,
    #[field(extends(updated_at(since = "1.2")))]
    pub timestamps: Timestamped,
}

fn size_to_text(size: &i64) -> Result<String, String> {
    if *size < 0 { Err(format!("{size} MB can't be said in words")) } else { Ok(format!("{size} MB")) }
}

fn size_from_text(text: String) -> Result<i64, String> {
    let digits = text.strip_suffix(" MB").ok_or_else(|| format!("{text:?} is no size"))?;
    digits.parse().map_err(|error| format!("{text:?}: {error}"))
}

/// Every plain rule beyond dropping.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.9"), removed(name = "metadetails", until = "1.6", fill = {}))]
pub struct Rules {
    #[field(since = "1.9", refuse)]
    pub secret: Field<Option<String>>,
    #[field(values("mixed", since = "1.6", older = refuse), values("old", "older", since = "1.2", older = drop))]
    pub cpu_policy: Field<Option<String>>,
    #[field(values("nvme", since = "1.5", older = "virtio"), values("ide", since = "1.2", older = null))]
    pub buses: Field<Vec<Option<Bus>>>,
    #[field(take(from = "pcpuset", before = "1.5", when("cpu_policy" = "dedicated")))]
    pub cpuset: Field<BTreeSet<i64>>,
    #[field(since = "1.5")]
    pub pcpuset: Field<BTreeSet<i64>>,
    #[field(take(from = "policy", before = "1.8", wrap))]
    pub policies: Field<Vec<String>>,
    #[field(since = "1.8")]
    pub policy: Field<Option<String>>,
    #[field(insert(key = "phys_function", from = "parent_addr", before = "1.4"))]
    pub extra_info: Field<BTreeMap<String, String>>,
    #[field(since = "1.4")]
    pub parent_addr: Field<Option<String>>,
    #[field(fill(value = -1, before = "1.3"))]
    pub service_id: Field<Option<i64>>,
}

/// Names that meant something else, and a field that was converted twice.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.3"), removed(name = "reused", until = "1.0"))]
pub struct Renamed {
    pub origin: Origin,
    #[field(renamed(from = "right", since = "1.1"))]
    pub left: Field<String>,
    #[field(renamed(from = "left", since = "1.1"))]
    pub right: Field<String>,
    #[field(since = "1.2")]
    pub reused: Field<Vec<String>>,
    #[field(was(type = String, since = "1.3", to_older = as_text, from_older = from_text))]
    #[field(was(type = bool, since = "1.1", to_older = is_some, from_older = from_flag))]
    pub count: Field<i64>,
}

fn as_text(count: &i64) -> Result<String, String> {
    Ok(count.to_string())
}

fn from_text(text: String) -> Result<i64, String> {
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

fn is_some(count: &i64) -> Result<bool, String> {
    Ok(*count != 0)
}

fn from_flag(flag: bool) -> Result<i64, String> {
    Ok(flag.into())
}

/// A routine has the last word, and another looks at what was read.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), compatible = Self::make_older, validate = Self::check)]
#[object(extra_fields(length = Self::length, words = Self::words))]
pub struct Span {
    pub first: Field<i64>,
    pub last: Field<i64>,
    #[field(since = "1.1")]
    pub step: Field<i64>,
}

impl Span {
    /// A peer without steps gets the last value that a step reaches.
    fn make_older(&self, data: &mut Primitive, target: Version) -> Result<(), String> {
        let (Some(step), true) = (self.step.get(), target < Version::new(1, 1)) else { return Ok(()) };
        if *step <= 0 {
            return Err(format!("steps of {step} have no older form"));
        }
        if let (Some(data), Some(first), Some(last)) = (data.as_map_mut(), self.first.get(), self.last.get())
        {
            let over = (i128::from(*last) - i128::from(*first)) % i128::from(*step);
            data.insert("last".to_owned(), Primitive::Int(i128::from(*last) - over));
        }
        Ok(())
    }

    fn length(&self) -> Option<i64> {
        Some(self.last.get()?.saturating_sub(*self.first.get()?))
    }

    fn words(&self) -> [&'static str; 2] {
        ["from", "to"]
    }

    fn check(&self) -> Result<(), String> {
        match (self.first.get(), self.last.get()) {
            (Some(first), Some(last)) if first > last => {
                Err(format!("the first, {first}, comes after the last, {last}"))
            }
            _ => Ok(()),
        }
    }
}

/// Objects in every place; by manifest alone.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "zoo", serial_namespace = "zoo_object", versions("1.0", "1.1"))]
pub struct Rack {
    pub disk: Field<BlockDisk>,
    pub disks: Field<Option<Vec<BlockDisk>>>,
    pub by_name: Field<BTreeMap<String, BlockDisk>>,
    pub next: Field<Option<Box<Rack>>>,
}

/// Objects inside it stay as they are.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), keep_children)]
pub struct Shelf {
    pub port: Field<Port>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(list, versions("1.0", "1.1"))]
pub struct PortList {
    pub objects: Field<Vec<Port>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(list, versions("1.0..=1.3"), child_versions("1.1" => "1.0", "1.2" => "1.1", "1.3" => "1.2"))]
pub struct MappedPortList {
    pub objects: Field<Vec<Port>>,
}

/// Carries what it doesn't know.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
pub struct Relay {
    pub origin: Origin,
    pub unknown: UnknownFields,
    pub id: Field<i64>,
    #[field(since = "1.1")]
    pub colour: Field<Colour>,
}

/// All of them.
pub fn registry() -> Registry {
    more::add(
        Registry::new()
            .with::<Values>()
            .with::<Timestamped>()
            .with::<Port>()
            .with::<BlockDisk>()
            .with::<Rules>()
            .with::<Renamed>()
            .with::<Span>()
            .with::<Rack>()
            .with::<Shelf>()
            .with::<PortList>()
            .with::<MappedPortList>()
            .with::<Relay>(),
    )
}

//! The types and attributes that few objects need.

use std::collections::{HashMap, HashSet, VecDeque};

use indexmap::IndexMap;
use serde::{Deserializer, Serializer};
use versioned_objects::field::{IpV4AndV6Address, UuidText};
use versioned_objects::registry::Registry;
use versioned_objects::schema::{Literal, TypeSchema};
use versioned_objects::{Context, Entity, Field, FieldEnum, FieldType, ObjectEnum, Target, VersionedObject};

/// Where a transfer is: a state machine.
#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(name = "TransferState", rename_all = "lowercase")]
pub enum State {
    #[variant(next(Running, Failed))]
    Queued,
    #[variant(next(Running, Done, Failed))]
    Running,
    #[variant(name = "finished")]
    Done,
    Failed,
}

/// `#rrggbb` on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Paint(u32);

impl Entity for Paint {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("#{:06x}", self.0))
    }
}

impl FieldType for Paint {
    const TYPE: TypeSchema = TypeSchema::described(
        "Paint",
        &[Literal::Text(std::borrow::Cow::Borrowed("#00ff7f"))],
        r##"{"type": ["string"], "pattern": "^#[0-9a-f]{6}$"}"##,
    );

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let text = <String as FieldType>::decode(deserializer, context)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(paint) => Ok(Paint(paint)),
            None => Err(context.invalid(format_args!("{text:?} is no paint"))),
        }
    }
}

/// The scalars and containers that `Values` hasn't; the smaller numbers stand in fields of their own.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
pub struct MoreValues {
    pub either: Field<IpV4AndV6Address>,
    pub v4_network: Field<ipnet::Ipv4Net>,
    pub v6_network: Field<ipnet::Ipv6Net>,
    #[field(read_only)]
    pub networks: Field<Option<Vec<ipnet::IpNet>>>,
    pub state: Field<State>,
    pub queue: Field<VecDeque<Option<f64>>>,
    #[field(default = ["b", "a"])]
    pub names: Field<HashSet<String>>,
    pub counts: Field<HashMap<String, i64>>,
    #[field(default = { "k": null })]
    pub ordered: Field<IndexMap<String, Option<bool>>>,
    pub deep: Field<Vec<HashMap<String, Vec<UuidText>>>>,
    pub utc: Field<chrono::DateTime<chrono::Utc>>,
    pub paint: Field<Paint>,
    pub paints: Field<Option<Vec<Paint>>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
pub struct Numbers {
    pub i8: Field<i8>,
    pub i16: Field<i16>,
    pub i32: Field<i32>,
    pub isize: Field<isize>,
    pub u16: Field<u16>,
    pub u32: Field<u32>,
    pub usize: Field<usize>,
    pub f32: Field<f32>,
}

/// Nothing is coerced.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), strict, collect)]
pub struct Strict {
    pub strict_text: Field<String>,
    pub strict_count: Field<Option<i64>>,
    pub strict_flags: Field<Vec<bool>>,
}

/// A base that others stand for.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), extra_fields(label = Self::label))]
pub struct Device {
    pub id: Field<i64>,
    pub tags: Field<Vec<String>>,
}

impl Device {
    fn label(&self) -> String {
        self.tags.get().map_or_else(String::new, |tags| tags.join("+"))
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), extra_fields(is_tagged = Self::is_tagged), crate = versioned_objects)]
pub struct Nic {
    pub mac: Field<String>,
    #[field(since = "1.1")]
    pub vlan: Field<i64>,
    #[field(extends(tags(since = "1.1")))]
    pub device: Device,
}

impl Nic {
    fn is_tagged(&self) -> bool {
        self.vlan.is_set()
    }
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Device)]
pub enum AnyDevice {
    Device(Device),
    Nic(Nic),
}

/// Objects with subclasses, and the rules that `Rules` hasn't.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.4"))]
pub struct Machine {
    #[field(child_versions("1.0" => "1.0"))]
    pub device: Field<Option<AnyDevice>>,
    #[field(since = "1.1", child_versions("1.1" => "1.0"))]
    pub devices: Field<Vec<AnyDevice>>,
    #[field(refuse(before = "1.3"))]
    pub owner: Field<Option<String>>,
    #[field(values(0, 1, since = "1.2", older = 2), values(3, since = "1.3", older = drop))]
    pub cores: Field<i64>,
    #[field(take(from = "cores", before = "1.1"))]
    pub threads: Field<Option<i64>>,
    #[field(was(type = bool, since = "1.2", to_older = to_flag, from_older = from_flag_of_mode))]
    pub mode: Field<Option<String>>,
    #[field(
        insert(key = "owner", from = "owner", before = "1.4"),
        insert(key = "mode", from = "mode", before = "1.2")
    )]
    pub extra: Field<HashMap<String, Option<String>>>,
    #[field(since = "1.2", absent = [1, 2])]
    pub numa: Field<Option<Vec<i64>>>,
    #[field(since = "1.4", default = "x86_64", read_only)]
    pub arch: Field<String>,
}

fn to_flag(mode: &Option<String>) -> Result<bool, String> {
    match mode.as_deref() {
        Some("on") => Ok(true),
        Some("off") | None => Ok(false),
        Some(other) => Err(format!("{other:?} has no older form")),
    }
}

fn from_flag_of_mode(flag: bool) -> Result<Option<String>, String> {
    Ok(flag.then(|| "on".to_owned()))
}

pub fn add(registry: Registry) -> Registry {
    registry
        .with::<MoreValues>()
        .with::<Numbers>()
        .with::<Strict>()
        .with::<Device>()
        .with::<Nic>()
        .with::<Machine>()
}

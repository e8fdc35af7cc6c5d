//! A migration to try out: hosts, an instance with its volumes, and what shall fail.
//!
//! A [`Scenario`] is read from JSON and checked, [`Cloud`] sets up its hosts in this process and runs it, and a
//! [`Report`] says what came out. With a process a host,
//! [`RoleHost`] is a host and [`Parted`] runs the migration. [`Matrix`] does that for every mix of releases and namings.

mod check;
mod cloud;
mod host;
mod link;
mod matrix;
mod parted;
mod report;
mod upgrade;
mod witness;

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::mask;
use crate::nova::block_device::{BlockDevice, ConnectionInfo, Instance, More};
use crate::nova::compute::releases;
use crate::nova::objects::SrNamingConvention;
use crate::nova::virt::xenapi::{CallName, Fault};
use crate::rpc::{ReleaseMapping, UpgradeLevel};
use crate::version::Version;

pub use cloud::Cloud;
pub use matrix::{Cell, Matrix, Mix};
pub use parted::{Parted, RoleHost};
pub use report::{HopReport, Report};

/// A migration to try out.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a scenario, an object of instance, source, destination and volumes"
)]
pub struct Scenario {
    /// The instance that moves.
    pub instance: Named,
    /// The host that it leaves.
    pub source: HostPlan,
    /// The host that it goes to.
    pub destination: HostPlan,
    /// The volumes of the instance.
    #[serde(default)]
    pub volumes: Vec<Volume>,
    /// Faults that strike on the way.
    #[serde(default)]
    pub faults: Vec<PlannedFault>,
    /// Up to where the hosts are upgraded, as their operator says. Where nothing is said, hosts ask each other.
    #[serde(default)]
    pub upgrade_levels: UpgradeLevels,
    /// The releases that there are, where it isn't the compute service's own ones.
    #[serde(default = "releases")]
    pub releases: ReleaseMapping,
}

/// Up to where each service is upgraded (`[upgrade_levels]`).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "upgrade levels, an object of compute")]
pub struct UpgradeLevels {
    /// The compute service's level: `auto`, a version of its API, or the name of a release.
    #[serde(default)]
    pub compute: Option<UpgradeLevel>,
}

/// The instance of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an instance, an object of uuid and name")]
pub struct Named {
    /// The UUID of it, as text.
    pub uuid: String,
    /// The name of it, for people.
    pub name: String,
}

/// A host of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a host, an object of host and speaks")]
pub struct HostPlan {
    /// The name of the host.
    pub host: String,
    /// Up to which version it knows the migration's data: its release.
    pub speaks: Version,
    /// The UUIDs of SRs that it has beforehand, each with a disk that another instance uses.
    #[serde(default)]
    pub existing_srs: Vec<String>,
}

/// A volume of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a volume, an object of mount_device, sr_naming and connection_info"
)]
pub struct Volume {
    /// The device under which the instance sees it.
    pub mount_device: String,
    /// How the source named its SR. In the new style, where nothing is said.
    #[serde(default = "new_style", deserialize_with = "convention")]
    pub sr_naming: SrNamingConvention,
    /// How to reach it.
    pub connection_info: ConnectionInfo,
    /// The serial number that the storage tells of its disk, where that isn't the volume's id. It is then found by its
    /// LUN.
    #[serde(default)]
    pub serial: Option<String>,
}

impl Volume {
    /// The number of its LUN; none, where there is none, or it isn't one.
    pub fn lun_number(&self) -> Option<u64> {
        match self.connection_info.data.get("target_lun")? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        }
    }

    /// Returns the id, which is empty where there is none.
    pub fn id(&self) -> &str {
        self.connection_info.data.volume_id().unwrap_or_default()
    }
}

/// A call that shall fail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a fault, an object of host, call and nth")]
pub struct PlannedFault {
    /// The host on which it strikes.
    pub host: Role,
    /// The call that it strikes.
    #[serde(deserialize_with = "call_name")]
    pub call: CallName,
    /// Which one of that name, from one.
    pub nth: NonZeroU32,
}

/// One end of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The host that the instance leaves.
    Source,
    /// The host that it goes to.
    Destination,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Source => "source",
            Role::Destination => "destination",
        })
    }
}

/// A scenario that can't be read, or that says something impossible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError(String);

impl ScenarioError {
    fn new(message: impl fmt::Display) -> Self {
        // What was found may be a connection, in places where nobody looks for one.
        ScenarioError(mask::told(&message.to_string()))
    }
}

impl ScenarioError {
    fn without(self, secrets: &[Cow<'_, str>]) -> Self {
        let mut text = self.0;
        for secret in secrets {
            if secret.len() <= text.len() && text.contains(&**secret) {
                text = text.replace(&**secret, mask::SECRET);
            }
        }
        ScenarioError(text)
    }
}

/// Text of serde's error, without a value that it found: that may be a connection as JSON text.
fn without_text(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match (message.find("string \""), message.rfind("\", expected")) {
        (Some(start), Some(end)) if start < end => {
            let (before, after) = (message.get(..start), message.get(end + 1..));
            format!("{}text{}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        _ => message,
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Reads a scenario from JSON.
    ///
    /// # Errors
    /// Where it isn't one, or says something impossible.
    pub fn from_json(text: &[u8]) -> Result<Self, ScenarioError> {
        if text.starts_with("\u{feff}".as_bytes()) {
            return Err(ScenarioError::new("it begins with a byte order mark (BOM), which JSON has none of"));
        }
        let value: Value = serde_json::from_slice(text).map_err(ScenarioError::new)?;
        if !value.is_object() {
            return Err(ScenarioError::new("a scenario is a JSON object"));
        }
        let read = serde_json::from_slice(text).map_err(|error| ScenarioError::new(without_text(&error)));
        let checked = read.and_then(|scenario: Scenario| scenario.check().map(|()| scenario));
        checked.map_err(|error| error.without(&mask::secrets(&value)))
    }

    /// Returns the scenario between hosts of other releases.
    ///
    /// # Errors
    /// Where there is no such release.
    pub fn speaking(mut self, source: Version, destination: Version) -> Result<Self, ScenarioError> {
        self.source.speaks = source;
        self.destination.speaks = destination;
        self.check()?;
        Ok(self)
    }

    /// Returns the scenario with the compute service upgraded up to that level.
    ///
    /// # Errors
    /// Where there is no such release, or where it's `auto` and a host is of none.
    pub fn upgraded_to(mut self, compute: UpgradeLevel) -> Result<Self, ScenarioError> {
        self.upgrade_levels.compute = Some(compute);
        self.check()?;
        Ok(self)
    }

    /// The instance as it crosses the wire.
    pub fn instance(&self) -> Instance {
        let device = |volume: &Volume| BlockDevice {
            mount_device: volume.mount_device.clone(),
            connection_info: volume.connection_info.clone(),
            more: More::default(),
        };
        Instance {
            uuid: self.instance.uuid.clone(),
            name: self.instance.name.clone(),
            host: self.source.host.clone(),
            block_device_mapping: self.volumes.iter().map(device).collect(),
            more: More::default(),
        }
    }

    /// The host at one end.
    pub fn host(&self, role: Role) -> &HostPlan {
        match role {
            Role::Source => &self.source,
            Role::Destination => &self.destination,
        }
    }

    fn faults(&self, role: Role) -> Vec<Fault> {
        let there = self.faults.iter().filter(|fault| fault.host == role);
        there.map(|fault| Fault { call: fault.call.clone(), nth: fault.nth }).collect()
    }
}

fn new_style() -> SrNamingConvention {
    SrNamingConvention::NewStyle
}

fn convention<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SrNamingConvention, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

fn call_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CallName, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

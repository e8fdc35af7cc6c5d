//! Disks, and where they are.

use uuid::{Uuid, uuid};

use crate::nova::virt::xenapi::DeviceConfig;

/// Where the UUIDs of disks come from, as those of XenServer come from a LUN's serial number.
const VDI_NAMESPACE: Uuid = uuid!("5cf6c3a5-4d21-58a0-9d4a-b9d5ab4bd1f6");

/// The address of an iSCSI target, as a PBD's `device_config` has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TargetAddress {
    target: Option<String>,
    port: Option<String>,
    iqn: Option<String>,
}

impl From<&DeviceConfig> for TargetAddress {
    fn from(config: &DeviceConfig) -> Self {
        let part = |key| config.get(key).map(str::to_owned);
        TargetAddress { target: part("target"), port: part("port"), iqn: part("targetIQN") }
    }
}

/// A disk on a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lun {
    /// The volume that it is.
    pub volume: String,
    /// The serial number that the storage tells of it: the id of its volume, or what the storage made up.
    pub serial: String,
    /// Its number on the target, where it has one.
    pub number: Option<u64>,
}

impl Lun {
    /// The UUID of the disk, on whatever host.
    pub fn vdi_uuid(&self) -> String {
        Uuid::new_v5(&VDI_NAMESPACE, self.serial.as_bytes()).to_string()
    }
}

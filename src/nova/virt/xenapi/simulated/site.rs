use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use uuid::{Uuid, uuid};

use super::state::State;
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
    /// Its serial number: the id of its volume.
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

/// What simulated hosts share: the storage that they all reach, and the network on which they find each other.
#[derive(Debug, Default)]
pub struct Site {
    targets: Mutex<BTreeMap<TargetAddress, Vec<Lun>>>,
    hosts: Mutex<BTreeMap<String, Weak<Mutex<State>>>>,
}

impl Site {
    /// Without storage and hosts.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Puts a disk on a target.
    pub fn add_lun(&self, address: TargetAddress, lun: Lun) {
        lock(&self.targets).entry(address).or_default().push(lun);
    }

    /// The disks of a target; `None` where there is no target at that address.
    pub(super) fn luns(&self, address: &TargetAddress) -> Option<Vec<Lun>> {
        lock(&self.targets).get(address).cloned()
    }

    pub(super) fn join(&self, name: &str, host: &Arc<Mutex<State>>) {
        lock(&self.hosts).insert(name.to_owned(), Arc::downgrade(host));
    }

    /// The host of that name, where it is simulated in this process.
    pub(super) fn host(&self, name: &str) -> Option<Arc<Mutex<State>>> {
        lock(&self.hosts).get(name).and_then(Weak::upgrade)
    }
}

/// Each change of what these locks guard is whole, so one that another thread died in is as good as any.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

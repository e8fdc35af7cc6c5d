use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::mask;

macro_rules! reference {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The reference behind this text.
            pub fn new(text: impl Into<String>) -> Self {
                $name(text.into())
            }

            /// The text by which a host knows it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

reference! {
    /// A storage repository, as one host knows it.
    SrRef
    /// A connection of a host to a storage repository.
    PbdRef
    /// A virtual disk in a repository.
    VdiRef
    /// A connection of a disk to a machine.
    VbdRef
    /// A virtual machine on a host.
    VmRef
}

/// A call that the hypervisor refused (`XenAPI.XenApiFailure`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XenApiFailure {
    /// The error's code, then what it is about.
    pub details: Vec<String>,
}

impl XenApiFailure {
    /// No object has this UUID.
    pub const UUID_INVALID: &'static str = "UUID_INVALID";
    /// No object has this reference.
    pub const HANDLE_INVALID: &'static str = "HANDLE_INVALID";
    /// Another object has this UUID already.
    pub const UNIQUENESS: &'static str = "DB_UNIQUENESS_CONSTRAINT_VIOLATION";
    /// The storage repository has a connection to a host.
    pub const SR_HAS_PBD: &'static str = "SR_HAS_PBD";
    /// The storage repository has no connection to this host.
    pub const SR_HAS_NO_PBDS: &'static str = "SR_HAS_NO_PBDS";
    /// The storage repository has a connection to this host already.
    pub const PBD_EXISTS: &'static str = "PBD_EXISTS";
    /// The connection is still up.
    pub const PBD_PLUGGED: &'static str = "PBD_IS_PLUGGED";
    /// The storage doesn't answer at that address.
    pub const SR_BACKEND: &'static str = "SR_BACKEND_FAILURE";
    /// A machine uses the disk.
    pub const VDI_IN_USE: &'static str = "VDI_IN_USE";
    /// The storage has no such disk there.
    pub const VDI_NOT_AVAILABLE: &'static str = "VDI_NOT_AVAILABLE";
    /// The machine can't be sent there.
    pub const VM_MIGRATE_FAILED: &'static str = "VM_MIGRATE_FAILED";
    /// A machine was to move without one of its disks.
    pub const VDI_NOT_IN_MAP: &'static str = "VDI_NOT_IN_MAP";
    /// The call belongs to something that is over.
    pub const TASK_CANCELLED: &'static str = "TASK_CANCELLED";
    /// Something that the hypervisor can't explain.
    pub const INTERNAL_ERROR: &'static str = "INTERNAL_ERROR";

    /// A failure of that code, and what it is about.
    pub fn new<const N: usize>(code: &str, about: [&str; N]) -> Self {
        let details = std::iter::once(code).chain(about).map(str::to_owned).collect();
        XenApiFailure { details }
    }

    /// Returns the failure's code, such as `SR_HAS_NO_PBDS`.
    pub fn code(&self) -> &str {
        self.details.first().map_or("", String::as_str)
    }
}

impl fmt::Display for XenApiFailure {
    /// The details, as Python prints the list of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (place, detail) in self.details.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}'{detail}'")?;
        }
        f.write_str("]")
    }
}

impl std::error::Error for XenApiFailure {}

/// How a host reaches the storage behind a storage repository: a PBD's `device_config`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DeviceConfig(BTreeMap<String, String>);

impl DeviceConfig {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Sets a key of the map.
    pub fn insert(&mut self, key: &str, value: impl Into<String>) {
        self.0.insert(key.to_owned(), value.into());
    }
}

impl fmt::Debug for DeviceConfig {
    /// The entries, with what is secret masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, value) in &self.0 {
            map.entry(key, if mask::is_secret(key) { &mask::SECRET } else { value });
        }
        map.finish()
    }
}

/// The label of a new storage repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrLabel {
    /// The name of it (`name_label`).
    pub name: String,
    /// The description of it (`name_description`).
    pub description: String,
}

/// A storage repository (`SR.get_record`), as far as the migration looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrRecord {
    /// The UUID; any text, since the old naming makes none.
    pub uuid: String,
    /// The name of the repository.
    pub name_label: String,
    /// The kind of the storage behind it (`iscsi`, `ext`).
    pub kind: String,
}

/// A virtual disk (`VDI.get_record`), as far as the migration looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VdiRecord {
    /// Its UUID, which the storage gives it.
    pub uuid: String,
    /// The storage repository that it is in.
    pub sr: SrRef,
    /// Whether the host has taken it in; otherwise it is only there on the storage.
    pub managed: bool,
    /// Facts of the storage: `serial`, and `LUNid` where it has a number.
    pub sm_config: BTreeMap<String, String>,
}

/// Where a machine is sent: what `host.migrate_receive` gave on the destination.
pub type MigrateSendData = BTreeMap<String, String>;

/// The calls of XenAPI that a live migration makes, each under its XenAPI name in snake case.
///
/// A call either does all that it says or fails without effect.
pub trait Hypervisor: Send + Sync {
    /// Calls `host.migrate_receive`, which tells a source how to send a machine here.
    fn host_migrate_receive(&self) -> impl Future<Output = Result<MigrateSendData, XenApiFailure>> + Send;

    /// Calls `SR.introduce`, which makes a repository known without touching the storage.
    fn sr_introduce(
        &self,
        uuid: &str,
        label: &SrLabel,
        kind: &str,
    ) -> impl Future<Output = Result<SrRef, XenApiFailure>> + Send;

    /// Calls `SR.get_by_uuid`, which finds a repository.
    fn sr_get_by_uuid(&self, uuid: &str) -> impl Future<Output = Result<SrRef, XenApiFailure>> + Send;

    /// Calls `SR.get_all_records`, which lists the repositories.
    fn sr_get_all_records(
        &self,
    ) -> impl Future<Output = Result<Vec<(SrRef, SrRecord)>, XenApiFailure>> + Send;

    /// Calls `SR.get_PBDs`, which lists a repository's connections.
    fn sr_get_pbds(&self, sr: &SrRef) -> impl Future<Output = Result<Vec<PbdRef>, XenApiFailure>> + Send;

    /// Calls `SR.get_VDIs`, which lists a repository's disks, those of the last scan among them.
    fn sr_get_vdis(&self, sr: &SrRef) -> impl Future<Output = Result<Vec<VdiRef>, XenApiFailure>> + Send;

    /// Calls `SR.scan`, which looks for disks on the storage.
    fn sr_scan(&self, sr: &SrRef) -> impl Future<Output = Result<(), XenApiFailure>> + Send;

    /// Calls `SR.forget`: the host no longer knows the repository; the storage keeps all in it.
    fn sr_forget(&self, sr: &SrRef) -> impl Future<Output = Result<(), XenApiFailure>> + Send;

    /// Calls `PBD.create`, which makes a connection to a repository, not yet up.
    fn pbd_create(
        &self,
        sr: &SrRef,
        device_config: &DeviceConfig,
    ) -> impl Future<Output = Result<PbdRef, XenApiFailure>> + Send;

    /// Calls `PBD.plug`, which brings a connection up.
    fn pbd_plug(&self, pbd: &PbdRef) -> impl Future<Output = Result<(), XenApiFailure>> + Send;

    /// Calls `PBD.unplug`, which is refused while a machine uses a disk behind the connection.
    fn pbd_unplug(&self, pbd: &PbdRef) -> impl Future<Output = Result<(), XenApiFailure>> + Send;

    /// Calls `PBD.destroy`, which is refused while the connection is up.
    fn pbd_destroy(&self, pbd: &PbdRef) -> impl Future<Output = Result<(), XenApiFailure>> + Send;

    /// Calls `VDI.introduce`, which takes in a disk that a scan found.
    fn vdi_introduce(
        &self,
        uuid: &str,
        sr: &SrRef,
    ) -> impl Future<Output = Result<VdiRef, XenApiFailure>> + Send;

    /// Calls `VDI.get_record`, which describes a disk.
    fn vdi_get_record(&self, vdi: &VdiRef) -> impl Future<Output = Result<VdiRecord, XenApiFailure>> + Send;

    /// Calls `VDI.forget`, which is refused while a machine uses the disk.
    fn vdi_forget(&self, vdi: &VdiRef) -> impl Future<Output = Result<(), XenApiFailure>> + Send;

    /// Calls `VBD.get_VDI`, which names the disk behind a machine's device.
    fn vbd_get_vdi(&self, vbd: &VbdRef) -> impl Future<Output = Result<VdiRef, XenApiFailure>> + Send;

    /// Calls `VM.get_by_name_label`, which lists the machines of a name.
    fn vm_get_by_name_label(
        &self,
        label: &str,
    ) -> impl Future<Output = Result<Vec<VmRef>, XenApiFailure>> + Send;

    /// Calls `VM.get_VBDs`, which lists a machine's devices.
    fn vm_get_vbds(&self, vm: &VmRef) -> impl Future<Output = Result<Vec<VbdRef>, XenApiFailure>> + Send;

    /// Calls `VM.migrate_send`, which moves a running machine. `vdi_map` says for each of its disks in which
    /// storage repository of that host it is; a disk that it leaves out is refused.
    fn vm_migrate_send(
        &self,
        vm: &VmRef,
        destination: &MigrateSendData,
        vdi_map: &BTreeMap<VdiRef, SrRef>,
    ) -> impl Future<Output = Result<(), XenApiFailure>> + Send;
}

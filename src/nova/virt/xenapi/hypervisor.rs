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
    /// What connects a host to a storage repository.
    PbdRef
    /// A virtual disk.
    VdiRef
    /// What connects a disk to a machine.
    VbdRef
    /// A virtual machine.
    VmRef
}

/// A call that the hypervisor refused (`XenAPI.Failure`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The error's code, then what it is about.
    pub details: Vec<String>,
}

impl Failure {
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
    /// A machine was to move without one of its disks.
    pub const VDI_NOT_IN_MAP: &'static str = "VDI_NOT_IN_MAP";
    /// The call belongs to something that is over.
    pub const TASK_CANCELLED: &'static str = "TASK_CANCELLED";
    /// Something that the hypervisor can't explain.
    pub const INTERNAL_ERROR: &'static str = "INTERNAL_ERROR";

    /// A failure of that code, and what it is about.
    pub fn new<const N: usize>(code: &str, about: [&str; N]) -> Self {
        let details = std::iter::once(code).chain(about).map(str::to_owned).collect();
        Failure { details }
    }

    /// The code.
    pub fn code(&self) -> &str {
        self.details.first().map_or("", String::as_str)
    }
}

impl fmt::Display for Failure {
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

impl std::error::Error for Failure {}

/// How a host reaches the storage behind a storage repository: a PBD's `device_config`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DeviceConfig(BTreeMap<String, String>);

impl DeviceConfig {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Sets a key.
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

/// What a new storage repository is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrLabel {
    /// The name (`name_label`).
    pub name: String,
    /// What it is for (`name_description`).
    pub description: String,
}

/// A storage repository (`SR.get_record`), as far as the migration looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrRecord {
    /// Its UUID; any text, since the old naming makes none.
    pub uuid: String,
    /// Its name.
    pub name_label: String,
    /// What storage is behind it (`iscsi`, `ext`).
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
    /// What the storage says of it: `serial`, and `LUNid` where it has a number.
    pub sm_config: BTreeMap<String, String>,
}

/// Where a machine is sent: what `host.migrate_receive` gave on the destination.
pub type MigrateSendData = BTreeMap<String, String>;

/// The calls of XenAPI that a live migration makes, each under its XenAPI name in snake case.
///
/// A call either does all that it says or fails without effect.
pub trait Hypervisor: Send + Sync {
    /// `host.migrate_receive`: what a source needs to send a machine here.
    fn host_migrate_receive(&self) -> impl Future<Output = Result<MigrateSendData, Failure>> + Send;

    /// `SR.introduce`: makes a storage repository known, without touching the storage.
    fn sr_introduce(
        &self,
        uuid: &str,
        label: &SrLabel,
        kind: &str,
    ) -> impl Future<Output = Result<SrRef, Failure>> + Send;

    /// `SR.get_by_uuid`.
    fn sr_get_by_uuid(&self, uuid: &str) -> impl Future<Output = Result<SrRef, Failure>> + Send;

    /// `SR.get_all_records`.
    fn sr_get_all_records(&self) -> impl Future<Output = Result<Vec<(SrRef, SrRecord)>, Failure>> + Send;

    /// `SR.get_PBDs`: its connections.
    fn sr_get_pbds(&self, sr: &SrRef) -> impl Future<Output = Result<Vec<PbdRef>, Failure>> + Send;

    /// `SR.get_VDIs`: its disks, those that the last scan found on the storage among them.
    fn sr_get_vdis(&self, sr: &SrRef) -> impl Future<Output = Result<Vec<VdiRef>, Failure>> + Send;

    /// `SR.scan`: looks at what disks there are on the storage.
    fn sr_scan(&self, sr: &SrRef) -> impl Future<Output = Result<(), Failure>> + Send;

    /// `SR.forget`: the host no longer knows the repository and what is in it; the storage keeps it all.
    fn sr_forget(&self, sr: &SrRef) -> impl Future<Output = Result<(), Failure>> + Send;

    /// `PBD.create`: a connection of this host to a storage repository, not yet up.
    fn pbd_create(
        &self,
        sr: &SrRef,
        device_config: &DeviceConfig,
    ) -> impl Future<Output = Result<PbdRef, Failure>> + Send;

    /// `PBD.plug`: connects.
    fn pbd_plug(&self, pbd: &PbdRef) -> impl Future<Output = Result<(), Failure>> + Send;

    /// `PBD.unplug`: disconnects; refused while a machine uses a disk behind it.
    fn pbd_unplug(&self, pbd: &PbdRef) -> impl Future<Output = Result<(), Failure>> + Send;

    /// `PBD.destroy`: refused while it is plugged.
    fn pbd_destroy(&self, pbd: &PbdRef) -> impl Future<Output = Result<(), Failure>> + Send;

    /// `VDI.introduce`: takes in a disk that a scan found.
    fn vdi_introduce(&self, uuid: &str, sr: &SrRef) -> impl Future<Output = Result<VdiRef, Failure>> + Send;

    /// `VDI.get_record`.
    fn vdi_get_record(&self, vdi: &VdiRef) -> impl Future<Output = Result<VdiRecord, Failure>> + Send;

    /// `VDI.forget`: the host no longer knows the disk; refused while a machine uses it.
    fn vdi_forget(&self, vdi: &VdiRef) -> impl Future<Output = Result<(), Failure>> + Send;

    /// `VBD.get_VDI`: the disk behind a machine's device.
    fn vbd_get_vdi(&self, vbd: &VbdRef) -> impl Future<Output = Result<VdiRef, Failure>> + Send;

    /// `VM.get_by_name_label`: all machines of that name.
    fn vm_get_by_name_label(&self, label: &str) -> impl Future<Output = Result<Vec<VmRef>, Failure>> + Send;

    /// `VM.get_VBDs`: the machine's devices.
    fn vm_get_vbds(&self, vm: &VmRef) -> impl Future<Output = Result<Vec<VbdRef>, Failure>> + Send;

    /// `VM.migrate_send`: moves a running machine to another host. `vdi_map` says for each of its disks in which
    /// storage repository of that host it is; a disk that it leaves out is refused.
    fn vm_migrate_send(
        &self,
        vm: &VmRef,
        destination: &MigrateSendData,
        vdi_map: &BTreeMap<VdiRef, SrRef>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

//! XenServer: its calls, and what a migration makes of them.

mod driver;
mod hypervisor;
mod simulated;
mod undo;
mod vmops;
pub mod volume_utils;
mod volumeops;

pub use driver::XenAPIDriver;
pub use hypervisor::{
    DeviceConfig, Hypervisor, MigrateSendData, PbdRef, SrLabel, SrRecord, SrRef, VbdRef, VdiRecord, VdiRef,
    VmRef, XenApiFailure,
};
pub use simulated::{
    CallName, Contents, Fault, Link, Lun, SentMachine, SimulatedXenServer, Site, SrContents, TargetAddress,
};
pub use undo::{Ledger, Page, Step};
pub use vmops::{Departed, VMOps};
pub use volumeops::VolumeOps;

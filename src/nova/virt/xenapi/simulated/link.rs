use std::fmt;

use serde::{Deserialize, Serialize};

use crate::nova::virt::xenapi::{SrRef, XenApiFailure};
use crate::rpc::BoxFuture;

/// A machine that one host sends to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "a machine, an object of name and disks")]
pub struct SentMachine {
    /// Its name.
    pub name: String,
    /// The UUID of each of its disks, and the repository that the disk has on the other host.
    pub disks: Vec<(String, SrRef)>,
}

/// Way from the hypervisors of this process to those of others. XenServer has one of its own, beside that of the services.
pub trait Link: fmt::Debug + Send + Sync {
    /// Has a host of another process [take in](super::SimulatedXenServer::take_in) a machine.
    ///
    /// # Errors
    /// Where that host refuses the machine, or doesn't say in time whether it runs there.
    fn send<'a>(
        &'a self,
        host: &'a str,
        machine: &'a SentMachine,
    ) -> BoxFuture<'a, Result<(), XenApiFailure>>;
}

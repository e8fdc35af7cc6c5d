use std::fmt;

use crate::error::Error;
use crate::mask;
use crate::nova::virt::xenapi::{self, volume_utils::StorageError};
use crate::rpc::{self, CallError};

/// Where the classes of nova's exceptions are.
const MODULE: &str = "nova.exception";

/// Failures of a migration, under the names that nova gives them.
#[non_exhaustive]
pub enum Exception {
    /// The instance can't move, and nothing was touched (`MigrationPreCheckError`).
    PreCheck(String),
    /// The move failed (`MigrationError`).
    Migration(String),
    /// The instance of that name runs here, and its migration can't be undone (`InstanceExists`).
    InstanceExists(String),
    /// A volume can't be reached (`StorageError`).
    Storage(StorageError),
    /// The hypervisor refused a call (`XenAPI.Failure`).
    Hypervisor(xenapi::XenApiFailure),
    /// Another host didn't do what it was asked.
    Call(CallError),
    /// An object can't go out.
    Object(Error),
}

const INSTANCE_EXISTS: &str = "InstanceExists";

impl Exception {
    /// Whether another host says that the instance runs there already.
    pub(crate) fn is_instance_exists(error: &CallError) -> bool {
        error.as_remote().is_some_and(|failure| failure.module() == MODULE && failure.is(INSTANCE_EXISTS))
    }

    /// Answer of a check in which this came up: whatever the reason, the instance can't move.
    pub(crate) fn in_check(self) -> Self {
        match self {
            Exception::PreCheck(_) => self,
            Exception::Call(CallError::Remote(failure)) if failure.is("MigrationPreCheckError") => {
                Exception::Call(CallError::Remote(failure))
            }
            other => Exception::PreCheck(other.to_string()),
        }
    }
}

impl Exception {
    fn text(&self) -> String {
        match self {
            Exception::PreCheck(reason) | Exception::Migration(reason) => reason.clone(),
            Exception::InstanceExists(name) => format!("instance {name:?} runs here already"),
            Exception::Storage(error) => error.to_string(),
            Exception::Hypervisor(failure) => format!("hypervisor failure {failure}"),
            // Of a failure that another host explained, the explanation is what people want to read.
            Exception::Call(CallError::Remote(failure)) if failure.module() == MODULE => {
                mask::told(failure.message())
            }
            Exception::Call(error) => error.to_string(),
            Exception::Object(error) => error.to_string(),
        }
    }
}

impl fmt::Display for Exception {
    /// The text for people: what of it came from others is masked, cut and moves no cursor.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask::told(&self.text()))
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exception").field(&self.to_string()).finish()
    }
}

impl std::error::Error for Exception {}

impl From<StorageError> for Exception {
    fn from(error: StorageError) -> Self {
        Exception::Storage(error)
    }
}

impl From<xenapi::XenApiFailure> for Exception {
    fn from(failure: xenapi::XenApiFailure) -> Self {
        Exception::Hypervisor(failure)
    }
}

impl From<CallError> for Exception {
    fn from(error: CallError) -> Self {
        Exception::Call(error)
    }
}

impl From<Error> for Exception {
    fn from(error: Error) -> Self {
        Exception::Object(error)
    }
}

impl From<Exception> for rpc::Failure {
    fn from(exception: Exception) -> Self {
        let class = match &exception {
            Exception::PreCheck(_) => "MigrationPreCheckError",
            Exception::Migration(_) | Exception::Hypervisor(_) => "MigrationError",
            Exception::InstanceExists(_) => INSTANCE_EXISTS,
            Exception::Storage(_) => "StorageError",
            Exception::Call(_) | Exception::Object(_) => "",
        };
        match exception {
            Exception::Call(error) => error.into(),
            Exception::Object(error) => error.into(),
            told => rpc::Failure::new(MODULE, class, told.to_string()),
        }
    }
}

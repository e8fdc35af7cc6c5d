use std::fmt;
use std::time::Duration;

use super::{Address, Failure, NoCommonVersion};
use crate::error::Error;
use crate::version::Version;

/// Why a message didn't get through.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// No reply came in time (`MessagingTimeout`).
    Timeout {
        /// The address that was called.
        to: Address,
        /// How long the caller waited.
        after: Duration,
    },
    /// The message wasn't delivered, and won't be: nothing was begun.
    Unreachable {
        /// Who it was for.
        to: Address,
        /// The reason, for people.
        reason: String,
    },
    /// The message was under way when the way was lost, so that it may have been delivered and may be yet; or what came
    /// back can't be read.
    Unknown {
        /// Who it was for.
        to: Address,
        /// Obstacle in its way.
        reason: String,
    },
    /// The configuration says what can't be.
    Config {
        /// The file, line or option, and what is wrong with it.
        reason: String,
    },
    /// The broker that carries the messages can't be reached, or refuses what it is asked for.
    Broker {
        /// The broker's URL, without its password.
        broker: String,
        /// The reason, for people.
        reason: String,
    },
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransportError::Timeout { to, after } => write!(f, "no reply from {to} within {after:?}"),
            TransportError::Unreachable { to, reason } => write!(f, "{to} can't be reached: {reason}"),
            TransportError::Unknown { to, reason } => {
                write!(f, "what became of it at {to} isn't known: {reason}")
            }
            TransportError::Config { reason } => f.write_str(reason),
            TransportError::Broker { broker, reason } => {
                write!(f, "the broker at {broker} can't be reached: {reason}")
            }
        }
    }
}

impl std::error::Error for TransportError {}

/// Why a call gave no result.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError {
    /// The message, or its reply, didn't get through.
    Transport(TransportError),
    /// The method failed on the other side.
    Remote(Failure),
    /// The method's version lies above the cap (`RPCVersionCapError`). Nothing was sent.
    Capped {
        /// The version asked for.
        version: Version,
        /// The greatest one that may be sent.
        cap: Version,
    },
    /// The peer knows no version of an object that this host knows. Nothing was sent.
    NoCommonVersion(NoCommonVersion),
    /// An argument can't be written, so that nothing was sent; or the result can't be read.
    Object(Error),
    /// A reply that can't be read.
    Malformed {
        /// The method that was called.
        method: String,
        /// The reason, for people.
        reason: String,
    },
}

impl CallError {
    /// The other side's failure, where the method failed there.
    pub fn as_remote(&self) -> Option<&Failure> {
        match self {
            CallError::Remote(failure) => Some(failure),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Transport(error) => error.fmt(f),
            CallError::Remote(failure) => failure.fmt(f),
            CallError::Capped { version, cap } => {
                write!(f, "version {version} of the method can't be sent, the cap is {cap}")
            }
            CallError::NoCommonVersion(refusal) => refusal.fmt(f),
            CallError::Object(error) => error.fmt(f),
            CallError::Malformed { method, reason } => write!(f, "malformed reply to {method}: {reason}"),
        }
    }
}

impl std::error::Error for CallError {}

impl From<TransportError> for CallError {
    fn from(error: TransportError) -> Self {
        CallError::Transport(error)
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        CallError::Remote(failure)
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        CallError::Object(error)
    }
}

impl From<NoCommonVersion> for CallError {
    fn from(refusal: NoCommonVersion) -> Self {
        CallError::NoCommonVersion(refusal)
    }
}

impl From<CallError> for Failure {
    /// Answer of a method that fails since a call of its own failed. The failure of a third host is passed
    /// on as it came.
    fn from(error: CallError) -> Self {
        const MESSAGING: &str = "oslo_messaging.exceptions";
        let message = error.to_string();
        match error {
            CallError::Remote(failure) => failure,
            CallError::Object(error) => error.into(),
            CallError::Transport(TransportError::Timeout { .. } | TransportError::Unknown { .. }) => {
                Failure::new(MESSAGING, "MessagingTimeout", message)
            }
            CallError::Transport(
                TransportError::Unreachable { .. }
                | TransportError::Broker { .. }
                | TransportError::Config { .. },
            ) => Failure::new(MESSAGING, "MessageDeliveryFailure", message),
            CallError::Capped { .. } => {
                Failure::new("oslo_messaging.rpc.client", "RPCVersionCapError", message)
            }
            CallError::NoCommonVersion(refusal) => refusal.into_failure(),
            CallError::Malformed { .. } => Failure::value_error(message),
        }
    }
}

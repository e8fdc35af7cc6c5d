use std::time::Duration;

use super::{Address, BoxFuture, TransportError};

/// How long a caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The time that the reply may take.
    pub timeout: Duration,
    /// For a sign of life while the method runs, where the transport has them (`call_monitor_timeout`).
    pub call_monitor_timeout: Option<Duration>,
}

impl From<Duration> for Patience {
    /// Without signs of life.
    fn from(timeout: Duration) -> Self {
        Patience { timeout, call_monitor_timeout: None }
    }
}

/// A transport of messages between hosts. It knows addresses and bytes, and nothing of their meaning.
pub trait Transport: Send + Sync {
    /// The name of the host that it speaks for.
    fn host(&self) -> &str;

    /// Sends a request and waits for its reply.
    ///
    /// # Errors
    /// Where nobody is there, or no reply came in time. A failure of the method is a reply.
    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>>;

    /// Sends a request that nobody replies to.
    ///
    /// # Errors
    /// Where it can't be sent.
    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>>;
}

use std::time::Duration;

use super::{Address, BoxFuture, TransportError};

/// What carries messages between hosts. It knows addresses and bytes, and nothing of what the bytes say.
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
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>>;

    /// Sends a request that nobody replies to.
    ///
    /// # Errors
    /// Where it can't be sent.
    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>>;
}

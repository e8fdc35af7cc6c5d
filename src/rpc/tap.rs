//! A transport that tells of each message that goes over it.

use std::fmt;
use std::sync::Arc;

use super::{Address, BoxFuture, Patience, Transport, TransportError};

/// Hears each message: the sender, the receiver, and the bytes.
type Hears = Arc<dyn Fn(&str, &str, &[u8]) + Send + Sync>;

/// A tap in a transport: requests and replies go through it as they are, and a closure hears each. What it hears holds
/// secrets; `check::record_line` masks them.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use versioned_objects::rpc::{Address, Args, CallContext, Client, InProcess, Server, Tap};
///
/// let (bus, heard) = (InProcess::new(), Arc::new(Mutex::new(Vec::new())));
/// bus.serve("jobs", Server::new("b"));
/// let tap = {
///     let heard = Arc::clone(&heard);
///     Tap::new(Arc::new(bus.connect("a")), move |from, to, message| {
///         heard.lock().unwrap().push(format!("{from} to {to}: {} bytes", message.len()));
///     })
/// };
/// let client = Client::new(Arc::new(tap), Address::server("jobs", "b"));
/// let _ = pollster::block_on(client.call("run", Args::new(), &CallContext::new()));
/// assert_eq!(heard.lock().unwrap().len(), 2);
/// ```
#[derive(Clone)]
pub struct Tap {
    transport: Arc<dyn Transport>,
    hears: Hears,
}

impl Tap {
    /// Has a closure hear what goes over a transport. It is called on the caller's task, so it should be quick.
    pub fn new(
        transport: Arc<dyn Transport>,
        hears: impl Fn(&str, &str, &[u8]) + Send + Sync + 'static,
    ) -> Self {
        Tap { transport, hears: Arc::new(hears) }
    }
}

impl Transport for Tap {
    fn host(&self) -> &str {
        self.transport.host()
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let there = to.server.as_deref().unwrap_or(&to.topic);
            (self.hears)(self.host(), there, &message);
            let reply = self.transport.call(to, message, patience).await?;
            (self.hears)(there, self.host(), &reply);
            Ok(reply)
        })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        (self.hears)(self.host(), to.server.as_deref().unwrap_or(&to.topic), &message);
        self.transport.cast(to, message)
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("host", &self.host()).finish_non_exhaustive()
    }
}

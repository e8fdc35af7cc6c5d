use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::witness::WitnessClient;
use crate::nova::virt::xenapi::{Link, SentMachine, XenApiFailure};
use crate::rpc::{BoxFuture, CallContext, CallError, Transport, TransportError};

/// How long a host may take to say whether it takes a machine in, until it is asked again.
const ASKING: Duration = Duration::from_secs(5);

/// The hypervisors' own way to each other, which is the transport of their services here.
pub(super) struct HypervisorLink {
    transport: Arc<dyn Transport>,
    patience: Duration,
}

impl HypervisorLink {
    pub(super) fn new(transport: Arc<dyn Transport>, patience: Duration) -> Self {
        HypervisorLink { transport, patience }
    }

    async fn have_taken_in(&self, host: &str, machine: &SentMachine) -> Result<(), XenApiFailure> {
        let client = WitnessClient::of(&self.transport, host, self.patience.min(ASKING));
        let begun = Instant::now();
        loop {
            let error = match client.take_in(&CallContext::new(), machine).await {
                Ok(None) => return Ok(()),
                Ok(Some(details)) => return Err(XenApiFailure { details }),
                Err(error) => error,
            };
            match error {
                // The machine runs there once this host says that it has left.
                CallError::Remote(failure) if failure.is_unknown_method() => return Ok(()),
                // It may have been taken in, which only that host knows.
                CallError::Transport(TransportError::Timeout { .. } | TransportError::Unknown { .. })
                    if begun.elapsed() < self.patience => {}
                error => {
                    let about = [&*machine.name, &*error.to_string()];
                    return Err(XenApiFailure::new(XenApiFailure::VM_MIGRATE_FAILED, about));
                }
            }
        }
    }
}

impl Link for HypervisorLink {
    fn send<'a>(
        &'a self,
        host: &'a str,
        machine: &'a SentMachine,
    ) -> BoxFuture<'a, Result<(), XenApiFailure>> {
        Box::pin(self.have_taken_in(host, machine))
    }
}

impl fmt::Debug for HypervisorLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HypervisorLink").field("host", &self.transport.host()).finish_non_exhaustive()
    }
}

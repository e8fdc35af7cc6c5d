use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Scenario;
use super::host::{Host, Seen, lock};
use super::report::HopReport;
use crate::nova::compute::ComputeEndpoint;
use crate::nova::virt::xenapi::{Contents, SentMachine, SimulatedXenServer};
use crate::registry::Registry;
use crate::rpc::{Address, CallContext, Client, Failure, Hop, HopKind, Negotiation, Transport};
use crate::version::Manifest;

/// Report of a host on a migration.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Witnessed {
    pub(super) hops: VecDeque<WitnessedHop>,
    pub(super) before: Contents,
    pub(super) ready: Option<Contents>,
    pub(super) after: Contents,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WitnessedHop {
    pub(super) is_request: bool,
    pub(super) hop: HopReport,
}

impl WitnessedHop {
    pub(super) fn new(scenario: &Scenario, hop: &Hop) -> Self {
        WitnessedHop { is_request: hop.kind == HopKind::Request, hop: scenario.told(hop) }
    }
}

/// Tells the caller what a host saw, and takes in the machines that hosts of other processes send.
pub(super) struct Witness {
    scenario: Scenario,
    host: Host,
    before: Mutex<Contents>,
    seen: Arc<Mutex<Seen>>,
}

impl Witness {
    pub(super) fn new(scenario: &Scenario, host: Host, seen: Arc<Mutex<Seen>>) -> Self {
        let before = Mutex::new(host.hypervisor.contents());
        Witness { scenario: scenario.clone(), host, before, seen }
    }

    /// Facts that were seen since the start, or since they were told last.
    fn tell(&self) -> Witnessed {
        let seen = std::mem::take(&mut *lock(&self.seen));
        let after = self.host.hypervisor.contents();
        let mut begun = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *begun, after.clone());
        self.host.begin(&self.scenario);
        // The question itself is no part of the migration, nor is what hypervisors say among themselves.
        let hops = seen.hops.iter().filter(|hop| !WITNESS.contains(&&*hop.method));
        let hops = hops.map(|hop| WitnessedHop::new(&self.scenario, hop)).collect();
        Witnessed { hops, before, ready: seen.ready, after }
    }
}

/// The methods of a witness.
const WITNESS: [&str; 2] = ["tell_scenario", "take_in"];

#[versioned_objects_derive::endpoint(version = "1.0", namespace = "scenario", client = WitnessClient, crate = crate)]
impl Witness {
    #[plain]
    pub(super) async fn tell_scenario(&self, _: &CallContext) -> Result<Witnessed, Failure> {
        Ok(self.tell())
    }

    /// Takes a machine in; else the details of the hypervisor's failure.
    #[plain]
    pub(super) async fn take_in(
        &self,
        _: &CallContext,
        #[plain] machine: SentMachine,
    ) -> Result<Option<Vec<String>>, Failure> {
        Ok(self.host.hypervisor.take_in(&machine).err().map(|failure| failure.details))
    }
}

impl WitnessClient {
    /// Asks that host, and waits so long for each answer.
    pub(super) fn of(transport: &Arc<dyn Transport>, host: &str, timeout: Duration) -> Self {
        let client = Client::new(
            Arc::clone(transport),
            Address::server(ComputeEndpoint::<SimulatedXenServer>::TOPIC, host),
        )
        .timeout(timeout);
        // The answers have no objects, so nothing is asked about them.
        let negotiation = Negotiation::pinned(Arc::new(Registry::new()), &Manifest::new());
        WitnessClient::new(client, Arc::new(negotiation))
    }
}

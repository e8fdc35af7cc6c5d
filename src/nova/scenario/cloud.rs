use std::sync::{Arc, Mutex};

use super::host::{Host, Seen, lock, site_of};
use super::report::{Moments, Report};
use super::{Role, Scenario, ScenarioError};
use crate::nova::compute::{ComputeApi, ComputeEndpoint};
use crate::nova::conductor::live_migrate;
use crate::nova::objects::registry;
use crate::nova::virt::xenapi::SimulatedXenServer;
use crate::rpc::{CallContext, InProcess, Observer};

/// Who asks for the migration: no host, since a host has a name.
const CALLER: &str = "";

/// The hosts of a scenario, in this process.
#[derive(Debug)]
pub struct Cloud {
    scenario: Scenario,
    bus: InProcess,
    source: Host,
    destination: Host,
    seen: Arc<Mutex<Seen>>,
}

impl Cloud {
    /// Sets the hosts up.
    ///
    /// # Errors
    /// Where the scenario can't be: a hypervisor refuses what it says.
    pub async fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        let site = site_of(&scenario);
        let source = Host::new(&scenario, Role::Source, Arc::clone(&site)).await?;
        let destination = Host::new(&scenario, Role::Destination, site).await?;
        let cloud = Cloud { scenario, bus: InProcess::new(), source, destination, seen: Arc::default() };
        cloud.serve(&cloud.source);
        cloud.serve(&cloud.destination);
        Ok(cloud)
    }

    /// Runs the migration.
    pub async fn migrate(self) -> Report {
        let (source, destination) = (&self.source.hypervisor, &self.destination.hypervisor);
        let before = (source.contents(), destination.contents());
        self.source.begin(&self.scenario);
        self.destination.begin(&self.scenario);
        let api = ComputeApi::new(Arc::new(self.bus.connect(CALLER)), Arc::new(registry()));
        let api = api.observer(self.observer());
        let instance = self.scenario.instance();
        let ended = live_migrate(&api, &CallContext::new(), &instance, &self.scenario.destination.host).await;
        let mut seen = lock(&self.seen);
        let moments = Moments {
            source_before: before.0,
            destination_before: before.1,
            destination_ready: seen.ready.take(),
            source_after: source.contents(),
            destination_after: destination.contents(),
        };
        let hops = seen.hops.iter().map(|hop| self.scenario.told(hop)).collect();
        Report::new(&self.scenario, ended, &moments, hops)
    }

    /// Puts a host's services on the bus.
    fn serve(&self, host: &Host) {
        let name = &*self.scenario.host(host.role).host;
        let compute = host.compute(Arc::new(self.bus.connect(name)), None, self.observer());
        let server = host.server(&self.scenario, self.observer()).endpoint(compute);
        self.bus.serve(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server);
    }

    fn observer(&self) -> Observer {
        Seen::observer(&self.seen, Some(self.destination.hypervisor.clone()))
    }
}

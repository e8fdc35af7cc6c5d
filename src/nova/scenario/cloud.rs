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
    /// Keeps the hosts alive.
    _bus: InProcess,
    api: ComputeApi,
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
        let bus = InProcess::new();
        let seen = Arc::default();
        let api = ComputeApi::new(Arc::new(bus.connect(CALLER)), Arc::new(registry()));
        let api = scenario.in_level(api)?.observer(observer(&seen, &destination));
        for host in [&source, &destination] {
            // Puts the host's services on the bus.
            let transport = Arc::new(bus.connect(&*scenario.host(host.role).host));
            let compute = host.compute(&scenario, transport, None, observer(&seen, &destination), None)?;
            let server = host.server(&scenario, observer(&seen, &destination)).endpoint(compute);
            bus.serve(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server);
        }
        Ok(Cloud { scenario, _bus: bus, api, source, destination, seen })
    }

    /// Runs the migration to its end.
    pub async fn migrate(self) -> Report {
        let (source, destination) = (&self.source.hypervisor, &self.destination.hypervisor);
        let before = (source.contents(), destination.contents());
        self.source.begin(&self.scenario);
        self.destination.begin(&self.scenario);
        let instance = self.scenario.instance();
        let ended =
            live_migrate(&self.api, &CallContext::new(), &instance, &self.scenario.destination.host).await;
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
}

fn observer(seen: &Arc<Mutex<Seen>>, destination: &Host) -> Observer {
    Seen::observer(seen, Some(destination.hypervisor.clone()))
}

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::host::{Host, Seen, lock, site_of};
use super::link::HypervisorLink;
use super::report::{CALLER, HopReport, Moments, Report};
use super::witness::{Witness, WitnessClient, Witnessed, WitnessedHop};
use super::{Role, Scenario, ScenarioError};
use crate::nova::block_device::Instance;
use crate::nova::compute::{ComputeApi, ComputeEndpoint, Outcome};
use crate::nova::conductor::live_migrate;
use crate::nova::notifications::Teller;
use crate::nova::objects::registry;
use crate::nova::virt::xenapi::{Contents, SimulatedXenServer};
use crate::rpc::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload, Server, Transport};
use crate::version::Version;

const TOPIC: &str = ComputeEndpoint::<SimulatedXenServer>::TOPIC;

/// One host of a scenario whose others are elsewhere.
///
/// Beside its compute service it tells the caller what it saw (namespace `scenario`), so that a report from several
/// processes is that of one.
#[derive(Debug)]
pub struct RoleHost;

impl RoleHost {
    /// The topic that it serves.
    pub const TOPIC: &str = TOPIC;

    /// The host, set up: its server, which calls others over this transport.
    ///
    /// # Errors
    /// Where the scenario can't be: the hypervisor refuses what it says.
    pub async fn server(
        scenario: &Scenario,
        role: Role,
        transport: Arc<dyn Transport>,
        patience: Duration,
    ) -> Result<Server, ScenarioError> {
        RoleHost::telling_server(scenario, role, transport, patience, None).await
    }

    /// Returns the host's server, which tells its deeds on instances.
    ///
    /// # Errors
    /// As [`RoleHost::server`].
    pub async fn telling_server(
        scenario: &Scenario,
        role: Role,
        transport: Arc<dyn Transport>,
        patience: Duration,
        teller: Option<Arc<dyn Teller>>,
    ) -> Result<Server, ScenarioError> {
        let site = site_of(scenario);
        site.link(Arc::new(HypervisorLink::new(Arc::clone(&transport), patience)));
        let host = Host::new(scenario, role, site).await?;
        host.begin(scenario);
        let seen = Arc::default();
        let is_destination = role == Role::Destination;
        let observer = Seen::observer(&seen, is_destination.then(|| host.hypervisor.clone()));
        let compute = host.compute(scenario, transport, Some(patience), Arc::clone(&observer), teller)?;
        let server = host.server(scenario, observer);
        let arrival = Arrival { compute, hypervisor: host.hypervisor.clone() };
        Ok(server.endpoint(arrival).endpoint(Witness::new(scenario, host, seen)))
    }
}

/// The compute service of a host that machines reach from other processes. One whose hypervisor has no way of its own to this
/// one ([`HypervisorLink`]) runs here once the source says that it has left.
struct Arrival {
    compute: ComputeEndpoint<SimulatedXenServer>,
    hypervisor: SimulatedXenServer,
}

impl Endpoint for Arrival {
    fn version(&self) -> Version {
        self.compute.version()
    }

    fn methods(&self) -> &[&str] {
        self.compute.methods()
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        if method == "post_live_migration_at_destination"
            && let Ok(instance) = args.clone().take_plain::<Instance>("instance")
        {
            let devices = instance.block_device_mapping.iter();
            let volumes = devices.filter_map(|device| device.connection_info.data.volume_id());
            let volumes: Vec<&str> = volumes.collect();
            // A machine whose disks aren't here isn't found either, which the method then says.
            let _ = self.hypervisor.arrive(&instance.name, &volumes);
        }
        self.compute.call(method, args, context)
    }
}

/// How long a host may take to tell what it saw.
const TELLING: Duration = Duration::from_secs(5);

/// A migration between hosts that are elsewhere, whatever they are.
pub struct Parted {
    scenario: Scenario,
    transport: Arc<dyn Transport>,
    patience: Duration,
}

impl Parted {
    /// Between the scenario's hosts, over this transport.
    pub fn new(scenario: Scenario, transport: Arc<dyn Transport>, patience: Duration) -> Self {
        Parted { scenario, transport, patience }
    }

    /// Runs the migration. The report lacks the storage and the messages of a host that doesn't tell them.
    ///
    /// # Errors
    /// Where the scenario can't be: there is no such upgrade level.
    pub async fn migrate(&self) -> Result<Report, ScenarioError> {
        let scenario = &self.scenario;
        let seen = Arc::default();
        let api = ComputeApi::new(Arc::clone(&self.transport), Arc::new(registry()));
        let api = scenario.in_level(api)?.observer(Seen::observer(&seen, None)).patience(self.patience);
        let instance = scenario.instance();
        let ended = live_migrate(&api, &CallContext::new(), &instance, &scenario.destination.host).await;
        let source = self.told(Role::Source).await.unwrap_or_default();
        let destination = self.told(Role::Destination).await.unwrap_or_else(|| Witnessed {
            // Of a host that doesn't say it, the outcome does.
            after: Contents {
                machines: (ended.outcome == Outcome::Migrated)
                    .then(|| instance.name.clone())
                    .into_iter()
                    .collect(),
                ..Contents::default()
            },
            ..Witnessed::default()
        });
        let own = lock(&seen).hops.iter().map(|hop| WitnessedHop::new(scenario, hop)).collect();
        let moments = Moments {
            source_before: source.before,
            destination_before: destination.before,
            destination_ready: destination.ready,
            source_after: source.after,
            destination_after: destination.after,
        };
        Ok(Report::new(scenario, ended, &moments, in_order(own, source.hops, destination.hops)))
    }

    async fn told(&self, role: Role) -> Option<Witnessed> {
        let host = &*self.scenario.host(role).host;
        let client = WitnessClient::of(&self.transport, host, self.patience.min(TELLING));
        client.tell_scenario(&CallContext::new()).await.ok()
    }
}

impl fmt::Debug for Parted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parted").field("scenario", &self.scenario).finish_non_exhaustive()
    }
}

/// The messages of all hosts in the order in which they were sent. A host that asks waits for the answer, so each
/// message tells whose is the next one; what is left over when an answer didn't come follows at the end.
fn in_order(
    caller: VecDeque<WitnessedHop>,
    source: VecDeque<WitnessedHop>,
    destination: VecDeque<WitnessedHop>,
) -> Vec<HopReport> {
    let names = [CALLER.to_owned(), Role::Source.to_string(), Role::Destination.to_string()];
    let mut lists = [caller, source, destination];
    let place = |name: &str| names.iter().position(|known| known == name);
    let mut ordered = Vec::new();
    let mut asking: Vec<usize> = Vec::new();
    let mut active = Some(0);
    while let Some(list) = active.and_then(|active| lists.get_mut(active)) {
        let Some(WitnessedHop { is_request, mut hop }) = list.pop_front() else {
            active = asking.pop();
            continue;
        };
        if is_request {
            let asked = place(&hop.to);
            if let Some(active) = active {
                asking.push(active);
            }
            active = asked;
        } else {
            active = Some(asking.pop().unwrap_or(0));
            if let Some(name) = active.and_then(|active| names.get(active)) {
                hop.to.clone_from(name);
            }
        }
        ordered.push(hop);
    }
    ordered.extend(lists.into_iter().flatten().map(|witnessed| witnessed.hop));
    ordered
}

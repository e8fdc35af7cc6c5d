use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::report::{Moments, Report};
use super::{Role, Scenario, ScenarioError, Volume};
use crate::nova::Exception;
use crate::nova::block_device::ConnectionData;
use crate::nova::compute::{ComputeApi, ComputeEndpoint, ComputeManager};
use crate::nova::conductor::live_migrate;
use crate::nova::objects::{SrNamingConvention, XenapiLiveMigrateData, registry};
use crate::nova::virt::xenapi::volume_utils::{self, NAMING_CONVENTION, SrInfo, parse_sr_info};
use crate::nova::virt::xenapi::{
    Contents, Failure, Ledger, Lun, SimulatedXenServer, Site, SrLabel, VolumeOps,
};
use crate::object::VersionedObject;
use crate::registry::Registry;
use crate::rpc::{CallContext, Direction, Hop, InProcess, ObjectVersions, Observer, Server};

/// Who asks for the migration: no host, since a host has a name.
const CALLER: &str = "";

/// The hosts of a scenario, in this process.
#[derive(Debug)]
pub struct Cloud {
    scenario: Scenario,
    bus: InProcess,
    source: SimulatedXenServer,
    destination: SimulatedXenServer,
    seen: Arc<Mutex<Seen>>,
}

/// What was seen on the way.
#[derive(Debug, Default)]
struct Seen {
    hops: Vec<Hop>,
    /// What the destination had when it answered `pre_live_migration`.
    ready: Option<Contents>,
}

impl Cloud {
    /// Sets the hosts up.
    ///
    /// # Errors
    /// Where the scenario can't be: a hypervisor refuses what it says.
    pub async fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        let site = site_of(&scenario);
        let source = source(&scenario, Arc::clone(&site)).await?;
        let destination = destination(&scenario, site).await?;
        let cloud = Cloud { scenario, bus: InProcess::new(), source, destination, seen: Arc::default() };
        cloud.serve(Role::Source, &cloud.source)?;
        cloud.serve(Role::Destination, &cloud.destination)?;
        Ok(cloud)
    }

    /// Runs the migration.
    pub async fn migrate(self) -> Report {
        let before = (self.source.contents(), self.destination.contents());
        for (role, host) in [(Role::Source, &self.source), (Role::Destination, &self.destination)] {
            host.fail(self.scenario.faults(role));
        }
        let api = ComputeApi::new(Arc::new(self.bus.connect(CALLER)), Arc::new(registry()));
        let api = api.observer(self.observer());
        let instance = self.scenario.instance();
        let ended = live_migrate(&api, &CallContext::new(), &instance, &self.scenario.destination.host).await;
        let mut seen = lock(&self.seen);
        let moments = Moments {
            source_before: before.0,
            destination_before: before.1,
            destination_ready: seen.ready.take(),
            source_after: self.source.contents(),
            destination_after: self.destination.contents(),
        };
        Report::new(&self.scenario, ended, &moments, &seen.hops)
    }

    /// Puts a host's services on the bus.
    fn serve(&self, role: Role, hypervisor: &SimulatedXenServer) -> Result<(), ScenarioError> {
        let plan = self.scenario.host(role);
        let registry = Arc::new(registry_of(&self.scenario, role)?);
        let api = ComputeApi::new(Arc::new(self.bus.connect(&*plan.host)), Arc::clone(&registry));
        let api = api.observer(self.observer());
        let manager = ComputeManager::new(Arc::clone(&registry), api, Arc::new(hypervisor.clone()));
        let server = Server::new(&*plan.host)
            .endpoint(ComputeEndpoint::new(Arc::new(manager)))
            .endpoint(ObjectVersions::new(registry))
            .observer(self.observer());
        self.bus.serve(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server);
        Ok(())
    }

    fn observer(&self) -> Observer {
        let seen = Arc::clone(&self.seen);
        let destination = self.destination.clone();
        Arc::new(move |hop: Hop| {
            let mut seen = lock(&seen);
            if hop.method == "pre_live_migration" && hop.direction == Direction::Reply {
                seen.ready = Some(destination.contents());
            }
            seen.hops.push(hop);
        })
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The objects of a host's release.
fn registry_of(scenario: &Scenario, role: Role) -> Result<Registry, ScenarioError> {
    let speaks = scenario.host(role).speaks;
    registry().held_to(&XenapiLiveMigrateData::SCHEMA.name, speaks).map_err(ScenarioError::new)
}

/// The storage with the scenario's volumes.
fn site_of(scenario: &Scenario) -> Arc<Site> {
    let site = Site::new();
    for volume in &scenario.volumes {
        let Ok(info) = parse_sr_info(&volume.connection_info.data, "") else { continue };
        let number = volume.connection_info.data.get("target_lun").and_then(serde_json::Value::as_u64);
        site.add_lun((&info.device_config).into(), Lun { serial: volume.id().to_owned(), number });
    }
    site
}

/// The source, with the instance and its volumes.
async fn source(scenario: &Scenario, site: Arc<Site>) -> Result<SimulatedXenServer, ScenarioError> {
    let host = SimulatedXenServer::new(&scenario.source.host, Arc::clone(&site));
    add_existing(scenario, Role::Source, &host, &site).await?;
    let volumeops = VolumeOps::new(Arc::new(host.clone()));
    let ledger = Ledger::new();
    let mut disks = Vec::with_capacity(scenario.volumes.len());
    for volume in &scenario.volumes {
        let mut connection_info = volume.connection_info.clone();
        connection_info.data.insert(NAMING_CONVENTION, volume.sr_naming.as_ref());
        let page = ledger.open(&scenario.instance.uuid);
        let connected = volumeops.connect_volume(&connection_info, &scenario.instance.name, page).await;
        disks.push(connected.map_err(|error| impossible(volume, &error))?.vdi);
    }
    host.start(&scenario.instance.name, disks);
    Ok(host)
}

fn impossible(volume: &Volume, error: &Exception) -> ScenarioError {
    let device = &volume.mount_device;
    ScenarioError::new(format_args!("the source can't have the volume at {device}: {error}"))
}

/// The destination, with what it has beforehand.
async fn destination(scenario: &Scenario, site: Arc<Site>) -> Result<SimulatedXenServer, ScenarioError> {
    let host = SimulatedXenServer::new(&scenario.destination.host, Arc::clone(&site));
    add_existing(scenario, Role::Destination, &host, &site).await?;
    Ok(host)
}

/// Adds the SRs that a host has beforehand, each with a disk that another instance uses. One whose UUID would be
/// that of a volume's SR is on the same target as the volume.
async fn add_existing(
    scenario: &Scenario,
    role: Role,
    host: &SimulatedXenServer,
    site: &Site,
) -> Result<(), ScenarioError> {
    let plan = scenario.host(role);
    for uuid in &plan.existing_srs {
        let serial = format!("of another instance, in {uuid} on {}", plan.host);
        let mut connection = ConnectionData::default();
        connection.insert("volume_id", serial.as_str());
        let device_config = match scenario.volumes.iter().find_map(|volume| info_of(volume, uuid)) {
            Some(info) => info.device_config,
            None => {
                connection.insert("target_portal", "another-storage");
                connection.insert("target_iqn", uuid.as_str());
                parse_sr_info(&connection, "").map_err(ScenarioError::new)?.device_config
            }
        };
        site.add_lun((&device_config).into(), Lun { serial, number: None });
        let name = format!("tempSR-{uuid}");
        let label = SrLabel { name, description: "of another instance".to_owned() };
        let info = SrInfo { uuid: uuid.clone(), label, device_config };
        introduce(host, &info, &connection).await.map_err(|failure| {
            ScenarioError::new(format_args!("host {:?} can't have the SR {uuid:?}: {failure}", plan.host))
        })?;
    }
    Ok(())
}

/// Makes an SR with a disk that is in use.
async fn introduce(
    host: &SimulatedXenServer,
    info: &SrInfo,
    connection: &ConnectionData,
) -> Result<(), Failure> {
    let ledger = Ledger::new();
    let page = ledger.open("");
    let sr = volume_utils::introduce_sr(host, info, page).await?;
    let vdi = volume_utils::introduce_vdi(host, &sr, connection, page).await?;
    host.occupy(&vdi)
}

/// The SR of a volume, by whichever naming gives it that UUID.
fn info_of(volume: &Volume, uuid: &str) -> Option<SrInfo> {
    let named = |convention: SrNamingConvention| {
        let mut connection = volume.connection_info.data.clone();
        connection.insert(NAMING_CONVENTION, convention.as_ref());
        parse_sr_info(&connection, "").ok().filter(|info| info.uuid == uuid)
    };
    named(SrNamingConvention::NewStyle).or_else(|| named(SrNamingConvention::OldStyle))
}

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Role, Scenario, ScenarioError, Volume};
use crate::nova::Exception;
use crate::nova::block_device::ConnectionData;
use crate::nova::compute::{ComputeApi, ComputeEndpoint, ComputeManager};
use crate::nova::notifications::Teller;
use crate::nova::objects::{SrNamingConvention, XenapiLiveMigrateData, registry};
use crate::nova::virt::xenapi::volume_utils::{self, NAMING_CONVENTION, SrInfo, parse_sr_info};
use crate::nova::virt::xenapi::{
    Contents, Ledger, Lun, SimulatedXenServer, Site, SrLabel, VolumeOps, XenApiFailure,
};
use crate::object::VersionedObject;
use crate::registry::Registry;
use crate::rpc::{BaseRpc, Hop, HopKind, ObjectVersions, Observer, Server, Transport};

/// One host of a scenario, with its hypervisor set up.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) role: Role,
    pub(super) hypervisor: SimulatedXenServer,
    registry: Arc<Registry>,
}

impl Host {
    pub(super) async fn new(scenario: &Scenario, role: Role, site: Arc<Site>) -> Result<Self, ScenarioError> {
        let hypervisor = match role {
            Role::Source => source(scenario, site).await?,
            Role::Destination => destination(scenario, site).await?,
        };
        let registry = Arc::new(registry_of(scenario, role)?);
        Ok(Host { role, hypervisor, registry })
    }

    /// From here on calls are counted, and those fail that the scenario says.
    pub(super) fn begin(&self, scenario: &Scenario) {
        self.hypervisor.fail(scenario.faults(self.role));
    }

    /// The methods of its compute service, which calls others over this transport.
    pub(super) fn compute(
        &self,
        scenario: &Scenario,
        transport: Arc<dyn Transport>,
        patience: Option<Duration>,
        observer: Observer,
        teller: Option<Arc<dyn Teller>>,
    ) -> Result<ComputeEndpoint<SimulatedXenServer>, ScenarioError> {
        let api = ComputeApi::new(transport, Arc::clone(&self.registry));
        let mut api = scenario.in_level(api)?.observer(observer);
        if let Some(patience) = patience {
            api = api.patience(patience);
        }
        let hypervisor = Arc::new(self.hypervisor.clone());
        let manager = ComputeManager::new(Arc::clone(&self.registry), api, hypervisor).told_by(teller);
        Ok(ComputeEndpoint::new(Arc::new(manager)))
    }

    /// A server of its name that announces what it reads.
    pub(super) fn server(&self, scenario: &Scenario, observer: Observer) -> Server {
        Server::new(&*scenario.host(self.role).host)
            .endpoint(ObjectVersions::new(Arc::clone(&self.registry)))
            .endpoint(BaseRpc::new(ComputeEndpoint::<SimulatedXenServer>::TOPIC))
            .observer(observer)
    }
}

/// Facts that were seen on the way.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) hops: Vec<Hop>,
    /// State of the destination when it answered `pre_live_migration`.
    pub(super) ready: Option<Contents>,
}

impl Seen {
    /// Writes down what passes; `destination` is the hypervisor of the destination, where it's at hand.
    pub(super) fn observer(seen: &Arc<Mutex<Seen>>, destination: Option<SimulatedXenServer>) -> Observer {
        let seen = Arc::clone(seen);
        Arc::new(move |hop: Hop| {
            let is_ready = hop.method == "pre_live_migration" && hop.kind == HopKind::Reply;
            let ready = destination.as_ref().filter(|_| is_ready).map(SimulatedXenServer::contents);
            let mut seen = lock(&seen);
            if ready.is_some() {
                seen.ready = ready;
            }
            seen.hops.push(hop);
        })
    }
}

pub(super) fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The objects of a host's release.
fn registry_of(scenario: &Scenario, role: Role) -> Result<Registry, ScenarioError> {
    let speaks = scenario.host(role).speaks;
    registry().held_to(&XenapiLiveMigrateData::SCHEMA.name, speaks).map_err(ScenarioError::new)
}

/// The storage with the scenario's volumes.
pub(super) fn site_of(scenario: &Scenario) -> Arc<Site> {
    let site = Site::new();
    for volume in &scenario.volumes {
        let Ok(info) = parse_sr_info(&volume.connection_info.data, "") else { continue };
        let number = volume.lun_number();
        let id = volume.id().to_owned();
        let serial = volume.serial.clone().unwrap_or_else(|| id.clone());
        site.add_lun((&info.device_config).into(), Lun { volume: id, serial, number });
    }
    for role in [Role::Source, Role::Destination] {
        for uuid in &scenario.host(role).existing_srs {
            if let Ok(existing) = existing(scenario, role, uuid) {
                site.add_lun((&existing.info.device_config).into(), existing.lun);
            }
        }
    }
    site
}

/// The source, with the instance and its volumes.
async fn source(scenario: &Scenario, site: Arc<Site>) -> Result<SimulatedXenServer, ScenarioError> {
    let host = SimulatedXenServer::new(&scenario.source.host, site);
    add_existing(scenario, Role::Source, &host).await?;
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
    let host = SimulatedXenServer::new(&scenario.destination.host, site);
    add_existing(scenario, Role::Destination, &host).await?;
    Ok(host)
}

/// Adds the SRs that a host has beforehand, each with a disk that another instance uses.
async fn add_existing(
    scenario: &Scenario,
    role: Role,
    host: &SimulatedXenServer,
) -> Result<(), ScenarioError> {
    let plan = scenario.host(role);
    for uuid in &plan.existing_srs {
        let existing = existing(scenario, role, uuid)?;
        introduce(host, &existing.info, &existing.connection).await.map_err(|failure| {
            ScenarioError::new(format_args!("host {:?} can't have the SR {uuid:?}: {failure}", plan.host))
        })?;
    }
    Ok(())
}

/// An SR that a host has beforehand.
struct Existing {
    info: SrInfo,
    connection: ConnectionData,
    lun: Lun,
}

/// One whose UUID would be that of a volume's SR is on the same target as the volume.
fn existing(scenario: &Scenario, role: Role, uuid: &str) -> Result<Existing, ScenarioError> {
    let serial = format!("of another instance, in {uuid} on {}", scenario.host(role).host);
    let mut connection = ConnectionData::default();
    connection.insert("volume_id", serial.as_str());
    let device_config = match scenario.volumes.iter().find_map(|volume| info_of(volume, uuid)) {
        Some(info) => info.device_config,
        None => {
            connection.insert("target_portal", "another-storage");
            connection.insert("target_iqn", uuid);
            parse_sr_info(&connection, "").map_err(ScenarioError::new)?.device_config
        }
    };
    let name = format!("tempSR-{uuid}");
    let label = SrLabel { name, description: "of another instance".to_owned() };
    let info = SrInfo { uuid: uuid.to_owned(), label, device_config };
    Ok(Existing { info, connection, lun: Lun { volume: serial.clone(), serial, number: None } })
}

/// Makes an SR with a disk that is in use.
async fn introduce(
    host: &SimulatedXenServer,
    info: &SrInfo,
    connection: &ConnectionData,
) -> Result<(), XenApiFailure> {
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

//! Simulated hypervisors of a few hosts, for live migrations between them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use pollster::block_on;
use versioned_objects::nova::block_device::Instance;
use versioned_objects::nova::compute::{ComputeApi, ComputeEndpoint, ComputeManager};
use versioned_objects::nova::scenario::Scenario;
use versioned_objects::nova::virt::xenapi::volume_utils::{NAMING_CONVENTION, parse_sr_info};
use versioned_objects::nova::virt::xenapi::{Ledger, Lun, SimulatedXenServer, Site, VolumeOps};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::Transport;

/// The names of the hosts.
pub const HOSTS: [&str; 3] = ["a", "b", "c"];

/// Hypervisors, and where the instance is.
pub struct World {
    /// The instance that moves.
    pub instance: Instance,
    /// A hypervisor for each host.
    pub hypervisors: BTreeMap<String, SimulatedXenServer>,
    /// Where it runs; none, while it moves.
    pub runs_on: Mutex<Option<String>>,
    /// How often it was migrated.
    pub migrated: Mutex<u32>,
}

impl World {
    /// The instance of the shipped scenario, whose volumes are named in both ways, on the first host.
    pub fn of_the_scenario() -> Self {
        let scenario = Scenario::from_json(crate::SCENARIO.as_bytes()).unwrap();
        let site = Site::new();
        for volume in &scenario.volumes {
            let info = parse_sr_info(&volume.connection_info.data, "").unwrap();
            let (volume_id, number) = (volume.id().to_owned(), volume.lun_number());
            let serial = volume.serial.clone().unwrap_or_else(|| volume_id.clone());
            site.add_lun((&info.device_config).into(), Lun { volume: volume_id, serial, number });
        }
        let host = |name: &&str| ((*name).to_owned(), SimulatedXenServer::new(name, Arc::clone(&site)));
        let hypervisors: BTreeMap<String, SimulatedXenServer> = HOSTS.iter().map(host).collect();
        let first = &hypervisors[HOSTS[0]];
        let (volumeops, ledger) = (VolumeOps::new(Arc::new(first.clone())), Ledger::new());
        let disks = scenario.volumes.iter().map(|volume| {
            let mut connection_info = volume.connection_info.clone();
            connection_info.data.insert(NAMING_CONVENTION, volume.sr_naming.as_ref());
            let page = ledger.open(&scenario.instance.uuid);
            block_on(volumeops.connect_volume(&connection_info, &scenario.instance.name, page)).unwrap().vdi
        });
        first.start(&scenario.instance.name, disks.collect());
        World {
            instance: scenario.instance(),
            hypervisors,
            runs_on: Mutex::new(Some(HOSTS[0].to_owned())),
            migrated: Mutex::new(0),
        }
    }

    /// The SR of each volume on a host.
    pub fn srs(&self, host: &str) -> BTreeMap<String, String> {
        let contents = self.hypervisors[host].contents();
        let devices = self.instance.block_device_mapping.iter();
        let ids = devices.filter_map(|device| device.connection_info.data.volume_id());
        ids.filter_map(|id| Some((id.to_owned(), contents.volume(id)?.0.to_owned()))).collect()
    }
}

/// The compute service of a process, with the hypervisor of its host.
pub fn endpoint(
    world: &World,
    host: &str,
    transport: Arc<dyn Transport>,
    registry: Arc<Registry>,
) -> ComputeEndpoint<SimulatedXenServer> {
    let api = ComputeApi::new(transport, Arc::clone(&registry));
    let hypervisor = Arc::new(world.hypervisors[host].clone());
    ComputeEndpoint::new(Arc::new(ComputeManager::new(registry, api, hypervisor)))
}

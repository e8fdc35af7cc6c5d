mod calls;
mod contents;
mod faults;
mod link;
mod lun;
mod site;
mod state;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

pub use contents::{Contents, SrContents};
pub use faults::{CallName, Fault};
pub use link::{Link, SentMachine};
pub use lun::{Lun, TargetAddress};
pub use site::Site;

use self::faults::Faults;
use self::site::lock;
use self::state::{Pbd, State, Vdi};
use super::vmops::LOCAL_STORAGE;
use super::{
    DeviceConfig, Hypervisor, MigrateSendData, PbdRef, SrLabel, SrRecord, SrRef, VbdRef, VdiRecord, VdiRef,
    VmRef, XenApiFailure,
};

/// A XenServer in memory: it refuses what a real one refuses, and can be told to fail.
///
/// Hosts of one [`Site`] reach the same storage, and send each other their machines; those of other processes too, where the
/// site has a [`Link`]. Without one a machine that is sent there leaves, and [`arrive`](SimulatedXenServer::arrive)
/// makes it run there.
#[derive(Clone, Debug)]
pub struct SimulatedXenServer {
    name: String,
    site: Arc<Site>,
    state: Arc<Mutex<State>>,
}

impl SimulatedXenServer {
    /// A host of that name, with nothing but its local storage.
    pub fn new(name: &str, site: Arc<Site>) -> Self {
        let mut state = State::new(name);
        let local = SrRef::new(state.reference());
        let uuid = local.as_str().trim_start_matches("OpaqueRef:").to_owned();
        let record = SrRecord { uuid, name_label: LOCAL_STORAGE.to_owned(), kind: "ext".to_owned() };
        state.srs.insert(local, record);
        let state = Arc::new(Mutex::new(state));
        site.join(name, &state);
        SimulatedXenServer { name: name.to_owned(), site, state }
    }

    /// From here on calls are counted, and these fail.
    pub fn fail(&self, faults: Vec<Fault>) {
        lock(&self.state).faults = Faults::new(faults);
    }

    /// Returns the host's contents as they are now.
    pub fn contents(&self) -> Contents {
        lock(&self.state).contents()
    }

    /// Starts a machine with these disks.
    pub fn start(&self, name: &str, disks: Vec<VdiRef>) -> VmRef {
        lock(&self.state).start(name, disks)
    }

    /// Lets a machine outside the scenario use a disk.
    ///
    /// # Errors
    /// Where there is no such disk.
    pub fn occupy(&self, vdi: &VdiRef) -> Result<(), XenApiFailure> {
        match lock(&self.state).vdis.get_mut(vdi) {
            Some(vdi) => vdi.occupied = true,
            None => return Err(XenApiFailure::new(XenApiFailure::HANDLE_INVALID, ["VDI", vdi.as_str()])),
        }
        Ok(())
    }

    /// Starts a machine that another host sends. Does nothing where a machine of that name runs, so that a host which
    /// had no answer may ask again.
    ///
    /// # Errors
    /// Where one of its repositories or disks isn't here, or no more.
    pub fn take_in(&self, machine: &SentMachine) -> Result<(), XenApiFailure> {
        let mut state = lock(&self.state);
        if state.has_machine(&machine.name) { Ok(()) } else { take_in(&mut state, machine) }
    }

    /// Starts a machine that came from another host, with the disks of these volumes. Does nothing where a
    /// machine of that name runs.
    ///
    /// # Errors
    /// Where one of the disks isn't here.
    pub fn arrive(&self, name: &str, volumes: &[&str]) -> Result<(), XenApiFailure> {
        let mut state = lock(&self.state);
        if state.has_machine(name) {
            return Ok(());
        }
        let disk = |volume: &&str| {
            let mut all = state.vdis.iter();
            let found = all.find(|(_, vdi)| vdi.managed && vdi.lun.volume == *volume);
            let found = found.map(|(vdi, _)| vdi.clone());
            found.ok_or_else(|| XenApiFailure::new(XenApiFailure::VDI_NOT_AVAILABLE, [volume]))
        };
        let disks = volumes.iter().map(disk).collect::<Result<_, _>>()?;
        state.start(name, disks);
        Ok(())
    }

    /// The host's state, where the call isn't told to fail.
    fn enter(&self, call: &'static str) -> Result<MutexGuard<'_, State>, XenApiFailure> {
        let mut state = lock(&self.state);
        state.faults.meet(call)?;
        Ok(state)
    }
}

impl Hypervisor for SimulatedXenServer {
    async fn host_migrate_receive(&self) -> Result<MigrateSendData, XenApiFailure> {
        let _state = self.enter("host.migrate_receive")?;
        let url = format!("http://{}/services/xenops", self.name);
        Ok([("host".to_owned(), self.name.clone()), ("xenops".to_owned(), url)].into())
    }

    async fn sr_introduce(&self, uuid: &str, label: &SrLabel, kind: &str) -> Result<SrRef, XenApiFailure> {
        let mut state = self.enter("SR.introduce")?;
        if state.srs.values().any(|sr| sr.uuid == uuid) {
            return Err(XenApiFailure::new(XenApiFailure::UNIQUENESS, ["SR", "uuid", uuid]));
        }
        let sr = SrRef::new(state.reference());
        let record =
            SrRecord { uuid: uuid.to_owned(), name_label: label.name.clone(), kind: kind.to_owned() };
        state.srs.insert(sr.clone(), record);
        Ok(sr)
    }

    async fn sr_get_by_uuid(&self, uuid: &str) -> Result<SrRef, XenApiFailure> {
        let state = self.enter("SR.get_by_uuid")?;
        let found = state.srs.iter().find(|(_, sr)| sr.uuid == uuid);
        found
            .map(|(sr, _)| sr.clone())
            .ok_or_else(|| XenApiFailure::new(XenApiFailure::UUID_INVALID, ["SR", uuid]))
    }

    async fn sr_get_all_records(&self) -> Result<Vec<(SrRef, SrRecord)>, XenApiFailure> {
        let state = self.enter("SR.get_all_records")?;
        Ok(state.srs.iter().map(|(sr, record)| (sr.clone(), record.clone())).collect())
    }

    async fn sr_get_pbds(&self, sr: &SrRef) -> Result<Vec<PbdRef>, XenApiFailure> {
        let state = self.enter("SR.get_PBDs")?;
        state.sr(sr)?;
        let mine = state.pbds.iter().filter(|(_, pbd)| pbd.sr == *sr);
        Ok(mine.map(|(reference, _)| reference.clone()).collect())
    }

    async fn sr_get_vdis(&self, sr: &SrRef) -> Result<Vec<VdiRef>, XenApiFailure> {
        let state = self.enter("SR.get_VDIs")?;
        state.sr(sr)?;
        let mine = state.vdis.iter().filter(|(_, vdi)| vdi.sr == *sr);
        Ok(mine.map(|(reference, _)| reference.clone()).collect())
    }

    async fn sr_scan(&self, sr: &SrRef) -> Result<(), XenApiFailure> {
        let mut state = self.enter("SR.scan")?;
        state.sr(sr)?;
        let Some(pbd) = state.plugged(sr) else {
            return Err(XenApiFailure::new(XenApiFailure::SR_HAS_NO_PBDS, [sr.as_str()]));
        };
        let luns = self.site.luns(&pbd.address).unwrap_or_default();
        for lun in luns {
            if state.vdis.values().any(|vdi| vdi.sr == *sr && vdi.lun == lun) {
                continue;
            }
            let vdi = VdiRef::new(state.reference());
            state.vdis.insert(vdi, Vdi { lun, sr: sr.clone(), managed: false, occupied: false });
        }
        Ok(())
    }

    async fn sr_forget(&self, sr: &SrRef) -> Result<(), XenApiFailure> {
        let mut state = self.enter("SR.forget")?;
        state.sr(sr)?;
        if state.plugged(sr).is_some() {
            return Err(XenApiFailure::new(XenApiFailure::SR_HAS_PBD, [sr.as_str()]));
        }
        state.pbds.retain(|_, pbd| pbd.sr != *sr);
        state.vdis.retain(|_, vdi| vdi.sr != *sr);
        state.srs.remove(sr);
        Ok(())
    }

    async fn pbd_create(&self, sr: &SrRef, device_config: &DeviceConfig) -> Result<PbdRef, XenApiFailure> {
        let mut state = self.enter("PBD.create")?;
        state.sr(sr)?;
        if state.pbds.values().any(|pbd| pbd.sr == *sr) {
            return Err(XenApiFailure::new(XenApiFailure::PBD_EXISTS, [sr.as_str(), &self.name]));
        }
        let pbd = PbdRef::new(state.reference());
        let address = device_config.into();
        state.pbds.insert(pbd.clone(), Pbd { sr: sr.clone(), address, plugged: false });
        Ok(pbd)
    }

    async fn pbd_plug(&self, pbd: &PbdRef) -> Result<(), XenApiFailure> {
        let mut state = self.enter("PBD.plug")?;
        let pbd = state.pbd(pbd)?;
        if self.site.luns(&pbd.address).is_none() {
            return Err(XenApiFailure::new(XenApiFailure::SR_BACKEND, ["no target at that address"]));
        }
        pbd.plugged = true;
        Ok(())
    }

    async fn pbd_unplug(&self, pbd: &PbdRef) -> Result<(), XenApiFailure> {
        let mut state = self.enter("PBD.unplug")?;
        let sr = state.pbd(pbd)?.sr.clone();
        let used = state.vdis.iter().find(|(vdi, record)| record.sr == sr && state.is_used(vdi));
        if let Some((vdi, _)) = used {
            return Err(XenApiFailure::new(XenApiFailure::VDI_IN_USE, [vdi.as_str()]));
        }
        state.pbd(pbd)?.plugged = false;
        Ok(())
    }

    async fn pbd_destroy(&self, pbd: &PbdRef) -> Result<(), XenApiFailure> {
        let mut state = self.enter("PBD.destroy")?;
        if state.pbd(pbd)?.plugged {
            return Err(XenApiFailure::new(XenApiFailure::PBD_PLUGGED, [pbd.as_str()]));
        }
        state.pbds.remove(pbd);
        Ok(())
    }

    async fn vdi_introduce(&self, uuid: &str, sr: &SrRef) -> Result<VdiRef, XenApiFailure> {
        let mut state = self.enter("VDI.introduce")?;
        state.sr(sr)?;
        if state.managed(uuid).is_some() {
            return Err(XenApiFailure::new(XenApiFailure::UNIQUENESS, ["VDI", "uuid", uuid]));
        }
        let found = state.vdis.iter_mut().find(|(_, vdi)| vdi.sr == *sr && vdi.lun.vdi_uuid() == uuid);
        let Some((reference, vdi)) = found else {
            return Err(XenApiFailure::new(XenApiFailure::VDI_NOT_AVAILABLE, [uuid]));
        };
        vdi.managed = true;
        Ok(reference.clone())
    }

    async fn vdi_get_record(&self, vdi: &VdiRef) -> Result<VdiRecord, XenApiFailure> {
        let state = self.enter("VDI.get_record")?;
        let vdi = state.vdi(vdi)?;
        let mut sm_config = BTreeMap::from([("serial".to_owned(), vdi.lun.serial.clone())]);
        if let Some(number) = vdi.lun.number {
            sm_config.insert("LUNid".to_owned(), number.to_string());
        }
        Ok(VdiRecord { uuid: vdi.lun.vdi_uuid(), sr: vdi.sr.clone(), managed: vdi.managed, sm_config })
    }

    async fn vdi_forget(&self, vdi: &VdiRef) -> Result<(), XenApiFailure> {
        let mut state = self.enter("VDI.forget")?;
        state.vdi(vdi)?;
        if state.is_used(vdi) {
            return Err(XenApiFailure::new(XenApiFailure::VDI_IN_USE, [vdi.as_str()]));
        }
        state.vdis.remove(vdi);
        Ok(())
    }

    async fn vbd_get_vdi(&self, vbd: &VbdRef) -> Result<VdiRef, XenApiFailure> {
        let state = self.enter("VBD.get_VDI")?;
        let found = state.vbds.get(vbd).cloned();
        found.ok_or_else(|| XenApiFailure::new(XenApiFailure::HANDLE_INVALID, ["VBD", vbd.as_str()]))
    }

    async fn vm_get_by_name_label(&self, label: &str) -> Result<Vec<VmRef>, XenApiFailure> {
        let state = self.enter("VM.get_by_name_label")?;
        let named = state.vms.iter().filter(|(_, vm)| vm.name == label);
        Ok(named.map(|(vm, _)| vm.clone()).collect())
    }

    async fn vm_get_vbds(&self, vm: &VmRef) -> Result<Vec<VbdRef>, XenApiFailure> {
        let state = self.enter("VM.get_VBDs")?;
        Ok(state.vm(vm)?.vbds.clone())
    }

    async fn vm_migrate_send(
        &self,
        vm: &VmRef,
        destination: &MigrateSendData,
        vdi_map: &BTreeMap<VdiRef, SrRef>,
    ) -> Result<(), XenApiFailure> {
        let machine = self.departing(vm, vdi_map)?;
        let host = destination.get("host").map_or("", String::as_str);
        if host == self.name {
            return Err(XenApiFailure::new(
                XenApiFailure::VM_MIGRATE_FAILED,
                [vm.as_str(), "the machine is on that host"],
            ));
        }
        match (self.site.host(host), self.site.elsewhere()) {
            (Some(there), _) => take_in(&mut lock(&there), &machine)?,
            (None, Some(link)) => link.send(host, &machine).await?,
            (None, None) => {}
        }
        lock(&self.state).end(vm);
        Ok(())
    }
}

impl SimulatedXenServer {
    fn departing(&self, vm: &VmRef, vdi_map: &BTreeMap<VdiRef, SrRef>) -> Result<SentMachine, XenApiFailure> {
        let state = self.enter("VM.migrate_send")?;
        let machine = state.vm(vm)?;
        let mut disks = Vec::new();
        for vdi in machine.vbds.iter().filter_map(|vbd| state.vbds.get(vbd)) {
            let Some(sr) = vdi_map.get(vdi) else {
                return Err(XenApiFailure::new(XenApiFailure::VDI_NOT_IN_MAP, [vdi.as_str()]));
            };
            disks.push((state.vdi(vdi)?.lun.vdi_uuid(), sr.clone()));
        }
        Ok(SentMachine { name: machine.name.clone(), disks })
    }
}

/// Starts a machine that another host sends, with its disks where that host says that they are.
fn take_in(state: &mut State, machine: &SentMachine) -> Result<(), XenApiFailure> {
    let mut found = Vec::with_capacity(machine.disks.len());
    for (uuid, sr) in &machine.disks {
        state.sr(sr)?;
        let here = state.managed(uuid).filter(|(_, vdi)| vdi.sr == *sr);
        let Some((vdi, _)) = here else {
            return Err(XenApiFailure::new(XenApiFailure::VDI_NOT_AVAILABLE, [uuid]));
        };
        found.push(vdi.clone());
    }
    state.start(&machine.name, found);
    Ok(())
}

use std::collections::BTreeMap;

use uuid::{Uuid, uuid};

use super::contents::{Contents, SrContents};
use super::faults::Faults;
use super::lun::{Lun, TargetAddress};
use crate::nova::virt::xenapi::{PbdRef, SrRecord, SrRef, VbdRef, VdiRef, VmRef, XenApiFailure};

/// Where the texts of references come from, so that a scenario run twice reads the same.
const REFERENCES: Uuid = uuid!("0f2f4a8c-1f0e-5d9b-8f3a-6a0c1f3f7f11");

/// Records of a simulated host.
#[derive(Debug)]
pub(super) struct State {
    host: String,
    made: u64,
    pub(super) faults: Faults,
    pub(super) srs: BTreeMap<SrRef, SrRecord>,
    pub(super) pbds: BTreeMap<PbdRef, Pbd>,
    pub(super) vdis: BTreeMap<VdiRef, Vdi>,
    pub(super) vbds: BTreeMap<VbdRef, VdiRef>,
    pub(super) vms: BTreeMap<VmRef, Vm>,
}

#[derive(Debug)]
pub(super) struct Pbd {
    pub(super) sr: SrRef,
    pub(super) address: TargetAddress,
    pub(super) plugged: bool,
}

#[derive(Debug)]
pub(super) struct Vdi {
    pub(super) lun: Lun,
    pub(super) sr: SrRef,
    pub(super) managed: bool,
    /// A machine outside the scenario uses it.
    pub(super) occupied: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Vm {
    pub(super) name: String,
    pub(super) vbds: Vec<VbdRef>,
}

impl State {
    pub(super) fn new(host: &str) -> Self {
        State {
            host: host.to_owned(),
            made: 0,
            faults: Faults::default(),
            srs: BTreeMap::new(),
            pbds: BTreeMap::new(),
            vdis: BTreeMap::new(),
            vbds: BTreeMap::new(),
            vms: BTreeMap::new(),
        }
    }

    /// The text of a new reference.
    pub(super) fn reference(&mut self) -> String {
        self.made += 1;
        let name = format!("{}/{}", self.host, self.made);
        format!("OpaqueRef:{}", Uuid::new_v5(&REFERENCES, name.as_bytes()))
    }

    pub(super) fn sr(&self, sr: &SrRef) -> Result<&SrRecord, XenApiFailure> {
        self.srs.get(sr).ok_or_else(|| XenApiFailure::new(XenApiFailure::HANDLE_INVALID, ["SR", sr.as_str()]))
    }

    pub(super) fn pbd(&mut self, pbd: &PbdRef) -> Result<&mut Pbd, XenApiFailure> {
        self.pbds
            .get_mut(pbd)
            .ok_or_else(|| XenApiFailure::new(XenApiFailure::HANDLE_INVALID, ["PBD", pbd.as_str()]))
    }

    pub(super) fn vdi(&self, vdi: &VdiRef) -> Result<&Vdi, XenApiFailure> {
        self.vdis
            .get(vdi)
            .ok_or_else(|| XenApiFailure::new(XenApiFailure::HANDLE_INVALID, ["VDI", vdi.as_str()]))
    }

    pub(super) fn vm(&self, vm: &VmRef) -> Result<&Vm, XenApiFailure> {
        self.vms.get(vm).ok_or_else(|| XenApiFailure::new(XenApiFailure::HANDLE_INVALID, ["VM", vm.as_str()]))
    }

    pub(super) fn plugged(&self, sr: &SrRef) -> Option<&Pbd> {
        self.pbds.values().find(|pbd| pbd.plugged && pbd.sr == *sr)
    }

    pub(super) fn managed(&self, uuid: &str) -> Option<(&VdiRef, &Vdi)> {
        self.vdis.iter().find(|(_, vdi)| vdi.managed && vdi.lun.vdi_uuid() == uuid)
    }

    /// Whether a machine uses the disk.
    pub(super) fn is_used(&self, reference: &VdiRef) -> bool {
        self.vdis.get(reference).is_some_and(|vdi| vdi.occupied)
            || self.vbds.values().any(|vdi| vdi == reference)
    }

    pub(super) fn has_machine(&self, name: &str) -> bool {
        self.vms.values().any(|vm| vm.name == name)
    }

    /// Starts a machine with these disks, and gives its reference.
    pub(super) fn start(&mut self, name: &str, disks: Vec<VdiRef>) -> VmRef {
        let vm = VmRef::new(self.reference());
        let mut vbds = Vec::with_capacity(disks.len());
        for disk in disks {
            let vbd = VbdRef::new(self.reference());
            self.vbds.insert(vbd.clone(), disk);
            vbds.push(vbd);
        }
        self.vms.insert(vm.clone(), Vm { name: name.to_owned(), vbds });
        vm
    }

    /// Ends a machine; its disks stay.
    pub(super) fn end(&mut self, vm: &VmRef) {
        let Some(vm) = self.vms.remove(vm) else { return };
        self.vbds.retain(|vbd, _| !vm.vbds.contains(vbd));
    }

    pub(super) fn contents(&self) -> Contents {
        let mut srs: BTreeMap<SrRef, SrContents> = BTreeMap::new();
        for (reference, record) in &self.srs {
            let contents = SrContents { uuid: record.uuid.clone(), ..SrContents::default() };
            srs.insert(reference.clone(), contents);
        }
        for (reference, pbd) in &self.pbds {
            if let Some(contents) = srs.get_mut(&pbd.sr) {
                contents.pbds.insert(reference.clone());
            }
        }
        for vdi in self.vdis.values().filter(|vdi| vdi.managed) {
            if let Some(contents) = srs.get_mut(&vdi.sr) {
                contents.vdis.insert(vdi.lun.vdi_uuid(), vdi.lun.volume.clone());
            }
        }
        let machines = self.vms.values().map(|vm| vm.name.clone()).collect();
        Contents { srs: srs.into_values().collect(), machines }
    }
}

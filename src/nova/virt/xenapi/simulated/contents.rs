use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::nova::virt::xenapi::PbdRef;

/// The contents of a simulated host at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The storage repositories of the host.
    pub srs: Vec<SrContents>,
    /// The names of the machines that run on it.
    pub machines: BTreeSet<String>,
}

/// A storage repository, with what it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SrContents {
    /// The UUID of it, as text.
    pub uuid: String,
    /// The connections of the repository.
    pub pbds: BTreeSet<PbdRef>,
    /// Its disks: the volume by UUID.
    pub vdis: BTreeMap<String, String>,
}

impl Contents {
    /// The UUID of the storage repository and that of the disk of a volume.
    pub fn volume(&self, id: &str) -> Option<(&str, &str)> {
        self.srs.iter().find_map(|sr| {
            let (vdi, _) = sr.vdis.iter().find(|(_, volume)| *volume == id)?;
            Some((sr.uuid.as_str(), vdi.as_str()))
        })
    }

    /// Lists all that is here and wasn't before, a line each.
    pub fn beyond(&self, before: &Contents) -> Vec<String> {
        let nothing = SrContents::default();
        let mut found = Vec::new();
        for sr in &self.srs {
            let known = before.srs.iter().find(|known| known.uuid == sr.uuid);
            if known.is_none() {
                found.push(format!("SR {}", sr.uuid));
            }
            let known = known.unwrap_or(&nothing);
            let pbds = sr.pbds.difference(&known.pbds);
            found.extend(pbds.map(|pbd| format!("PBD {pbd} of SR {}", sr.uuid)));
            let vdis = sr.vdis.keys().filter(|vdi| !known.vdis.contains_key(*vdi));
            found.extend(vdis.map(|vdi| format!("VDI {vdi} in SR {}", sr.uuid)));
        }
        found
    }
}

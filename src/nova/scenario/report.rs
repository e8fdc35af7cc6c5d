use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Role, Scenario};
use crate::nova::compute::{Ended, Outcome};
use crate::nova::virt::xenapi::Contents;
use crate::rpc::Hop;

/// The report of a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The outcome of the migration.
    pub outcome: Outcome,
    /// The reason; of a migration that succeeded, the things that were not tidied up.
    pub reason: String,
    /// The source's SRs before the migration: UUID by volume id.
    pub source_srs: BTreeMap<String, String>,
    /// The destination's SRs once it was ready, likewise; empty where it didn't get there.
    pub destination_srs: BTreeMap<String, String>,
    /// The source's disks before the migration, likewise.
    pub source_vdis: BTreeMap<String, String>,
    /// The destination's disks once it was ready, likewise; empty where it didn't get there.
    pub destination_vdis: BTreeMap<String, String>,
    /// The source's SRs at the end, likewise.
    pub source_srs_after: BTreeMap<String, String>,
    /// Where the instance runs at the end.
    pub runs_on: Role,
    /// Things that the destination has after a refusal or rollback and had not before.
    pub leftovers: Vec<String>,
    /// The messages, in the order in which they were sent.
    pub hops: Vec<HopReport>,
}

/// A message of a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopReport {
    /// The sender: `source`, `destination` or `caller`.
    pub from: String,
    /// Who it went to, likewise.
    pub to: String,
    /// The method that it calls, or that it is the reply of.
    pub method: String,
    /// The object in it, where there is one.
    pub object: Option<String>,
    /// The version that the object is written in.
    pub wire_version: Option<String>,
    /// The fields that this version left out of what was set.
    pub dropped: Vec<String>,
    /// The length of the message.
    pub bytes: usize,
}

/// State of the hosts when it mattered.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    pub(super) source_before: Contents,
    pub(super) destination_before: Contents,
    /// When the destination had answered `pre_live_migration`.
    pub(super) destination_ready: Option<Contents>,
    pub(super) source_after: Contents,
    pub(super) destination_after: Contents,
}

impl Report {
    pub(super) fn new(scenario: &Scenario, ended: Ended, moments: &Moments, hops: Vec<HopReport>) -> Self {
        let (source_srs, source_vdis) = volumes(scenario, &moments.source_before);
        let ready = moments.destination_ready.as_ref().map(|ready| volumes(scenario, ready));
        let (destination_srs, destination_vdis) = ready.unwrap_or_default();
        let (source_srs_after, _) = volumes(scenario, &moments.source_after);
        let is_there = moments.destination_after.machines.contains(&scenario.instance.name);
        let leftovers = match ended.outcome {
            Outcome::Migrated => Vec::new(),
            Outcome::Refused | Outcome::RolledBack => {
                moments.destination_after.beyond(&moments.destination_before)
            }
        };
        Report {
            outcome: ended.outcome,
            reason: ended.reason,
            source_srs,
            destination_srs,
            source_vdis,
            destination_vdis,
            source_srs_after,
            runs_on: if is_there { Role::Destination } else { Role::Source },
            leftovers,
            hops,
        }
    }
}

type ByVolume = BTreeMap<String, String>;

/// The SR and the disk of each volume that a host has.
fn volumes(scenario: &Scenario, contents: &Contents) -> (ByVolume, ByVolume) {
    let (mut srs, mut vdis) = (ByVolume::new(), ByVolume::new());
    for volume in &scenario.volumes {
        let id = volume.id();
        if let Some((sr, vdi)) = contents.volume(id) {
            srs.insert(id.to_owned(), sr.to_owned());
            vdis.insert(id.to_owned(), vdi.to_owned());
        }
    }
    (srs, vdis)
}

/// Who asks for a migration, in its report.
pub(super) const CALLER: &str = "caller";

impl Scenario {
    /// A message as a report has it.
    pub(super) fn told(&self, hop: &Hop) -> HopReport {
        let name = |host: &str| match host {
            _ if host == self.source.host => Role::Source.to_string(),
            _ if host == self.destination.host => Role::Destination.to_string(),
            _ => CALLER.to_owned(),
        };
        let sent = hop.sent.first();
        let dropped = sent.map(|sent| sent.dropped.iter().map(|loss| loss.field.clone()).collect());
        HopReport {
            from: name(&hop.from),
            to: name(&hop.to),
            method: hop.method.clone(),
            object: sent.map(|sent| sent.object.clone()),
            wire_version: sent.map(|sent| sent.version.clone()),
            dropped: dropped.unwrap_or_default(),
            bytes: hop.bytes,
        }
    }
}

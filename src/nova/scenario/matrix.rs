use std::fmt;

use serde::Serialize;

use super::{Cloud, Report, Scenario, ScenarioError};
use crate::nova::compute::Outcome;
use crate::nova::objects::{SrNamingConvention, XenapiLiveMigrateData};
use crate::nova::virt::xenapi::volume_utils::carried_sr_uuid;
use crate::object::VersionedObject;
use crate::version::Version;

/// How the volumes of a scenario are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mix {
    /// All in the new style.
    NewStyle,
    /// All in the old style.
    OldStyle,
    /// As the scenario says.
    Mixed,
}

impl Mix {
    /// Every mix there is.
    pub const ALL: [Mix; 3] = [Mix::NewStyle, Mix::OldStyle, Mix::Mixed];

    fn apply(self, scenario: &mut Scenario) {
        let convention = match self {
            Mix::NewStyle => SrNamingConvention::NewStyle,
            Mix::OldStyle => SrNamingConvention::OldStyle,
            Mix::Mixed => return,
        };
        for volume in &mut scenario.volumes {
            volume.sr_naming = convention;
        }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mix::NewStyle => "new-style",
            Mix::OldStyle => "old-style",
            Mix::Mixed => "mixed",
        })
    }
}

/// A scenario between hosts of every release, with its volumes named in every way.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Matrix {
    /// The cells, one for each pair of releases and mix.
    pub cells: Vec<Cell>,
}

/// A scenario between two releases, with its volumes named in one way.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The release of the source.
    pub source: Version,
    /// The release of the destination.
    pub destination: Version,
    /// How the volumes are named.
    pub volumes: Mix,
    /// The report of the run.
    #[serde(flatten)]
    pub report: Report,
    /// The outcome that is expected.
    #[serde(skip)]
    pub expected: Outcome,
}

impl Matrix {
    /// Runs the scenario in each cell.
    ///
    /// # Errors
    /// Where one of them can't be: a hypervisor refuses what the scenario says.
    pub async fn run(scenario: &Scenario) -> Result<Self, ScenarioError> {
        let mut cells = Vec::new();
        let releases: Vec<Version> = XenapiLiveMigrateData::SCHEMA.versions.iter().copied().rev().collect();
        for source in releases.iter().copied() {
            for destination in releases.iter().copied() {
                for volumes in Mix::ALL {
                    let mut scenario = scenario.clone().speaking(source, destination)?;
                    volumes.apply(&mut scenario);
                    let expected = expected(&scenario);
                    let report = Cloud::new(scenario).await?.migrate().await;
                    cells.push(Cell { source, destination, volumes, report, expected });
                }
            }
        }
        Ok(Matrix { cells })
    }

    /// Whether all came out as it has to.
    pub fn holds(&self) -> bool {
        self.cells.iter().all(|cell| cell.report.outcome == cell.expected)
    }
}

/// Expected outcome of a scenario in which nothing fails. Old names get through only where both hosts can speak
/// of names: a source that can refuses before anything is done, and one that can't finds out too late.
fn expected(scenario: &Scenario) -> Outcome {
    let field = XenapiLiveMigrateData::SCHEMA.field("sr_uuid_naming_convention_map");
    let speaks_of_names = |version: Version| field.is_some_and(|field| field.is_in(version));
    let is_old = |volume: &super::Volume| {
        let carries = carried_sr_uuid(&volume.connection_info.data).is_ok_and(|uuid| uuid.is_some());
        volume.sr_naming == SrNamingConvention::OldStyle && !carries
    };
    if !scenario.volumes.iter().any(is_old) {
        return Outcome::Migrated;
    }
    match (speaks_of_names(scenario.source.speaks), speaks_of_names(scenario.destination.speaks)) {
        (true, true) => Outcome::Migrated,
        (true, false) => Outcome::Refused,
        (false, _) => Outcome::RolledBack,
    }
}

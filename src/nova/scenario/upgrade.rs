use super::{HostPlan, Role, Scenario, ScenarioError};
use crate::nova::compute::ComputeApi;
use crate::nova::objects::{XenapiLiveMigrateData, registry};
use crate::object::VersionedObject;
use crate::rpc::{Pinned, Release, UpgradeLevel};

/// Whether the objects of a release are those that hosts know.
fn check_objects(release: &Release) -> Result<(), ScenarioError> {
    let known = registry();
    for (object, version) in release.objects().iter() {
        let Ok(schema) = known.schema(object) else {
            let (name, names) = (release.name(), known.names().collect::<Vec<_>>().join(", "));
            let reason = format_args!("release {name:?} has an object {object:?}; there are {names}");
            return Err(ScenarioError::new(reason));
        };
        if !schema.has_version(version) {
            let (name, history) = (release.name(), schema.history());
            let reason =
                format_args!("release {name:?} has {object} {version}, which there isn't: {history}");
            return Err(ScenarioError::new(reason));
        }
    }
    Ok(())
}

impl Scenario {
    /// Whether each release can be told from the others, and there is one for the level.
    pub(super) fn check_upgrade(&self) -> Result<(), ScenarioError> {
        let mut all: Vec<&Release> = Vec::new();
        for release in self.releases.iter() {
            let (name, service) = (release.name(), release.service_version());
            if all.iter().any(|other| other.name() == name || other.service_version() == service) {
                let reason = format_args!("two releases are {name:?}, or of service version {service}");
                return Err(ScenarioError::new(reason));
            }
            check_objects(release)?;
            all.push(release);
        }
        self.pin().map(drop)
    }

    /// Versions that the hosts speak, where their operator says so.
    fn pin(&self) -> Result<Option<Pinned>, ScenarioError> {
        let Some(level) = &self.upgrade_levels.compute else { return Ok(None) };
        let services = match level {
            UpgradeLevel::Auto => [Role::Source, Role::Destination]
                .map(|role| self.service_version(self.host(role)))
                .into_iter()
                .collect::<Result<_, _>>()?,
            UpgradeLevel::Version(_) | UpgradeLevel::Release(_) => Vec::new(),
        };
        let pin = self.releases.pin(level, services);
        pin.map(Some).map_err(|error| ScenarioError::new(format_args!("upgrade level of compute: {error}")))
    }

    /// The calls of a host, or of whoever asks for the migration, in what the operator says.
    pub(super) fn in_level(&self, api: ComputeApi) -> Result<ComputeApi, ScenarioError> {
        Ok(match self.pin()? {
            Some(pin) => api.pinned(&pin),
            None => api,
        })
    }

    /// Release that a host's compute service says it is of: the newest that speaks as the host does.
    fn service_version(&self, host: &HostPlan) -> Result<u32, ScenarioError> {
        let name = &XenapiLiveMigrateData::SCHEMA.name;
        let is_of = |release: &&Release| self.releases.objects(release).get(name) == Some(host.speaks);
        let release = self.releases.iter().rev().find(is_of).ok_or_else(|| {
            let (host, speaks) = (&host.host, host.speaks);
            ScenarioError::new(format_args!("host {host:?} speaks {speaks}, and no release does"))
        })?;
        Ok(release.service_version())
    }
}

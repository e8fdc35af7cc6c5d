use std::collections::BTreeSet;
use std::fmt;

use uuid::Uuid;

use super::{HostPlan, Scenario, ScenarioError};
use crate::nova::objects::XenapiLiveMigrateData;
use crate::nova::virt::xenapi::volume_utils::{check_is_supported_driver_type, parse_sr_info};
use crate::object::VersionedObject;

impl Scenario {
    /// Whether all that it says is possible.
    pub(super) fn check(&self) -> Result<(), ScenarioError> {
        is_uuid("the instance's uuid", &self.instance.uuid)?;
        not_empty("the instance's name", &self.instance.name)?;
        if self.source.host == self.destination.host {
            return refuse(format_args!("source and destination are the same host {:?}", self.source.host));
        }
        self.source.check()?;
        self.destination.check()?;
        self.check_volumes()?;
        self.check_upgrade()
    }

    fn check_volumes(&self) -> Result<(), ScenarioError> {
        let (mut ids, mut devices) = (BTreeSet::new(), BTreeSet::new());
        for volume in &self.volumes {
            let device = &volume.mount_device;
            not_empty("a volume's mount_device", device)?;
            if !devices.insert(device) {
                return refuse(format_args!("two volumes are mounted as {device:?}"));
            }
            let in_volume = |error| ScenarioError::new(format_args!("volume at {device:?}: {error}"));
            check_is_supported_driver_type(&volume.connection_info).map_err(in_volume)?;
            let connection = &volume.connection_info.data;
            parse_sr_info(connection, "").map_err(in_volume)?;
            if let Some(lun) = connection.get("target_lun").filter(|_| volume.lun_number().is_none()) {
                return refuse(format_args!(
                    "volume at {device:?} with the `target_lun` {lun}, which is no number from zero"
                ));
            }
            let Some(id) = connection.volume_id().filter(|id| !id.is_empty()) else {
                return refuse(format_args!("volume at {device:?} without a `volume_id`: {connection}"));
            };
            if !ids.insert(id) {
                return refuse(format_args!("two volumes have the id {id:?}"));
            }
        }
        Ok(())
    }
}

impl HostPlan {
    fn check(&self) -> Result<(), ScenarioError> {
        not_empty("a host's name", &self.host)?;
        let (host, speaks) = (&self.host, self.speaks);
        let schema = XenapiLiveMigrateData::SCHEMA;
        if !schema.has_version(speaks) {
            let known: Vec<String> = schema.versions.iter().map(ToString::to_string).collect();
            let (name, known) = (&schema.name, known.join(", "));
            return refuse(format_args!(
                "host {host:?} speaks {speaks}, but {name} has the versions {known}"
            ));
        }
        let mut srs = BTreeSet::new();
        for sr in &self.existing_srs {
            not_empty("the UUID of an existing SR", sr)?;
            if !srs.insert(sr) {
                return refuse(format_args!("host {host:?} has two SRs of the UUID {sr:?}"));
            }
        }
        Ok(())
    }
}

/// As nova writes them.
fn is_uuid(what: &str, text: &str) -> Result<(), ScenarioError> {
    not_empty(what, text)?;
    match Uuid::try_parse(text) {
        Ok(uuid) if uuid.to_string() == text.to_ascii_lowercase() => Ok(()),
        _ => refuse(format_args!("{what} is {text:?}, which is no UUID")),
    }
}

fn not_empty(what: &str, text: &str) -> Result<(), ScenarioError> {
    if text.is_empty() { refuse(format_args!("{what} is empty")) } else { Ok(()) }
}

fn refuse(message: fmt::Arguments<'_>) -> Result<(), ScenarioError> {
    Err(ScenarioError::new(message))
}

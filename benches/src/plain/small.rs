use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Envelope, EnvelopeOlder, HasOlder};

/// A volume of an instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the work's own struct has them")]
pub struct Volume {
    pub serial: String,
    pub bus: String,
    pub boot_index: Option<i64>,
}

/// An object of 15 fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the work's own struct has them")]
pub struct Instance<V = Envelope<Volume>> {
    pub uuid: String,
    pub display_name: String,
    pub host: String,
    pub node: String,
    pub project_id: String,
    pub user_id: String,
    pub image_ref: String,
    pub power_state: Option<i64>,
    pub deleted: bool,
    pub locked: bool,
    pub auto_disk_config: bool,
    pub serial_ports: Vec<i64>,
    pub metadata: BTreeMap<String, String>,
    pub volumes: Vec<V>,
    #[serde(default)]
    pub locked_reason: Option<String>,
}

/// The same in version 1.0.
#[derive(Clone, Debug, Serialize)]
pub struct InstanceOlder<'a> {
    uuid: &'a str,
    display_name: &'a str,
    host: &'a str,
    node: &'a str,
    project_id: &'a str,
    user_id: &'a str,
    image_ref: &'a str,
    power_state: Option<i64>,
    deleted: bool,
    locked: bool,
    auto_disk_config: bool,
    serial_ports: &'a [i64],
    metadata: &'a BTreeMap<String, String>,
    volumes: &'a [Envelope<Volume>],
}

impl HasOlder for Envelope<Instance> {
    type Older<'a> = EnvelopeOlder<'a, InstanceOlder<'a>>;

    fn older(&self) -> Self::Older<'_> {
        let data = InstanceOlder {
            uuid: &self.data.uuid,
            display_name: &self.data.display_name,
            host: &self.data.host,
            node: &self.data.node,
            project_id: &self.data.project_id,
            user_id: &self.data.user_id,
            image_ref: &self.data.image_ref,
            power_state: self.data.power_state,
            deleted: self.data.deleted,
            locked: self.data.locked,
            auto_disk_config: self.data.auto_disk_config,
            serial_ports: &self.data.serial_ports,
            metadata: &self.data.metadata,
            volumes: &self.data.volumes,
        };
        EnvelopeOlder::new(self, "1.0", &["locked_reason"], data)
    }
}

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Envelope, EnvelopeOlder, HasOlder};

/// A volume of an instance that moves between libvirt hosts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the work's own struct has them")]
pub struct Bdm {
    pub serial: String,
    pub bus: String,
    pub dev: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub format: Option<String>,
    pub boot_index: Option<i64>,
    pub connection_info_json: String,
    #[serde(default)]
    pub encryption_secret_uuid: Option<String>,
}

/// What a libvirt destination must know, as far as the work says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the work's own struct has them")]
pub struct Libvirt {
    pub filename: String,
    pub image_type: String,
    pub block_migration: bool,
    pub disk_over_commit: bool,
    pub disk_available_mb: Option<i64>,
    pub is_shared_instance_path: bool,
    pub is_shared_block_storage: bool,
    pub instance_relative_path: String,
    pub graphics_listen_addr_vnc: Option<IpAddr>,
    pub graphics_listen_addr_spice: Option<IpAddr>,
    pub serial_listen_addr: Option<String>,
    pub serial_listen_ports: Vec<i64>,
    pub bdms: Vec<Envelope<Bdm>>,
    pub target_connect_addr: Option<String>,
    #[serde(default)]
    pub supported_perf_events: Vec<String>,
    #[serde(default)]
    pub src_supports_native_luks: bool,
    #[serde(default)]
    pub dst_wants_file_backed_memory: bool,
    #[serde(default)]
    pub file_backed_memory_discard: bool,
    #[serde(default)]
    pub src_supports_numa_live_migration: bool,
    #[serde(default)]
    pub dst_supports_numa_live_migration: bool,
    #[serde(default)]
    pub dst_supports_mdev_live_migration: bool,
    #[serde(default)]
    pub dst_cpu_shared_set_info: BTreeSet<i64>,
    pub is_volume_backed: bool,
    #[serde(default)]
    pub old_vol_attachment_ids: BTreeMap<String, String>,
    #[serde(default)]
    pub wait_for_vif_plugged: bool,
}

/// A volume in version 1.0.
#[derive(Clone, Debug, Serialize)]
pub struct BdmOlder<'a> {
    serial: &'a str,
    bus: &'a str,
    dev: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    format: Option<&'a str>,
    boot_index: Option<i64>,
    connection_info_json: &'a str,
}

impl HasOlder for Envelope<Bdm> {
    type Older<'a> = EnvelopeOlder<'a, BdmOlder<'a>>;

    fn older(&self) -> Self::Older<'_> {
        let data = BdmOlder {
            serial: &self.data.serial,
            bus: &self.data.bus,
            dev: &self.data.dev,
            kind: &self.data.kind,
            format: self.data.format.as_deref(),
            boot_index: self.data.boot_index,
            connection_info_json: &self.data.connection_info_json,
        };
        EnvelopeOlder::new(self, "1.0", &["encryption_secret_uuid"], data)
    }
}

/// What a destination of version 1.2 must know.
#[derive(Clone, Debug, Serialize)]
pub struct LibvirtOlder<'a> {
    filename: &'a str,
    image_type: &'a str,
    block_migration: bool,
    disk_over_commit: bool,
    disk_available_mb: Option<i64>,
    is_shared_instance_path: bool,
    is_shared_block_storage: bool,
    instance_relative_path: &'a str,
    graphics_listen_addr_vnc: Option<IpAddr>,
    graphics_listen_addr_spice: Option<IpAddr>,
    serial_listen_addr: Option<&'a str>,
    serial_listen_ports: &'a [i64],
    bdms: Vec<EnvelopeOlder<'a, BdmOlder<'a>>>,
    target_connect_addr: Option<&'a str>,
    is_volume_backed: bool,
}

impl HasOlder for Envelope<Libvirt> {
    type Older<'a> = EnvelopeOlder<'a, LibvirtOlder<'a>>;

    fn older(&self) -> Self::Older<'_> {
        let data = LibvirtOlder {
            filename: &self.data.filename,
            image_type: &self.data.image_type,
            block_migration: self.data.block_migration,
            disk_over_commit: self.data.disk_over_commit,
            disk_available_mb: self.data.disk_available_mb,
            is_shared_instance_path: self.data.is_shared_instance_path,
            is_shared_block_storage: self.data.is_shared_block_storage,
            instance_relative_path: &self.data.instance_relative_path,
            graphics_listen_addr_vnc: self.data.graphics_listen_addr_vnc,
            graphics_listen_addr_spice: self.data.graphics_listen_addr_spice,
            serial_listen_addr: self.data.serial_listen_addr.as_deref(),
            serial_listen_ports: &self.data.serial_listen_ports,
            bdms: self.data.bdms.older(),
            target_connect_addr: self.data.target_connect_addr.as_deref(),
            is_volume_backed: self.data.is_volume_backed,
        };
        EnvelopeOlder::new(
            self,
            "1.2",
            &[
                "supported_perf_events",
                "src_supports_native_luks",
                "dst_wants_file_backed_memory",
                "file_backed_memory_discard",
                "src_supports_numa_live_migration",
                "dst_supports_numa_live_migration",
                "dst_supports_mdev_live_migration",
                "dst_cpu_shared_set_info",
                "old_vol_attachment_ids",
                "wait_for_vif_plugged",
            ],
            data,
        )
    }
}

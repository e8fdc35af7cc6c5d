use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::field::{Field, Sensitive, UuidText};
use crate::nova::objects::{Migration, NetworkVifModel, SrNamingConvention};
use crate::{Origin, VersionedObject};

/// A port of an instance that moves, as the destination binds it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", name = "VIFMigrateData", versions("1.0"), crate = crate)]
pub struct VifMigrateData {
    /// The version that it arrived in.
    pub origin: Origin,
    /// The id of the port.
    pub port_id: Field<String>,
    /// How the port is to be bound (`normal`, `direct`).
    pub vnic_type: Field<String>,
    /// How the destination binds it (`ovs`, `bridge`).
    pub vif_type: Field<String>,
    /// Details of the binding, as JSON text.
    pub vif_details_json: Field<String>,
    /// The profile that the host told the network service, as JSON text.
    pub profile_json: Field<String>,
    /// The name of the destination.
    pub host: Field<String>,
    /// The port as it is on the source.
    pub source_vif: Field<NetworkVifModel>,
}

/// Which host CPUs an instance gets on the destination.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0"), crate = crate)]
pub struct LibvirtLiveMigrateNUMAInfo {
    /// The version that it arrived in.
    pub origin: Origin,
    /// Host CPUs by guest CPU.
    pub cpu_pins: Field<BTreeMap<String, BTreeSet<i64>>>,
    /// Host cells by guest cell.
    pub cell_pins: Field<BTreeMap<String, BTreeSet<i64>>>,
    /// Host CPUs of the emulator.
    pub emulator_pins: Field<BTreeSet<i64>>,
    /// Guest CPUs that are scheduled in real time.
    pub sched_vcpus: Field<BTreeSet<i64>>,
    /// The priority of their scheduling.
    pub sched_priority: Field<i64>,
}

/// A volume of an instance that moves between libvirt hosts.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"), crate = crate)]
pub struct LibvirtLiveMigrateBDMInfo {
    /// The version that it arrived in.
    pub origin: Origin,
    /// The volume's serial number.
    pub serial: Field<String>,
    /// The bus on which the guest sees it (`virtio`).
    pub bus: Field<String>,
    /// The device under which the guest sees it.
    pub dev: Field<String>,
    /// The type of the device (`disk`).
    pub r#type: Field<String>,
    /// How it is formatted.
    pub format: Field<Option<String>>,
    /// Its place in the order of booting.
    pub boot_index: Field<Option<i64>>,
    /// How the destination reaches it, as JSON text.
    pub connection_info_json: Field<String>,
    /// The libvirt secret with its passphrase on the destination.
    #[field(since = "1.1")]
    pub encryption_secret_uuid: Field<Option<UuidText>>,
}

/// Facts that every kind of host must know before an instance moves to it. They aren't registered: they never cross the
/// wire by itself.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.4"), crate = crate)]
pub struct LiveMigrateData {
    /// Whether the instance boots from a volume.
    pub is_volume_backed: Field<bool>,
    /// The migration that it belongs to.
    pub migration: Field<Migration>,
    /// The ids of the volumes' former attachments, by volume id.
    pub old_vol_attachment_ids: Field<BTreeMap<String, String>>,
    /// Whether the source waits until the destination has plugged the ports.
    pub wait_for_vif_plugged: Field<bool>,
    /// The ports of the instance.
    pub vifs: Field<Vec<VifMigrateData>>,
    /// The destination's PCI devices, by the source's.
    pub pci_dev_map_src_dst: Field<BTreeMap<String, String>>,
}

/// Facts that a libvirt destination must know before an instance moves to it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.14"), crate = crate)]
pub struct LibvirtLiveMigrateData {
    /// The version that it arrived in.
    pub origin: Origin,
    /// A file that tells whether both hosts see the same storage.
    pub filename: Field<String>,
    /// How disks are stored (`qcow2`, `rbd`).
    pub image_type: Field<String>,
    /// Whether disks are copied.
    pub block_migration: Field<bool>,
    /// Whether disks may promise more than there is.
    pub disk_over_commit: Field<bool>,
    /// Free space on the destination.
    pub disk_available_mb: Field<Option<i64>>,
    /// Whether both hosts see the instance's folder.
    pub is_shared_instance_path: Field<bool>,
    /// Whether both hosts see the instance's disks.
    pub is_shared_block_storage: Field<bool>,
    /// The folder of the instance.
    pub instance_relative_path: Field<String>,
    /// The address on which VNC listens.
    pub graphics_listen_addr_vnc: Field<Option<IpAddr>>,
    /// The address on which SPICE listens.
    pub graphics_listen_addr_spice: Field<Option<IpAddr>>,
    /// Where serial consoles listen.
    pub serial_listen_addr: Field<Option<String>>,
    /// The ports of the serial consoles.
    #[field(since = "1.2")]
    pub serial_listen_ports: Field<Vec<i64>>,
    /// The volumes of the instance.
    pub bdms: Field<Vec<LibvirtLiveMigrateBDMInfo>>,
    /// The address that the guest is sent to.
    #[field(since = "1.1")]
    pub target_connect_addr: Field<Option<String>>,
    /// The performance events that the destination has.
    #[field(since = "1.3")]
    pub supported_perf_events: Field<Vec<String>>,
    /// Whether the source opens encrypted disks itself. No longer used.
    #[field(since = "1.5")]
    pub src_supports_native_luks: Field<bool>,
    /// Whether the destination backs memory with files.
    #[field(since = "1.7")]
    pub dst_wants_file_backed_memory: Field<bool>,
    /// Whether such files are discarded. No longer used.
    #[field(since = "1.8")]
    pub file_backed_memory_discard: Field<bool>,
    /// Whether the source can move pinned instances.
    #[field(since = "1.10")]
    pub src_supports_numa_live_migration: Field<bool>,
    /// Whether the destination can take pinned instances.
    #[field(since = "1.10")]
    pub dst_supports_numa_live_migration: Field<bool>,
    /// Which host CPUs the instance gets.
    #[field(since = "1.10")]
    pub dst_numa_info: Field<LibvirtLiveMigrateNUMAInfo>,
    /// Whether the destination can take mediated devices.
    #[field(since = "1.11")]
    pub dst_supports_mdev_live_migration: Field<bool>,
    /// The types of the mediated devices, by UUID.
    #[field(since = "1.11")]
    pub source_mdev_types: Field<BTreeMap<String, String>>,
    /// The destination's mediated devices, by the source's UUID.
    #[field(since = "1.11")]
    pub target_mdevs: Field<BTreeMap<String, String>>,
    /// The CPUs that the destination's instances share.
    #[field(since = "1.12")]
    pub dst_cpu_shared_set_info: Field<BTreeSet<i64>>,
    /// The secret of the instance's TPM.
    #[field(since = "1.14", refuse)]
    pub vtpm_secret_uuid: Field<Option<UuidText>>,
    /// The value of that secret.
    #[field(since = "1.14", refuse)]
    pub vtpm_secret_value: Field<Option<Sensitive>>,
    /// Facts that every kind of host must know.
    #[field(extends(
        old_vol_attachment_ids(since = "1.4"),
        wait_for_vif_plugged(since = "1.6"),
        vifs(since = "1.9"),
        pci_dev_map_src_dst(since = "1.13")
    ))]
    pub base: LiveMigrateData,
}

/// Facts that a Hyper-V destination must know before an instance moves to it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.5"), crate = crate)]
pub struct HyperVLiveMigrateData {
    /// The version that it arrived in.
    pub origin: Origin,
    /// Whether both hosts see the instance's folder.
    #[field(since = "1.1")]
    pub is_shared_instance_path: Field<bool>,
    /// Facts that every kind of host must know.
    #[field(extends(
        old_vol_attachment_ids(since = "1.2"),
        wait_for_vif_plugged(since = "1.3"),
        vifs(since = "1.4"),
        pci_dev_map_src_dst(since = "1.5")
    ))]
    pub base: LiveMigrateData,
}

/// Facts that a vSphere destination must know before an instance moves to it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"), crate = crate)]
pub struct VMwareLiveMigrateData {
    /// The version that it arrived in.
    pub origin: Origin,
    /// The cluster of the destination.
    pub cluster_name: Field<String>,
    /// Which datastores may be used.
    pub datastore_regex: Field<String>,
    /// Facts that every kind of host must know.
    #[field(extends(pci_dev_map_src_dst(since = "1.1")))]
    pub base: LiveMigrateData,
}

/// Facts that a XenServer destination must know before an instance moves to it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("0.1", "1.0"), crate = crate)]
pub struct XenapiLiveMigrateData {
    /// The version that it arrived in.
    pub origin: Origin,
    /// Whether disks are copied or mapped, rather than seen by both hosts as one pool.
    pub block_migration: Field<Option<bool>>,
    /// Where the destination keeps its own disks.
    pub destination_sr_ref: Field<Option<String>>,
    /// Where the source sends the machine.
    pub migrate_send_data: Field<Option<BTreeMap<String, String>>>,
    /// The SRs of the destination: references by UUID.
    pub sr_uuid_map: Field<BTreeMap<String, String>>,
    /// The kernel that the machine boots from, outside its disks.
    pub kernel_file: Field<String>,
    /// The initial file system that the machine boots from, outside its disks.
    pub ramdisk_file: Field<String>,
    /// How the source named the SR of each volume, by volume id. A volume that isn't named here is new style.
    #[field(since = "1.0")]
    pub sr_uuid_naming_convention_map: Field<BTreeMap<String, SrNamingConvention>>,
    /// Whether the instance has volumes.
    pub is_volume_backed: Field<bool>,
    /// The migration that it belongs to.
    pub migration: Field<Migration>,
}

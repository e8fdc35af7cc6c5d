use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::envelope::object;

object! {
    /// A volume of an instance that moves between libvirt hosts.
    Bdm = "LibvirtLiveMigrateBDMInfo" "1.1" older "1.0":
    0 serial "serial": String,;
    1 bus "bus": String,;
    2 dev "dev": String,;
    3 kind "type": String,;
    4 format "format": Option<String>,;
    5 boot_index "boot_index": Option<i64>,;
    6 connection_info_json "connection_info_json": String,;
    7 encryption_secret_uuid "encryption_secret_uuid": Option<String>, newer;
}

object! {
    /// What a libvirt destination must know, as far as the work says it.
    Libvirt = "LibvirtLiveMigrateData" "1.14" older "1.2":
    0 filename "filename": String,;
    1 image_type "image_type": String,;
    2 block_migration "block_migration": bool,;
    3 disk_over_commit "disk_over_commit": bool,;
    4 disk_available_mb "disk_available_mb": Option<i64>,;
    5 is_shared_instance_path "is_shared_instance_path": bool,;
    6 is_shared_block_storage "is_shared_block_storage": bool,;
    7 instance_relative_path "instance_relative_path": String,;
    8 graphics_listen_addr_vnc "graphics_listen_addr_vnc": Option<IpAddr>,;
    9 graphics_listen_addr_spice "graphics_listen_addr_spice": Option<IpAddr>,;
    10 serial_listen_addr "serial_listen_addr": Option<String>,;
    11 serial_listen_ports "serial_listen_ports": Vec<i64>,;
    12 bdms "bdms": Vec<Bdm>, objects;
    13 target_connect_addr "target_connect_addr": Option<String>,;
    14 supported_perf_events "supported_perf_events": Vec<String>, newer;
    15 src_supports_native_luks "src_supports_native_luks": bool, newer;
    16 dst_wants_file_backed_memory "dst_wants_file_backed_memory": bool, newer;
    17 file_backed_memory_discard "file_backed_memory_discard": bool, newer;
    18 src_supports_numa_live_migration "src_supports_numa_live_migration": bool, newer;
    19 dst_supports_numa_live_migration "dst_supports_numa_live_migration": bool, newer;
    20 dst_supports_mdev_live_migration "dst_supports_mdev_live_migration": bool, newer;
    21 source_mdev_types "source_mdev_types": BTreeMap<String, String>, newer;
    22 target_mdevs "target_mdevs": BTreeMap<String, String>, newer;
    23 dst_cpu_shared_set_info "dst_cpu_shared_set_info": BTreeSet<i64>, newer;
    24 vtpm_secret_uuid "vtpm_secret_uuid": Option<String>, newer;
    25 vtpm_secret_value "vtpm_secret_value": Option<String>, newer;
    26 is_volume_backed "is_volume_backed": bool,;
    27 old_vol_attachment_ids "old_vol_attachment_ids": BTreeMap<String, String>, newer;
    28 wait_for_vif_plugged "wait_for_vif_plugged": bool, newer;
    29 pci_dev_map_src_dst "pci_dev_map_src_dst": BTreeMap<String, String>, newer;
}

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use versioned_objects::nova::objects::{LibvirtLiveMigrateBDMInfo, LibvirtLiveMigrateData, LiveMigrateData};
use versioned_objects::{Manifest, Origin, Version};

fn bdm(serial: &str, dev: &str, boot_index: Option<i64>) -> LibvirtLiveMigrateBDMInfo {
    LibvirtLiveMigrateBDMInfo {
        origin: Origin::none(),
        serial: serial.to_owned().into(),
        bus: "virtio".to_owned().into(),
        dev: dev.to_owned().into(),
        r#type: "disk".to_owned().into(),
        format: Some("raw".to_owned()).into(),
        boot_index: boot_index.into(),
        connection_info_json:
            r#"{"driver_volume_type":"rbd","data":{"name":"volumes/volume-1"}}"#.to_owned().into(),
        encryption_secret_uuid: None.into(),
    }
}

/// What a libvirt destination must know of an instance with two volumes. No TPM, whose secret older versions
/// refuse.
pub fn libvirt() -> LibvirtLiveMigrateData {
    let listen = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 17)));
    let attachments = [("1a1f6a8e-4a0e-4f2e-8f0c-5d1f0e5b7f10", "9c1d1c2e-0b57-4d26-9f0e-3c2a6d1e5a11")];
    let attachments = attachments.map(|(volume, attachment)| (volume.to_owned(), attachment.to_owned()));
    LibvirtLiveMigrateData {
        filename: "tmpk2x8q0".to_owned().into(),
        image_type: "rbd".to_owned().into(),
        block_migration: false.into(),
        disk_over_commit: false.into(),
        disk_available_mb: Some(204_800).into(),
        is_shared_instance_path: false.into(),
        is_shared_block_storage: true.into(),
        instance_relative_path: "c3a7a0d4-8c1f-4c39-a8a5-0a2f5d3c1e77".to_owned().into(),
        graphics_listen_addr_vnc: listen.into(),
        graphics_listen_addr_spice: None.into(),
        serial_listen_addr: Some("192.0.2.17".to_owned()).into(),
        serial_listen_ports: vec![10000, 10001].into(),
        bdms: vec![
            bdm("1a1f6a8e-4a0e-4f2e-8f0c-5d1f0e5b7f10", "vda", Some(0)),
            bdm("2b2f6a8e-4a0e-4f2e-8f0c-5d1f0e5b7f10", "vdb", None),
        ]
        .into(),
        target_connect_addr: Some("192.0.2.17".to_owned()).into(),
        supported_perf_events: vec!["cmt".to_owned(), "mbml".to_owned()].into(),
        src_supports_native_luks: true.into(),
        dst_wants_file_backed_memory: false.into(),
        file_backed_memory_discard: false.into(),
        src_supports_numa_live_migration: true.into(),
        dst_supports_numa_live_migration: true.into(),
        dst_supports_mdev_live_migration: true.into(),
        dst_cpu_shared_set_info: BTreeSet::from([0, 1, 2, 3]).into(),
        base: LiveMigrateData {
            is_volume_backed: true.into(),
            old_vol_attachment_ids: BTreeMap::from(attachments).into(),
            wait_for_vif_plugged: true.into(),
            ..LiveMigrateData::default()
        },
        ..LibvirtLiveMigrateData::default()
    }
}

/// What a peer of version 1.2 reads.
pub fn libvirt_manifest() -> Manifest {
    let versions = [
        ("LibvirtLiveMigrateBDMInfo", Version::new(1, 0)),
        ("LibvirtLiveMigrateData", Version::new(1, 2)),
        ("LibvirtLiveMigrateNUMAInfo", Version::new(1, 0)),
        ("Migration", Version::new(1, 3)),
        ("VIFMigrateData", Version::new(1, 0)),
    ];
    versions.into_iter().collect()
}

use std::fmt::Write;

use serde_json::{Value, json};
use versioned_objects::nova::objects::{
    HyperVLiveMigrateData, LibvirtLiveMigrateBDMInfo, LibvirtLiveMigrateData, LibvirtLiveMigrateNUMAInfo,
    Migration, VMwareLiveMigrateData, VifMigrateData, XenapiLiveMigrateData,
};
use versioned_objects::nova::registry;
use versioned_objects::{Backport, Manifest, VersionedObject, wire};

/// An object in its current version, with this in its fields.
fn envelope<O: VersionedObject>(data: Value) -> Value {
    json!({
        "nova_object.name": O::SCHEMA.name, "nova_object.namespace": "nova",
        "nova_object.version": O::SCHEMA.current(), "nova_object.data": data,
    })
}

/// Writes the object for each of its versions, those inside it as they are now, a line each.
#[track_caller]
fn at_each_version<O: VersionedObject>(data: Value) {
    let object: O = wire::decode(envelope::<O>(data)).unwrap_or_else(|error| panic!("{error}"));
    let set = O::SCHEMA.fields.len();
    let mut shown = String::new();
    for version in O::SCHEMA.versions.iter() {
        let mut manifest: Manifest = registry().manifest().clone();
        manifest.insert(&*O::SCHEMA.name, *version);
        let view = object.at(&manifest).unwrap_or_else(|error| panic!("{error}"));
        let fields = serde_json::to_value(view).unwrap();
        let written = fields["nova_object.data"].as_object().unwrap().len();
        assert!(written + view.dropped().len() <= set);
        writeln!(shown, "{}", serde_json::to_string(&view).unwrap()).unwrap();
    }
    support::snapshots("wire").bind(|| insta::assert_snapshot!(format!("nova_{}", O::SCHEMA.name), shown));
}

fn bdm() -> Value {
    json!({
        "serial": "s", "bus": "virtio", "dev": "vda", "type": "disk", "format": null, "boot_index": 0,
        "connection_info_json": "{}", "encryption_secret_uuid": "0AB3D4F0-2c59-4d5b-9b0e-9d8f3f1c7a11",
    })
}

fn numa() -> Value {
    json!({
        "cpu_pins": {"0": [2, 3]}, "cell_pins": {"0": [1]}, "emulator_pins": [4], "sched_vcpus": [0],
        "sched_priority": 1,
    })
}

fn vif() -> Value {
    json!({
        "port_id": "p", "vnic_type": "normal", "vif_type": "ovs", "vif_details_json": "{}", "profile_json": "{}",
        "host": "h", "source_vif": "{\"id\": \"p\"}",
    })
}

fn migration() -> Value {
    json!({
        "id": 1, "uuid": "u", "source_compute": "a", "dest_compute": "b", "source_node": "a", "dest_node": "b",
        "dest_compute_id": 2, "dest_host": null, "old_instance_type_id": 3, "new_instance_type_id": 3,
        "instance_uuid": "i", "status": "running", "migration_type": "live-migration", "hidden": false,
        "memory_total": 4, "memory_processed": 2, "memory_remaining": 2, "disk_total": 0, "disk_processed": 0,
        "disk_remaining": 0, "cross_cell_move": false, "user_id": "u", "project_id": "p",
        "created_at": "2026-01-02T03:04:05Z", "updated_at": null, "deleted_at": null, "deleted": false,
    })
}

/// What every kind of host must know, in the fields of its heir.
fn with_base(mut own: Value) -> Value {
    let base = json!({
        "is_volume_backed": true, "migration": envelope::<Migration>(json!({"id": 1})),
        "old_vol_attachment_ids": {"v": "a"}, "wait_for_vif_plugged": true,
        "vifs": [envelope::<VifMigrateData>(json!({"port_id": "p"}))], "pci_dev_map_src_dst": {"a": "b"},
    });
    if let (Value::Object(own), Value::Object(base)) = (&mut own, base) {
        own.extend(base);
    }
    own
}

#[test]
fn libvirt_s_parts() {
    at_each_version::<LibvirtLiveMigrateBDMInfo>(bdm());
    at_each_version::<LibvirtLiveMigrateNUMAInfo>(numa());
    at_each_version::<VifMigrateData>(vif());
}

#[test]
fn migrations() {
    at_each_version::<Migration>(migration());
}

#[test]
fn data_for_libvirt() {
    at_each_version::<LibvirtLiveMigrateData>(with_base(json!({
        "filename": "f", "image_type": "qcow2", "block_migration": false, "disk_over_commit": false,
        "disk_available_mb": null, "is_shared_instance_path": true, "is_shared_block_storage": false,
        "instance_relative_path": "i", "graphics_listen_addr_vnc": "127.0.0.1", "graphics_listen_addr_spice": "::1",
        "serial_listen_addr": null, "serial_listen_ports": [10000], "bdms": [envelope::<LibvirtLiveMigrateBDMInfo>(bdm())],
        "target_connect_addr": null, "supported_perf_events": ["cmt"], "src_supports_native_luks": true,
        "dst_wants_file_backed_memory": false, "file_backed_memory_discard": false,
        "src_supports_numa_live_migration": true, "dst_supports_numa_live_migration": true,
        "dst_numa_info": envelope::<LibvirtLiveMigrateNUMAInfo>(numa()), "dst_supports_mdev_live_migration": true,
        "source_mdev_types": {"m": "t"}, "target_mdevs": {"m": "n"}, "dst_cpu_shared_set_info": [0, 1],
    })));
}

#[test]
fn data_for_other_hypervisors() {
    at_each_version::<HyperVLiveMigrateData>(with_base(json!({"is_shared_instance_path": true})));
    at_each_version::<VMwareLiveMigrateData>(with_base(
        json!({"cluster_name": "c", "datastore_regex": ".*"}),
    ));
    at_each_version::<XenapiLiveMigrateData>(json!({
        "block_migration": true, "destination_sr_ref": "OpaqueRef:1", "migrate_send_data": {"host": "xen-b"},
        "sr_uuid_map": {"FA15E-D15C-v": "OpaqueRef:2"}, "kernel_file": "", "ramdisk_file": "",
        "sr_uuid_naming_convention_map": {"v": "old-style", "w": "new-style"}, "is_volume_backed": true,
        "migration": envelope::<Migration>(json!({"id": 1})),
    }));
}

use std::collections::BTreeMap;

use serde_json::{Value, json};
use versioned_objects::nova::objects::{LibvirtLiveMigrateData, NetworkVifModel, XenapiLiveMigrateData};
use versioned_objects::nova::registry;
use versioned_objects::{Backport, ErrorKind, Manifest, Version, wire};

/// What nova 34 drops below which version, as it shows when each of its objects is written for each version.
const SINCE: &str = "
HyperVLiveMigrateData 1.1: is_shared_instance_path; 1.2: old_vol_attachment_ids; 1.3: wait_for_vif_plugged; 1.4: vifs; 1.5: pci_dev_map_src_dst
LibvirtLiveMigrateBDMInfo 1.1: encryption_secret_uuid
LibvirtLiveMigrateData 1.1: target_connect_addr; 1.2: serial_listen_ports; 1.3: supported_perf_events; 1.4: old_vol_attachment_ids; 1.5: src_supports_native_luks; 1.6: wait_for_vif_plugged; 1.7: dst_wants_file_backed_memory; 1.8: file_backed_memory_discard; 1.9: vifs; 1.10: dst_numa_info, dst_supports_numa_live_migration, src_supports_numa_live_migration; 1.11: dst_supports_mdev_live_migration, source_mdev_types, target_mdevs; 1.12: dst_cpu_shared_set_info; 1.13: pci_dev_map_src_dst; 1.14: vtpm_secret_uuid, vtpm_secret_value
LibvirtLiveMigrateNUMAInfo
Migration 1.2: hidden, migration_type; 1.4: disk_processed, disk_remaining, disk_total, memory_processed, memory_remaining, memory_total; 1.5: uuid; 1.6: cross_cell_move; 1.7: project_id, user_id; 1.8: dest_compute_id
VIFMigrateData
VMwareLiveMigrateData 1.1: pci_dev_map_src_dst
XenapiLiveMigrateData 1.0: sr_uuid_naming_convention_map
";

#[test]
fn fields_come_with_the_versions_that_nova_has_them_since() {
    let registry = registry();
    let mut found = String::from("\n");
    for name in registry.names() {
        let mut since: BTreeMap<Version, Vec<&str>> = BTreeMap::new();
        for field in registry.schema(name).unwrap().fields.iter() {
            if let Some(version) = field.since {
                since.entry(version).or_default().push(&field.name);
            }
        }
        let versions = since.iter_mut().map(|(version, fields)| {
            fields.sort_unstable();
            format!("{version}: {}", fields.join(", "))
        });
        let versions: Vec<String> = versions.collect();
        found.push_str(format!("{name} {}", versions.join("; ")).trim_end());
        found.push('\n');
    }
    assert_eq!(found, SINCE);
}

fn libvirt(data: Value) -> LibvirtLiveMigrateData {
    let envelope = json!({
        "nova_object.name": "LibvirtLiveMigrateData", "nova_object.namespace": "nova",
        "nova_object.version": "1.14", "nova_object.data": data,
    });
    wire::decode(&envelope).unwrap()
}

#[test]
fn a_tpm_can_not_be_told_to_hosts_that_know_of_none() {
    for data in [json!({"vtpm_secret_uuid": null}), json!({"vtpm_secret_value": "c2VjcmV0"})] {
        let data = libvirt(data);
        let error = data.at("1.13").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ObjectAction);
        assert!(!error.to_string().contains("c2VjcmV0"), "{error}");
        assert!(data.at("1.14").is_ok());
    }
    assert!(libvirt(json!({})).at("1.13").is_ok());
}

#[test]
fn children_go_by_manifest_alone() {
    let bdm = json!({
        "nova_object.name": "LibvirtLiveMigrateBDMInfo", "nova_object.namespace": "nova",
        "nova_object.version": "1.1", "nova_object.data": {"encryption_secret_uuid": null},
    });
    let data = libvirt(json!({ "bdms": [bdm] }));
    assert!(data.at("1.13").is_err());
    let manifest: Manifest = [("LibvirtLiveMigrateBDMInfo", Version::new(1, 0))].into_iter().collect();
    let older = serde_json::to_value(data.at(("1.13", &manifest)).unwrap()).unwrap();
    let child = &older["nova_object.data"]["bdms"][0];
    assert_eq!((&child["nova_object.version"], &child["nova_object.data"]), (&json!("1.0"), &json!({})));
}

#[test]
fn data_of_an_old_release_goes_out_without_the_map_even_where_it_was_set() {
    let envelope = json!({
        "nova_object.name": "XenapiLiveMigrateData", "nova_object.namespace": "nova",
        "nova_object.version": "0.1", "nova_object.data": {"is_volume_backed": true},
    });
    let mut data: XenapiLiveMigrateData = wire::decode(&envelope).unwrap();
    data.sr_uuid_naming_convention_map.set(BTreeMap::new());
    let answer = serde_json::to_value(&data).unwrap();
    assert_eq!(answer["nova_object.version"], "0.1");
    assert_eq!(answer["nova_object.data"], json!({"is_volume_backed": true}));
}

#[test]
fn a_port_is_the_text_of_a_json_object() {
    assert_eq!(NetworkVifModel::try_from(r#"{ "id": 1 }"#.to_owned()).unwrap().as_str(), r#"{ "id": 1 }"#);
    for text in ["", "[]", "null", "{", "{} {}"] {
        assert!(NetworkVifModel::try_from(text.to_owned()).is_err(), "{text}");
    }
}

// `object_data` in nova 34's `nova/tests/unit/objects/test_objects.py`.
#[test]
fn fingerprints_are_those_of_nova_s_own_table() {
    let registry = registry();
    for (name, fingerprint) in [
        ("HyperVLiveMigrateData", "1.5-b424b27305f259fb3c15d720856585c7"),
        ("LibvirtLiveMigrateBDMInfo", "1.1-5f4a68873560b6f834b74e7861d71aaf"),
        ("LibvirtLiveMigrateData", "1.14-0d605656259dc382c242f7496419ca76"),
        ("LibvirtLiveMigrateNUMAInfo", "1.0-0e777677f3459d0ed1634eabbdb6c22f"),
        ("Migration", "1.8-6ed577d80e71e9b9d88b8cf358af3781"),
        ("VIFMigrateData", "1.0-cb15282b25a039ab35046ed705eb931d"),
        ("VMwareLiveMigrateData", "1.1-14a63b00f1b8880453df6d19a883bc73"),
    ] {
        assert_eq!(registry.schema(name).unwrap().fingerprint(), fingerprint, "{name}");
    }
}

#[test]
fn an_instance_keeps_the_keys_that_a_migration_does_not_look_at() {
    let text = json!({
        "uuid": "u", "name": "n", "host": "xen-a", "flavor": { "vcpus": 2 }, "admin_pass": "hidden",
        "block_device_mapping": [{
            "mount_device": "/dev/xvdb", "boot_index": null,
            "connection_info": { "driver_volume_type": "iscsi", "serial": "s", "data": { "volume_id": "v" } },
        }],
    });
    let instance: versioned_objects::nova::block_device::Instance =
        serde_json::from_value(text.clone()).unwrap();
    assert!(!format!("{instance:?}").contains("hidden"));
    assert_eq!(serde_json::to_value(instance).unwrap(), text);
}

//! Nova's own `LibvirtLiveMigrateData`, in every version and both directions.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use versioned_objects::nova::objects::LibvirtLiveMigrateData;
use versioned_objects::nova::registry;
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Args, CallContext, Client};
use versioned_objects::{Target, Version, VersionedObject};

use support::broker;
use support::peer::Peer;

fn envelope(name: &str, version: &str, data: Value) -> Value {
    json!({
        "nova_object.name": name, "nova_object.namespace": "nova", "nova_object.version": version,
        "nova_object.data": data,
    })
}

/// An object in which every field has a value, but for the two that no older version may lack.
fn full() -> Value {
    let bdm = json!({
        "serial": "s", "bus": "virtio", "dev": "vda", "type": "disk", "format": null, "boot_index": 0,
        "connection_info_json": "{}", "encryption_secret_uuid": null,
    });
    let numa = json!({
        "cpu_pins": {"0": [1, 2]}, "cell_pins": {"0": [0]}, "emulator_pins": [3], "sched_vcpus": [1],
        "sched_priority": 1,
    });
    let vif = json!({
        "port_id": "00000000-0000-0000-0000-000000000001", "vnic_type": "normal", "vif_type": "ovs",
        "vif_details_json": "{}", "profile_json": "{}", "host": "b", "source_vif": "{\"id\": \"x\"}",
    });
    envelope(
        "LibvirtLiveMigrateData",
        "1.14",
        json!({
            "filename": "f", "image_type": "qcow2", "block_migration": true, "disk_over_commit": false,
            "disk_available_mb": 10, "is_shared_instance_path": true, "is_shared_block_storage": false,
            "instance_relative_path": "p", "graphics_listen_addr_vnc": "127.0.0.1",
            "graphics_listen_addr_spice": "::1", "serial_listen_addr": null, "serial_listen_ports": [1, 2],
            "bdms": [envelope("LibvirtLiveMigrateBDMInfo", "1.1", bdm)], "target_connect_addr": "10.0.0.1",
            "supported_perf_events": ["cmt"], "src_supports_native_luks": true,
            "dst_wants_file_backed_memory": false, "file_backed_memory_discard": true,
            "src_supports_numa_live_migration": true, "dst_supports_numa_live_migration": true,
            "dst_numa_info": envelope("LibvirtLiveMigrateNUMAInfo", "1.0", numa),
            "dst_supports_mdev_live_migration": true, "source_mdev_types": {"u": "nvidia"},
            "target_mdevs": {"u": "v"}, "dst_cpu_shared_set_info": [4, 5],
            "is_volume_backed": true, "old_vol_attachment_ids": {"v": "a"}, "wait_for_vif_plugged": false,
            "vifs": [envelope("VIFMigrateData", "1.0", vif)], "pci_dev_map_src_dst": {"a": "b"},
        }),
    )
}

/// Sets come in any order, and `changes` beside the data.
fn comparable(mut primitive: Value) -> Value {
    fn sort(value: &mut Value) {
        match value {
            Value::Array(list) => {
                list.iter_mut().for_each(sort);
                list.sort_by_key(ToString::to_string);
            }
            Value::Object(map) => {
                map.remove("nova_object.changes");
                map.values_mut().for_each(sort);
            }
            _ => {}
        }
    }
    sort(&mut primitive);
    primitive
}

async fn ask(client: &Client, method: &str, named: &[(&str, Value)]) -> Value {
    let mut args = Args::new();
    for (name, value) in named {
        args.insert_plain(*name, value).unwrap();
    }
    client.call(method, args, &CallContext::new()).await.unwrap().read_plain().unwrap()
}

#[tokio::test]
async fn every_version_crosses_in_both_directions() {
    let _nova = Peer::start("nova_peer.py", &[&broker::url()]);
    let options = AmqpOptions::new().exchange("nova");
    let transport = Amqp::connect(&broker::url(), "rust", options).await.unwrap();
    let client = Client::new(Arc::new(transport), Address::server("nova-objects", "nova"));
    let client = client.timeout(Duration::from_secs(20));
    let registry = registry();
    let full = full();
    let data: LibvirtLiveMigrateData = serde_json::from_value(full.clone()).unwrap();
    let versions = &LibvirtLiveMigrateData::SCHEMA.versions;
    assert_eq!(versions.len(), 15);
    let mut lengths = BTreeSet::new();
    for version in versions.iter().copied() {
        // From here: nova reads what this side wrote for that version, with the fields that nova has in it.
        let mut args = Args::new();
        args.insert("primitive", &data, Target::Version(version, Some(registry.manifest()))).unwrap();
        let answer = client.call("read", args, &CallContext::new()).await.unwrap();
        let told: Value = answer.read_plain().unwrap();
        assert_eq!(told["version"], version.to_string());
        let read = comparable(told["primitive"].clone());
        let fields: BTreeSet<String> =
            read["nova_object.data"].as_object().unwrap().keys().cloned().collect();
        let known = ask(&client, "fields_of", &[("version", json!(version.to_string()))]).await;
        let mut known: BTreeSet<String> = serde_json::from_value(known).unwrap();
        // This side set neither of these.
        for unset in ["migration", "vtpm_secret_uuid", "vtpm_secret_value"] {
            known.remove(unset);
        }
        assert_eq!(fields, known, "{version}");
        lengths.insert(fields.len());

        // From there: this side reads what nova wrote for that version, and gives it back the same.
        let named = [("primitive", full.clone()), ("version", json!(version.to_string()))];
        let written = comparable(ask(&client, "write", &named).await);
        assert_eq!(written, read, "{version}");
        let data: LibvirtLiveMigrateData = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(data.origin.version(), Some(version));
        assert_eq!(comparable(serde_json::to_value(&data).unwrap()), written, "{version}");
    }
    assert!(lengths.len() > 10, "{lengths:?}");
    assert_eq!(versions.last(), Some(&Version::new(1, 14)));
}

#[tokio::test]
async fn what_nova_refuses_is_refused_here() {
    let mut primitive = full();
    primitive["nova_object.data"]["vtpm_secret_uuid"] = json!("00000000-0000-0000-0000-000000000002");
    let data: LibvirtLiveMigrateData = serde_json::from_value(primitive).unwrap();
    let mut args = Args::new();
    args.insert("primitive", &data, Target::Own).unwrap();
    let manifest = registry();
    let older = Target::Version(Version::new(1, 13), Some(manifest.manifest()));
    let error = Args::new().insert("primitive", &data, older).unwrap_err();
    assert!(error.to_string().contains("vtpm_secret_uuid"), "{error}");
}

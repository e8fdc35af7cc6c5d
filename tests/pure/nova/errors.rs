use std::fmt::Write;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::nova::block_device::ConnectionData;
use versioned_objects::nova::scenario::{Cloud, Scenario};
use versioned_objects::nova::virt::xenapi::volume_utils::parse_sr_info;

fn scenario() -> Value {
    let volume = |place: u8, naming: &str| {
        json!({
            "mount_device": format!("/dev/xvd{place}"), "sr_naming": naming,
            "connection_info": {"driver_volume_type": "iscsi", "data": {
                "volume_id": format!("volume-{place}"), "target_portal": "10.0.0.1", "target_iqn": "iqn.a",
            }},
        })
    };
    json!({
        "instance": {"uuid": "00000000-0000-0000-0000-00000000000a", "name": "instance-a"}, "source": {"host": "xen-a", "speaks": "1.0"},
        "destination": {"host": "xen-b", "speaks": "1.0"},
        "volumes": [volume(1, "new-style"), volume(2, "old-style")], "faults": [],
    })
}

fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut scenario = scenario();
    change(&mut scenario);
    scenario
}

fn fault(host: &str, call: &str, nth: u32) -> Value {
    json!({"host": host, "call": call, "nth": nth})
}

/// Why the scenario can't be.
fn impossible(scenario: &Value) -> String {
    match Scenario::from_json(scenario.to_string().as_bytes()) {
        Err(error) => error.to_string(),
        Ok(scenario) => block_on(Cloud::new(scenario)).unwrap_err().to_string(),
    }
}

/// How the scenario ends, and why.
fn ends(scenario: &Value) -> String {
    let scenario = Scenario::from_json(scenario.to_string().as_bytes()).unwrap();
    let report = block_on(async { Cloud::new(scenario).await.unwrap().migrate().await });
    format!("{}: {}", report.outcome, report.reason)
}

fn snapshot(name: &str, texts: impl IntoIterator<Item = String>) {
    let mut shown = String::new();
    for text in texts {
        assert!(!text.contains('\n'), "{text}");
        writeln!(shown, "{text}").unwrap();
    }
    support::snapshots("errors").bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn connections() {
    let whole = json!({
        "volume_id": "v", "target_portal": "h", "target_iqn": "i", "auth_method": "CHAP", "auth_username": "u",
        "auth_password": "p",
    });
    let odd = [
        ("volume_id", json!(null)),
        ("target_portal", json!("")),
        ("target_portal", json!(":3260")),
        ("target_iqn", json!(null)),
        ("auth_username", json!(null)),
        ("auth_password", json!(null)),
        ("sr_uuid", json!(1)),
        ("sr_uuid_naming_convention", json!("odd")),
    ];
    let text = |(key, value): (&str, Value)| {
        let mut data = whole.clone();
        data[key] = value;
        let connection: ConnectionData = serde_json::from_value(data).unwrap();
        parse_sr_info(&connection, "").unwrap_err().to_string()
    };
    snapshot("nova_connections", odd.into_iter().map(text));
}

#[test]
fn scenarios() {
    let odd = [
        changed(|s| s["instance"]["name"] = json!("")),
        changed(|s| s["source"]["host"] = json!("xen-b")),
        changed(|s| s["source"]["speaks"] = json!("2.0")),
        changed(|s| s["source"]["speaks"] = json!("two")),
        changed(|s| s["source"]["existing_srs"] = json!([""])),
        changed(|s| s["destination"]["existing_srs"] = json!(["a", "a"])),
        changed(|s| s["volumes"][1]["mount_device"] = json!("/dev/xvd1")),
        changed(|s| s["volumes"][1]["connection_info"]["data"]["volume_id"] = json!("volume-1")),
        changed(|s| s["volumes"][1]["connection_info"]["data"]["target_iqn"] = json!(null)),
        changed(|s| s["volumes"][1]["connection_info"]["driver_volume_type"] = json!("rbd")),
        changed(|s| s["volumes"][1]["sr_naming"] = json!("odd")),
        changed(|s| s["faults"] = json!([fault("elsewhere", "SR.scan", 1)])),
        changed(|s| s["faults"] = json!([fault("source", "SR.explode", 1)])),
        changed(|s| s["faults"] = json!([fault("source", "SR.scan", 0)])),
        changed(|s| s["instance"] = json!(null)),
        changed(|s| {
            s["volumes"][0]["connection_info"]["data"]["sr_uuid"] = json!("one");
            s["volumes"][1]["connection_info"]["data"]["sr_uuid"] = json!("one");
            s["volumes"][1]["connection_info"]["data"]["target_iqn"] = json!("iqn.b");
        }),
    ];
    snapshot("nova_scenarios", odd.iter().map(impossible));
}

#[test]
fn what_is_there_but_means_nothing_is_impossible() {
    let lun = |lun: Value| changed(|s| s["volumes"][0]["connection_info"]["data"]["target_lun"] = lun);
    let releases = |objects: Value| {
        changed(|s| {
            s["releases"] =
                json!([{"name": "new", "service_version": 2, "version": "6.0", "objects": objects}]);
        })
    };
    for (scenario, expected) in [
        (
            changed(|s| s["instance"]["uuid"] = json!("nope")),
            "the instance's uuid is \"nope\", which is no UUID",
        ),
        (changed(|s| s["instance"]["uuid"] = json!("")), "the instance's uuid is empty"),
        (lun(json!(-1)), "with the `target_lun` -1, which is no number from zero"),
        (lun(json!("one")), "with the `target_lun` \"one\", which is no number from zero"),
        (lun(json!("-1")), "with the `target_lun` \"-1\", which is no number from zero"),
        (lun(json!(1.5)), "with the `target_lun` 1.5, which is no number from zero"),
        (
            changed(|s| {
                s["volumes"][0]["connection_info"].as_object_mut().unwrap().remove("driver_volume_type");
            }),
            "missing field `driver_volume_type`",
        ),
        (
            releases(json!({"XenapiLiveMigrateDat": "1.0"})),
            "release \"new\" has an object \"XenapiLiveMigrateDat\"; there are ",
        ),
        (releases(json!({"XenapiLiveMigrateData": "2.7"})), "release \"new\" has XenapiLiveMigrateData 2.7"),
    ] {
        let found = impossible(&scenario);
        assert!(found.contains(expected), "{found}");
    }
    for fine in [lun(json!(0)), lun(json!("12")), lun(json!(null))] {
        assert!(Scenario::from_json(fine.to_string().as_bytes()).is_ok());
    }
    let with_bom = format!("\u{feff}{}", scenario());
    let error = Scenario::from_json(with_bom.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "it begins with a byte order mark (BOM), which JSON has none of");
}

#[test]
fn a_long_scenario_s_error_is_short_and_soon_there() {
    let long = "x".repeat(16 << 20);
    let scenario = changed(|s| {
        s["volumes"][0]["sr_naming"] = json!(long);
        s["volumes"][0]["connection_info"]["data"]["auth_password"] = json!(vec!["hunter2"; 100_000]);
    });
    let begun = std::time::Instant::now();
    let error = impossible(&scenario);
    assert!(
        error.len() < 1100 && begun.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn endings() {
    let with = |faults: Value| changed(|s| s["faults"] = faults);
    let all = [
        scenario(),
        changed(|s| s["destination"]["speaks"] = json!("0.1")),
        changed(|s| s["source"]["speaks"] = json!("0.1")),
        with(json!([fault("destination", "host.migrate_receive", 1)])),
        with(json!([fault("source", "SR.get_by_uuid", 1)])),
        with(json!([fault("destination", "SR.get_by_uuid", 1)])),
        with(json!([fault("destination", "PBD.plug", 2)])),
        with(json!([fault("source", "VM.migrate_send", 1)])),
        with(json!([
            fault("destination", "PBD.plug", 2),
            fault("destination", "SR.forget", 1),
            fault("destination", "SR.forget", 2)
        ])),
        with(json!([
            fault("source", "VM.migrate_send", 1),
            fault("destination", "PBD.unplug", 1),
            fault("destination", "PBD.unplug", 2)
        ])),
        with(json!([fault("source", "PBD.unplug", 1), fault("source", "PBD.unplug", 2)])),
        with(json!([
            fault("destination", "VM.get_by_name_label", 1),
            fault("destination", "VM.get_by_name_label", 2)
        ])),
    ];
    snapshot("nova_endings", all.iter().map(ends));
}

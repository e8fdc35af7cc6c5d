use pollster::block_on;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use versioned_objects::Version;
use versioned_objects::nova::block_device::ConnectionData;
use versioned_objects::nova::compute::Outcome;
use versioned_objects::nova::scenario::{Cloud, Matrix, Report, Role, Scenario};
use versioned_objects::nova::virt::xenapi::volume_utils::parse_sr_info;

const PASSWORD: &str = "correct-horse-battery-staple";

fn run(scenario: &Value) -> Report {
    let scenario = Scenario::from_json(scenario.to_string().as_bytes()).unwrap();
    block_on(async { Cloud::new(scenario).await.unwrap().migrate().await })
}

fn volume(place: usize, naming: &str, portal: &str, iqn: &str) -> Value {
    json!({
        "mount_device": format!("/dev/xvd{place}"), "sr_naming": naming,
        "connection_info": {"driver_volume_type": "iscsi", "data": {
            "volume_id": format!("volume-{place}"), "target_portal": portal, "target_iqn": iqn,
            "target_lun": place, "auth_method": "CHAP", "auth_username": "user", "auth_password": PASSWORD,
        }},
    })
}

fn scenario(source: &str, destination: &str, volumes: Vec<Value>, faults: Value) -> Value {
    json!({
        "instance": {"uuid": "00000000-0000-0000-0000-00000000000a", "name": "instance-a"},
        "source": {"host": "xen-a", "speaks": source},
        "destination": {"host": "xen-b", "speaks": destination, "existing_srs": []},
        "volumes": volumes, "faults": faults,
    })
}

/// Two new ones on a target, and an old one on the same.
fn three() -> Vec<Value> {
    let on_target = |place, naming| volume(place, naming, "10.0.0.1:3260", "iqn.shared");
    vec![on_target(1, "new-style"), on_target(2, "old-style"), on_target(3, "new-style")]
}

/// A volume whose disk the storage gives a serial number of its own.
fn of_lun(place: usize, lun: Value) -> Value {
    let mut volume = volume(place, "new-style", "10.0.0.1:3260", "iqn.shared");
    volume["connection_info"]["data"]["target_lun"] = lun;
    volume["serial"] = json!(format!("60003ff44dc75adc{place:04}"));
    volume
}

#[test]
fn a_disk_whose_serial_is_not_its_volume_is_found_by_its_lun() {
    for luns in [[json!(1), json!(2)], [json!("1"), json!("2")], [json!(2), json!("11")]] {
        let [first, second] = luns;
        let report = run(&scenario("1.0", "1.0", vec![of_lun(1, first), of_lun(2, second)], json!([])));
        assert_eq!(report.outcome, Outcome::Migrated, "{}", report.reason);
        assert_eq!((report.source_vdis.len(), report.source_vdis == report.destination_vdis), (2, true));
        assert_ne!(report.source_vdis["volume-1"], report.source_vdis["volume-2"]);
    }
    let nowhere = scenario("1.0", "1.0", vec![of_lun(1, json!(null))], json!([]));
    let nowhere = Scenario::from_json(nowhere.to_string().as_bytes()).unwrap();
    let error = block_on(Cloud::new(nowhere)).unwrap_err().to_string();
    assert!(error.contains("VDI_NOT_AVAILABLE"), "{error}");
}

#[test]
fn a_target_of_ipv6_is_reached_and_its_sr_named_as_by_all() {
    // As `uuid.uuid5` of Python makes them of what nova's `split(":")` leaves.
    for (portal, identity, target, port) in [
        ("[2001:db8::5]:3260", "[2001/db8/iqn.a", Some("2001:db8::5"), "3260"),
        ("[2001:db8::5]", "[2001/db8/iqn.a", Some("2001:db8::5"), "3260"),
        ("[fe80::1%eth0]:860", "[fe80//iqn.a", Some("fe80::1%eth0"), "860"),
        ("2001:db8::5", "2001/db8/iqn.a", Some("2001:db8::5"), "3260"),
        ("10.0.0.1:860", "10.0.0.1/860/iqn.a", Some("10.0.0.1"), "860"),
        ("10.0.0.1", "10.0.0.1/3260/iqn.a", Some("10.0.0.1"), "3260"),
        ("[storage]:860", "[storage]/860/iqn.a", Some("[storage]"), "860"),
    ] {
        let connection = json!({"volume_id": "v", "target_portal": portal, "target_iqn": "iqn.a"});
        let connection: ConnectionData = serde_json::from_value(connection).unwrap();
        let info = parse_sr_info(&connection, "").unwrap();
        let namespace = uuid::Uuid::parse_str("3cca4135-a809-5bb3-af62-275fbfe87178").unwrap();
        assert_eq!(info.uuid, uuid::Uuid::new_v5(&namespace, identity.as_bytes()).to_string(), "{portal}");
        assert_eq!((info.device_config.get("target"), info.device_config.get("port")), (target, Some(port)));
        let volumes = vec![volume(1, "new-style", portal, "iqn.a")];
        let report = run(&scenario("1.0", "1.0", volumes, json!([])));
        assert_eq!(report.outcome, Outcome::Migrated, "{}", report.reason);
    }
}

fn fault(host: &str, call: &str, nth: u32) -> Value {
    json!({"host": host, "call": call, "nth": nth})
}

#[test]
fn the_table_holds() {
    let scenario = scenario("1.0", "1.0", three(), json!([]));
    let scenario = Scenario::from_json(scenario.to_string().as_bytes()).unwrap();
    let matrix = block_on(Matrix::run(&scenario)).unwrap();
    let table: Vec<String> = matrix
        .cells
        .iter()
        .map(|cell| format!("{} {} {}: {}", cell.source, cell.destination, cell.volumes, cell.report.outcome))
        .collect();
    assert_eq!(
        table,
        [
            "1.0 1.0 new-style: migrated",
            "1.0 1.0 old-style: migrated",
            "1.0 1.0 mixed: migrated",
            "1.0 0.1 new-style: migrated",
            "1.0 0.1 old-style: refused",
            "1.0 0.1 mixed: refused",
            "0.1 1.0 new-style: migrated",
            "0.1 1.0 old-style: rolled back",
            "0.1 1.0 mixed: rolled back",
            "0.1 0.1 new-style: migrated",
            "0.1 0.1 old-style: rolled back",
            "0.1 0.1 mixed: rolled back",
        ]
    );
    assert!(matrix.holds());
}

/// What a 0.1 says of names is that it can't say, which a 1.0 in its stead wouldn't.
#[test]
fn each_message_of_a_migration_with_a_0_1_on_either_side_carries_a_0_1() {
    let new = || vec![volume(1, "new-style", "10.0.0.1:3260", "iqn.a")];
    for ([source, destination], version) in
        [(["1.0", "0.1"], "0.1"), (["0.1", "1.0"], "0.1"), (["0.1", "0.1"], "0.1"), (["1.0", "1.0"], "1.0")]
    {
        let report = run(&scenario(source, destination, new(), json!([])));
        assert_eq!(report.outcome, Outcome::Migrated, "{source} to {destination}");
        let report = serde_json::to_value(&report).unwrap();
        let hops = report["hops"].as_array().unwrap().iter();
        let carried: Vec<_> = hops.map(|hop| &hop["wire_version"]).filter(|hop| !hop.is_null()).collect();
        assert!(carried.len() > 3, "{report}");
        assert!(carried.iter().all(|hop| *hop == version), "{source} to {destination}: {report}");
    }
}

#[test]
fn a_refusal_names_the_old_volumes_alone() {
    let report = run(&scenario("1.0", "0.1", three(), json!([])));
    assert_eq!(report.outcome, Outcome::Refused);
    assert_eq!(
        report.reason,
        "the destination reads XenapiLiveMigrateData 0.1, which can't say that these SRs are named in the old style: \
         volume volume-2 (/dev/xvd2)"
    );
    assert!(report.destination_srs.is_empty() && report.leftovers.is_empty());
}

#[test]
fn a_source_that_says_nothing_finds_a_disk_unmapped_or_no_sr() {
    let unmapped = run(&scenario("0.1", "1.0", three(), json!([])));
    assert!(unmapped.reason.contains("VDI_NOT_IN_MAP"), "{}", unmapped.reason);
    let alone = vec![volume(1, "old-style", "10.0.0.1", "iqn.a")];
    let unknown = run(&scenario("0.1", "1.0", alone, json!([])));
    assert!(unknown.reason.starts_with("the source has no SR of UUID "), "{}", unknown.reason);
}

#[test]
fn no_volumes_is_a_migration_too() {
    for [source, destination] in [["1.0", "1.0"], ["1.0", "0.1"], ["0.1", "1.0"], ["0.1", "0.1"]] {
        let report = run(&scenario(source, destination, Vec::new(), json!([])));
        assert_eq!((report.outcome, report.runs_on), (Outcome::Migrated, Role::Destination));
    }
}

#[test]
fn a_shared_sr_is_introduced_once() {
    let report = run(&scenario("1.0", "1.0", three(), json!([fault("destination", "SR.introduce", 3)])));
    assert_eq!(report.outcome, Outcome::Migrated, "{}", report.reason);
}

#[test]
fn nothing_goes_out_in_a_version_that_its_receiver_does_not_read() {
    let all_new = vec![volume(1, "new-style", "10.0.0.1", "iqn.a")];
    let report = run(&scenario("1.0", "0.1", all_new, json!([])));
    assert_eq!(report.outcome, Outcome::Migrated);
    let answer =
        report.hops.iter().find(|hop| hop.method == "check_can_live_migrate_source" && hop.object.is_some());
    assert!(answer.is_some());
    let dropped: Vec<_> = report.hops.iter().filter(|hop| !hop.dropped.is_empty()).collect();
    assert_eq!(dropped.len(), 1, "{dropped:?}");
    assert_eq!(dropped[0].dropped, ["sr_uuid_naming_convention_map"]);
    assert_eq!((dropped[0].from.as_str(), dropped[0].to.as_str()), ("source", "destination"));
}

#[test]
fn a_clean_up_call_that_fails_once_is_made_again() {
    for call in ["SR.forget", "PBD.unplug", "PBD.destroy", "VDI.forget"] {
        let send = fault("source", "VM.migrate_send", 1);
        let once = json!([send.clone(), fault("destination", call, 1)]);
        let report = run(&scenario("1.0", "1.0", three(), once));
        assert_eq!((report.outcome, report.leftovers.len()), (Outcome::RolledBack, 0), "{call}");
        let twice = json!([send, fault("destination", call, 1), fault("destination", call, 2)]);
        let report = run(&scenario("1.0", "1.0", three(), twice));
        assert_eq!(report.outcome, Outcome::RolledBack);
        assert!(report.reason.contains("not tidied up"), "{call}: {}", report.reason);
        // The disk goes with its SR, and the connection likewise.
        let stays = matches!(call, "SR.forget" | "PBD.unplug");
        assert_eq!(!report.leftovers.is_empty(), stays, "{call}: {:?}", report.leftovers);
    }
}

#[test]
fn once_the_instance_has_moved_what_was_not_tidied_is_in_the_reason() {
    let faults = json!([fault("source", "SR.forget", 1), fault("source", "SR.forget", 2)]);
    let report = run(&scenario("1.0", "1.0", three(), faults));
    assert_eq!((report.outcome, report.runs_on), (Outcome::Migrated, Role::Destination));
    assert_eq!(report.leftovers, Vec::<String>::new());
    assert!(report.reason.starts_with("not tidied up: SR "), "{}", report.reason);
    let faults = json!([
        fault("destination", "VM.get_by_name_label", 1),
        fault("destination", "VM.get_by_name_label", 2)
    ]);
    let report = run(&scenario("1.0", "1.0", three(), faults));
    assert_eq!(report.outcome, Outcome::Migrated);
    assert!(report.reason.contains("on the destination"), "{}", report.reason);
}

#[test]
fn what_the_destination_had_is_used_and_stays() {
    let known = run(&scenario("1.0", "1.0", three(), json!([])));
    let mut scenario = scenario("1.0", "1.0", three(), json!([fault("source", "VM.migrate_send", 1)]));
    scenario["destination"]["existing_srs"] =
        json!([known.source_srs["volume-1"], known.source_srs["volume-2"], "unrelated"]);
    let report = run(&scenario);
    assert_eq!((report.outcome, report.leftovers.len()), (Outcome::RolledBack, 0), "{}", report.reason);
    assert_eq!(report.destination_srs, report.source_srs);
    scenario["faults"] = json!([fault("destination", "SR.introduce", 1)]);
    assert_eq!(run(&scenario).outcome, Outcome::Migrated);
}

#[test]
fn what_the_source_had_for_others_stays() {
    let known = run(&scenario("1.0", "1.0", three(), json!([])));
    let mut scenario = scenario("1.0", "1.0", three(), json!([]));
    scenario["source"]["existing_srs"] = json!([known.source_srs["volume-1"]]);
    let report = run(&scenario);
    assert_eq!((report.outcome, report.reason.as_str()), (Outcome::Migrated, ""));
}

const CLEAN_UP: [&str; 4] = ["SR.forget", "PBD.unplug", "PBD.destroy", "VDI.forget"];
const CALLS: [&str; 20] = [
    "SR.introduce",
    "SR.get_by_uuid",
    "SR.get_all_records",
    "SR.get_PBDs",
    "SR.get_VDIs",
    "SR.scan",
    "SR.forget",
    "PBD.create",
    "PBD.plug",
    "PBD.unplug",
    "PBD.destroy",
    "VDI.introduce",
    "VDI.get_record",
    "VDI.forget",
    "VBD.get_VDI",
    "VM.get_by_name_label",
    "VM.get_VBDs",
    "VM.migrate_send",
    "host.migrate_receive",
    "VM.assert_can_migrate",
];

const PORTALS: [&str; 5] = ["10.0.0.1", "10.0.0.1:3260", "10.0.0.1:", "10.0.0.2:3261", "store:a:b"];

fn any_volumes() -> impl Strategy<Value = Vec<Value>> {
    let one = (
        select(&["old-style", "new-style"][..]),
        select(&PORTALS[..]).prop_map(str::to_owned),
        select(&["iqn.a", "iqn.b", "iqn.\u{fc}"][..]),
        option::weighted(0.1, "[a-f0-9]{8}"),
    );
    vec(one, 0..5).prop_map(|all| {
        let make =
            |(place, (naming, portal, iqn, carried)): (usize, (&str, String, &str, Option<String>))| {
                let mut volume = volume(place, naming, &portal, iqn);
                if let Some(uuid) = carried {
                    volume["connection_info"]["data"]["sr_uuid"] = json!(format!("{uuid}-{place}"));
                }
                volume
            };
        all.into_iter().enumerate().map(make).collect()
    })
}

fn any_fault() -> impl Strategy<Value = Value> {
    (select(&["source", "destination"][..]), select(&CALLS[..]), 1u32..5)
        .prop_map(|(host, call, nth)| fault(host, call, nth))
}

fn any_scenario() -> impl Strategy<Value = Value> {
    let release = || select(&["0.1", "1.0"][..]);
    let existing = vec(0usize..6, 0..3);
    (release(), release(), any_volumes(), existing, vec(any_fault(), 0..4)).prop_map(
        |(source, destination, volumes, existing, faults)| {
            let mut scenario = scenario(source, destination, volumes, json!([]));
            let known = run(&scenario).source_srs;
            let mut srs: Vec<String> = existing
                .into_iter()
                .map(|place| known.values().nth(place).cloned().unwrap_or(format!("unrelated-{place}")))
                .collect();
            srs.sort();
            srs.dedup();
            scenario["destination"]["existing_srs"] = json!(srs);
            scenario["faults"] = json!(faults);
            scenario
        },
    )
}

fn fails_twice_in_clean_up(scenario: &Value) -> bool {
    let faults = scenario["faults"].as_array().unwrap();
    let at = |fault: &Value, nth: u64| {
        faults.iter().any(|other| {
            other["host"] == fault["host"] && other["call"] == fault["call"] && other["nth"] == nth
        })
    };
    faults.iter().any(|fault| {
        let is_clean_up = CLEAN_UP.iter().any(|call| fault["call"] == *call);
        is_clean_up && fault["host"] == "destination" && at(fault, fault["nth"].as_u64().unwrap() + 1)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_instance_moves_whole_or_leaves_nothing(scenario in any_scenario()) {
        let report = run(&scenario);
        let volumes = scenario["volumes"].as_array().unwrap().len();
        prop_assert_eq!(report.source_srs.len(), volumes);
        prop_assert!(!serde_json::to_string(&report).unwrap().contains(PASSWORD));
        if report.outcome == Outcome::Migrated {
            prop_assert_eq!(&report.source_srs, &report.destination_srs);
            prop_assert_eq!(&report.source_vdis, &report.destination_vdis);
            prop_assert_eq!(report.runs_on, Role::Destination);
            prop_assert!(!report.reason.is_empty() || report.source_srs_after.is_empty());
            prop_assert!(report.leftovers.is_empty());
        } else {
            prop_assert_eq!(&report.source_srs, &report.source_srs_after);
            prop_assert_eq!(report.runs_on, Role::Source);
            prop_assert!(!report.reason.is_empty());
            prop_assert!(report.leftovers.is_empty() || fails_twice_in_clean_up(&scenario), "{:?}", report.leftovers);
        }
        if report.outcome == Outcome::Refused {
            prop_assert!(report.destination_srs.is_empty() && report.leftovers.is_empty());
        }
        let least = [&scenario["source"], &scenario["destination"]]
            .map(|host| host["speaks"].as_str().unwrap().parse::<Version>().unwrap());
        for hop in report.hops.iter().filter(|hop| hop.from != "caller" && hop.to != "caller") {
            let version = hop.wire_version.as_ref().map(|text| text.parse::<Version>().unwrap());
            prop_assert!(version.is_none_or(|version| least.iter().all(|speaks| version <= *speaks)));
        }
    }

    #[test]
    fn faults_that_are_never_reached_change_nothing(scenario in any_scenario(), call in select(&CALLS[..])) {
        let mut plain = scenario.clone();
        plain["faults"] = json!([]);
        let mut faulty = scenario;
        faulty["faults"] = json!([fault("source", call, 10_000), fault("destination", call, 10_000)]);
        prop_assert_eq!(run(&plain), run(&faulty));
    }
}

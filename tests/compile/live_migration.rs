//! The example's command line.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use support::example;

const PASSWORD: &str = "r8xQeWcP5mJd";

fn run(arguments: &[&str]) -> Output {
    let output = Command::new(example()).args(arguments).output().unwrap();
    for stream in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(stream).contains(PASSWORD));
    }
    output
}

#[track_caller]
fn status(output: &Output, expected: i32) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(expected), "{stderr}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn shipped() -> Value {
    serde_json::from_str(support::SCENARIO).unwrap()
}

/// Runs a scenario from a file.
fn run_scenario(scenario: &[u8], arguments: &[&str]) -> Output {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let name = format!("scenario-{}.json", FILES.fetch_add(1, Ordering::Relaxed));
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, scenario).unwrap();
    let mut all = vec![path.to_str().unwrap()];
    all.extend(arguments);
    run(&all)
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Value), expected: &str) {
    let mut scenario = shipped();
    change(&mut scenario);
    let output = run_scenario(scenario.to_string().as_bytes(), &["--json"]);
    assert_eq!(status(&output, 2), "");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn without_arguments_it_migrates_the_shipped_scenario() {
    let text = status(&run(&[]), 0);
    for shown in
        ["xen-a", "xen-b", "pre_live_migration", "XenapiLiveMigrateData", "FA15E-D15C-", "\nmigrated\n"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[test]
fn json_has_these_keys() {
    let report: Value = serde_json::from_str(&status(&run(&["--json"]), 0)).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = [
        "destination_srs",
        "destination_vdis",
        "hops",
        "leftovers",
        "outcome",
        "reason",
        "runs_on",
        "source_srs",
        "source_srs_after",
        "source_vdis",
    ];
    assert_eq!(keys(&report), expected);
    let hop = ["bytes", "dropped", "from", "method", "object", "to", "wire_version"];
    assert!(report["hops"].as_array().unwrap().iter().all(|found| keys(found) == hop));
    assert_eq!((&report["outcome"], &report["runs_on"]), (&json!("migrated"), &json!("destination")));
    assert_eq!(report["source_srs"], report["destination_srs"]);
    assert_eq!(report["source_srs_after"], json!({}));
}

#[test]
fn an_instance_that_stays_is_exit_status_1() {
    let old = run(&["--destination", "0.1", "--json"]);
    let report: Value = serde_json::from_str(&status(&old, 1)).unwrap();
    assert_eq!((&report["outcome"], &report["runs_on"]), (&json!("refused"), &json!("source")));
    assert_eq!(status(&run(&["--source", "0.1"]), 1).matches("rolled back").count(), 1);
}

/// What objects went out as, and how it ended.
fn levels(output: &Output, expected: i32) -> (Vec<Value>, Value) {
    let report: Value = serde_json::from_str(&status(output, expected)).unwrap();
    let hops = report["hops"].as_array().unwrap();
    assert!(hops.iter().all(|hop| hop["method"] != "object_versions"), "nobody is asked");
    let written = hops.iter().map(|hop| hop["wire_version"].clone()).filter(|version| !version.is_null());
    (written.collect(), report["outcome"].clone())
}

#[test]
fn an_operator_says_up_to_where_hosts_are_upgraded() {
    let (written, outcome) = levels(&run(&["--json", "--upgrade-level", "new"]), 0);
    assert_eq!((written.iter().all(|version| version == "1.0"), outcome), (true, json!("migrated")));
    for level in ["old", "6.0"] {
        let (written, outcome) = levels(&run(&["--json", "--upgrade-level", level]), 1);
        assert_eq!((written, outcome), (vec![json!("0.1")], json!("refused")), "{level}");
    }
    assert_eq!(levels(&run(&["--json", "--upgrade-level", "auto"]), 0).1, "migrated");
    let (written, outcome) = levels(&run(&["--json", "--upgrade-level", "auto", "--source", "0.1"]), 1);
    assert_eq!((written.iter().all(|version| version == "0.1"), outcome), (true, json!("rolled back")));

    let mut scenario = shipped();
    scenario["upgrade_levels"] = json!({"compute": "ussuri"});
    scenario["releases"] = json!([
        {"name": "ussuri", "service_version": 51, "version": "5.11", "objects": {"XenapiLiveMigrateData": "0.1"}},
        {"name": "wallaby", "service_version": 54, "version": "6.0", "objects": {"XenapiLiveMigrateData": "1.0"}},
    ]);
    let output = run_scenario(scenario.to_string().as_bytes(), &["--json"]);
    let report: Value = serde_json::from_str(&status(&output, 1)).unwrap();
    assert_eq!(report["reason"], "version 6.0 of the method can't be sent, the cap is 5.11");
    assert_eq!((&report["outcome"], &report["hops"]), (&json!("refused"), &json!([])), "nothing is sent");
    scenario["upgrade_levels"] = json!({"compute": "auto"});
    let auto = run_scenario(scenario.to_string().as_bytes(), &["--json"]);
    assert_eq!(levels(&auto, 0).1, "migrated");
}

#[test]
fn the_matrix_is_all_mixes_and_fails_where_something_else_comes_out() {
    assert!(status(&run(&["--matrix"]), 0).ends_with("all as it has to be\n"));
    let cells: Value = serde_json::from_str(&status(&run(&["--matrix", "--json"]), 0)).unwrap();
    let cells = cells.as_array().unwrap();
    assert_eq!(cells.len(), 12);
    let cell = cells.iter().find(|cell| cell["volumes"] == "mixed" && cell["source"] == "0.1").unwrap();
    assert_eq!((&cell["destination"], &cell["outcome"]), (&json!("1.0"), &json!("rolled back")));
    let mut broken = shipped();
    broken["faults"] = json!([{"host": "source", "call": "VM.migrate_send", "nth": 1}]);
    status(&run_scenario(broken.to_string().as_bytes(), &["--matrix"]), 1);
}

#[test]
fn what_is_impossible_is_one_line_and_exit_status_2() {
    refused(
        |scenario| scenario["source"]["speaks"] = json!("2.7"),
        "speaks 2.7, but XenapiLiveMigrateData has",
    );
    refused(|scenario| scenario["source"]["speaks"] = json!("new"), "major version number");
    refused(|scenario| scenario["destination"]["host"] = json!("xen-a"), "the same host \"xen-a\"");
    refused(|scenario| scenario["volumes"][0]["sr_naming"] = json!("odd"), "old-style");
    refused(|scenario| scenario["volumes"][0]["extra"] = json!(1), "unknown field `extra`");
    refused(|scenario| scenario["volumes"][1] = scenario["volumes"][0].clone(), "two volumes");
    refused(|scenario| scenario["source"] = json!(null), "expected a host");
    refused(
        |scenario| scenario["faults"] = json!([{"host": "source", "call": "SR.introduce", "nth": 0}]),
        "nonzero",
    );
    refused(
        |scenario| scenario["faults"] = json!([{"host": "else", "call": "SR.introduce", "nth": 1}]),
        "else",
    );
    refused(
        |scenario| scenario["faults"] = json!([{"host": "source", "call": "SR.explode", "nth": 1}]),
        "SR.explode",
    );
    refused(
        |scenario| scenario["destination"]["existing_srs"] = json!(["a", "a"]),
        "two SRs of the UUID \"a\"",
    );
    refused(
        |scenario| scenario["upgrade_levels"] = json!({"compute": "odd"}),
        "upgrade level of compute: there is no release \"odd\"; there are old, new",
    );
    refused(
        |scenario| scenario["upgrade_levels"] = json!({"compute": "5.11"}),
        "upgrade level of compute: no release serves version 5.11; there are 6.0",
    );
    refused(
        |scenario| {
            scenario["upgrade_levels"] = json!({"compute": "auto"});
            scenario["releases"] = json!([{"name": "new", "service_version": 2, "version": "6.0"}]);
        },
        "host \"xen-a\" speaks 1.0, and no release does",
    );
    refused(
        |scenario| {
            let release = json!({"name": "new", "service_version": 2, "version": "6.0"});
            scenario["releases"] = json!([release, release]);
        },
        "two releases are \"new\"",
    );
    refused(
        |scenario| scenario["upgrade_levels"] = json!({"scheduler": "auto"}),
        "unknown field `scheduler`",
    );
    for missing in ["volume_id", "target_portal", "target_iqn"] {
        refused(|scenario| scenario["volumes"][0]["connection_info"]["data"][missing] = json!(null), missing);
    }
    refused(|scenario| scenario["volumes"][0]["connection_info"]["driver_volume_type"] = json!("rbd"), "rbd");
}

#[test]
fn what_can_not_be_read_is_one_line_and_exit_status_2() {
    for text in ["", "{", "[]", "\u{feff}{}", "{\"volumes\": \"password=r8xQeWcP5mJd\"}"] {
        let output = run_scenario(text.as_bytes(), &[]);
        assert_eq!(status(&output, 2), "");
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    }
    status(&run_scenario(b"\xff\xfe", &[]), 2);
    status(&run(&["/no/such/file.json"]), 2);
    status(&run(&["--source", "9.9"]), 2);
    status(&run(&["--source", "x"]), 2);
}

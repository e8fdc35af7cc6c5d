//! A project's objects in Rust, from a bare machine: installed, read, generated, compiled without a warning, and
//! compared with the Python classes. `tests/generated/all` does it for larger ones.

use std::process::Command;

use serde_json::Value;

#[test]
fn os_vif_s_objects_are_rust_in_one_command() {
    let script = support::root().join("tests/generated/run");
    let output = Command::new(script).args(["os-vif", "3000"]).output().unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(errors.contains("nothing is left to write by hand"), "{errors}");
    let counts: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&counts["objects"], &counts["fingerprints"]), (&31.into(), &31.into()), "{counts}");
    assert!(counts["equal"].as_u64().unwrap() > 2800, "{counts}");
    assert!(counts.get("different").is_none(), "{counts}");
}

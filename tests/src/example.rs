use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The program of the live migration, built as it is now: `cargo test` builds an example beside the tests of its
/// own package alone.
pub fn example() -> &'static PathBuf {
    static EXAMPLE: OnceLock<PathBuf> = OnceLock::new();
    EXAMPLE.get_or_init(|| {
        // The packages and features of `cargo test`, so that nothing is compiled twice.
        let build = ["build", "--quiet", "--message-format", "json", "--example", "live_migration"];
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(build)
            .args(cfg!(feature = "amqp").then_some("--all-features"))
            .current_dir(super::root())
            .stderr(Stdio::inherit());
        let built = cargo.output().expect("cargo starts");
        assert!(built.status.success());
        let text = String::from_utf8(built.stdout).expect("cargo speaks UTF-8");
        let artifacts =
            text.lines().map(|line| serde_json::from_str::<Value>(line).expect("cargo speaks JSON"));
        let executables: Vec<String> = artifacts
            .filter(|artifact| artifact["target"]["name"] == "live_migration")
            .filter_map(|artifact| artifact["executable"].as_str().map(str::to_owned))
            .collect();
        PathBuf::from(executables.first().expect("cargo names the executable"))
    })
}

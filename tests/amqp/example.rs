//! The example with its hosts in processes of their own.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::broker;

pub fn example() -> &'static PathBuf {
    static EXAMPLE: OnceLock<PathBuf> = OnceLock::new();
    EXAMPLE.get_or_init(|| {
        let build =
            ["build", "--quiet", "--message-format", "json", "--all-features", "--example", "live_migration"];
        let built = Command::new(env!("CARGO")).args(build).stderr(Stdio::inherit()).output().unwrap();
        assert!(built.status.success());
        let text = String::from_utf8(built.stdout).unwrap();
        let artifacts = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let executables: Vec<String> = artifacts
            .filter(|artifact| artifact["target"]["name"] == "live_migration")
            .filter_map(|artifact| artifact["executable"].as_str().map(str::to_owned))
            .collect();
        PathBuf::from(executables.first().expect("cargo names the executable"))
    })
}

fn run(arguments: &[&str]) -> Output {
    Command::new(example()).args(arguments).output().unwrap()
}

/// The hosts' names are those of the shipped scenario, so only one of these runs at a time.
#[test]
fn three_processes_print_the_same_as_one() {
    let url = broker::url();
    for releases in [&[][..], &["--source", "0.1"], &["--destination", "0.1"]] {
        for form in [&[][..], &["--json"]] {
            let plain = run(&[releases, form].concat());
            let parted = run(&[releases, form, &["--transport", &url, "--timeout", "20"]].concat());
            let text = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
            assert_eq!(text(&plain), text(&parted), "{}", String::from_utf8_lossy(&parted.stderr));
            assert_eq!(plain.status.code(), parted.status.code());
        }
    }
}

#[test]
fn a_broker_that_is_not_there_is_one_line_and_exit_status_1() {
    for role in [&[][..], &["--role", "source"], &["--role", "caller"], &["--role", "conductor"]] {
        let output = run(&[&["--transport", "amqp://guest:secret@127.0.0.1:1/"], role].concat());
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("live_migration: the broker at 127.0.0.1:1 can't be reached"), "{text}");
        assert_eq!((text.lines().count(), text.contains("secret")), (1, false));
    }
    assert_eq!(run(&["--role", "source"]).status.code(), Some(2));
}

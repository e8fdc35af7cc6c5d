//! The example with its hosts in processes of their own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::raw::{Raw, inner, next};
use support::{broker, example};

fn run(arguments: &[&str]) -> Output {
    Command::new(example()).args(arguments).output().unwrap()
}

/// The hosts' names are those of the shipped scenario, so only one of these runs at a time.
#[test]
fn three_processes_print_the_same_as_one() {
    let url = broker::url();
    let upgraded = ["--source", "0.1", "--upgrade-level", "auto"];
    for releases in [&[][..], &["--source", "0.1"], &["--destination", "0.1"], &upgraded] {
        for form in [&[][..], &["--json"]] {
            let plain = run(&[releases, form].concat());
            let parted = run(&[releases, form, &["--transport", &url, "--timeout", "20"]].concat());
            let text = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
            assert_eq!(text(&plain), text(&parted), "{}", String::from_utf8_lossy(&parted.stderr));
            assert_eq!(plain.status.code(), parted.status.code());
        }
    }
}

/// A peer that hears what the hosts say to each other.
#[tokio::test]
async fn what_an_operator_pins_is_what_crosses_the_wire() {
    let mut scenario: Value = serde_json::from_str(support::SCENARIO).unwrap();
    for (role, host) in [("source", "pinned-a"), ("destination", "pinned-b")] {
        scenario[role]["host"] = json!(host);
    }
    for volume in scenario["volumes"].as_array_mut().unwrap() {
        volume["sr_naming"] = json!("new-style");
    }
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pinned.json");
    let raw = Raw::connect().await;
    for (level, version) in [("old", "0.1"), ("auto", "1.0"), ("6.0", "0.1")] {
        scenario["upgrade_levels"] = json!({"compute": level});
        std::fs::write(&file, scenario.to_string()).unwrap();
        let mut heard = raw.tap("nova", &["compute.pinned-a", "compute.pinned-b"]).await;
        let arguments = [file.to_str().unwrap().to_owned(), "--transport".to_owned(), broker::url()];
        let ran = tokio::task::spawn_blocking(move || {
            Command::new(example()).args(arguments).args(["--timeout", "20"]).output().unwrap()
        });
        let ran = ran.await.unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let mut methods = Vec::new();
        while methods.last().is_none_or(|method| method != "post_live_migration_at_destination") {
            let message = inner(&next(&mut heard).await);
            methods.push(message["method"].as_str().unwrap().to_owned());
            let args = message["args"].as_object().unwrap();
            for data in ["dest_check_data", "migrate_data"].iter().filter_map(|name| args.get(*name)) {
                assert_eq!(data["nova_object.version"], version, "{level}: {message}");
            }
        }
        let expected = [
            "check_can_live_migrate_destination",
            "check_can_live_migrate_source",
            "live_migration",
            "pre_live_migration",
            // From hypervisor to hypervisor.
            "take_in",
            "post_live_migration_at_destination",
        ];
        assert_eq!(methods, expected, "{level}");
    }
}

/// How a part ends, which was started alone and is told to end so.
fn ended(role: &str, name: &str, end: impl FnOnce(&mut Child)) -> ExitStatus {
    let mut scenario: Value = serde_json::from_str(support::SCENARIO).unwrap();
    scenario["source"]["host"] = json!(name);
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::write(&file, scenario.to_string()).unwrap();
    let mut command = Command::new(example());
    command.arg(file).args(["--transport", &broker::url(), "--role", role]);
    command.args(if name == "attached" { &["--attached"][..] } else { &[] });
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said.trim(), "serving");
    end(&mut child);
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("{role} doesn't end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_host_serves_until_it_is_interrupted() {
    let signal = |name: &'static str| {
        move |child: &mut Child| {
            let id = child.id().to_string();
            assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
        }
    };
    for role in ["source", "conductor"] {
        assert!(ended(role, "interrupted", signal("-INT")).success());
    }
    assert!(ended("source", "terminated", signal("-TERM")).success());
    assert!(
        ended("source", "attached", |child| drop(child.stdin.take())).success(),
        "it outlives who started it"
    );
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

/// The program's one line on a service's file, and its exit status 1.
fn refused(file: &Path) -> String {
    let output = run(&["--transport", file.to_str().unwrap()]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    text
}

#[test]
fn a_service_s_file_that_does_not_serve_is_one_line_and_exit_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    let port = broker::port();
    let with = |url: &str, options: &str| {
        let text = format!("[DEFAULT]\ntransport_url = {url}\n[oslo_messaging_rabbit]\n{options}\n");
        std::fs::write(&path, text).unwrap();
        refused(&path)
    };
    let away = refused(&folder.path().join("nowhere.conf"));
    assert!(away.contains("nowhere.conf: "), "{away}");
    let is_folder = folder.path().join("folder.conf");
    std::fs::create_dir(&is_folder).unwrap();
    let is_folder = refused(&is_folder);
    assert!(is_folder.contains("folder.conf: "), "{is_folder}");
    std::fs::write(folder.path().join("binary.conf"), b"[DEFAULT]\ntransport_url = \xffs3cret").unwrap();
    let binary = refused(&folder.path().join("binary.conf"));
    assert!(binary.contains("binary.conf: "), "{binary}");
    std::fs::write(&path, "[DEFAULT]\ntransport_url\nrabbit://guest:s3cret@127.0.0.1/\n").unwrap();
    let line = refused(&path);
    assert!(line.contains("nova.conf: line "), "{line}");

    let url = format!("rabbit://guest:s3cret@127.0.0.1:{port}/");
    let unknown = with(&url, "rabbit_quorum_queues = true");
    assert!(unknown.contains("[oslo_messaging_rabbit] rabbit_quorum_queues: "), "{unknown}");
    assert!(unknown.trim_end().ends_with("the nearest is rabbit_quorum_queue"), "{unknown}");
    let value = with(&url, "rabbit_qos_prefetch_count = s3cret");
    assert!(value.contains("[oslo_messaging_rabbit] rabbit_qos_prefetch_count: "), "{value}");
    let login = with(&url, "");
    assert!(login.contains(&format!("127.0.0.1:{port}")) && login.contains("transport_url"), "{login}");
    let host = with("rabbit://guest:s3cret@no.such.host.invalid/", "");
    assert!(host.contains("no.such.host.invalid:5672"), "{host}");
    let tls = format!("rabbit://guest:s3cret@127.0.0.1:{}/", port + 3);
    let own = broker::folder().join("client.pem");
    let certificate = with(&tls, &format!("ssl = true\nssl_ca_file = {}", own.display()));
    assert!(certificate.contains(&format!("127.0.0.1:{}", port + 3)), "{certificate}");
    assert!(certificate.contains("certificate"), "{certificate}");
    let missing = with(&tls, "ssl = true\nssl_ca_file = /nowhere/ca.pem");
    assert!(missing.contains("ssl_ca_file /nowhere/ca.pem: "), "{missing}");
}

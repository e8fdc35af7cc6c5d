//! The commands of `ovo` about upgrades, as people run them.

use std::path::Path;
use std::process::{Command, Stdio};

use super::ovo::ovo;

const DISK: &str = r#"{
  "format": 2, "name": "Disk", "project_namespace": "test", "serial_namespace": "test_object",
  "versions": ["1.0", "1.1"],
  "fields": {"serial": {"type": "String"}, "size": {"type": "Integer", "since": "1.1"}}
}"#;

/// What it prints, and its exit status.
fn run(folder: &Path, args: &[&str], input: &str) -> (String, i32) {
    std::fs::write(folder.join("input"), input).unwrap();
    let input = std::fs::File::open(folder.join("input")).unwrap();
    let command =
        Command::new(ovo()).args(args).current_dir(folder).stdin(Stdio::from(input)).output().unwrap();
    let text = [command.stdout, command.stderr].concat();
    (String::from_utf8(text).unwrap(), command.status.code().unwrap())
}

fn lock(folder: &Path, release: &str, text: &str) {
    std::fs::create_dir_all(folder.join(release)).unwrap();
    std::fs::write(folder.join(release).join("Disk.snap"), text).unwrap();
}

#[test]
fn order_record_replay() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    lock(
        folder,
        "old",
        &DISK
            .replace(r#""1.0", "1.1""#, r#""1.0""#)
            .replace(r#", "size": {"type": "Integer", "since": "1.1"}"#, ""),
    );
    lock(folder, "new", DISK);
    let graph = r#"{"calls": [{"from": "api", "to": "compute", "method": "add", "takes": ["Disk"], "speaks": "own"}]}"#;
    std::fs::write(folder.join("graph.json"), graph).unwrap();
    let order = ["order", "old", "new", "graph.json"];
    let (text, status) = run(folder, &order, "");
    assert_eq!(status, 0, "{text}");
    assert!(text.starts_with("safe, one after the other: compute; then api\n"), "{text}");
    let (text, status) = run(folder, &[&order[..], &["--is-safe", "api,compute"]].concat(), "");
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("upgraded: api; then api (new) -> add compute (old): Disk 1.1 is sent"), "{text}");
    assert_eq!(run(folder, &["order", "none", "new", "graph.json"], "").1, 2);
    assert_eq!(run(folder, &[&order[..], &["--svg", "order.svg"]].concat(), "").1, 0);
    let picture = std::fs::read_to_string(folder.join("order.svg")).unwrap();
    support::snapshots("ovo").bind(|| insta::assert_snapshot!("order_picture", picture));

    let message = r#"{"oslo.version": "2.0", "oslo.message": "{\"method\": \"add\", \"args\": {\"password\": \"hunter2\", \"disk\": {\"test_object.name\": \"Disk\", \"test_object.namespace\": \"test\", \"test_object.version\": \"1.1\", \"test_object.data\": {\"size\": 4}}}}"}"#;
    let (record, status) = run(folder, &["record"], &format!("{message}\n"));
    assert!(status == 0 && record.contains("\"size\":4") && !record.contains("hunter2"), "{record}");
    std::fs::write(folder.join("record.jsonl"), &record).unwrap();
    let same = run(folder, &["replay", "record.jsonl", "--now", "new", "--lock", "new"], "");
    assert_eq!(same, ("1 messages, 1 objects, 0 not judged, 0 differences\n".to_owned(), 0));
    lock(folder, "next", &DISK.replace("Integer", "Boolean"));
    let (text, status) =
        run(folder, &["replay", "record.jsonl", "--now", "new", "--lock", "next", "--witnesses"], "");
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("line 1: Disk 1.1 in add") && text.contains("\"size\":4"), "{text}");
}

#[test]
fn git_merges_locks_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        Command::new("git").args(who).args(args).current_dir(folder).output().unwrap().status.success()
    };
    let head = "---\nsource: tests/locks.rs\n---\n";
    let with = |version: &str, field: &str| {
        let text = DISK.replace(r#""1.1"]"#, &format!(r#""1.1", "{version}"]"#));
        format!(
            "{head}{}",
            text.replace(
                r#""size":"#,
                &format!(r#""{field}": {{"type": "String", "since": "{version}"}}, "size":"#)
            )
        )
    };
    let commit = |text: &str| {
        lock(folder, "lock", text);
        assert!(git(&["add", "."]) && git(&["commit", "--quiet", "-m", "a lock"]));
    };
    assert!(git(&["init", "--quiet", "--initial-branch=main"]));
    let driver = format!("{} resolve %O %A %B", ovo().display());
    assert!(git(&["config", "merge.ovo.driver", &driver]));
    std::fs::write(folder.join(".gitattributes"), "lock/*.snap merge=ovo\n").unwrap();
    commit(&format!("{head}{DISK}"));
    assert!(git(&["checkout", "--quiet", "-b", "stable"]));
    commit(&with("1.1.1", "cache"));
    assert!(git(&["checkout", "--quiet", "main"]));
    commit(&with("1.2", "cache"));
    assert!(git(&["merge", "--quiet", "--no-edit", "stable"]), "it is one lock");
    let merged = std::fs::read_to_string(folder.join("lock/Disk.snap")).unwrap();
    assert!(
        merged.starts_with(head) && merged.contains("\"1.1.1\"") && merged.contains("\"1.2\""),
        "{merged}"
    );
    assert!(git(&["checkout", "--quiet", "-b", "other", "stable"]));
    commit(&with("1.1.1", "another"));
    assert!(git(&["checkout", "--quiet", "stable"]));
    commit(&with("1.1.1", "cache").replace("String\", \"since\": \"1.1.1", "Integer\", \"since\": \"1.1.1"));
    assert!(!git(&["merge", "--quiet", "--no-edit", "other"]), "it stops");
}

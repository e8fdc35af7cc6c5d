//! The conformance testee as a process: one answer a line, whatever stands in it.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// The answers to lines that come all at once.
#[track_caller]
fn answers(lines: &[&[u8]]) -> Vec<Value> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_testee"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let text = lines.join(&b'\n');
    let writer = std::thread::spawn(move || input.write_all(&text).unwrap());
    let output = process.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{}", output.status);
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), lines.len());
    answers
}

fn load() -> Vec<u8> {
    let fields = json!([
        {"name": "serial", "type": {"kind": "String"}},
        {"name": "ports", "type": {"kind": "Set", "element": {"kind": "Integer"}}, "since": "1.1", "default": [2, 1]}
    ]);
    let namespaces = ("p", "s");
    let schema = json!({"objects": [{
        "name": "Disk", "version": "1.2", "project_namespace": namespaces.0, "serial_namespace": namespaces.1,
        "fields": fields
    }]});
    serde_json::to_vec(&json!({"op": "load", "registry": "r", "schema": schema})).unwrap()
}

fn line(request: Value) -> Vec<u8> {
    serde_json::to_vec(&request).unwrap()
}

#[test]
fn every_request_has_its_answer() {
    let disk = json!({"s.name": "Disk", "s.namespace": "p", "s.version": "1.2.7",
        "s.data": {"serial": 5, "ports": [1, 1, "2"]}, "s.changes": ["ports"]});
    let answers = answers(&[
        &load(),
        &line(json!({"op": "objects", "registry": "r"})),
        &line(json!({"op": "tree", "registry": "r", "object": "Disk"})),
        &line(json!({"op": "fingerprints", "registry": "r"})),
        &line(json!({"op": "json_schema", "registry": "r", "object": "Disk"})),
        &line(json!({"op": "roundtrip", "registry": "r", "primitive": disk, "target": "1.0"})),
        &line(json!({"op": "changes", "registry": "r", "primitive": disk})),
        &line(json!({"op": "assign", "registry": "r", "object": "Disk", "version": "1.2",
            "values": [["serial", 1.5]]})),
        &line(json!({"op": "objects", "registry": "compiled"})),
    ]);
    assert_eq!(answers[0], json!({"ok": {}}));
    assert_eq!(answers[1], json!({"ok": {"Disk": ["1.2"]}}));
    assert_eq!(answers[2], json!({"ok": {"Disk": "1.2"}}));
    assert_eq!(answers[3], json!({"ok": {"Disk": "1.2-d1901556750fc71e53d38685d746efa4"}}));
    let fields = &answers[4]["ok"]["properties"]["s.data"];
    assert_eq!(fields["required"], json!(["ports", "serial"]));
    assert_eq!(
        fields["properties"]["ports"],
        json!({"type": ["array"], "uniqueItems": true, "items": {"type": ["integer"], "readonly": false},
            "readonly": false, "default": [1, 2]})
    );
    let data = json!({"serial": "5"});
    let older = json!({"s.name": "Disk", "s.namespace": "p", "s.version": "1.0", "s.data": data});
    assert_eq!(answers[5], json!({"ok": {"primitive": older}}));
    assert_eq!(answers[6], json!({"ok": {"what_changed": ["ports"]}}));
    let made = json!({"s.name": "Disk", "s.namespace": "p", "s.version": "1.2", "s.data": {"serial": "1.5"},
        "s.changes": ["serial"]});
    assert_eq!(answers[7], json!({"ok": {"primitive": made}}));
    assert!(answers[8]["ok"].is_object());
}

#[test]
fn no_line_ends_it() {
    let deep = format!(
        r#"{{"op":"roundtrip","registry":"r","primitive":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let objects = (0..200).fold(json!(null), |inner, _| {
        json!({"s.name": "Disk", "s.namespace": "p", "s.version": "1.2", "s.data": {"serial": inner}})
    });
    let broken: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"   ".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        br#"{"op": "objects"}"#.to_vec(),
        br#"{"op": "objects", "registry": "unknown"}"#.to_vec(),
        br#"{"op": "nothing", "registry": "r"}"#.to_vec(),
        br#"{"op": 5, "registry": "r"}"#.to_vec(),
        br#"{"op": "load", "registry": "x", "schema": {"objects": [{}]}}"#.to_vec(),
        br#"{"op": "tree", "registry": "r", "object": null}"#.to_vec(),
        br#"{"op": "roundtrip", "registry": "r", "primitive": NaN}"#.to_vec(),
        br#"{"op": "roundtrip", "registry": "r", "primitive": {"s.data": 1e999}}"#.to_vec(),
        br#"{"op": "assign", "registry": "r", "object": "Disk", "version": "9.9", "values": []}"#.to_vec(),
        br#"{"op": "assign", "registry": "r", "object": "Disk", "version": "1.2", "values": [["serial"]]}"#
            .to_vec(),
        deep.into_bytes(),
        line(json!({"op": "roundtrip", "registry": "r", "primitive": objects})),
    ];
    let mut lines: Vec<&[u8]> = vec![];
    let load = load();
    lines.push(&load);
    lines.extend(broken.iter().map(Vec::as_slice));
    let last = line(json!({"op": "objects", "registry": "r"}));
    lines.push(&last);
    let answers = answers(&lines);
    for (line, answer) in lines.iter().zip(&answers).skip(1).take(broken.len()) {
        let line = String::from_utf8_lossy(&line[..line.len().min(200)]);
        assert!(answer["error"]["kind"].is_string(), "{line}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{line}: {answer}");
    }
    assert_eq!(answers.last(), Some(&json!({"ok": {"Disk": ["1.2"]}})));
}

/// The fingerprint of an object with one field of that type and that default, as text of JSON.
fn fingerprint(kind: &str, default: &str) -> Value {
    let schema = format!(
        r#"{{"objects":[{{"name":"T","version":"1.3","project_namespace":"nova","serial_namespace":"nova_object","fields":[{{"name":"a","type":{{"kind":"{kind}"}},"default":{default}}}]}}]}}"#
    );
    let load = format!(r#"{{"op":"load","registry":"r","schema":{schema}}}"#);
    let answers = answers(&[load.as_bytes(), &line(json!({"op": "fingerprints", "registry": "r"}))]);
    assert_eq!(answers[0], json!({"ok": {}}), "{default}");
    answers[1]["ok"]["T"].clone()
}

#[test]
fn defaults_keep_all_their_digits() {
    for (kind, default, right) in [
        ("Integer", "18446744073709551616", "1.3-f20178e461e4d336babc9464d287473d"),
        ("Integer", "9223372036854775808", "1.3-ed4a076a1bec4b3374ab935042fc3d7c"),
        ("Integer", "18446744073709551615", "1.3-426c9cca244ea163898e2153d2bb6f96"),
        ("Float", "-0", "1.3-d84166fbf1d991cb6ce11a8d399181d8"),
        ("Float", "-0.0", "1.3-2d5ed718f2a40a9da502965ef0f54d3d"),
        ("Float", "1e400", "1.3-115cc3fbb95635ef2539bc8b6ee553db"),
    ] {
        assert_eq!(fingerprint(kind, default), right, "{default}");
    }
}

#[test]
fn what_is_assigned_keeps_all_its_digits() {
    let load = line(json!({"op": "load", "registry": "r", "schema": {"objects": [{
        "name": "T", "version": "1.3", "project_namespace": "p", "serial_namespace": "s",
        "fields": [
            {"name": "text", "type": {"kind": "String"}},
            {"name": "whole", "type": {"kind": "Integer"}},
            {"name": "natural", "type": {"kind": "NonNegativeInteger"}}
        ]
    }]}}));
    let assign = br#"{"op":"assign","registry":"r","object":"T","version":"1.3","values":[["text",1e22],["whole",1e22],["natural",18446744073709551616]]}"#;
    let mut process = Command::new(env!("CARGO_BIN_EXE_testee"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(&[&load, &assign[..]].join(&b'\n')).unwrap();
    let output = String::from_utf8(process.wait_with_output().unwrap().stdout).unwrap();
    let data = r#""s.data":{"text":"1e+22","whole":10000000000000000000000,"natural":18446744073709551616}"#;
    assert!(output.contains(data), "{output}");
}

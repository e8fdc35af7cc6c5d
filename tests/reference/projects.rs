//! Classes as projects write them, read by `ovo_read.py` into a schema file: dynamic objects of it beside the classes
//! themselves, on random objects, versions and manifests.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use conformance::{Registries, answer};
use serde_json::Value;

const CASES: &str = "2500";

#[test]
fn rules_that_were_read_do_what_the_classes_do() {
    let root = support::root();
    let schema = root.join("target/tmp/ruled.json");
    std::fs::create_dir_all(root.join("target/tmp")).unwrap();
    let python = || {
        let mut python = Command::new(support::python());
        python.args(["-B", "-W", "ignore"]).current_dir(root.join("tests/generated"));
        python
    };
    let reader = root.join("src/bin/ovo/ovo_read.py");
    let output = python().arg(&reader).args(["ruled", "--output"]).arg(&schema).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("8 objects, 2 things that no rule says, 2 problems"), "{said}");
    let read: Value = serde_json::from_str(&std::fs::read_to_string(&schema).unwrap()).unwrap();
    insta_rules(&read);

    let mut compare = python()
        .arg("compare.py")
        .arg(&reader)
        .arg("-")
        .arg(&schema)
        .args([CASES, "ruled"])
        .env("PYTHONPATH", ".")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = compare.stdin.take().unwrap();
    let mut registries = Registries::new();
    for line in BufReader::new(compare.stdout.take().unwrap()).split(b'\n') {
        let answer = answer::line(&mut registries, &line.unwrap());
        writeln!(answers, "{}", serde_json::to_string(&answer).unwrap()).unwrap();
    }
    drop(answers);
    let output = compare.wait_with_output().unwrap();
    let found = String::from_utf8(output.stderr).unwrap();
    let counts: Value = serde_json::from_str(found.lines().last().unwrap_or_default()).unwrap_or_default();
    assert!(output.status.success(), "{found}");
    assert_eq!((&counts["objects"], &counts["fingerprints"]), (&8.into(), &8.into()), "{found}");
    assert!(
        counts["equal"].as_u64() > Some(2000) && counts["refused by both"].as_u64() > Some(100),
        "{found}"
    );
}

/// What was found of each object, without what every schema has.
fn insta_rules(schema: &Value) {
    let mut found = String::new();
    for object in schema["objects"].as_array().unwrap() {
        let words = ["keep_children", "refuses", "tombstones", "relationships"];
        let said = words.iter().filter_map(|word| Some((word, object.get(*word)?)));
        for (word, said) in said {
            found += &format!("{}: {word} {said}\n", object["name"].as_str().unwrap());
        }
        for field in object["fields"].as_array().unwrap() {
            for word in ["since", "absent", "rules"] {
                if let Some(said) = field.get(word) {
                    let (object, name) = (object["name"].as_str().unwrap(), field["name"].as_str().unwrap());
                    found += &format!("{object}.{name}: {word} {said}\n");
                }
            }
        }
    }
    support::snapshots("schema").bind(|| insta::assert_snapshot!("rules_read", found));
}

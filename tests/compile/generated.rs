//! A schema file in Rust: names that Rust has other uses for, what a second run keeps, and a whole project from a bare
//! machine: installed, read, generated, compiled without a warning, and compared with the Python classes.
//! `tests/generated/all` does that for larger projects.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(script: &str, args: &[&str]) -> (String, String) {
    let mut command = Command::new(support::root().join(script));
    // A lock that differs is a failure, whatever this run writes.
    let output: Output = command.args(args).env("INSTA_UPDATE", "no").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{script} {args:?}:\n{out}\n{errors}");
    (out, errors)
}

#[test]
fn odd_names_are_names_of_rust() {
    let schema = support::root().join("tests/generated/odd.json");
    // As on the first run.
    let _ = std::fs::remove_dir_all(support::root().join("target/generated/odd/src"));
    let (report, _) = run("tests/generated/crate", &["odd", schema.to_str().unwrap()]);
    support::snapshots("schema").bind(|| insta::assert_snapshot!("generate_report", report));
    run("target/debug/generated-odd", &["locked"]);
    let fingerprints = run("target/debug/generated-odd", &["fingerprints"]).0;
    let expected = run("target/debug/ovo", &["fingerprint", schema.to_str().unwrap()]).0;
    // The registry tells of each name its newest version, the schema all that were registered.
    let names = |text: &str| -> BTreeSet<String> {
        text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    assert_eq!(names(&fingerprints), names(&expected));
    for line in fingerprints.lines() {
        assert!(expected.lines().any(|expected| expected == line), "{line}\n{expected}");
    }
    a_second_run_keeps_what_was_written_by_hand(&schema);
}

/// What people wrote stays, what is new is added, and what is no more goes.
fn a_second_run_keeps_what_was_written_by_hand(schema: &Path) {
    let folder = support::root().join("target/generated/again");
    let _ = std::fs::remove_dir_all(&folder);
    let (out, lock) = (folder.join("objects"), folder.join("lock"));
    let generate = |schema: &Path| {
        let [schema, out, lock] = [schema, &out, &lock].map(|path| path.to_str().unwrap());
        run("target/debug/ovo", &["generate", schema, "--out", out, "--lock", lock]).0
    };
    let report = generate(schema);
    assert!(report.contains("5 functions are for you to write in hand.rs, 5 of them new"), "{report}");
    let hand = out.join("hand.rs");
    let mine = std::fs::read_to_string(&hand).unwrap().replace("Ok(())", "Ok(drop(\"mine\"))");
    std::fs::write(&hand, &mine).unwrap();
    let before = std::fs::read_to_string(out.join("mod_objects.rs")).unwrap();

    let text = std::fs::read_to_string(schema).unwrap();
    let mut newer: Value = serde_json::from_str(&text).unwrap();
    let objects = newer["objects"].as_array_mut().unwrap();
    objects.retain(|object| object["name"] != "Option");
    let unsaid = serde_json::json!([{"what": "something happens"}]);
    objects.iter_mut().find(|object| object["name"] == "foo_bar").unwrap()["unsaid"] = unsaid;
    let newer_path = folder.join("newer.json");
    std::fs::write(&newer_path, newer.to_string()).unwrap();
    let report = generate(&newer_path);
    assert!(report.contains("6 functions are for you to write in hand.rs, 1 of them new"), "{report}");
    let hand = std::fs::read_to_string(&hand).unwrap();
    assert!(hand.starts_with(mine.trim_end()) && hand.contains("something happens"), "{hand}");
    assert_eq!(std::fs::read_to_string(out.join("mod_objects.rs")).unwrap(), before);
    assert!(!out.join("fields_objects.rs").exists());

    std::fs::write(out.join("mod.rs"), "// by hand\n").unwrap();
    let refused = Command::new(support::root().join("target/debug/ovo"))
        .args(["generate".as_ref(), newer_path.as_os_str(), "--out".as_ref(), out.as_os_str()])
        .args(["--lock".as_ref(), lock.as_os_str()])
        .output()
        .unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && error.contains("mod.rs is there, and wasn't generated"), "{error}");
    assert_eq!(std::fs::read_to_string(out.join("mod.rs")).unwrap(), "// by hand\n");
}

#[test]
fn os_vif_s_objects_are_rust_in_one_command() {
    let (text, errors) = run("tests/generated/run", &["os-vif", "3000"]);
    assert!(errors.contains("nothing is left to write by hand"), "{errors}");
    let counts: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&counts["objects"], &counts["fingerprints"]), (&31.into(), &31.into()), "{counts}");
    assert!(counts["equal"].as_u64().unwrap() > 2800, "{counts}");
    assert!(counts.get("different").is_none(), "{counts}");
    run("target/debug/generated-os-vif", &["locked"]);
    what_is_wrong_is_named_and_the_rest_is_read();
    what_classes_do_is_said_in_words_of_the_derive();
}

/// Classes with a rule of each kind, by the reader and the derive's words, in the environment of the project.
fn what_classes_do_is_said_in_words_of_the_derive() {
    let root = support::root();
    let schema = root.join("target/generated/ruled.json");
    let reader = root.join("src/bin/ovo/ovo_read.py");
    let [schema, reader] = [&schema, &reader].map(|path| path.to_str().unwrap());
    let python = "target/generated/os-vif/python/bin/python";
    let folder = root.join("tests/generated");
    let read = Command::new(root.join(python))
        .args(["-B", "-W", "ignore", reader, "ruled", "-o", schema])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let (report, _) = run("tests/generated/crate", &["ruled", schema]);
    assert!(report.contains("nothing is left to write by hand"), "{report}");
    run("target/debug/generated-ruled", &["locked"]);
    let compared = Command::new(root.join(python))
        .args(["-B", "-W", "ignore", "compare.py", reader])
        .args([root.join("target/debug/generated-ruled").as_os_str(), schema.as_ref()])
        .args(["2500", "ruled"])
        .env("PYTHONPATH", ".")
        .current_dir(&folder)
        .output()
        .unwrap();
    let found = String::from_utf8(compared.stdout).unwrap();
    assert!(compared.status.success(), "{found}");
}

/// In the environment of the project that was installed.
fn what_is_wrong_is_named_and_the_rest_is_read() {
    let root = support::root();
    let schema = root.join("target/generated/strange.json");
    let output = Command::new(root.join("target/generated/os-vif/python/bin/python"))
        .args(["-B", "-W", "ignore"])
        .arg(root.join("src/bin/ovo/ovo_read.py"))
        .args(["strange", "not_there", "-o"])
        .arg(&schema)
        .current_dir(root.join("tests/generated"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = [
        "strange.broken: can't be imported: ModuleNotFoundError: No module named 'a_module_that_nobody_has'",
        "not_there: can't be imported: ModuleNotFoundError: No module named 'not_there'",
        "Port 1.0: registered twice, by strange.good.Port and by strange.twice.Port; the last one is read",
        "Picky 1.0: can't be made: RuntimeError: not today",
        "strange.leaves: can't be imported: SystemExit: no license",
        "Dated 2024.1.b3: left out: its version isn't two or three numbers",
        "not registered, so not in the file; --unregistered reads them: Late",
        "in no registry, so that Python writes none of their fields, and not in the file: Forgotten",
    ];
    for line in expected {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    let text = std::fs::read_to_string(&schema).unwrap();
    // Python writes an infinite default as no JSON has it; `ovo` reads it.
    let read: Value = serde_json::from_str(&text.replace(": Infinity", ": null")).unwrap();
    let names: Vec<_> = read["objects"].as_array().unwrap().iter().map(|object| &object["name"]).collect();
    assert_eq!(
        names,
        ["Checked", "Defaulted", "Leaving", "Picky", "Port", "Renewed", "Renewed", "Settled", "Shy"]
    );
    assert!(read["objects"][1]["fields"][0].get("default").is_none(), "{}", read["objects"][1]);
    // Bounds that hold for some values by accident are none.
    let checked = &read["objects"][0];
    assert_eq!(checked["fields"][0].get("check"), None, "{checked}");
    assert_eq!(checked["fields"][1]["check"], serde_json::json!({"min": 1, "max": 4094}));
    let unsaid = checked["unsaid"][0]["what"].as_str().unwrap();
    assert!(unsaid.starts_with("it takes fewer values than its type says"), "{unsaid}");
    // What a field decides of another isn't taken for a value that is always there.
    let said = |object: &Value| {
        let unsaid = object["unsaid"].as_array().unwrap();
        unsaid.iter().map(|one| one["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [leaving, settled] = [&read["objects"][2], &read["objects"][7]];
    assert_eq!(settled.get("initial"), None, "{settled}");
    let by_status = "reading sets it by what status is: by \"leaving\" to false";
    assert_eq!(said(settled), ["reading changes it: null becomes true", by_status]);
    assert_eq!(said(leaving), [by_status]);

    let folder = root.join("target/generated/strange");
    let [out, lock] = [folder.join("objects"), folder.join("lock")];
    let [out, lock, schema_text] = [&out, &lock, &schema].map(|path| path.to_str().unwrap());
    let report = run("target/debug/ovo", &["generate", schema_text, "--out", out, "--lock", lock]).0;
    assert!(
        report.contains(
            "note: Defaulted.most: its default is none of its values, or no literal of Rust, so it has none"
        ),
        "{report}"
    );
    let source = std::fs::read_to_string(folder.join("objects/odd.rs")).unwrap();
    assert!(
        source.contains(
            "#[object(name = \"Renewed\", versions(\"1.0..=1.3\"), coerce)]\npub struct RenewedV1 {"
        ),
        "{source}"
    );

    let older = text.replacen("\"format\": 2", "\"format\": 1", 1);
    std::fs::write(&schema, older).unwrap();
    let refused =
        Command::new(root.join("target/debug/ovo")).arg("fingerprint").arg(&schema).output().unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.trim_end().ends_with("a schema of format 1, and format 2 is read here"), "{error}");
    assert_eq!(error.lines().count(), 1);
}

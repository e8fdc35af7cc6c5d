//! `ovo` as people and their CI run it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// The program, built as the tests are.
pub fn ovo() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let args = ["build", "--quiet", "-p", "versioned-objects", "--all-features", "--bin", "ovo"];
        let status = Command::new(env!("CARGO")).args(args).current_dir(support::root()).status().unwrap();
        assert!(status.success());
        support::root().join("target/debug/ovo")
    })
}

struct Project(tempfile::TempDir);

const BASE: &str = include_str!("../pure/check/edits/base.json");

impl Project {
    /// A repository with a schema file that was released.
    fn released() -> Project {
        let project = Project(tempfile::tempdir().unwrap());
        project.write("schema.json", BASE);
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.git(&["add", "."]);
        project.git(&["commit", "--quiet", "-m", "first"]);
        project.git(&["tag", "v1"]);
        project
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn git(&self, args: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let status = Command::new("git").args(who).args(args).current_dir(self.0.path()).status().unwrap();
        assert!(status.success(), "{args:?}");
    }

    /// What it prints and says, and its exit status.
    fn run(&self, args: &[&str], input: &str) -> (String, String, i32) {
        let mut child = Command::new(ovo())
            .args(args)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that doesn't read has ended before.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(stdout), text(stderr), status.code().unwrap())
    }

    #[track_caller]
    fn prints(&self, args: &[&str], expected: i32) -> String {
        let (out, errors, status) = self.run(args, "");
        assert_eq!((status, errors.as_str()), (expected, ""), "{args:?}\n{out}");
        out
    }

    #[track_caller]
    fn refuses(&self, args: &[&str], expected: &str) {
        let (out, errors, status) = self.run(args, "");
        assert_eq!((out.as_str(), errors.trim_end(), status), ("", expected, 2), "{args:?}");
    }
}

fn edited() -> String {
    let mut schemas: Value = serde_json::from_str(BASE).unwrap();
    let disk = &mut schemas["objects"][0];
    disk["fields"][0]["nullable"] = json!(true);
    disk["methods"] = json!([]);
    schemas["objects"].as_array_mut().unwrap().retain(|object| object["name"] != "Rack");
    serde_json::to_string_pretty(&schemas).unwrap() + "\n"
}

/// Holds all of an output to what was looked at.
#[track_caller]
fn holds(name: &str, text: &str) {
    support::snapshots("ovo").bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn check_tells_in_each_form_what_breaks() {
    let project = Project::released();
    let fine = project.prints(&["check", "schema.json"], 0);
    assert_eq!(fine, "nothing that was released is broken: 4 objects held to v1:schema.json\n");
    project.write("schema.json", &edited());
    let report =
        |format: &str| project.prints(&["check", "schema.json", "--against", "v1", "--format", format], 1);
    for format in ["text", "json", "github", "gitlab", "junit", "sarif", "checkstyle"] {
        holds(&format!("check_{format}"), &report(format));
    }
    for format in ["json", "gitlab", "sarif"] {
        serde_json::from_str::<Value>(&report(format)).unwrap();
    }

    // Coloured where one asks for it; less strict, less is told; a folder or a file is as good as a revision.
    let coloured = project.prints(&["check", "schema.json", "--color", "always"], 1);
    holds("check_coloured", &coloured.replace('\u{1b}', "ESC"));
    let wire = project.prints(&["check", "schema.json", "--strict", "wire"], 1);
    assert!(!wire.contains("METHOD_REMOVED") && wire.contains("OBJECT_REMOVED"), "{wire}");
    project.write("old.json", BASE);
    let of_file = project.prints(&["check", "schema.json", "--against", "old.json"], 1);
    let of_revision = project.prints(&["check", "schema.json", "--against", "HEAD:schema.json"], 1);
    assert_eq!(of_file.lines().count(), of_revision.lines().count());
}

#[test]
fn diff_has_five_keys_and_tells_what_breaks_nothing() {
    let project = Project::released();
    project.write("new.json", &edited());
    let text = project.prints(&["diff", "schema.json", "new.json", "--json"], 1);
    let found: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(
        found,
        [
            json!({"rule": "METHOD_REMOVED", "severity": "breaking", "object": "Disk", "field": "save()", "message": "the method is gone"}),
            json!({"rule": "FIELD_NOW_NULLABLE", "severity": "breaking", "object": "Disk", "field": "serial", "message": "null may stand in it now"}),
            json!({"rule": "OBJECT_REMOVED", "severity": "breaking", "object": "Rack", "field": null, "message": "the object isn't registered any more"}),
        ]
    );
    assert_eq!(project.prints(&["diff", "v1:schema.json", "schema.json", "--json"], 0), "[]\n");
    assert_eq!(project.prints(&["diff", "schema.json", "schema.json"], 0), "nothing changed\n");
    let mut newer: Value = serde_json::from_str(BASE).unwrap();
    newer["objects"][2]["version"] = json!("1.1");
    let fields = newer["objects"][2]["fields"].as_array_mut().unwrap();
    fields.push(json!({"name": "wwn", "type": "String", "since": "1.1"}));
    project.write("new.json", &newer.to_string());
    assert_eq!(
        project.prints(&["diff", "schema.json", "new.json"], 0),
        "fine Machine: its version was 1.0, and is 1.1\nfine Machine.wwn: the field is new, since 1.1\n"
    );
}

#[test]
fn an_error_is_one_line_that_says_where_and_what_to_write_instead() {
    let project = Project::released();
    project.refuses(
        &["check"],
        "ovo: snapshots/lock: there is no such file or folder; name your folder of locks or your schema file",
    );
    project.refuses(
        &["check", "schema.json", "--against", "v9"],
        "ovo: v9: neither a file, a folder nor a git revision of the repository at .",
    );
    project.refuses(
        &["check", "schema.json", "--against", "v1:other.json"],
        "ovo: v1:other.json: there is no such file or folder in that revision",
    );
    project.write("wrong.json", &BASE.replacen("\"Integer\"", "\"Intger\"", 1));
    project.refuses(
        &["diff", "schema.json", "wrong.json"],
        "ovo: wrong.json:5: Disk.size: \"Intger\" is no kind of type; did you mean `Integer`?",
    );
    project.write("wrong.json", &BASE.replacen("\"nullable\"", "\"nulable\"", 1));
    let (_, errors, status) = project.run(&["diff", "schema.json", "wrong.json"], "");
    assert!(status == 2 && errors.starts_with("ovo: wrong.json:7: Disk.note: "), "{errors}");
    assert!(errors.ends_with("; did you mean `nullable`?\n") && errors.lines().count() == 1, "{errors}");
    project.write("wrong.json", "{\n \"objects\": [\n}");
    let (_, errors, _) = project.run(&["history", "wrong.json"], "");
    assert!(errors.starts_with("ovo: wrong.json:3: ") && errors.lines().count() == 1, "{errors}");
    std::fs::create_dir(project.0.path().join("empty")).unwrap();
    project.refuses(
        &["schema", "empty"],
        "ovo: empty: no lock is in this folder; `assert_locked!` in a test writes them, as OBJECT.snap",
    );
}

const MESSAGE: &str = r#"{"oslo.version": "2.0", "oslo.message": "{\"method\": \"run\", \"version\": \"1.3\", \"_context_user\": \"u\", \"args\": {\"password\": \"hunter2\", \"server\": {\"versioned_object.name\": \"Server\", \"versioned_object.namespace\": \"shop\", \"versioned_object.version\": \"1.1\", \"versioned_object.data\": {\"uuid\": \"00000000-0000-4000-8000-000000000001\", \"rank\": 3, \"disk\": {\"versioned_object.name\": \"Disk\", \"versioned_object.namespace\": \"shop\", \"versioned_object.version\": \"1.2\", \"versioned_object.data\": {\"serial\": \"a\", \"cache\": \"none\"}, \"versioned_object.changes\": [\"cache\"]}}}}}"}"#;

#[test]
fn show_and_backport_read_messages() {
    let project = Project::released();
    let (shown, errors, status) = project.run(&["show", "--schema", "schema.json"], MESSAGE);
    assert_eq!((status, errors.as_str()), (0, ""));
    assert!(!shown.contains("hunter2"), "{shown}");
    holds("show", &shown);
    let (coloured, ..) = project.run(&["show", "--schema", "schema.json", "--color", "always"], MESSAGE);
    holds("show_coloured", &coloured.replace('\u{1b}', "ESC"));

    let inner: Value = serde_json::from_str(MESSAGE).unwrap();
    let inner: Value = serde_json::from_str(inner["oslo.message"].as_str().unwrap()).unwrap();
    let server = inner["args"]["server"].to_string();
    let args = ["backport", "--schema", "schema.json", "--to", "1.0"];
    let (text, told, status) = project.run(&args, &server);
    assert_eq!(status, 0, "{told}");
    holds("backport", &text);
    assert_eq!(told, "dropped Server.disk.cache (not in Disk 1.0)\n");
    let args = ["backport", "--schema", "schema.json", "--manifest", "Server=1.1,Disk=1.1"];
    let (text, told, _) = project.run(&args, &server);
    assert_eq!(told, "");
    let older: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(older["versioned_object.data"]["disk"]["versioned_object.version"], "1.1");
    let (_, told, status) = project.run(&["backport", "--schema", "schema.json", "--to", "7.0"], &server);
    assert!(status == 2 && told.starts_with("ovo: ") && told.lines().count() == 1, "{told}");
}

#[test]
fn history_is_a_table_and_a_page_that_needs_nothing_else() {
    let project = Project::released();
    let table = project.prints(&["history", "schema.json"], 0);
    holds("history", &table);
    project.prints(&["history", "schema.json", "--html", "page.html"], 0);
    let page = std::fs::read_to_string(project.0.path().join("page.html")).unwrap();
    // Style and script are files of their own.
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    let (body, _) = body.split_once("<script type").unwrap();
    holds("history_page", &format!("{head}{body}"));
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let mut hostile: Value = serde_json::from_str(BASE).unwrap();
    hostile["objects"][0]["fields"][0]["name"] = json!("</script><b onclick='x'>");
    project.write("hostile.json", &hostile.to_string());
    project.prints(&["history", "hostile.json", "--html", "page.html"], 0);
    let page = std::fs::read_to_string(project.0.path().join("page.html")).unwrap();
    assert!(!page.contains("<b onclick") && page.matches("</script>").count() == 2);
}

#[test]
fn completions_and_the_manual_know_each_command() {
    let project = Project::released();
    let manual = project.prints(&["man"], 0);
    let shell = project.prints(&["completions", "bash"], 0);
    for command in
        ["check", "diff", "show", "backport", "history", "reader", "generate", "schema", "fingerprint"]
    {
        assert!(manual.contains(&format!("OVO {}", command.to_uppercase())), "{command}");
        assert!(
            shell.contains(&format!("ovo,{command}")) || shell.contains(&format!("ovo__{command}")),
            "{command}"
        );
    }
}

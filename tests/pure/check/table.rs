//! Edits of a small service's schemas as a stranger makes them, each with all that it breaks: in `edits/post.json`, where an
//! edit is a patch (RFC 7396) of the base.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Map, Value};
use versioned_objects::check::{self, Hosts, Unshown};

use super::rules::{locks, patch};

#[derive(Deserialize)]
struct Table {
    base: Value,
    cases: Map<String, Value>,
}

#[derive(Deserialize)]
struct Case {
    breaks: Vec<String>,
    edit: Value,
}

#[test]
fn each_edit_names_its_rules_and_shows_them() {
    let table: Table = serde_json::from_str(include_str!("edits/post.json")).unwrap();
    let old = locks(&table.base);
    let mut wrong = String::new();
    for (name, case) in table.cases {
        let Case { breaks, edit } = serde_json::from_value(case).unwrap();
        let mut edited = table.base.clone();
        patch(&mut edited, &edit);
        let new = locks(&edited);
        let findings = check::compare(&old, &new, &[]);
        let found: Vec<_> =
            findings.iter().map(|finding| format!("{} {}", finding.rule.id, finding.place)).collect();
        if found != breaks {
            writeln!(wrong, "{name}: {found:?} in place of {breaks:?}").unwrap();
        }
        let hosts = Hosts::new(&old, &new);
        for finding in &findings {
            match hosts.witness(finding) {
                Err(Unshown::Nothing) => writeln!(wrong, "{name}: nothing shows {finding}").unwrap(),
                Ok(witness) if witness.sent == witness.answer => {
                    writeln!(wrong, "{name}: {witness}").unwrap()
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

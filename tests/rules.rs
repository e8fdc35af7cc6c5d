//! The rules of `check`: each on edits of nova's objects, near misses beside hits.
//!
//! A file in `rules/` is found by its name, which is the rule's. `lock` is a patch (RFC 7396) of nova's locks, and
//! each case is a patch of what comes of it.

mod support;

use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use versioned_objects::check::{self, Finding, Lock, Locks, RULES, Silence};
use versioned_objects::nova;

#[derive(Deserialize)]
struct Fixture {
    #[serde(default)]
    lock: Value,
    hits: Map<String, Value>,
    near_misses: Map<String, Value>,
}

fn fixture(id: &str) -> Fixture {
    let path = Path::new("tests/rules").join(format!("{}.json", id.to_lowercase()));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Nova's locks as one JSON object, by the objects' names.
fn nova_locks() -> Value {
    let locks = Locks::of(&nova::registry());
    let texts =
        locks.iter().map(|(name, lock)| (name.to_owned(), serde_json::from_str(&lock.to_string()).unwrap()));
    Value::Object(texts.collect())
}

fn patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.remove(key)),
            value => self::patch(target.entry(key.clone()).or_insert(Value::Null), value),
        }
    }
}

#[track_caller]
fn locks(texts: &Value) -> Locks {
    let locks = texts
        .as_object()
        .unwrap()
        .values()
        .map(|text| text.to_string().parse::<Lock>().unwrap_or_else(|error| panic!("{error}: {text}")));
    locks.collect()
}

fn findings(base: &Value, case: &Value) -> Vec<Finding> {
    let mut case = case.clone();
    let silences = case.as_object_mut().unwrap().remove("silences").unwrap_or_default();
    let silences: Vec<[String; 3]> = serde_json::from_value(silences).unwrap_or_default();
    let silences = silences.into_iter().map(|[rule, place, reason]| Silence::new(rule, place, reason));
    let silences: Vec<_> = silences.collect();
    let mut changed = base.clone();
    patch(&mut changed, &case);
    check::compare(&locks(base), &locks(&changed), &silences)
}

#[test]
fn each_rule_fires_on_its_edits_and_on_nothing_near_them() {
    let mut wrong = String::new();
    for rule in RULES {
        let fixture = fixture(rule.id);
        let mut base = nova_locks();
        if fixture.lock.is_object() {
            patch(&mut base, &fixture.lock);
        }
        let mut shown = String::new();
        for (case, edit) in &fixture.hits {
            let found = findings(&base, edit);
            if found.len() != 1 || found[0].rule.id != rule.id {
                writeln!(wrong, "{}, {case}: {found:#?}", rule.id).unwrap();
            }
            for finding in found {
                writeln!(shown, "{case}\n\n{finding}\n").unwrap();
            }
        }
        for (case, edit) in &fixture.near_misses {
            for finding in findings(&base, edit) {
                writeln!(wrong, "{}, near miss, {case}: {finding}", rule.id).unwrap();
            }
        }
        assert!(!fixture.hits.is_empty() && !fixture.near_misses.is_empty(), "{}", rule.id);
        support::snapshots("rules").bind(|| insta::assert_snapshot!(rule.id.to_lowercase(), shown));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_fixture_is_that_of_a_rule() {
    for entry in std::fs::read_dir("tests/rules").unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap().to_uppercase();
        assert!(RULES.iter().any(|rule| rule.id == id), "{id}");
    }
}

#[test]
fn a_rule_gives_way_to_rules_that_there_are() {
    assert!(RULES.is_sorted_by_key(|rule| rule.id));
    for rule in RULES {
        let record = format!("{rule:?}");
        for id in record.split('"').filter(|word| word.contains('_') && word.to_uppercase() == *word) {
            assert!(RULES.iter().any(|other| other.id == id), "{}: {id}", rule.id);
        }
    }
}

#[test]
fn what_is_as_it_was_breaks_nothing() {
    let base = nova_locks();
    for rule in RULES {
        let mut base = base.clone();
        if let lock @ Value::Object(_) = fixture(rule.id).lock {
            patch(&mut base, &lock);
        }
        assert!(check::compare(&locks(&base), &locks(&base), &[]).is_empty(), "{}", rule.id);
    }
}

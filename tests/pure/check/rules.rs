//! The rules of `check`: each on edits of nova's objects, near misses beside hits.
//!
//! A file in `rules/` is found by its name, which is the rule's. `lock` is a patch (RFC 7396) of nova's locks, and
//! each case is a patch of what comes of it.

use std::fmt::Write;
use std::path::Path;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use versioned_objects::check::{self, Finding, Host, Hosts, Lock, Locks, RULES, Silence, Unshown};
use versioned_objects::nova;

#[derive(Deserialize)]
struct Fixture {
    #[serde(default)]
    lock: Value,
    hits: Map<String, Value>,
    near_misses: Map<String, Value>,
}

fn fixture(id: &str) -> Fixture {
    let path = Path::new("pure/check/rules").join(format!("{}.json", id.to_lowercase()));
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

pub(super) fn patch(target: &mut Value, patch: &Value) {
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

/// Whether a type takes nothing where it coerces that it refuses otherwise; of a project's own type nobody knows it.
pub(super) fn has_one_form(ty: &Value) -> bool {
    match ty["kind"].as_str().or(ty.as_str()) {
        Some("Dict") => has_one_form(&ty["element"]),
        Some(kind) => ["VersionPredicate", "IPNetworkText", "Enum", "Object", "Opaque"].contains(&kind),
        None => false,
    }
}

#[track_caller]
pub(super) fn locks(texts: &Value) -> Locks {
    let locks = texts
        .as_object()
        .unwrap()
        .values()
        .map(|text| text.to_string().parse::<Lock>().unwrap_or_else(|error| panic!("{error}: {text}")));
    locks.collect()
}

/// Locks that say no more than what is of interest.
pub(super) fn short_locks(texts: &[Value]) -> Locks {
    let locks = texts.iter().map(|text| {
        let mut whole = json!({
            "format": 2, "project_namespace": "test", "serial_namespace": "test_object", "converts_nested": true,
        });
        patch(&mut whole, text);
        whole.to_string().parse::<Lock>().unwrap_or_else(|error| panic!("{error}: {whole}"))
    });
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

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
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
                let mut changed = base.clone();
                let mut edit = edit.clone();
                edit.as_object_mut().unwrap().remove("silences");
                patch(&mut changed, &edit);
                let witness = match Hosts::new(&locks(&base), &locks(&changed)).witness(&finding) {
                    Ok(witness) => witness.to_string(),
                    Err(unshown) => {
                        // A warning about a silence is about no message.
                        let is_right = rule.directions.is_empty()
                            || matches!(unshown, Unshown::Function(..) | Unshown::Promise);
                        if !is_right {
                            writeln!(wrong, "{}, {case}: {unshown}: {finding}", rule.id).unwrap();
                        }
                        unshown.to_string()
                    }
                };
                writeln!(shown, "{case}\n\n{finding}\n{}\n", indented(&witness)).unwrap();
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

/// Rules that came with a new version and change on purpose what hosts of older ones get.
const ON_PURPOSE: [(&str, &str); 3] = [
    ("ENUM_VALUE_REMOVED", "no longer written, with a bump"),
    ("RELEASED_HISTORY_CHANGED", "a rule for a new version"),
    ("RELEASED_HISTORY_CHANGED", "an unreleased version refuses"),
];

/// What breaks no rule is understood by hosts of both releases, whatever objects they send.
#[test]
fn edits_near_a_rule_do_no_harm() {
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]));
    let mut harmed = String::new();
    for rule in RULES {
        let fixture = fixture(rule.id);
        let mut base = nova_locks();
        if fixture.lock.is_object() {
            patch(&mut base, &fixture.lock);
        }
        let is_judged = |case: &str, edit: &Value| {
            edit.get("silences").is_none() && !ON_PURPOSE.contains(&(rule.id, case))
        };
        for (case, edit) in fixture.near_misses.iter().filter(|(case, edit)| is_judged(case, edit)) {
            let mut changed = base.clone();
            patch(&mut changed, edit);
            let (old, new) = (locks(&base), locks(&changed));
            let hosts = Hosts::new(&old, &new);
            for (writer, locks) in [(Host::Released, &old), (Host::Here, &new)] {
                let registry = locks.registry();
                for name in edit.as_object().unwrap().keys().filter(|name| registry.schema(name).is_ok()) {
                    let objects = check::envelopes(&registry, name);
                    let harm = (0..24)
                        .find_map(|_| hosts.harm(writer, &objects.new_tree(&mut runner).unwrap().current()));
                    if let Some(harm) = harm {
                        writeln!(harmed, "{}, {case}: {harm}", rule.id).unwrap();
                    }
                }
            }
        }
    }
    assert!(harmed.is_empty(), "{harmed}");
}

#[test]
fn each_fixture_is_that_of_a_rule() {
    for entry in std::fs::read_dir("pure/check/rules").unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap().to_uppercase();
        assert!(RULES.iter().any(|rule| rule.id == id), "{id}");
    }
}

#[test]
fn the_guide_has_each_rule() {
    let page = include_str!("../../../src/guide/testing.md");
    for rule in RULES {
        assert!(page.contains(&format!("\n| `{}`", rule.id)), "{}", rule.id);
        assert!(page.contains(&format!(" | `{}` | {} |\n", rule.strictness, rule.meaning)), "{}", rule.id);
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

/// An edit of a field, and the rule that it breaks.
type Edit = (&'static str, fn(&mut Map<String, Value>));

const EDITS: [Edit; 6] = [
    ("FIELD_TYPE_CHANGED", |field| drop(field.insert("type".to_owned(), "VersionPredicate".into()))),
    ("FIELD_READ_ONLY_CHANGED", |field| drop(field.insert("read_only".to_owned(), true.into()))),
    ("FIELD_NOW_STRICT", |field| drop(field.insert("strict".to_owned(), true.into()))),
    ("FIELD_SINCE_CHANGED", |field| drop(field.insert("since".to_owned(), "7.0".into()))),
    ("FIELD_DEFAULT_CHANGED", |field| drop(field.insert("default".to_owned(), "another".into()))),
    ("FIELD_NOW_NULLABLE", |field| {
        field.insert("nullable".to_owned(), true.into());
    }),
];

#[test]
fn one_edit_of_any_field_of_nova_s_gives_one_finding() {
    let base = nova_locks();
    for (object, lock) in base.as_object().unwrap() {
        let alone = |lock: &Value| lock.to_string().parse::<Lock>().into_iter().collect::<Locks>();
        let old = alone(lock);
        let told = |changed: Value| -> Vec<String> {
            let new = alone(&changed);
            let findings = check::compare(&old, &new, &[]);
            findings.iter().map(|finding| format!("{} {}", finding.rule.id, finding.place)).collect()
        };
        for (field, is) in lock["fields"].as_object().unwrap() {
            let place = format!("{object}.{field}");
            let mut without = lock.clone();
            let fields = without["fields"].as_object_mut().unwrap();
            let gone = fields.remove(field).unwrap();
            assert_eq!(told(without.clone()), [format!("FIELD_REMOVED_NO_TOMBSTONE {place}")]);
            without["fields"].as_object_mut().unwrap().insert("renamed".to_owned(), gone);
            assert_eq!(told(without), [format!("FIELD_RENAMED {place}")]);
            for (rule, edit) in EDITS {
                let is_so = rule == "FIELD_NOW_NULLABLE" && is["nullable"] == true
                    || rule == "FIELD_NOW_STRICT" && has_one_form(&is["type"]);
                if !is_so {
                    let mut changed = lock.clone();
                    edit(changed["fields"][field].as_object_mut().unwrap());
                    assert_eq!(told(changed), [format!("{rule} {place}")]);
                }
            }
        }
    }
}

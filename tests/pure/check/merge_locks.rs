//! Locks of a stable branch and of the main one, made one.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use versioned_objects::check::{self, Clash, Lock, Locks, Side};

fn base() -> Value {
    json!({
        "format": 2, "name": "Disk", "project_namespace": "test", "serial_namespace": "test_object",
        "versions": ["1.0", "1.1", "1.2", "1.3"],
        "fields": {"serial": {"type": "String"}, "size": {"type": "Integer", "since": "1.2"}},
    })
}

fn lock(text: &Value) -> Lock {
    text.to_string().parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn with(versions: &[&str], fields: &[(&str, Value)]) -> Value {
    let mut text = base();
    text["versions"].as_array_mut().unwrap().extend(versions.iter().map(|version| json!(version)));
    for (name, field) in fields {
        text["fields"][*name] = field.clone();
    }
    text
}

fn text(since: &str) -> Value {
    json!({"type": "String", "since": since})
}

fn merge(ours: &Value, theirs: &Value) -> Result<Lock, Vec<Clash>> {
    Lock::merge(Some(&lock(&base())), &lock(ours), &lock(theirs), &BTreeMap::new())
}

#[track_caller]
fn clash(ours: &Value, theirs: &Value, rule: &str, place: &str) {
    for (ours, theirs) in [(ours, theirs), (theirs, ours)] {
        let clashes = merge(ours, theirs).unwrap_err();
        let found: Vec<_> = clashes.iter().map(|clash| (clash.rule, clash.place.as_str())).collect();
        assert_eq!(found, [(rule, place)], "{clashes:?}");
    }
}

/// Nothing that either side released is broken by what came out.
#[track_caller]
fn merged(ours: &Value, theirs: &Value) -> Lock {
    let merged = merge(ours, theirs).unwrap_or_else(|clashes| panic!("{clashes:?}"));
    assert_eq!(
        merge(theirs, ours).unwrap().to_string(),
        merged.to_string(),
        "it doesn't matter which side is ours"
    );
    let alone = |lock: Lock| -> Locks { [lock].into_iter().collect() };
    for side in [ours, theirs] {
        let findings = check::compare(&alone(lock(side)), &alone(merged.clone()), &[]);
        // That a stable branch had a version which the main one didn't know is new to it, and breaks nobody.
        let is_branch =
            |finding: &&check::Finding| finding.what.starts_with("versions are new that are older");
        let breaking = findings.iter().filter(|finding| finding.rule.severity == check::Severity::Breaking);
        let breaking = breaking.filter(|finding| !is_branch(finding));
        assert_eq!(breaking.count(), 0, "{findings:?}");
    }
    merged
}

#[test]
fn each_side_s_versions_and_fields_are_kept() {
    let stable = with(&["1.3.1"], &[("cache", text("1.3.1"))]);
    let main = with(&["1.4"], &[("note", text("1.4")), ("cache", text("1.4"))]);
    let found = merged(&main, &stable);
    let versions: Vec<String> = found.schema().versions.iter().map(ToString::to_string).collect();
    assert_eq!(versions, ["1.0", "1.1", "1.2", "1.3", "1.3.1", "1.4"]);
    let since = |name: &str| found.schema().field(name).unwrap().since.unwrap().to_string();
    assert_eq!((since("cache"), since("note")), ("1.3.1".to_owned(), "1.4".to_owned()));
}

#[test]
fn a_backport_past_a_version_without_the_field_is_a_clash() {
    let stable = with(&["1.3.1"], &[("cache", text("1.3.1"))]);
    let main = with(&["1.4", "1.5"], &[("note", text("1.4")), ("cache", text("1.5"))]);
    clash(&main, &stable, "LOCK_BACKPORT_LEAVES_GAP", "Disk.cache");
}

#[test]
fn a_version_that_both_sides_made_is_a_clash() {
    let ours = with(&["1.4"], &[("note", text("1.4"))]);
    let theirs = with(&["1.4"], &[("cache", text("1.4"))]);
    clash(&ours, &theirs, "LOCK_VERSION_MADE_TWICE", "Disk 1.4");
    // The same on both sides is one.
    merged(&ours, &ours.clone());
}

#[test]
fn what_both_changed_is_a_clash_until_somebody_decides() {
    let mut ours = base();
    ours["fields"]["serial"]["default"] = json!("a");
    let mut theirs = base();
    theirs["fields"]["serial"]["default"] = json!("b");
    clash(&ours, &theirs, "LOCK_ADDED_TWICE", "Disk.serial.default");
    let told = merge(&ours, &theirs).unwrap_err()[0].to_string();
    assert!(
        told.starts_with(r#"LOCK_ADDED_TWICE: Disk.serial.default: ours says "a", theirs "b""#),
        "{told}"
    );
    assert!(told.contains("\n  to do: "), "{told}");
    let take: BTreeMap<String, Side> = [("Disk.serial.default".to_owned(), Side::Theirs)].into();
    let found = Lock::merge(Some(&lock(&base())), &lock(&ours), &lock(&theirs), &take).unwrap();
    assert!(found.to_string().contains(r#""default": "b""#), "{found}");
    // Different words of one field are no clash.
    theirs["fields"]["serial"] = json!({"type": "String", "nullable": true});
    let both = merge(&ours, &theirs).unwrap().to_string();
    assert!(both.contains(r#""default": "a""#) && both.contains(r#""nullable": true"#), "{both}");
}

#[test]
fn what_one_changed_and_the_other_removed_is_a_clash() {
    let mut ours = base();
    ours["fields"].as_object_mut().unwrap().remove("size");
    let mut theirs = base();
    theirs["fields"]["size"]["nullable"] = json!(true);
    clash(&ours, &theirs, "LOCK_CHANGED_AND_REMOVED", "Disk.size");
}

#[test]
fn rows_of_child_versions_come_together() {
    let list = |rows: Value, versions: Value| {
        json!({
            "format": 2, "name": "Disk", "project_namespace": "test", "serial_namespace": "test_object",
            "versions": versions, "list": true, "child_versions": rows,
            "fields": {"objects": {"type": {"kind": "List", "element": {"kind": "Object", "name": "Part"}}}},
        })
    };
    let base = lock(&list(json!({"1.0": "1.0"}), json!(["1.0"])));
    let ours = lock(&list(json!({"1.0": "1.0", "1.1": "1.2"}), json!(["1.0", "1.1"])));
    let theirs = lock(&list(json!({"1.0": "1.0", "1.0.1": "1.1"}), json!(["1.0", "1.0.1"])));
    let found = Lock::merge(Some(&base), &ours, &theirs, &BTreeMap::new()).unwrap();
    let rows: Vec<String> = found
        .schema()
        .child_versions
        .as_ref()
        .unwrap()
        .iter()
        .map(|(parent, child)| format!("{parent} {child}"))
        .collect();
    assert_eq!(rows, ["1.0 1.0", "1.0.1 1.1", "1.1 1.2"]);
    let other = lock(&list(json!({"1.0": "1.0", "1.1": "1.3"}), json!(["1.0", "1.1"])));
    let clashes = Lock::merge(Some(&base), &ours, &other, &BTreeMap::new()).unwrap_err();
    assert_eq!((clashes[0].rule, &*clashes[0].place), ("LOCK_ADDED_TWICE", "Disk.child_versions.1.1"));
}

#[test]
fn exceptions_of_both_sides_are_on_record() {
    let of = |places: &[&str]| {
        let mut text = base();
        let exception =
            |place: &&str| json!({"rule": "FIELD_TYPE_CHANGED", "place": place, "reason": "nobody has it"});
        text["exceptions"] = places.iter().map(exception).collect();
        text
    };
    let found = merge(&of(&["Disk.serial"]), &of(&["Disk.serial", "Disk.size"])).unwrap();
    let places: Vec<&str> = found.exceptions().iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["Disk.serial", "Disk.size"]);
}

//! What is said of released versions, then and now.

use super::change::Change;
use super::finding::Hit;
use super::lock::{described, shown};
use crate::schema::{Action, FieldSchema, Instead, ObjectSchema, Rule};
use crate::version::Version;

/// First thing that changed of the object as a whole.
pub(super) fn of_object(change: &Change<'_>) -> Vec<Hit> {
    let (old, new) = (change.old, change.new);
    let told = |versions: Vec<Version>, what: &str| vec![Hit::new(change.name(), versions, what)];
    let Some(last) = change.last() else { return Vec::new() };
    let lost: Vec<_> = change.released.iter().copied().filter(|version| !new.has_version(*version)).collect();
    if !lost.is_empty() {
        return told(lost, "versions that were released are gone from its history");
    }
    let between: Vec<_> = new
        .versions
        .iter()
        .copied()
        .filter(|version| *version < last && !old.has_version(*version))
        .collect();
    if !between.is_empty() {
        return told(between, "versions are new that are older than what was released");
    }
    if let Some(again) = new.unreleased.filter(|version| change.released.contains(version)) {
        return told(vec![again], "a version that was released counts as unreleased again");
    }
    let older: Vec<_> = change.released.iter().copied().filter(|version| *version < last).collect();
    let mut inside = old.fields.iter().filter(|field| field.ty.object().is_some());
    let has_children = inside.any(|field| new.field(&field.name).is_some());
    if old.keep_children != new.keep_children && has_children && !older.is_empty() {
        return told(older, "whether the objects inside it are converted changed");
    }
    if old.refuses != new.refuses {
        let before = new.refuses.as_ref().map(|refusal| refusal.before);
        let had = old.refuses.as_ref().map(|refusal| refusal.before);
        let refused = |version: &Version| {
            let is_new = before.is_some_and(|before| *version < before);
            is_new && had.is_none_or(|had| *version >= had)
        };
        let refused: Vec<_> = older.iter().copied().filter(refused).collect();
        if !refused.is_empty() {
            return told(refused, "it isn't written any more in versions that were released");
        }
    }
    if old.compatible.is_some() && new.compatible.is_none() {
        return told(older, "the routine that finishes its backports is gone");
    }
    if old.compatible.is_none() && new.compatible.is_some() && new.current() == last && !older.is_empty() {
        return told(older, "a routine finishes its backports that didn't when these were released");
    }
    if old.forgets_changes != new.forgets_changes && !older.is_empty() {
        return told(older, "whether fields count as changed in what these versions get changed");
    }
    if (old.by_pin, old.by_manifest) != (new.by_pin, new.by_manifest) {
        let older: Vec<_> = older.iter().copied().filter(|version| is_converted(old, *version)).collect();
        if !older.is_empty() {
            return told(older, "whether its rules hold for pins or for manifests changed");
        }
    }
    let mut nested =
        old.fields.iter().filter(|field| field.ty.object().is_some() && field.ty.child().is_none());
    let is_nested = nested.any(|field| new.field(&field.name).is_some());
    if is_nested && old.converts_nested != new.converts_nested && !older.is_empty() {
        return told(older, "whether objects in dicts and nested lists are converted changed");
    }
    if (old.is_list(), old.bare_list) != (new.is_list(), new.bare_list) {
        return told(change.released.clone(), "whether it is a list of objects changed");
    }
    Vec::new()
}

/// Whether hosts of that version get anything otherwise than the newest ones.
fn is_converted(schema: &ObjectSchema, version: Version) -> bool {
    let is_plain =
        |field: &FieldSchema| field.is_in(version) && field.rules.is_empty() && field.ty.object().is_none();
    schema.compatible.is_some()
        || schema.forgets_changes
        || schema.tombstones.iter().any(|grave| grave.is_in(version))
        || !schema.fields.iter().all(is_plain)
}

/// The tombstones that changed for released versions.
pub(super) fn graves(change: &Change<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for grave in change.old.tombstones.iter() {
        if change.new.tombstones.contains(grave) {
            continue;
        }
        let versions: Vec<_> =
            change.released.iter().copied().filter(|version| grave.is_in(*version)).collect();
        if !versions.is_empty() {
            let what = "the tombstone that these versions go by is gone or says something else";
            hits.push(Hit::new(change.place(&grave.name), versions, what));
        }
    }
    let had = |name: &str| {
        let was = change.old.tombstones.iter().any(|grave| grave.name == name);
        was || change.old.field(name).is_some() || is_former(change, name)
    };
    for grave in change.new.tombstones.iter().filter(|grave| !had(&grave.name)) {
        let versions: Vec<_> =
            change.released.iter().copied().filter(|version| grave.is_in(*version)).collect();
        if !versions.is_empty() {
            let what = "a tombstone for a field that these versions never had";
            hits.push(Hit::new(change.place(&grave.name), versions, what));
        }
    }
    hits
}

/// Whether a field of the lock had that name once.
fn is_former(change: &Change<'_>, name: &str) -> bool {
    let mut rules = change.old.fields.iter().flat_map(|field| field.rules.iter());
    rules.any(|rule| {
        matches!(&rule.action, Action::Rename(older) | Action::Convert { name: older, .. } if older == name)
    })
}

/// The released versions for which a field is written by other rules.
///
/// A rule for what came with a new version holds for all that were released, and breaks none of them.
pub(super) fn rules(change: &Change<'_>, old: &FieldSchema, new: &FieldSchema) -> Vec<Version> {
    let Some(last) = change.last() else { return Vec::new() };
    let said = |field: &FieldSchema, version: Version| -> Vec<String> {
        let binding = |rule: &&Rule| {
            let refuses = match &rule.action {
                Action::Refuse => true,
                Action::Values { instead, .. } => *instead == Instead::Refuse,
                _ => false,
            };
            // One of a version that isn't there yet holds for all that there are, where the history is open.
            let is_of_released =
                rule.before <= last || change.new.is_open && change.new.current() < rule.before;
            version < rule.before && is_of_released && (refuses || field.is_in(version))
        };
        let mut said: Vec<String> =
            field.rules.iter().filter(binding).map(|rule| text(rule, field.nullable)).collect();
        if field.alone && field.ty.object().is_some() && version < last && field.is_in(version) {
            said.push("objects in it are left alone".to_owned());
        }
        said
    };
    // Where a field isn't in a version, a rule can refuse it and do nothing else. Whether it is in it, another rule tells.
    let there = |version: &Version| old.is_in(*version) == new.is_in(*version);
    let differ = |version: &Version| said(old, *version) != said(new, *version);
    change.released.iter().copied().filter(there).filter(differ).collect()
}

/// A rule as far as what it does can be compared.
fn text(rule: &Rule, nullable: bool) -> String {
    let what = match &rule.action {
        // Who makes it is a matter of names that only the program has.
        Action::Convert { name, ty, .. } => format!("convert {name} {}", described(ty)),
        Action::Fill(value) => format!("fill {}", shown(Some(value))),
        Action::FillUnset(value) if nullable => format!("fill where unset {}", shown(Some(value))),
        // Where null can't stand, only what is unset is filled.
        Action::FillUnset(value) => format!("fill {}", shown(Some(value))),
        other => format!("{other:?}"),
    };
    format!("{} {what}", rule.before)
}

/// The rows that a field's objects go by. Those of a list count where there are none: they go before a manifest.
fn rows<'s>(schema: &'s ObjectSchema, field: &'s FieldSchema) -> Option<&'s [(Version, Version)]> {
    let is_of_elements = schema.child_versions.is_some() && field.name == "objects";
    schema.rows_of(field).or(is_of_elements.then_some(&[]))
}

/// The released versions that get the sub-object in a field in another version.
pub(super) fn tables(change: &Change<'_>, old: &FieldSchema, new: &FieldSchema) -> Vec<Version> {
    let Some(last) = change.last() else { return Vec::new() };
    match (rows(change.old, old), rows(change.new, new)) {
        (None, _) => Vec::new(),
        (Some(_), None) => change.released.iter().copied().filter(|version| *version < last).collect(),
        (Some(then), Some(now)) => {
            let reached = |rows: &[(Version, Version)], version: Version| {
                rows.iter().rev().find(|(parent, _)| *parent <= version).map(|(_, child)| *child)
            };
            let differ = |version: &Version| reached(then, *version) != reached(now, *version);
            change.released.iter().copied().filter(differ).collect()
        }
    }
}

use crate::check::change::{Change, Comparison};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::check::history::{graves, of_object, rules, tables};
use crate::schema::FieldSchema;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "RELEASED_HISTORY_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts of these versions are written for otherwise than when they were released",
    remedy: "leave what is said of released versions as it is, and say more of the new one alone",
    gives_way: GivesWay::To(&[
        "BASE_REMOVED",
        "CHILD_BUMP_UNMAPPED",
        "CHILD_TYPE_CHANGED",
        "CHILD_VERSION_NOT_MONOTONE",
        "ENUM_VALUE_ADDED_NO_SINCE",
        "ENUM_VALUE_REMOVED",
        "FIELD_DEFAULT_CHANGED",
        "FIELD_NAME_REUSED",
        "FIELD_NOW_NON_NULL",
        "FIELD_NOW_NULLABLE",
        "FIELD_REMOVED_NO_TOMBSTONE",
        "FIELD_RENAMED",
        "FIELD_SINCE_CHANGED",
        "FIELD_TYPE_CHANGED",
        "VERSION_DECREASED",
    ]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    comparison.changes().flat_map(changed).collect()
}

fn changed(change: &Change<'_>) -> Vec<Hit> {
    let mut hits = of_object(change);
    for old in change.old.fields.iter() {
        if let Some(new) = change.new.field(&old.name) {
            hits.extend(of_field(change, old, new));
        }
    }
    hits.extend(graves(change));
    hits
}

fn of_field(change: &Change<'_>, old: &FieldSchema, new: &FieldSchema) -> Option<Hit> {
    let versions = rules(change, old, new);
    if !versions.is_empty() {
        let what = "what these versions get for it is made otherwise";
        return Some(Hit::new(change.place(&old.name), versions, what));
    }
    let versions = tables(change, old, new);
    let what = "these versions get its sub-object in another version";
    (!versions.is_empty()).then(|| Hit::new(change.place(&old.name), versions, what))
}

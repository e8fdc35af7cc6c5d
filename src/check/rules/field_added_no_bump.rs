use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_ADDED_NO_BUMP",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions get a field that they don't know, under a version that they do",
    remedy: "bump the version and say `since` it on the field",
    gives_way: GivesWay::To(&["FIELD_RENAMED", "FIELD_NAME_REUSED", "FIELD_SINCE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let come = change.come().into_iter().filter(|(name, _)| change.old.field(name).is_none());
        hits.extend(come.map(|(name, versions)| {
            Hit::new(
                change.place(name),
                versions,
                "the field is new, in versions that were released without it",
            )
        }));
    }
    hits
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_READ_ONLY_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Source,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "one side sets again what the other lets be set but once",
    remedy: "keep it as it was released, or make another field",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let changed = change.where_both(|_, (old, _), (new, _)| old.read_only != new.read_only);
        hits.extend(changed.into_iter().map(|(name, versions)| {
            let now = change.new.field(name).is_some_and(|field| field.read_only);
            let what = if now { "it can be set but once now" } else { "it can be set more than once now" };
            Hit::new(change.place(name), versions, what)
        }));
    }
    hits
}

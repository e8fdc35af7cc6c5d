use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NOW_REQUIRED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "hosts of these versions may leave the field unset, and such an object is refused here",
    remedy: "leave it optional, and look for its value where it is used",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED", "FIELD_SINCE_CHANGED", "FIELD_ADDED_NO_BUMP"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let strict = change.where_both(|_, (old, _), (new, _)| {
            !old.required && new.required && !change.new.sets_by_itself(&new.name)
        });
        hits.extend(strict.into_iter().map(|(name, versions)| {
            Hit::new(change.place(name), versions, "an object without it is refused now")
        }));
    }
    hits
}

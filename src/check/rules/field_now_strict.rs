use crate::check::change::Comparison;
use crate::check::coerced::coerced;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NOW_STRICT",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "what was coerced is refused, and hosts of these versions may send it",
    remedy: "say `coerce` on the field, as it was before",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let changed = change
            .where_both(|_, (old, ty), (new, _)| !old.strict && new.strict && coerced(&ty.kind).is_some());
        hits.extend(changed.into_iter().map(|(name, versions)| {
            Hit::new(change.place(name), versions, "nothing is coerced in it any more")
        }));
    }
    hits
}

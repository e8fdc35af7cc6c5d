use crate::check::change::{Comparison, Difference, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::Action;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NOW_NON_NULL",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "hosts of these versions send null, and it is refused here",
    remedy: "keep the field nullable, or give it a `default`, which null becomes then",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let strict = change.where_both(|version, (old, old_ty), (new, new_ty)| {
            let is_converted = || new.active(version).any(|action| matches!(action, Action::Convert { .. }));
            let outer = old.nullable && !new.nullable && new.default.is_none();
            let inner = differences(old_ty, new_ty)
                .iter()
                .any(|difference| matches!(difference, Difference::ElementNonNull));
            // Of a conversion the type says whether null may stand inside.
            outer && !is_converted() || inner
        });
        hits.extend(strict.into_iter().map(|(name, versions)| {
            Hit::new(change.place(name), versions, "null may not stand in it any more, and has no default")
        }));
    }
    hits
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::Action;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NOW_OPTIONAL",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions refuse the object where the field is unset",
    remedy: "keep it required, or bump the version and say `fill(value = ..., before = ...)` on the field",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn is_fill(action: &Action) -> bool {
    matches!(action, Action::Fill(_) | Action::FillUnset(_))
}

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let loose = change.where_both(|version, (old, _), (new, _)| {
            let is_filled = new.active(version).any(is_fill);
            old.required && !new.required && !is_filled && !change.old.sets_by_itself(&old.name)
        });
        hits.extend(loose.into_iter().map(|(name, versions)| {
            Hit::new(change.place(name), versions, "an object without it is written now")
        }));
    }
    hits
}

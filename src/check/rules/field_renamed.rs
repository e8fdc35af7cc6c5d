use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_RENAMED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts of these versions don't know the new name and send the old one",
    remedy: "bump the version and say `renamed(from = ..., since = ...)` on the field",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for (name, versions) in change.gone() {
            if let Some(field) = change.successor(name) {
                let what = format!("it is {} now, and nothing says that it was {name}", field.name);
                let mut hit = Hit::new(change.place(name), versions, what);
                hit.places.push(change.place(&field.name));
                hits.push(hit);
            }
        }
    }
    hits
}

use crate::check::change::{Comparison, Difference, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::check::lock::described;
use crate::schema::TypeSchema;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "CHILD_TYPE_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "one side writes an object that the other doesn't take in this field",
    remedy: "make another field for the other object, and give this one a tombstone",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

/// Whether the type holds another object.
fn holds_another(old: &TypeSchema, new: &TypeSchema) -> bool {
    differences(old, new).iter().any(|difference| matches!(difference, Difference::Object))
}

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let changed = change.where_both(|_, (_, old), (_, new)| holds_another(old, new));
        for (name, versions) in changed {
            let what = match (change.old.field(name), change.new.field(name)) {
                (Some(old), Some(new)) if holds_another(&old.ty, &new.ty) => {
                    format!("it held {}, and holds {}", described(&old.ty), described(&new.ty))
                }
                _ => "it holds another object in these versions".to_owned(),
            };
            hits.push(Hit::new(change.place(name), versions, what));
        }
    }
    hits
}

use crate::check::change::{Comparison, Difference, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::check::lock::described;
use crate::schema::TypeSchema;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_TYPE_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "one side writes what the other can't read as the field's value",
    remedy: "bump the version and say `was(type = ..., since = ..., to_older = ..., from_older = ...)` on the field",
    gives_way: GivesWay::To(&[]),
    find,
};

/// Whether the type has other values.
fn is_of_another(old: &TypeSchema, new: &TypeSchema) -> bool {
    differences(old, new).iter().any(|difference| matches!(difference, Difference::Kind))
}

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let changed = change.where_both(|_, (_, old), (_, new)| is_of_another(old, new));
        for (name, versions) in changed {
            let (old, new) = (change.old.field(name), change.new.field(name));
            let what = match (old, new) {
                (Some(old), Some(new)) if is_of_another(&old.ty, &new.ty) => {
                    format!("it was {}, and is {}", described(&old.ty), described(&new.ty))
                }
                _ => "its type in these versions changed".to_owned(),
            };
            hits.push(Hit::new(change.place(name), versions, what));
        }
    }
    hits
}

use crate::check::change::{Comparison, Difference, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::check::lock::described;

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

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let changed =
            change.where_both(|_, (_, old), (_, new)| differences(old, new).contains(&Difference::Kind));
        for (name, versions) in changed {
            let (old, new) = (change.old.field(name), change.new.field(name));
            let what = match (old, new) {
                (Some(old), Some(new)) if differences(&old.ty, &new.ty).contains(&Difference::Kind) => {
                    format!("it was {}, and is {}", described(&old.ty), described(&new.ty))
                }
                _ => "its type in these versions changed".to_owned(),
            };
            hits.push(Hit::new(change.place(name), versions, what));
        }
    }
    hits
}

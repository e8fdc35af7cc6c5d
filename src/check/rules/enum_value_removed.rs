use crate::check::change::{Change, Comparison, Difference, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "ENUM_VALUE_REMOVED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "hosts of these versions send the value, and it is refused here",
    remedy: "keep the value and stop writing it",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    comparison.changes().flat_map(removed).collect()
}

fn removed(change: &Change<'_>) -> Vec<Hit> {
    let gone = |old, new| -> Vec<_> {
        let all = differences(old, new).into_iter();
        all.filter_map(|difference| match difference {
            Difference::ValueRemoved(value) => Some(value),
            _ => None,
        })
        .collect()
    };
    let changed = change.where_both(|_, (_, old), (_, new)| !gone(old, new).is_empty());
    let told = changed.into_iter().map(|(name, versions)| {
        let what = match (change.old.field(name), change.new.field(name)) {
            (Some(old), Some(new)) => gone(&old.ty, &new.ty).join(", "),
            _ => String::new(),
        };
        // Those of older versions' types alone.
        let what = if what.is_empty() { "in these versions, some".to_owned() } else { what };
        Hit::new(change.place(name), versions, format!("values that it had are gone: {what}"))
    });
    told.collect()
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::version::Version;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_SINCE_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts of these versions miss the field, or get one that they don't know",
    remedy: "say `since` the version that first had the field, as it was released",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let moved = change.where_fields(|_, old, new| old.is_some() != new.is_some());
        for (name, versions) in moved {
            let (Some(old), Some(new)) = (change.old.field(name), change.new.field(name)) else { continue };
            if old.since != new.since {
                let what =
                    format!("it was there since {}, and now since {}", said(old.since), said(new.since));
                hits.push(Hit::new(change.place(name), versions, what));
            }
        }
    }
    hits
}

fn said(since: Option<Version>) -> String {
    since.map_or_else(|| "the first version".to_owned(), |since| since.to_string())
}

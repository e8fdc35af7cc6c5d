use super::child_bump_unmapped::tables;
use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::version::Version;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "CHILD_VERSION_NOT_MONOTONE",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "a newer host gets an older form of the sub-object than an older host does, and loses what it knows",
    remedy: "let the sub-object's versions rise with those of this object",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let falls = |rows: &[(Version, Version)]| {
        rows.windows(2).find(|pair| pair[1].1 < pair[0].1).map(|pair| (pair[0], pair[1]))
    };
    for change in comparison.changes() {
        for (name, child, rows) in tables(change.new) {
            let before = tables(change.old).find(|(other, ..)| *other == name);
            let fell = before.is_some_and(|(.., rows)| falls(rows).is_some());
            if let Some(((earlier, high), (later, low))) = falls(rows).filter(|_| !fell) {
                let what = format!("{earlier} goes with {high} of {child}, and {later} with {low}");
                hits.push(Hit::new(change.place(name), change.released.clone(), what));
            }
        }
    }
    hits
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "VERSION_DECREASED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts of the version that is gone send what is refused here, and negotiate with a version that means less than it did",
    remedy: "let versions rise alone",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        if let Some(last) = change.last().filter(|last| change.new.current() < *last) {
            let versions = change.released.iter().copied();
            let lost = versions.filter(|version| *version > change.new.current()).collect();
            let what = format!("its version was {last}, and is {}", change.new.current());
            hits.push(Hit::new(change.name(), lost, what));
        }
    }
    hits
}

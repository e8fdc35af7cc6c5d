use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FINGERPRINT_CHANGED_SAME_VERSION",
    severity: Severity::Breaking,
    strictness: Strictness::Names,
    directions: &[Direction::NewToOld, Direction::OldToNew, Direction::Rpc],
    meaning: "two releases have different objects under one version, so nobody can tell them apart",
    remedy: "bump the version, or take the change back",
    gives_way: GivesWay::ToAll,
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let current = change.old.current();
        let same = change.new.current() == current && change.last() == Some(current);
        let (old, new) = (change.old.fingerprint(), change.new.fingerprint());
        if same && old != new {
            hits.push(Hit::new(
                change.name(),
                vec![current],
                format!("its fingerprint was {old}, and is {new}"),
            ));
        }
    }
    hits
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "METHOD_REMOVED",
    severity: Severity::Breaking,
    strictness: Strictness::Names,
    directions: &[Direction::Rpc],
    meaning: "hosts of these versions call it",
    remedy: "keep the method until no host calls it",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let there = |name: &str| change.new.methods.iter().any(|method| method.name == name);
        let gone = change.old.methods.iter().filter(|method| !there(&method.name));
        hits.extend(gone.map(|method| {
            let place = change.place(&format!("{}()", method.name));
            Hit::new(place, change.released.clone(), "the method is gone")
        }));
    }
    hits
}

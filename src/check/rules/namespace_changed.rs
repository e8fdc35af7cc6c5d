use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "NAMESPACE_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "each side takes what the other writes for an object that it doesn't know",
    remedy: "keep the namespaces as they were released",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes().filter(|change| !change.released.is_empty()) {
        let told = |word: &str, old: &str, new: &str| {
            let what = format!("its {word} was {old:?}, and is {new:?}");
            Hit::new(change.name(), change.released.clone(), what)
        };
        let (old, new) = (change.old, change.new);
        if old.namespace != new.namespace {
            hits.push(told("namespace", &old.namespace, &new.namespace));
        } else if old.keys != new.keys {
            hits.push(told("serial namespace", &old.keys.serial_namespace, &new.keys.serial_namespace));
        }
    }
    hits
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "OBJECT_REMOVED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "hosts of these versions send the object, and it is refused here",
    remedy: "keep the object registered until no host sends it; then delete its lock",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let gone = comparison.old.iter().filter(|(name, _)| comparison.new.get(name).is_none());
    let gone = gone.map(|(name, lock)| (name, lock.released().collect::<Vec<_>>()));
    let released = gone.filter(|(_, versions)| !versions.is_empty());
    released
        .map(|(name, versions)| Hit::new(name, versions, "the object isn't registered any more"))
        .collect()
}

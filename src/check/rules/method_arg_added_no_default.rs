use super::signatures::of_signatures;
use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "METHOD_ARG_ADDED_NO_DEFAULT",
    severity: Severity::Breaking,
    strictness: Strictness::Names,
    directions: &[Direction::Rpc],
    meaning: "hosts of these versions don't pass it, and the call fails here",
    remedy: "give the argument a default",
    gives_way: GivesWay::To(&["METHOD_ARG_REMOVED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    of_signatures(comparison, |old, new| {
        let needed = new.needed().iter().filter(|arg| !old.args.contains(arg)).cloned().collect::<Vec<_>>();
        let what = || format!("arguments are new and have no default: {}", needed.join(", "));
        (!needed.is_empty()).then(what)
    })
}

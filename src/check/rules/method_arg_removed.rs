use super::signatures::of_signatures;
use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "METHOD_ARG_REMOVED",
    severity: Severity::Breaking,
    strictness: Strictness::Names,
    directions: &[Direction::Rpc],
    meaning: "hosts of these versions pass it, and the call fails here",
    remedy: "keep the argument, and don't use it",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    of_signatures(comparison, |old, new| {
        let gone = old.args.iter().filter(|arg| !new.takes(arg)).cloned().collect::<Vec<_>>();
        if !gone.is_empty() {
            return Some(format!("arguments are gone: {}", gone.join(", ")));
        }
        (old.takes_more && !new.takes_more).then(|| "it takes no further arguments any more".to_owned())
    })
}

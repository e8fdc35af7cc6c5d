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
        // Callers may pass any of them by its place.
        let placed = if new.takes_placed { &[] } else { old.args.get(new.args.len()..).unwrap_or_default() };
        if !placed.is_empty() {
            return Some(format!("arguments are taken by name alone: {}", placed.join(", ")));
        }
        if old.takes_placed && !new.takes_placed {
            return Some("it takes no further arguments by place any more".to_owned());
        }
        (old.takes_named && !new.takes_named)
            .then(|| "it takes no further arguments by name any more".to_owned())
    })
}

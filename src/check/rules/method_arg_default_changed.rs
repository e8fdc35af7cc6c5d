use super::signatures::of_signatures;
use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "METHOD_ARG_DEFAULT_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Names,
    directions: &[Direction::Rpc],
    meaning: "hosts of these versions leave the argument out, and the call fails here or does something else",
    remedy: "keep the default, and pass the new value where the method is called",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    of_signatures(comparison, |old, new| {
        let changed = old.args.iter().filter(|arg| new.args.contains(arg)).filter_map(|arg| {
            let (then, now) = (old.default_of(arg)?, new.default_of(arg));
            (Some(then) != now).then(|| format!("{arg} was {then}, and is {}", now.unwrap_or("needed")))
        });
        let changed: Vec<_> = changed.collect();
        (!changed.is_empty()).then(|| format!("defaults of arguments changed: {}", changed.join("; ")))
    })
}

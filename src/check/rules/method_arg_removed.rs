use crate::check::change::{Comparison, signatures};
use crate::check::finding::{Direction, GivesWay, Hit, Rule, Severity, Strictness};

pub(super) static RULE: Rule = Rule {
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
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for (name, old, new) in signatures(change) {
            let gone = old.args.iter().filter(|arg| !new.takes(arg)).cloned().collect::<Vec<_>>();
            if !gone.is_empty() {
                let what = format!("arguments are gone: {}", gone.join(", "));
                hits.push(Hit::new(change.place(&format!("{name}()")), change.released.clone(), what));
            } else if old.takes_more && !new.takes_more {
                let what = "it takes no further arguments any more";
                hits.push(Hit::new(change.place(&format!("{name}()")), change.released.clone(), what));
            }
        }
    }
    hits
}

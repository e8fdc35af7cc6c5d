use crate::check::change::{Comparison, signatures};
use crate::check::finding::{Direction, GivesWay, Hit, Rule, Severity, Strictness};

pub(super) static RULE: Rule = Rule {
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
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for (name, old, new) in signatures(change) {
            let needed =
                new.needed().iter().filter(|arg| !old.args.contains(arg)).cloned().collect::<Vec<_>>();
            if !needed.is_empty() {
                let what = format!("arguments are new and have no default: {}", needed.join(", "));
                hits.push(Hit::new(change.place(&format!("{name}()")), change.released.clone(), what));
            }
        }
    }
    hits
}

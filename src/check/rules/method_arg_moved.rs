use super::signatures::of_signatures;
use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "METHOD_ARG_MOVED",
    severity: Severity::Breaking,
    strictness: Strictness::Names,
    directions: &[Direction::Rpc],
    meaning: "hosts of these versions pass arguments by their places, and one is taken for another here",
    remedy: "keep the order of the arguments, and add new ones at the end",
    gives_way: GivesWay::To(&["METHOD_ARG_ADDED_NO_DEFAULT", "METHOD_ARG_REMOVED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    of_signatures(comparison, |old, new| {
        let place = |arg: &String| new.args.iter().position(|other| other == arg);
        let each = old.args.iter().enumerate();
        let moved = each.filter(|(was, arg)| place(arg).is_some_and(|is| is != *was));
        let moved: Vec<_> = moved.map(|(_, arg)| arg.as_str()).collect();
        (!moved.is_empty()).then(|| format!("arguments have another place: {}", moved.join(", ")))
    })
}

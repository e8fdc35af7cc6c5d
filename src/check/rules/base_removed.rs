use crate::check::change::{Change, Comparison};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Kind, TypeSchema};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "BASE_REMOVED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "hosts of these versions send the object in fields of the one that it extended, and it is refused there",
    remedy: "keep the base, or make a new object that doesn't extend it",
    gives_way: GivesWay::To(&["OBJECT_REMOVED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes().filter(|change| !change.released.is_empty()) {
        let gone = change.old.bases.iter().filter(|base| !change.new.bases.contains(base));
        for base in gone.filter(|base| comparison.changes().any(|holder| takes_heirs(holder, base))) {
            let what = format!("it doesn't extend {base} any more");
            hits.push(Hit::new(change.name(), change.released.clone(), what));
        }
    }
    hits
}

/// Whether a field of an object that is read as it was takes any object that extends the base, as it did.
fn takes_heirs(holder: &Change<'_>, base: &str) -> bool {
    let Change { old, new, .. } = holder;
    let is_read = (&old.namespace, &old.keys) == (&new.namespace, &new.keys);
    let taken = holder.where_both(|_, (_, then), (_, now)| is_of_heirs(then, base) && is_of_heirs(now, base));
    is_read && !taken.is_empty()
}

/// Whether the type takes any object that extends the base.
pub(super) fn is_of_heirs(ty: &TypeSchema, base: &str) -> bool {
    match &ty.kind {
        Kind::Object { name, subclasses, .. } => *subclasses && name == base,
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => is_of_heirs(&element.ty, base),
        _ => false,
    }
}

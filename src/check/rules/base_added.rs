use std::borrow::Cow;

use super::base_removed::is_of_heirs;
use crate::check::change::{Comparison, answers};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, Kind, TypeSchema};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "BASE_ADDED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions refuse the object where it stands for the one that it extends",
    remedy: "bump the version of what holds it and say `without(..., since = ...)` on the field there",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (name, lock) in comparison.new.iter() {
        let then = comparison.old.get(name).map(|lock| &*lock.schema().bases).unwrap_or_default();
        // One that extends another of its own name stands for it already.
        let fresh = lock.schema().bases.iter().filter(|base| !then.contains(base) && **base != name);
        for base in fresh {
            let held = comparison.changes().find_map(|change| {
                let taken = change.where_both(|version, (_, then), (field, now)| {
                    let is_answer = |action: &Action| match action {
                        Action::Without(objects) => leaves_out(&field.ty, objects, name),
                        action => matches!(action, Action::Refuse),
                    };
                    is_open(then, base) && is_open(now, base) && !answers(field, version).any(is_answer)
                });
                let (field, versions) = taken.into_iter().next()?;
                Some((change.place(field), versions))
            });
            if let Some((place, versions)) = held {
                let what = format!("it extends {base} now, and {place} takes any that does");
                hits.push(Hit::new(name, versions, what));
            }
        }
    }
    hits
}

/// Whether the type takes any object that extends the base. One that says which objects it takes gets no other for that.
fn is_open(ty: &TypeSchema, base: &str) -> bool {
    is_of_heirs(ty, base) && ty.all_variants().is_empty()
}

/// Whether these objects, among them that one, are left out of a field of that type: of a list alone.
pub(super) fn leaves_out(ty: &TypeSchema, objects: &[Cow<'static, str>], object: &str) -> bool {
    let is_list = matches!(&ty.kind, Kind::List(element) if matches!(element.ty.kind, Kind::Object { .. }));
    is_list && objects.iter().any(|name| name == object)
}

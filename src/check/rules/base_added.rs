use super::base_removed::is_of_heirs;
use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, FieldSchema, ObjectSchema};
use crate::version::Version;

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
                let versions = |field| unanswered(change.old, field, base, name, &change.released);
                let mut fields = change.new.fields.iter();
                fields.find_map(|field| Some((change.place(&field.name), versions(field)?)))
            });
            if let Some((place, versions)) = held {
                let what = format!("it extends {base} now, and {place} takes any that does");
                hits.push(Hit::new(name, versions, what));
            }
        }
    }
    hits
}

/// The released versions in which a field takes all that extend the base, and goes out with the object in it.
fn unanswered(
    old: &ObjectSchema,
    new: &FieldSchema,
    base: &str,
    object: &str,
    released: &[Version],
) -> Option<Vec<Version>> {
    // A field that says which objects it takes gets no other for that it extends one.
    let is_open = |field: &FieldSchema| is_of_heirs(&field.ty, base) && field.ty.all_variants().is_empty();
    let old = old.field(&new.name).filter(|old| is_open(old) && is_open(new))?;
    let is_left_out = |version: Version| {
        new.rules.iter().filter(|rule| version < rule.before).any(|rule| match &rule.action {
            Action::Without(objects) => objects.iter().any(|name| name == object),
            Action::Refuse => true,
            Action::Convert { ty, .. } => !is_of_heirs(ty, base),
            _ => false,
        })
    };
    let versions = released.iter().copied();
    let versions =
        versions.filter(|version| old.is_in(*version) && new.is_in(*version) && !is_left_out(*version));
    Some(versions.collect::<Vec<_>>()).filter(|versions| !versions.is_empty())
}

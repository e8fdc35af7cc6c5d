use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::ObjectSchema;
use crate::version::Version;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "CHILD_BUMP_UNMAPPED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts that know this object in its versions so far get a sub-object that is newer than what they read",
    remedy: "bump this object too, and add the sub-object's new version to its `child_versions`",
    gives_way: GivesWay::To(&["CHILD_VERSION_NOT_MONOTONE", "CHILD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for (name, child, rows) in tables(change.new) {
            let Some((now, then)) = comparison.current(child) else { continue };
            let last = |rows: &[(Version, Version)]| rows.last().map(|(_, child)| *child);
            let is_behind = last(rows).is_some_and(|last| last < now);
            let was_behind = tables(change.old)
                .find(|(other, ..)| *other == name)
                .is_some_and(|(.., rows)| last(rows).is_some_and(|last| last < then));
            // A row that is gone, of a child that stands where it stood, is changed history.
            let is_row_gone =
                now == then
                    && change.old.field(name).zip(change.new.field(name)).is_some_and(|(old, new)| {
                        !crate::check::history::tables(change, old, new).is_empty()
                    });
            if is_behind && !was_behind && !is_row_gone {
                let reached = last(rows).unwrap_or(then);
                let what = format!("{child} is at {now}, and this knows of it up to {reached}");
                hits.push(Hit::new(change.place(name), change.released.clone(), what));
            }
        }
    }
    hits
}

/// The fields that say which version of their sub-object goes with which of their own, and what they say.
pub(super) fn tables(schema: &ObjectSchema) -> impl Iterator<Item = (&str, &str, &[(Version, Version)])> {
    schema.fields.iter().filter_map(|field| {
        let rows = schema.rows_of(field).filter(|rows| !rows.is_empty())?;
        Some((&*field.name, schema.child_of(field)?, rows))
    })
}

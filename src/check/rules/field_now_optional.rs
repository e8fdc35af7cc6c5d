use crate::check::change::{Comparison, is_of_shape};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::Literal;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NOW_OPTIONAL",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions refuse the object where the field is unset",
    remedy: "keep it required, or bump the version and say `fill(value = ..., before = ...)` on the field",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let loose = change.where_both(|version, (old, ty), (new, _)| {
            let is_read = |fill: &Literal| *fill == Literal::Null && old.nullable || is_of_shape(fill, ty);
            let is_converted = new.form_at(version).conversion.is_some();
            let is_filled = new.fill_of_unset(version).is_some_and(|fill| is_converted || is_read(fill));
            old.required && !new.required && !is_filled && !change.old.sets_by_itself(&old.name)
        });
        hits.extend(loose.into_iter().map(|(name, versions)| {
            Hit::new(change.place(name), versions, "an object without it is written now")
        }));
    }
    hits
}

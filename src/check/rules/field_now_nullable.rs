use crate::check::change::{Comparison, Difference, differences, is_of_shape, is_read};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, FieldSchema, Literal, TypeSchema};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NOW_NULLABLE",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions refuse null",
    remedy: "bump the version and say `values(null, since = ..., older = ...)` on the field, or keep it from being null",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let nullable = change.where_both(|version, (old, old_ty), (new, new_ty)| {
            let is_outer = !old.nullable && new.nullable;
            let has_answer = |ty: &TypeSchema, is_inside| {
                new.active(version).any(|action| is_answer(action, old, ty, is_inside))
            };
            let is_unanswered = |difference: &Difference| match difference {
                Difference::ElementNullable(ty) => !has_answer(ty, true),
                _ => false,
            };
            let is_filled = || new.fill_of_null(version).is_some_and(|fill| is_of_shape(fill, old_ty));
            is_outer && !is_filled() && !has_answer(old_ty, false)
                || differences(old_ty, new_ty).iter().any(is_unanswered)
        });
        hits.extend(
            nullable
                .into_iter()
                .map(|(name, versions)| Hit::new(change.place(name), versions, "null may stand in it now")),
        );
    }
    hits
}

/// Whether hosts that have the field so get something for null that they read: for null in the field, which is of that type, or
/// among elements of that type in it. What a conversion makes of null in the field no schema says; of elements its own type does.
fn is_answer(action: &Action, old: &FieldSchema, ty: &TypeSchema, is_inside: bool) -> bool {
    match action {
        Action::Values { values, instead, inside } => {
            (is_inside || !inside) && values.contains(&Literal::Null) && is_read(instead, old, ty)
        }
        Action::Convert { .. } => !is_inside,
        Action::Refuse => true,
        _ => false,
    }
}

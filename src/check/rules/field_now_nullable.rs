use crate::check::change::{Comparison, Difference, answers, differences, is_of_shape, is_read};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, FieldSchema, Instead, Literal, TypeSchema};
use crate::version::Version;

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
            let is_refused_inside = |difference: &Difference| match difference {
                Difference::ElementNullable(ty) => {
                    !answers(new, version).any(|action| is_read_inside(action, old, ty))
                }
                _ => false,
            };
            !old.nullable && new.nullable && !is_read_for_null(new, version, old, old_ty)
                || differences(old_ty, new_ty).iter().any(is_refused_inside)
        });
        hits.extend(
            nullable
                .into_iter()
                .map(|(name, versions)| Hit::new(change.place(name), versions, "null may stand in it now")),
        );
    }
    hits
}

/// Whether hosts that have the field so read what they get for null in it. Of rules that fill it in or replace it the last counts, of
/// those that replace it the first. What a conversion makes of that no schema says.
fn is_read_for_null(new: &FieldSchema, version: Version, old: &FieldSchema, ty: &TypeSchema) -> bool {
    let is_converted = new.form_at(version).conversion.is_some();
    let (mut is_answered, mut is_replacement_read) = (is_converted, None);
    for action in new.active(version) {
        match action {
            Action::Refuse => return true,
            Action::Values { values, instead, inside: false } if values.contains(&Literal::Null) => {
                if !matches!(instead, Instead::Write(_)) {
                    return is_read(instead, old, ty);
                }
                is_answered =
                    is_converted || *is_replacement_read.get_or_insert_with(|| is_read(instead, old, ty));
            }
            Action::Fill(value) => is_answered = is_converted || is_of_shape(value, ty),
            _ => {}
        }
    }
    is_answered
}

/// Whether they read what they get for null among elements of that type.
fn is_read_inside(action: &Action, old: &FieldSchema, ty: &TypeSchema) -> bool {
    match action {
        Action::Values { values, instead, .. } => {
            values.contains(&Literal::Null) && is_read(instead, old, ty)
        }
        Action::Refuse => true,
        _ => false,
    }
}

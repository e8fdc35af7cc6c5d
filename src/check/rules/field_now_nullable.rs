use crate::check::change::{Comparison, actions, is_read};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, FieldSchema, Kind, Literal, TypeSchema};

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
            let unanswered =
                |ty: &&TypeSchema| !actions(new, version).any(|action| is_answer_inside(action, old, ty));
            is_outer && !actions(new, version).any(|action| is_answer(action, old, old_ty))
                || nullable_now(old_ty, new_ty).iter().any(unanswered)
        });
        hits.extend(
            nullable
                .into_iter()
                .map(|(name, versions)| Hit::new(change.place(name), versions, "null may stand in it now")),
        );
    }
    hits
}

/// The types of elements among which null may stand now.
fn nullable_now<'a>(old: &'a TypeSchema, new: &TypeSchema) -> Vec<&'a TypeSchema> {
    match (&old.kind, &new.kind) {
        (Kind::List(then), Kind::List(now))
        | (Kind::Set(then), Kind::Set(now))
        | (Kind::Dict(then), Kind::Dict(now)) => {
            let mut found = nullable_now(&then.ty, &now.ty);
            if !then.nullable && now.nullable {
                found.push(&then.ty);
            }
            found
        }
        _ => Vec::new(),
    }
}

/// Whether hosts that have the field so get something for null that they read. What a conversion makes of it no schema says.
fn is_answer(action: &Action, old: &FieldSchema, ty: &TypeSchema) -> bool {
    match action {
        Action::Values { values, instead, inside: false } => {
            values.contains(&Literal::Null) && is_read(instead, old, ty)
        }
        Action::Convert { .. } | Action::Fill(_) | Action::Refuse => true,
        _ => false,
    }
}

/// The same of null among elements of that type. Of a conversion it's the type that was compared.
fn is_answer_inside(action: &Action, old: &FieldSchema, ty: &TypeSchema) -> bool {
    match action {
        Action::Values { values, instead, .. } => {
            values.contains(&Literal::Null) && is_read(instead, old, ty)
        }
        Action::Refuse => true,
        _ => false,
    }
}

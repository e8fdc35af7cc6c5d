use crate::check::change::{Comparison, Difference, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, FieldSchema, Literal};
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
            let outer = !old.nullable && new.nullable;
            let inner = differences(old_ty, new_ty).contains(&Difference::ElementNullable);
            outer && !is_answered(new, version) || inner && !is_answered_inside(new, version)
        });
        hits.extend(
            nullable
                .into_iter()
                .map(|(name, versions)| Hit::new(change.place(name), versions, "null may stand in it now")),
        );
    }
    hits
}

/// Whether hosts of that version get something else for null in the field. What a conversion makes of it no schema says.
fn is_answered(field: &FieldSchema, version: Version) -> bool {
    field.rules.iter().filter(|rule| version < rule.before).any(|rule| match &rule.action {
        Action::Values { values, inside: false, .. } => values.contains(&Literal::Null),
        Action::Convert { .. } | Action::Fill(_) => true,
        _ => false,
    })
}

/// Whether hosts of that version get something else for null in a list or a dict. Of a conversion the type has it that
/// was compared.
fn is_answered_inside(field: &FieldSchema, version: Version) -> bool {
    field
        .rules
        .iter()
        .filter(|rule| version < rule.before)
        .any(|rule| matches!(&rule.action, Action::Values { values, .. } if values.contains(&Literal::Null)))
}

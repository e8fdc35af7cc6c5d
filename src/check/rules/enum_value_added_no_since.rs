use crate::check::change::{Change, Comparison, Difference, differences};
use crate::check::finding::{Direction, GivesWay, Hit, Rule, Severity};
use crate::schema::{Action, FieldSchema, Literal};
use crate::version::Version;

pub(super) static RULE: Rule = Rule {
    id: "ENUM_VALUE_ADDED_NO_SINCE",
    severity: Severity::Breaking,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions refuse the value",
    remedy: "bump the version and say `values(\"...\", since = ..., older = ...)` on each field that can hold it",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    comparison.changes().flat_map(|change| added(&change)).collect()
}

fn added(change: &Change<'_>) -> Vec<Hit> {
    let unanswered = |old, new, field: &FieldSchema, version| -> Vec<_> {
        let all = differences(old, new).into_iter();
        all.filter_map(|difference| match difference {
            Difference::ValueAdded(value) if !is_answered(field, &value, version) => Some(value),
            _ => None,
        })
        .collect()
    };
    let changed =
        change.where_both(|version, (_, old), (field, new)| !unanswered(old, new, field, version).is_empty());
    let told = changed.into_iter().map(|(name, versions)| {
        let what = match (change.old.field(name), change.new.field(name), versions.first()) {
            (Some(old), Some(new), Some(first)) => unanswered(&old.ty, &new.ty, new, *first).join(", "),
            _ => "in these versions, some".to_owned(),
        };
        Hit::new(change.place(name), versions, format!("values are new, and nothing says since when: {what}"))
    });
    told.collect()
}

/// Whether hosts of that version get something else for the value.
fn is_answered(field: &FieldSchema, value: &str, version: Version) -> bool {
    let is_it = |known: &Literal| matches!(known, Literal::Text(text) if text == value);
    field.rules.iter().filter(|rule| version < rule.before).any(|rule| match &rule.action {
        Action::Values { values, .. } => values.iter().any(is_it),
        Action::Convert { .. } => true,
        _ => false,
    })
}

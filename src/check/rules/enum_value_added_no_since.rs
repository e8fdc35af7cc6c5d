use super::base_added::leaves_out;
use crate::check::change::{Change, Comparison, Difference, answers, differences};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, Element, FieldSchema, Instead, Kind, Literal, TypeSchema};
use crate::version::Version;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "ENUM_VALUE_ADDED_NO_SINCE",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld],
    meaning: "hosts of these versions refuse the value",
    remedy: "bump the version and say `values(\"...\", since = ..., older = ...)` on each field that can hold it; for an \
             object of an `ObjectEnum`, bump the base and say `since` it on the variant",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    comparison.changes().flat_map(|change| added(change, comparison)).collect()
}

fn added(change: &Change<'_>, comparison: &Comparison<'_>) -> Vec<Hit> {
    let unanswered =
        |then: &FieldSchema, old: &TypeSchema, new: &TypeSchema, field: &FieldSchema, version| -> Vec<_> {
            let all = differences(old, new).into_iter();
            all.filter_map(|difference| match difference {
                Difference::ValueAdded(value)
                    if !is_answered(then, field, &value, version) && !is_gated(new, &value, comparison) =>
                {
                    Some(value)
                }
                _ => None,
            })
            .collect()
        };
    let changed = change.where_both(|version, (then, old), (field, new)| {
        !unanswered(then, old, new, field, version).is_empty()
    });
    let told = changed.into_iter().map(|(name, versions)| {
        let what = match (change.old.field(name), change.new.field(name), versions.first()) {
            (Some(old), Some(new), Some(first)) => unanswered(old, &old.ty, &new.ty, new, *first).join(", "),
            _ => String::new(),
        };
        // Those of older versions' types alone.
        let what = if what.is_empty() { "in these versions, some".to_owned() } else { what };
        Hit::new(change.place(name), versions, format!("values are new, and nothing says since when: {what}"))
    });
    told.collect()
}

/// Whether hosts of that version get something for the value that they read.
fn is_answered(old: &FieldSchema, field: &FieldSchema, value: &str, version: Version) -> bool {
    let is_it = |known: &Literal| matches!(known, Literal::Text(text) if text == value);
    let has_elements = matches!(field.ty.kind, Kind::List(_) | Kind::Set(_) | Kind::Dict(_));
    answers(field, version).any(|action| match action {
        Action::Values { values, instead, inside } => {
            let is_dropped = *instead == Instead::Drop && old.required;
            values.iter().any(is_it) && !is_dropped && (!inside || has_elements)
        }
        Action::Without(objects) => leaves_out(&field.ty, objects, value),
        Action::Refuse => true,
        _ => false,
    })
}

/// Whether the value is an object that no released version of the one that it stands for is sent.
fn is_gated(ty: &TypeSchema, value: &str, comparison: &Comparison<'_>) -> bool {
    match &ty.kind {
        Kind::List(Element { ty, .. }) | Kind::Set(Element { ty, .. }) | Kind::Dict(Element { ty, .. }) => {
            is_gated(ty, value, comparison)
        }
        Kind::Object { name, .. } => {
            let variant = ty.variants.iter().find(|variant| variant.name == value);
            let since = variant.and_then(|variant| variant.since);
            let last = comparison.old.get(name).and_then(|lock| lock.released().last());
            since.is_some_and(|since| last.is_none_or(|last| last < since))
        }
        _ => false,
    }
}

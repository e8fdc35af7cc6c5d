use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Check, FieldSchema, Kind, TypeSchema};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_CHECK_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew, Direction::NewToOld],
    meaning: "one side sends values that the other's check refuses",
    remedy: "leave the check as it was, and look at values where they are made",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED", "CHILD_TYPE_CHANGED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let changed = change.where_both(|_, (old, _), (new, _)| check(old) != check(new));
        hits.extend(changed.into_iter().filter_map(|(name, versions)| {
            let (old, new) = (change.old.field(name).map(check)?, change.new.field(name).map(check)?);
            Some(Hit::new(change.place(name), versions, what(&old, &new)))
        }));
    }
    hits
}

/// The conditions that can refuse a value of the field's type.
fn check(field: &FieldSchema) -> Check {
    let said = field.check.as_deref().unwrap_or(&Check::ANY);
    let (is_number, is_text) = match innermost(&field.ty).kind {
        Kind::Integer | Kind::NonNegativeInteger => (true, false),
        Kind::String | Kind::SensitiveString | Kind::VersionPredicate => (false, true),
        Kind::Opaque => (true, true),
        _ => (false, false),
    };
    Check {
        pattern: said.pattern.clone().filter(|_| is_text),
        min_length: said.min_length.filter(|_| is_text),
        max_length: said.max_length.filter(|_| is_text),
        min: said.min.filter(|_| is_number),
        max: said.max.filter(|_| is_number),
        one_of: said.one_of.clone(),
    }
}

fn innermost(ty: &TypeSchema) -> &TypeSchema {
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => innermost(&element.ty),
        _ => ty,
    }
}

/// The first condition that isn't as it was.
fn what(old: &Check, new: &Check) -> String {
    fn told<T: PartialEq + std::fmt::Display>(what: &str, old: Option<T>, new: Option<T>) -> Option<String> {
        match (old, new) {
            (Some(old), Some(new)) if old != new => Some(format!("{what} was {old} and is {new}")),
            (Some(old), None) => Some(format!("{what} was {old} and isn't asked any more")),
            (None, Some(new)) => Some(format!("{what} is {new} and wasn't asked")),
            _ => None,
        }
    }
    told("the least value", old.min, new.min)
        .or_else(|| told("the greatest value", old.max, new.max))
        .or_else(|| told("the least length", old.min_length, new.min_length))
        .or_else(|| told("the greatest length", old.max_length, new.max_length))
        .or_else(|| told("the pattern", old.pattern.as_deref(), new.pattern.as_deref()))
        .unwrap_or_else(|| "the values to choose from aren't those that they were".to_owned())
}

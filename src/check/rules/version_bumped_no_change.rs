use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::check::lock::Lock;
use crate::schema::ObjectSchema;
use std::borrow::Cow;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "VERSION_BUMPED_NO_CHANGE",
    severity: Severity::Warning,
    strictness: Strictness::All,
    directions: &[Direction::NewToOld],
    meaning: "hosts that read every word of the object refuse it, or it is converted for nothing",
    remedy: "bump the version with a change alone",
    gives_way: GivesWay::ToAll,
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let bumped = comparison.changes().filter(|change| change.new.current() > change.old.current());
    let same = bumped.filter(|change| without_versions(change.old) == without_versions(change.new));
    let same = same.filter(|change| !is_for_a_variant(comparison, change.new));
    same.map(|change| {
        let (old, new) = (change.old.current(), change.new.current());
        let what = format!("its version was {old}, and is {new}, and nothing else of it changed");
        Hit::new(change.name(), Vec::new(), what)
    })
    .collect()
}

/// Whether the new version says since when another object may stand for this one.
fn is_for_a_variant(comparison: &Comparison<'_>, base: &ObjectSchema) -> bool {
    let mut fields = comparison.new.iter().flat_map(|(_, lock)| lock.schema().fields.iter());
    fields.any(|field| {
        let mut variants = field.ty.all_variants().iter();
        field.ty.object() == Some(&base.name) && variants.any(|variant| variant.since == Some(base.current()))
    })
}

fn without_versions(schema: &ObjectSchema) -> String {
    Lock::of(&ObjectSchema { versions: Cow::Borrowed(&[]), unreleased: None, ..schema.clone() }).to_string()
}

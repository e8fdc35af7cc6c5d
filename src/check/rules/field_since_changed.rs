use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::{Action, FieldSchema, ObjectSchema};
use crate::version::Version;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_SINCE_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts of these versions miss the field, or get one that they don't know",
    remedy: "say `since` the version that first had the field, as it was released",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for old in change.old.fields.iter() {
            let Some(new) = change.new.field(&old.name).filter(|new| new.since != old.since) else {
                continue;
            };
            // One that was gone and came back says by its tombstone what older versions get.
            let has = |field: &FieldSchema, schema: &ObjectSchema, version: Version| {
                let mut graves = schema.tombstones.iter().filter(|grave| field.name == *grave.name);
                // What it is refused for never has it.
                let is_refused = field.active(version).any(|action| matches!(action, Action::Refuse));
                field.is_in(version) && !is_refused || graves.any(|grave| grave.is_in(version))
            };
            let moved = |version: &Version| has(old, change.old, *version) != has(new, change.new, *version);
            let versions: Vec<_> = change.released.iter().copied().filter(moved).collect();
            if !versions.is_empty() {
                let (then, now) = (said(old.since), said(new.since));
                let what = format!("it was there since {then}, and now since {now}");
                hits.push(Hit::new(change.place(&old.name), versions, what));
            }
        }
    }
    hits
}

fn said(since: Option<Version>) -> String {
    since.map_or_else(|| "the first version".to_owned(), |since| since.to_string())
}

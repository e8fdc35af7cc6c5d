use crate::check::change::{Comparison, Slot};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_REMOVED_NO_TOMBSTONE",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts of these versions read and write the field, and nothing says what they get and what becomes of what they send",
    remedy: "bump the version and say `removed(name = ..., until = ...)` on the object, with `fill` where they need a value",
    gives_way: GivesWay::To(&["FIELD_RENAMED", "FIELD_SINCE_CHANGED", "FIELD_NAME_REUSED"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let gone = change.gone().into_iter().filter(|(name, _)| change.new.field(name).is_none());
        hits.extend(gone.map(|(name, versions)| {
            Hit::new(change.place(name), versions, "the field is gone and has no tombstone in these versions")
        }));
        let lacking = change.where_fields(|_, old, new| match (old, new) {
            (Some(Slot::Field(old, _)), Some(Slot::Grave(grave))) => old.required && grave.fill.is_none(),
            _ => false,
        });
        hits.extend(lacking.into_iter().map(|(name, versions)| {
            Hit::new(
                change.place(name),
                versions,
                "the field is required in these versions, and its tombstone fills in nothing",
            )
        }));
    }
    hits
}

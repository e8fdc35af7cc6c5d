use crate::check::change::{Comparison, former_names};
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::schema::ObjectSchema;
use std::collections::BTreeSet;

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_NAME_REUSED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::NewToOld, Direction::OldToNew],
    meaning: "hosts that know the name from before take the new field for the one that they know",
    remedy: "give the new field a name that was never used",
    gives_way: GivesWay::To(&[]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        let (then, now) = (former(change.old), former(change.new));
        for name in then.union(&now).filter(|name| change.new.field(name).is_some()) {
            let was_so = then.contains(name) && change.old.field(name).is_some();
            if !was_so {
                let what = "a field has a name that another field had";
                hits.push(Hit::new(change.place(name), change.released.clone(), what));
            }
        }
    }
    hits
}

/// The names that fields had and have no more.
fn former(schema: &ObjectSchema) -> BTreeSet<&str> {
    let graves = schema.tombstones.iter().map(|grave| &*grave.name);
    let renamed = schema.fields.iter().flat_map(former_names);
    graves.chain(renamed).collect()
}

use crate::check::change::Comparison;
use crate::check::finding::{ChangeRule, Direction, GivesWay, Hit, Severity, Strictness};
use crate::check::lock::shown;
use crate::schema::{Literal, ObjectSchema};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "FIELD_DEFAULT_CHANGED",
    severity: Severity::Breaking,
    strictness: Strictness::Wire,
    directions: &[Direction::OldToNew],
    meaning: "what a host leaves out, or says with null, means something else than when these versions were released",
    remedy: "keep what it was, and set the new value where objects are made",
    gives_way: GivesWay::To(&["FIELD_TYPE_CHANGED", "FIELD_NOW_NON_NULL"]),
    find,
};

fn find(comparison: &Comparison<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for old in change.old.fields.iter() {
            let Some(new) = change.new.field(&old.name) else { continue };
            let has = |version: &crate::Version| old.is_in(*version) && new.is_in(*version);
            let versions: Vec<_> = change.released.iter().copied().filter(has).collect();
            // Peers that have the field say what it is; it's those from before it that don't.
            let lacks = |version: &crate::Version| !old.is_in(*version) && !new.is_in(*version);
            let before: Vec<_> = change.released.iter().copied().filter(lacks).collect();
            let gained = old.nullable && !new.nullable && old.default.is_none();
            let (versions, what) = if old.default != new.default && !gained && !versions.is_empty() {
                let (old, new) = (shown(old.default.as_deref()), shown(new.default.as_deref()));
                (versions, format!("its default was {old}, and is {new}"))
            } else if old.absent != new.absent && !before.is_empty() {
                let (old, new) = (shown(old.absent.as_deref()), shown(new.absent.as_deref()));
                (before, format!("what it counts as where it is absent was {old}, and is {new}"))
            } else if initial(change.old, &old.name) != initial(change.new, &old.name) {
                let [old, new] = [change.old, change.new].map(|schema| shown(initial(schema, &old.name)));
                (change.released.clone(), format!("what it is made with was {old}, and is {new}"))
            } else {
                continue;
            };
            if !change.released.is_empty() {
                hits.push(Hit::new(change.place(&old.name), versions, what));
            }
        }
    }
    hits
}

/// The value that a sender's object has where it leaves the field out.
fn initial<'a>(schema: &'a ObjectSchema, name: &str) -> Option<&'a Literal> {
    schema.initial.iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

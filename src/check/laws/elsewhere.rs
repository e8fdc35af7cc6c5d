//! Values that rules write in other places than their fields.

use crate::schema::{Action, First, ObjectSchema};
use crate::version::Version;

/// Whether a rule writes what stands in a field under another name, in a version: another field, a dict or a tombstone.
pub(in crate::check) fn goes_elsewhere(schema: &ObjectSchema, name: &str, version: Version) -> bool {
    let mut graves = schema.tombstones.iter().filter(|grave| grave.is_in(version));
    if graves.any(|grave| grave.first.as_ref().is_some_and(|first| first.from == name)) {
        return true;
    }
    schema.fields.iter().any(|field| {
        field.active(version).any(|action| match action {
            Action::Rename(_) | Action::Convert { .. } => field.name == name,
            action => source(action) == Some(name),
        })
    })
}

/// The other field that a rule takes a value from.
fn source(action: &Action) -> Option<&str> {
    match action {
        Action::Take { from, .. } | Action::Insert { from, .. } | Action::First(First { from, .. }) => {
            Some(from)
        }
        _ => None,
    }
}

/// Whether a rule takes what stands in a field.
pub(in crate::check) fn is_source(schema: &ObjectSchema, name: &str) -> bool {
    schema.fields.iter().flat_map(|field| field.rules.iter()).any(|rule| source(&rule.action) == Some(name))
}

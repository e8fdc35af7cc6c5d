//! Signatures of methods, as the rules of their arguments look at them.

use crate::check::change::Comparison;
use crate::check::finding::Hit;
use crate::schema::Signature;

/// Hits on the methods that there were and are, by what is told of both signatures.
pub(super) fn of_signatures(
    comparison: &Comparison<'_>,
    told: impl Fn(&Signature, &Signature) -> Option<String>,
) -> Vec<Hit> {
    let mut hits = Vec::new();
    for change in comparison.changes() {
        for old in change.old.methods.iter() {
            let Some(new) = change.new.methods.iter().find(|method| method.name == old.name) else {
                continue;
            };
            if let Some(what) = told(&Signature::read(&old.spec), &Signature::read(&new.spec)) {
                let place = change.place(&format!("{}()", old.name));
                hits.push(Hit::new(place, change.released.clone(), what));
            }
        }
    }
    hits
}

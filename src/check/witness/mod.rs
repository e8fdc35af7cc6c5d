//! A finding on the wire: both schemas are run, and the message that goes wrong is kept.

mod calls;
mod differ;
mod hosts;
mod kept;
mod sample;
mod told;
mod trip;

use super::finding::{Direction, Finding, object_of};
use super::lock::{Lock, Locks};
use crate::schema::ObjectSchema;

pub use hosts::Hosts;
pub use told::{Act, Host, Unshown, Witness};

impl Hosts {
    /// The witness of a finding, of comparing these locks.
    ///
    /// # Errors
    /// Why there is none.
    pub fn witness(&self, finding: &Finding) -> Result<Witness, Unshown> {
        let object = object_of(&finding.place);
        let field = finding.place.split_once('.').map(|(_, field)| field);
        if self.is_unreleased_again(object) && field.is_none() {
            return Err(Unshown::Promise);
        }
        let found = match (finding.rule.directions, field) {
            ([], _) => None,
            ([Direction::Rpc], Some(method)) => {
                let [old, new] = &self.whole;
                calls::refused(old, new, object, method.trim_end_matches("()"))
            }
            _ => {
                let names = field.map(|field| self.names(object, field)).unwrap_or_default();
                let shown = kept::by_rule(self, object, field, finding);
                let shown = shown.or_else(|| trip::shown(self, object, &names, &finding.versions));
                let shown = shown.or_else(|| field.and_then(|field| kept::shown(self, object, field)));
                // What breaks an object alone may show where another holds it.
                let shown = shown.or_else(|| {
                    let mut holders = self.holders(object).into_iter();
                    holders.find_map(|(parent, names)| trip::shown(self, &parent, &names, &[]))
                });
                let shown = shown.or_else(|| field.and_then(|field| self.with_heir(object, field)));
                // Where every message is refused for another field, none gets as far as this one.
                let whole = || trip::shown(self, object, &[], &finding.versions);
                shown.or_else(|| whole().filter(|witness| witness.refused))
            }
        };
        // Two types that take the same texts differ for programs, and in the fingerprint.
        let found = found
            .or_else(|| kept::fingerprints(self, object).filter(|_| finding.rule.id == "FIELD_TYPE_CHANGED"));
        found.ok_or_else(|| match self.function(object, field) {
            Some((place, name)) => Unshown::Function(place, name),
            // A row of a version that nobody writes for yet.
            None if finding.rule.id == "CHILD_VERSION_NOT_MONOTONE" => Unshown::Promise,
            None if field.is_some_and(|field| self.is_yet_to_come(object, field)) => Unshown::Promise,
            None => Unshown::Nothing,
        })
    }

    /// Whether the field is said to come with a version that isn't there yet.
    fn is_yet_to_come(&self, object: &str, field: &str) -> bool {
        let [_, new] = &self.locks;
        let field = new.get(object).and_then(|lock| Some((lock.schema(), lock.schema().field(field)?)));
        field.is_some_and(|(schema, field)| field.since.is_some_and(|since| since > schema.current()))
    }

    /// A message with an object that extends the one that a field holds, where no schema has one.
    fn with_heir(&self, object: &str, field: &str) -> Option<Witness> {
        let child = self.locks.iter().find_map(|locks| {
            let field = locks.get(object)?.schema().field(field)?;
            field.ty.object().map(str::to_owned)
        })?;
        let [old, new] = &self.locks;
        let heir = |locks: &Locks| -> Option<Locks> {
            let base = locks.get(&child)?.schema();
            let bases = [std::slice::from_ref(&base.name), &*base.bases].concat();
            let heir =
                ObjectSchema { name: format!("{child}Heir").into(), bases: bases.into(), ..base.clone() };
            Some(locks.iter().map(|(_, lock)| lock.clone()).chain([Lock::of(&heir)]).collect())
        };
        trip::shown(&Hosts::new(&heir(old)?, &heir(new)?), object, &[field.to_owned()], &[])
    }
}

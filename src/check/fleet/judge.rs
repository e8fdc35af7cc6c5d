//! Whether a message is understood: read in full, and answered as it came.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::laws::function_within;
use super::super::understood::{Header, Trouble, headers, is_less, outermost, trouble};
use super::fault::Fault;
use super::seat::ReleaseOf;
use crate::dynamic::DynamicObject;
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, Instead, ObjectSchema};

/// So many judgements are kept; then it begins anew.
const MOST_KEPT: usize = 20_000;

/// A message is judged once for each release that gets it.
#[derive(Default)]
pub(super) struct Judge {
    kept: Mutex<BTreeMap<usize, Verdicts>>,
}

/// Judgements of a release by the bytes of the messages.
type Verdicts = BTreeMap<Vec<u8>, Arc<Verdict>>;

/// Judgement of a release on a message.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// It reads all of it; the objects and their versions.
    Fine(Vec<Header>),
    /// It can't read an object's version, or doesn't know the object.
    Unreadable(String),
    /// It misunderstands it.
    Wrong(Fault, String),
}

impl Judge {
    pub(super) fn of(&self, message: &[u8], release: usize, by: &ReleaseOf) -> Arc<Verdict> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdict) = kept().get(&release).and_then(|of| of.get(message)) {
            return Arc::clone(verdict);
        }
        let verdict = Arc::new(match serde_json::from_slice::<Primitive>(message) {
            Ok(value) => judged(&value, &by.registry),
            Err(error) => Verdict::Wrong(Fault::Differs, format!("it is no JSON: {error}")),
        });
        let mut kept = kept();
        let of = kept.entry(release).or_default();
        if of.len() >= MOST_KEPT {
            of.clear();
        }
        of.insert(message.to_vec(), Arc::clone(&verdict));
        verdict
    }
}

fn judged(message: &Primitive, registry: &Registry) -> Verdict {
    let mut found = Vec::new();
    for envelope in outermost(message) {
        match trouble(envelope, registry) {
            None => {}
            Some(Trouble::Version(what)) => return Verdict::Unreadable(what),
            Some(Trouble::Unreadable(what)) => return Verdict::Wrong(Fault::Unreadable, what),
            Some(Trouble::Lost(what)) => return Verdict::Wrong(Fault::Lost, what),
            Some(Trouble::Differs(what)) => return Verdict::Wrong(Fault::Differs, what),
        }
        headers(envelope, &mut found);
    }
    Verdict::Fine(found)
}

/// Whether something is gone, or another value stands there.
pub(super) fn kind(came: &Primitive, found: &Primitive, schema: &ObjectSchema) -> Fault {
    if is_less(came, found, schema) { Fault::Lost } else { Fault::Differs }
}

/// Whether a rule, or a function, of the object or of one inside it may refuse a backport.
pub(super) fn may_refuse(registry: &Registry, name: &str) -> bool {
    let (mut seen, mut waiting) = (Vec::new(), vec![name.to_owned()]);
    while let Some(name) = waiting.pop() {
        let Ok(schema) = registry.schema(&name) else { continue };
        if seen.contains(&name) {
            continue;
        }
        let refuses = |action: &Action| {
            matches!(
                action,
                Action::Refuse | Action::Convert { .. } | Action::Values { instead: Instead::Refuse, .. }
            )
        };
        let mut rules = schema.fields.iter().flat_map(|field| field.rules.iter());
        if schema.compatible.is_some() || rules.any(|rule| refuses(&rule.action)) {
            return true;
        }
        for field in schema.fields.iter() {
            if !field.ty.all_variants().is_empty() {
                return true;
            }
            waiting.extend(field.ty.object().map(str::to_owned));
        }
        seen.push(name);
    }
    false
}

/// Whether a host of that release lacks the Rust functions that an object's schema names.
pub(super) fn lacks_functions(registry: &Registry, name: &str) -> bool {
    let is_dynamic = registry.unset(name).is_ok_and(|object| object.is::<DynamicObject>());
    let schema = registry.schema(name).ok().filter(|_| is_dynamic);
    schema.is_some_and(|schema| function_within(registry, schema).is_some())
}

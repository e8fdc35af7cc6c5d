//! Whether a message is understood: read in full, and answered as it came.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::laws::{function_within, read};
use super::super::releases::without_graves;
use super::samples::{Header, header, headers, outermost};
use super::{Fault, ReleaseOf};
use crate::compat::Backport;
use crate::dynamic::DynamicObject;
use crate::error::ErrorKind;
use crate::object::same_object;
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, Instead, ObjectSchema};
use crate::version::{Manifest, Target, Version};

/// So many judgements are kept; then it begins anew.
const MOST_KEPT: usize = 20_000;

/// A message is judged once for each release that gets it.
#[derive(Default)]
pub(super) struct Judge {
    kept: Mutex<BTreeMap<usize, BTreeMap<Vec<u8>, Arc<Verdict>>>>,
}

/// What a release makes of a message.
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
        if let Some(verdict) = misread(envelope, registry) {
            return verdict;
        }
        headers(envelope, &mut found);
    }
    Verdict::Fine(found)
}

/// What is wrong with an object, for a host of that release.
fn misread(envelope: &Primitive, registry: &Registry) -> Option<Verdict> {
    let head = header(envelope)?;
    let object = match read(registry, envelope) {
        Ok(object) => object,
        Err(error) => {
            let is_version = matches!(error.kind(), ErrorKind::IncompatibleVersion | ErrorKind::UnsupportedObject);
            let told = format!("{} {}: {error}", head.name, head.version);
            return Some(match is_version {
                true => Verdict::Unreadable(told),
                false => Verdict::Wrong(Fault::Unreadable, told),
            });
        }
    };
    let version: Version = head.version.parse().ok()?;
    let manifest = versions_in(envelope, false);
    let target = match object.origin().is_some() {
        true => Target::Own,
        false => Target::Version(version, Some(&manifest)),
    };
    let again = match object.at(target).and_then(|view| Primitive::of(&view)) {
        Ok(again) => again,
        // What a rule refuses, or a function decides that no lock has, is told to whoever asks for it.
        Err(error) if error.kind() == ErrorKind::ObjectAction => return None,
        Err(error) => {
            return Some(Verdict::Wrong(Fault::Differs, format!("{} isn't written again: {error}", head.name)));
        }
    };
    let [came, again] = [envelope.clone(), again].map(|value| without_graves(registry, value));
    let schema = object.schema();
    if same_object(schema, &|name| registry.schema(name).ok(), &came, &again) {
        return None;
    }
    let told = format!("{} {} came as\n    {}\n  and its reader has of it\n    {}", head.name, head.version, json(&came), json(&again));
    Some(Verdict::Wrong(kind(&came, &again, schema), told))
}

/// Whether something is gone, or another value stands there.
pub(super) fn kind(came: &Primitive, found: &Primitive, schema: &ObjectSchema) -> Fault {
    let names = |value: &Primitive| -> Vec<String> {
        let data = value.get(&schema.keys.data).and_then(Primitive::as_map);
        data.into_iter().flat_map(|data| data.keys().cloned()).collect()
    };
    let found = names(found);
    let is_gone = names(came).iter().any(|name| !found.contains(name));
    if is_gone { Fault::Lost } else { Fault::Differs }
}

/// The lowest version of each object in a value.
pub(super) fn versions_in(value: &Primitive, lowest: bool) -> Manifest {
    let mut found = Vec::new();
    headers(value, &mut found);
    let mut manifest = Manifest::new();
    for head in found {
        let Ok(version) = head.version.parse::<Version>() else { continue };
        if manifest.get(&head.name).is_none_or(|known| lowest && version < known) {
            manifest.insert(head.name, version);
        }
    }
    manifest
}

pub(super) fn json(value: &Primitive) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
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
            matches!(action, Action::Refuse | Action::Convert { .. } | Action::Values { instead: Instead::Refuse, .. })
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

//! A peer changes an object and sends it back.

use indexmap::IndexMap;

use super::elsewhere::is_source;
use super::journey::Journey;
use super::{Kept, Law};
use crate::check::understood::read;
use crate::compat::Backport;
use crate::object::same_value;
use crate::primitive::Primitive;
use crate::registry::AnyObject;
use crate::version::{Target, Version};

impl Journey<'_> {
    /// A peer of the target's version gives some fields the values that they have in another object.
    pub(super) fn edit_survives(
        &self,
        sent: &Primitive,
        target: Version,
        other: &Primitive,
        choice: u64,
    ) -> Kept {
        let broken = |what: String| (Law::EditSurvives, what);
        let Ok(other) = read(self.registry, other) else { return Ok(()) };
        // What is refused for that version can't be what a peer of it says.
        let Some(other) = self.write(&other, target)? else { return Ok(()) };
        let chosen = self.chosen(&other, choice);
        let Some(edited) = self.edited(sent, &chosen) else { return Ok(()) };
        // A peer's values may be such as a whole object can't have together.
        let Ok(edited) = read(self.registry, &edited) else { return Ok(()) };
        let merged = self
            .registry
            .merge_any(&self.object, &edited, self.target(target))
            .map_err(|error| broken(format!("edited as {target}: {error}")))?;
        let (held, now) = (self.newest(&self.object)?, self.newest(&merged)?);
        for (name, value) in self.data(&held) {
            if !chosen.iter().any(|(edited, _)| edited == name) && !self.is_same(name, value, &now) {
                return Err(broken(format!("a peer of {target} left {name} alone, and it changed")));
            }
        }
        let Some(again) = self.write(&merged, target)? else { return Ok(()) };
        for (name, value) in &chosen {
            if self.is_scalar(value) && !self.is_same(name, value, &again) {
                return Err(broken(format!("a peer of {target} changed {name}, and it is as it was")));
            }
        }
        Ok(())
    }

    /// Whether the field of that name has the value in an envelope.
    fn is_same(&self, name: &str, value: &Primitive, envelope: &Primitive) -> bool {
        match (self.data(envelope).get(name), self.schema.field(name)) {
            (Some(found), Some(field)) => same_value(&field.ty, value, found),
            (found, _) => found == Some(value),
        }
    }

    /// Some of the fields that a rule doesn't make of others.
    fn chosen(&self, other: &Primitive, choice: u64) -> Vec<(String, Primitive)> {
        let mut fields =
            self.data(other).iter().enumerate().filter(|(place, _)| choice >> (place % 64) & 1 == 1);
        let mut chosen = Vec::new();
        for (_, (name, value)) in &mut fields {
            let is_plain = self.schema.field(name).is_some_and(|field| field.rules.is_empty());
            if is_plain && !is_source(self.schema, name) {
                chosen.push((name.clone(), value.clone()));
            }
        }
        chosen
    }

    /// Message that the peer sends back.
    fn edited(&self, sent: &Primitive, chosen: &[(String, Primitive)]) -> Option<Primitive> {
        let keys = &self.schema.keys;
        let mut envelope = sent.as_map()?.clone();
        let mut changes = match envelope.get(&*keys.changes) {
            Some(Primitive::List(changes)) => changes.clone(),
            _ => Vec::new(),
        };
        let data: &mut IndexMap<String, Primitive> = envelope.get_mut(&*keys.data)?.as_map_mut()?;
        for (name, value) in chosen {
            data.insert(name.clone(), value.clone());
            let name = Primitive::from(&**name);
            if !changes.contains(&name) {
                changes.push(name);
            }
        }
        if !changes.is_empty() {
            envelope.insert(keys.changes.to_string(), Primitive::List(changes));
        }
        Some(Primitive::Map(envelope.into()))
    }

    /// All of an object, with those inside it in their newest versions.
    fn newest(&self, object: &AnyObject) -> Result<Primitive, (Law, String)> {
        let manifest = self.registry.manifest();
        let newest = manifest.get(&self.schema.name).unwrap_or(self.schema.current());
        let view = object.at(Target::Child(newest, Some(manifest)));
        let written = view.and_then(|view| Primitive::of(&view));
        written.map_err(|error| (Law::EveryVersionIsWritten, error.to_string()))
    }

    /// Whether there is no object in a value: objects are merged, so they may hold more than the peer said.
    fn is_scalar(&self, value: &Primitive) -> bool {
        match value {
            Primitive::List(values) => values.iter().all(|value| self.is_scalar(value)),
            Primitive::Map(values) => {
                let is_key = |key: &String| {
                    self.registry
                        .names()
                        .any(|name| self.registry.schema(name).is_ok_and(|schema| schema.keys.name == *key))
                };
                !values.keys().any(is_key) && values.values().all(|value| self.is_scalar(value))
            }
            _ => true,
        }
    }
}

//! Hosts of two releases, that go by their schemas alone.

use crate::check::finding::object_of;
use crate::check::lock::{Lock, Locks};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, ObjectSchema};
use crate::version::Manifest;

/// A host of each of two releases, to be run against each other: as their schemas say, without Rust types and without
/// Rust functions.
///
/// ```
/// use versioned_objects::check::{Hosts, Lock, Locks, compare};
/// use versioned_objects::{Field, VersionedObject};
///
/// #[derive(VersionedObject, Clone)]
/// #[object(name = "Disk", versions("1.0"))]
/// struct Then {
///     size: Field<i64>,
/// }
///
/// #[derive(VersionedObject, Clone)]
/// #[object(name = "Disk", versions("1.0"))]
/// struct Now {
///     size: Field<String>,
/// }
///
/// let [old, new] = [Then::SCHEMA, Now::SCHEMA].map(|schema| [Lock::of(schema)].into_iter().collect::<Locks>());
/// let findings = compare(&old, &new, &[]);
/// assert_eq!(findings[0].rule.id, "FIELD_TYPE_CHANGED");
/// let witness = Hosts::new(&old, &new).witness(&findings[0]).unwrap();
/// assert_eq!(witness.answer, "Disk.size: text is required, found a number");
/// ```
pub struct Hosts {
    pub(super) old: Registry,
    pub(super) new: Registry,
    pub(super) locks: [Locks; 2],
    /// As they came, with what a schema can't run.
    pub(super) whole: [Locks; 2],
    /// The oldest version of each object that was released.
    pub(super) oldest: Manifest,
    /// Functions that were left out, each with its place.
    functions: Vec<(String, String)>,
}

impl Hosts {
    /// Hosts of what was released, and of what there is now.
    pub fn new(old: &Locks, new: &Locks) -> Self {
        let (old, new) = (&old.listed(), &new.listed());
        let mut functions = Vec::new();
        for lock in old.iter().chain(new.iter()).map(|(_, lock)| lock.schema()) {
            for field in lock.fields.iter() {
                for rule in field.rules.iter() {
                    if let Action::Convert { name, routines, .. } = &rule.action {
                        for name in [&**name, &*field.name] {
                            functions.push((format!("{}.{name}", lock.name), routines.0.to_string()));
                        }
                    }
                }
            }
            let routines = [&lock.compatible, &lock.validate].into_iter().flatten();
            functions.extend(routines.map(|routine| (lock.name.to_string(), routine.to_string())));
        }
        let runs = |locks: &Locks| -> Locks {
            let all = locks.iter().map(|(name, lock)| {
                let schema = lock.schema();
                let kept =
                    |field: &str| !functions.iter().any(|(place, _)| *place == format!("{name}.{field}"));
                Lock::of(&ObjectSchema {
                    fields: schema.fields.iter().filter(|field| kept(&field.name)).cloned().collect(),
                    compatible: None,
                    validate: None,
                    ..schema.clone()
                })
            });
            all.collect()
        };
        let locks = [runs(old), runs(new)];
        let oldest =
            locks[0].iter().filter_map(|(name, lock)| Some((name, lock.released().next()?))).collect();
        let whole = [old.clone(), new.clone()];
        let [old, new] = [locks[0].registry(), locks[1].registry()];
        Hosts { old, new, locks, whole, oldest, functions }
    }

    /// The names that a field has, or had, in either release.
    pub(super) fn names(&self, object: &str, field: &str) -> Vec<String> {
        let mut names = vec![field.to_owned()];
        for schema in self.locks.iter().filter_map(|locks| Some(locks.get(object)?.schema())) {
            for own in schema.fields.iter() {
                let former = own.rules.iter().filter_map(|rule| match &rule.action {
                    Action::Rename(name) => Some(&**name),
                    _ => None,
                });
                let all: Vec<&str> = former.chain([&*own.name]).collect();
                if all.contains(&field) {
                    names.extend(all.into_iter().map(str::to_owned));
                }
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// The objects of what was released that have that one in a field, with these fields.
    pub(super) fn holders(&self, object: &str) -> Vec<(String, Vec<String>)> {
        let [old, _] = &self.locks;
        let bases = self.locks.iter().filter_map(|locks| Some(&locks.get(object)?.schema().bases));
        let bases: Vec<_> = bases.flat_map(|bases| bases.iter()).collect();
        let holding = |schema: &ObjectSchema| -> Vec<String> {
            let is_held = |name: &str| name == object || bases.iter().any(|base| *base == name);
            let fields = schema.fields.iter().filter(|field| field.ty.object().is_some_and(is_held));
            fields.map(|field| field.name.to_string()).collect()
        };
        let all = old.iter().map(|(name, lock)| (name.to_owned(), holding(lock.schema())));
        all.filter(|(name, fields)| name != object && !fields.is_empty()).collect()
    }

    /// Whether a version that was released counts as unreleased here.
    pub(super) fn is_unreleased_again(&self, object: &str) -> bool {
        let [old, new] = self.locks.each_ref().map(|locks| locks.get(object));
        let again = new.and_then(|lock| lock.schema().unreleased);
        old.is_some_and(|lock| lock.released().any(|version| Some(version) == again))
    }

    pub(super) fn function(&self, object: &str, field: Option<&str>) -> Option<(String, String)> {
        let place = field.map_or(object.to_owned(), |field| format!("{object}.{field}"));
        let own = self.functions.iter().find(|(other, _)| *other == place);
        own.or_else(|| self.functions.iter().find(|(other, _)| object_of(other) == object)).cloned()
    }
}

/// A value as a message has it.
pub(super) fn text(value: &Primitive) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

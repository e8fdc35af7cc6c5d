//! What holds of every object, whatever its values.

use std::fmt;

use indexmap::IndexMap;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use serde::de::IntoDeserializer;

use super::arbitrary::envelopes;
use crate::compat::Backport;
use crate::error::{Error, ErrorKind};
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::schema::{Action, ObjectSchema};
use crate::version::{Manifest, Target, Version};

/// A law that an object breaks, with the smallest object found that breaks it.
#[derive(Debug)]
pub struct Broken {
    /// The object.
    pub object: String,
    /// What happened: the law, the versions, and what differs.
    pub what: String,
    /// The smallest object.
    pub envelope: Primitive,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let envelope = serde_json::to_string_pretty(&self.envelope).map_err(|_| fmt::Error)?;
        write!(f, "{}: {}\n{envelope}", self.object, self.what)
    }
}

impl std::error::Error for Broken {}

/// Takes random objects of every name in the registry through their versions: so many of each.
///
/// The laws, for a version and any objects inside at versions of a random manifest:
/// - what a version reads is what was written for it, and its own version loses nothing;
/// - written twice for a version is the same as once, and by way of a version in between the same as straight;
/// - there is no field that the version lacks, and the losses are exactly what is missing;
/// - the changes name only fields that are in the data;
/// - an envelope whose header comes after the data reads the same.
///
/// A backport that a rule refuses is no break, as long as every way to it refuses. An object that a routine
/// finishes keeps the laws too, or its author has to know why it doesn't.
///
/// # Errors
/// The first law that is broken.
pub fn laws(registry: &Registry, cases: u32) -> Result<(), Box<Broken>> {
    for name in registry.names() {
        let Ok(schema) = registry.schema(name) else { continue };
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let versions = registry.versions(name);
        let journeys = (
            envelopes(registry, name),
            select(versions.clone()),
            select(versions),
            manifests(registry),
            any::<bool>(),
        );
        let tested =
            TestRunner::new(config).run(&journeys, |(envelope, target, middle, manifest, with_manifest)| {
                let Ok(object) = read(registry, &envelope) else {
                    return Err(TestCaseError::reject("a value that the type doesn't take"));
                };
                let mut manifest = if with_manifest { manifest } else { Manifest::new() };
                if with_manifest {
                    manifest.insert(name, target);
                }
                let journey = Journey { registry, schema, envelope: &envelope, object, manifest: &manifest };
                journey.all(target, middle).map_err(TestCaseError::fail)
            });
        match tested {
            Ok(()) => {}
            Err(TestError::Fail(what, (envelope, ..))) => {
                return Err(Box::new(Broken { object: name.to_owned(), what: what.to_string(), envelope }));
            }
            Err(TestError::Abort(what)) => {
                return Err(Box::new(Broken {
                    object: name.to_owned(),
                    what: what.to_string(),
                    envelope: Primitive::Null,
                }));
            }
        }
    }
    Ok(())
}

/// Manifests that name a version of each object.
fn manifests(registry: &Registry) -> BoxedStrategy<Manifest> {
    let names: Vec<String> = registry.names().map(str::to_owned).collect();
    let versions: Vec<_> = names.iter().map(|name| select(registry.versions(name))).collect();
    versions.prop_map(move |versions| names.iter().cloned().zip(versions).collect()).boxed()
}

fn read(registry: &Registry, envelope: &Primitive) -> Result<AnyObject, Error> {
    let deserializer: crate::primitive::Reader<serde::de::value::Error> =
        envelope.clone().into_deserializer();
    registry.decode(deserializer)
}

struct Journey<'a> {
    registry: &'a Registry,
    schema: &'a ObjectSchema,
    envelope: &'a Primitive,
    object: AnyObject,
    manifest: &'a Manifest,
}

impl Journey<'_> {
    fn all(&self, target: Version, middle: Version) -> Result<(), String> {
        let whole = self.own_version_loses_nothing()?;
        self.header_after_data_reads_the_same(&whole)?;
        let Some(written) = self.write(&self.object, target)? else { return Ok(()) };
        self.fields_are_the_target_s(&written, target)?;
        self.losses_are_what_is_missing(&whole, &written, target)?;
        self.changes_are_in_the_data(&written, target)?;
        let back = self.read_by_that_version(&written, target)?;
        let again = self.write(&back, target)?;
        same("written, read and written again", target, Some(&written), again.as_ref())?;
        if target <= middle {
            self.by_way_of(middle, target, &written)?;
        }
        Ok(())
    }

    /// A version with the manifest, where there is one: an empty one would leave the objects inside as they are.
    fn target(&self, version: Version) -> Target<'_> {
        Target::Version(version, Some(self.manifest).filter(|manifest| !manifest.is_empty()))
    }

    /// The primitive at a version; none where a rule refuses.
    fn write(&self, object: &AnyObject, target: Version) -> Result<Option<Primitive>, String> {
        let view = match object.at(self.target(target)) {
            Ok(view) => view,
            Err(error) if error.kind() == ErrorKind::ObjectAction => return Ok(None),
            Err(error) => return Err(format!("writing {target}: {error}")),
        };
        Primitive::of(&view).map(Some).map_err(|error| format!("writing {target}: {error}"))
    }

    fn own_version_loses_nothing(&self) -> Result<Primitive, String> {
        let view = self.object.at(self.schema.current()).map_err(|error| format!("own version: {error}"))?;
        let lost = view.dropped();
        if !lost.is_empty() {
            return Err(format!("own version loses {}", lost[0]));
        }
        let whole = Primitive::of(&view).map_err(|error| format!("own version: {error}"))?;
        let (given, kept) = (self.data(self.envelope), self.data(&whole));
        // A list object has its elements even where none were said.
        let more = |name: &&String| !given.contains_key(*name) && !self.schema.is_list();
        if let Some(name) = given.keys().find(|name| !kept.contains_key(*name)).or(kept.keys().find(more)) {
            return Err(format!("own version has {name} where it wasn't, or not where it was"));
        }
        Ok(whole)
    }

    fn header_after_data_reads_the_same(&self, whole: &Primitive) -> Result<(), String> {
        let Primitive::Map(entries) = whole else { return Err("an envelope that is no map".to_owned()) };
        let backwards: IndexMap<_, _> =
            entries.iter().rev().map(|(key, value)| (key.clone(), value.clone())).collect();
        let read =
            read(self.registry, &Primitive::Map(backwards)).map_err(|error| format!("backwards: {error}"))?;
        let again = self.write_own(&read)?;
        same("header after the data", self.schema.current(), Some(whole), Some(&again))
    }

    fn write_own(&self, object: &AnyObject) -> Result<Primitive, String> {
        let view = object.at(self.schema.current()).map_err(|error| format!("own version: {error}"))?;
        Primitive::of(&view).map_err(|error| format!("own version: {error}"))
    }

    fn fields_are_the_target_s(&self, written: &Primitive, target: Version) -> Result<(), String> {
        for name in self.data(written).keys() {
            let known = self.schema.fields.iter().any(|field| field.name == *name && field.is_in(target))
                || self.schema.tombstones.iter().any(|grave| grave.name == *name && grave.is_in(target))
                || self.schema.field(name).is_none();
            if !known {
                return Err(format!("{name} is in {target}, which lacks it"));
            }
        }
        Ok(())
    }

    fn losses_are_what_is_missing(
        &self,
        whole: &Primitive,
        written: &Primitive,
        target: Version,
    ) -> Result<(), String> {
        let view = self.object.at(self.target(target)).map_err(|error| error.to_string())?;
        let outermost = |path: &str| path.matches('.').count() == 1 && !path.contains('[');
        let lost: Vec<_> = view.dropped().into_iter().filter(|loss| outermost(&loss.path)).collect();
        let mut lost: Vec<_> = lost.into_iter().map(|loss| loss.field).collect();
        lost.sort();
        let written = self.data(written);
        let mut missing: Vec<_> =
            self.data(whole).keys().filter(|name| !written.contains_key(*name)).cloned().collect();
        missing.retain(|name| lost.contains(name) || !self.goes_elsewhere(name, target));
        missing.sort();
        if lost != missing {
            return Err(format!("{target} reports {lost:?} as left out, and leaves out {missing:?}"));
        }
        Ok(())
    }

    /// Whether a rule writes the field's value under another name at that version.
    fn goes_elsewhere(&self, name: &str, target: Version) -> bool {
        let fields = self.schema.fields.iter();
        let mut active = fields.flat_map(|field| field.rules.iter().map(move |rule| (field, rule)));
        active.any(|(field, rule)| match &rule.action {
            _ if target >= rule.before => false,
            Action::Rename(_) | Action::Convert { .. } => field.name == name,
            Action::Take { from, .. } | Action::Insert { from, .. } => from == name,
            _ => false,
        })
    }

    fn changes_are_in_the_data(&self, written: &Primitive, target: Version) -> Result<(), String> {
        let Some(Primitive::List(changes)) = written.get(&self.schema.keys.changes) else { return Ok(()) };
        let data = self.data(written);
        match changes.iter().filter_map(Primitive::as_str).find(|name| !data.contains_key(*name)) {
            Some(name) => Err(format!("changes in {target} name {name}, which isn't in the data")),
            None => Ok(()),
        }
    }

    /// A host whose newest version is that one, and those of the manifest, reads it.
    fn read_by_that_version(&self, written: &Primitive, target: Version) -> Result<AnyObject, String> {
        let held =
            self.registry.clone().held_to(&self.schema.name, target).map_err(|error| error.to_string())?;
        read(&held, written)
            .map_err(|error| format!("a host of {target} reads what was written for it: {error}"))
    }

    /// Through a host of the version in between, whose manifest differs in the object itself alone.
    fn by_way_of(&self, middle: Version, target: Version, straight: &Primitive) -> Result<(), String> {
        // What a rule refuses in between never gets to the target.
        let Some(first) = self.write(&self.object, middle)? else { return Ok(()) };
        let there = read(self.registry, &first).map_err(|error| format!("by way of {middle}: {error}"))?;
        let round = self.write(&there, target)?;
        same(&format!("by way of {middle}"), target, Some(straight), round.as_ref())
    }

    fn data<'p>(&self, envelope: &'p Primitive) -> &'p IndexMap<String, Primitive> {
        static EMPTY: std::sync::LazyLock<IndexMap<String, Primitive>> =
            std::sync::LazyLock::new(IndexMap::new);
        envelope.get(&self.schema.keys.data).and_then(Primitive::as_map).unwrap_or(&EMPTY)
    }
}

fn same(
    law: &str,
    target: Version,
    expected: Option<&Primitive>,
    found: Option<&Primitive>,
) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    Err(format!("{law}, for {target}:\nexpected {expected:?}\nfound    {found:?}"))
}

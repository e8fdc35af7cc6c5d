//! What holds of every object, whatever its values.

mod copy;
mod edit;
pub(super) mod elsewhere;
mod fit;
#[cfg(feature = "compact")]
mod forms;
mod journey;

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

pub(super) use self::copy::{copy, function_within, functions};

use self::journey::Journey;
use super::arbitrary::lasting_envelopes;
use super::understood::read;
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::version::{Manifest, Version};

/// Something that holds of every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Law {
    /// A type takes the values of its kind.
    ValuesAreTaken,
    /// An object is written in each version, or a rule refuses it.
    EveryVersionIsWritten,
    /// Its own version loses nothing.
    OwnVersionLosesNothing,
    /// An envelope whose header comes after its data reads the same.
    OrderOfKeysIsFree,
    /// There is no field that the version lacks.
    FieldsAreTheVersions,
    /// Each value is one of those that the field has in that version.
    ValidInItsVersion,
    /// The list of losses is exactly what is missing.
    LossesAreWhatIsMissing,
    /// The changes name only fields that are in the data.
    ChangesAreInTheData,
    /// A version reads the values that were written for it.
    ReadsWhatWasWritten,
    /// Written twice for a version is the same as once.
    TwiceIsOnce,
    /// By way of a version in between is the same as straight.
    MiddleIsStraight,
    /// The fields of a lower version are among those of a higher, unless a tombstone or a rule says otherwise.
    LowerIsInHigher,
    /// The objects inside are in the versions that the manifest, or else their parent, says.
    NestedVersionsAreSaid,
    /// An object that was made here and set into one that arrived goes out in the version that this one's version says.
    MadeHereFollows,
    /// Writing leaves the object as it was.
    InputIsUntouched,
    /// An object without a Rust type does the same. Of objects whose rules are all data.
    DynamicAgrees,
    /// The compact form, in rows and by column, says what the primitives say, and is refused where they are. With the
    /// feature `compact`.
    FormsAgree,
    /// An older peer's change wins, and fields that it never knew are kept.
    EditSurvives,
    /// No input makes anything panic.
    NoPanic,
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::ValuesAreTaken => "a type takes the values of its kind",
            Law::EveryVersionIsWritten => "an object is written in each version, or refused by a rule",
            Law::OwnVersionLosesNothing => "its own version loses nothing",
            Law::OrderOfKeysIsFree => "a header after the data reads the same",
            Law::FieldsAreTheVersions => "there is no field that the version lacks",
            Law::ValidInItsVersion => "each value is one that the field has in that version",
            Law::LossesAreWhatIsMissing => "the losses are what is missing",
            Law::ChangesAreInTheData => "the changes are in the data",
            Law::ReadsWhatWasWritten => "what a version reads is what was written for it",
            Law::TwiceIsOnce => "written twice is written once",
            Law::MiddleIsStraight => "by way of a version in between is straight",
            Law::LowerIsInHigher => "the fields of a lower version are among those of a higher",
            Law::NestedVersionsAreSaid => "the objects inside are in the versions that were asked for",
            Law::MadeHereFollows => {
                "an object that was made here follows the one that arrived and has it inside"
            }
            Law::InputIsUntouched => "writing leaves the object as it was",
            Law::DynamicAgrees => "an object without a Rust type does the same",
            Law::FormsAgree => "the compact form says the same",
            Law::EditSurvives => "a peer's edit survives",
            Law::NoPanic => "nothing panics",
        })
    }
}

/// A law that an object breaks, with the smallest object found that breaks it.
#[derive(Debug)]
pub struct Broken {
    /// The name of the object.
    pub object: String,
    /// The law that is broken.
    pub law: Law,
    /// The version that it was written for, and the one in between.
    pub versions: Vec<Version>,
    /// The difference, for people.
    pub what: String,
    /// The smallest object that shows it.
    pub envelope: Primitive,
    /// The object whose values a peer put into it, where that matters.
    pub edit: Option<Primitive>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let envelope = serde_json::to_string_pretty(&self.envelope).map_err(|_| fmt::Error)?;
        let versions: Vec<_> = self.versions.iter().map(Version::to_string).collect();
        let versions =
            if versions.is_empty() { String::new() } else { format!(" (versions {})", versions.join(", ")) };
        write!(f, "{}: broken: {}{versions}: {}\n{envelope}", self.object, self.law, self.what)?;
        match &self.edit {
            Some(edit) => {
                write!(f, "\nwith values of {}", serde_json::to_string(edit).map_err(|_| fmt::Error)?)
            }
            None => Ok(()),
        }
    }
}

impl std::error::Error for Broken {}

/// Broken law, before it is known of which object.
pub(super) type Kept = Result<(), (Law, String)>;

/// Takes random objects of every name in the registry through their versions, at least so many of each: what
/// [`Laws`] does where no object breaks a law on purpose.
///
/// # Errors
/// The first law that is broken.
pub fn laws(registry: &Registry, cases: u32) -> Result<(), Box<Broken>> {
    Laws::of(registry).cases(cases).check()
}

/// Every [`Law`], over all objects of a registry, for every pair of their versions.
///
/// ```
/// # use versioned_objects::{Field, VersionedObject, registry::Registry};
/// use versioned_objects::check::{Law, Laws};
///
/// # #[derive(VersionedObject, Clone)]
/// # #[object(versions("1.0", "1.1"))]
/// # struct Disk {
/// #     serial: Field<String>,
/// # }
/// # let registry = Registry::new().with::<Disk>();
/// Laws::of(&registry)
///     .cases(20)
///     .breaks("Disk", Law::TwiceIsOnce, "its routine counts how often it was written")
///     .check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The values are random: fields unset, null and set, with objects inside them at the versions of random
/// manifests. A backport that a rule refuses is no break, as long as every way to it refuses. An object that a
/// routine finishes keeps the laws too, or says which it breaks and why.
#[derive(Clone, Debug)]
pub struct Laws<'a> {
    registry: &'a Registry,
    cases: u32,
    excused: Vec<Excused>,
    only: Option<&'a str>,
}

/// A law that an object breaks on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excused {
    /// The name of the object.
    pub object: String,
    /// The law that is broken.
    pub law: Law,
    /// Why that is right.
    pub reason: String,
}

impl<'a> Laws<'a> {
    /// The laws over all objects of a registry.
    pub fn of(registry: &'a Registry) -> Self {
        Laws { registry, cases: 256, excused: Vec::new(), only: None }
    }

    /// At least so many objects of each name; there is at least one for each pair of versions.
    pub fn cases(self, cases: u32) -> Self {
        Laws { cases, ..self }
    }

    /// The objects of that name alone.
    pub fn only(self, name: &'a str) -> Self {
        Laws { only: Some(name), ..self }
    }

    /// An object breaks a law, for this reason.
    pub fn breaks(mut self, object: &str, law: Law, reason: &str) -> Self {
        self.excused.push(Excused { object: object.to_owned(), law, reason: reason.to_owned() });
        self
    }

    /// Returns the laws that are excused, with their reasons.
    pub fn excused(&self) -> &[Excused] {
        &self.excused
    }

    /// Looks whether the laws hold.
    ///
    /// # Errors
    /// The first law that is broken.
    pub fn check(&self) -> Result<(), Box<Broken>> {
        let copy = copy::copy(self.registry);
        let mut names = self.registry.names().filter(|name| self.only.is_none_or(|only| only == *name));
        names.try_for_each(|name| self.object(name, &copy))
    }

    fn object(&self, name: &str, copy: &Registry) -> Result<(), Box<Broken>> {
        let registry = self.registry;
        let Ok(schema) = registry.schema(name) else { return Ok(()) };
        let versions = registry.versions(name);
        let pairs: Vec<(Version, Version)> = versions
            .iter()
            .flat_map(|target| versions.iter().map(move |middle| (*target, *middle)))
            .filter(|(target, middle)| target <= middle)
            .collect();
        let cases = self.cases.div_ceil(u32::try_from(pairs.len()).unwrap_or(u32::MAX).max(1)).max(1);
        let excused: Vec<Law> =
            self.excused.iter().filter(|excused| excused.object == name).map(|excused| excused.law).collect();
        let object = lasting_envelopes(registry, name);
        let values = (object.clone(), object, manifests(registry), any::<bool>(), any::<u64>());
        for (target, middle) in pairs {
            let journey = |(envelope, other, manifest, with_manifest, choice): &Values| {
                let object = read(registry, envelope).ok()?;
                let mut manifest = manifest.clone();
                manifest.insert(name, target);
                let (manifest, excused) = (with_manifest.then_some(&manifest), &excused);
                let journey = Journey { registry, copy, schema, envelope, object, manifest, excused };
                Some(journey.all(target, middle, other, *choice))
            };
            let config =
                Config { cases, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
            // The smallest object is one that breaks the same law as the first that broke any.
            let first = Cell::new(None);
            let tested = TestRunner::new(config).run(&values, |values| match journey(&values) {
                Some(Ok(())) => Ok(()),
                Some(Err((law, what))) => match first.replace(first.get().or(Some(law))) {
                    Some(other) if other != law => Ok(()),
                    _ => Err(TestCaseError::fail(what)),
                },
                None => Err(TestCaseError::reject("a value that the type doesn't take")),
            });
            let broken = |law, what, envelope, other| {
                let (object, versions) = (name.to_owned(), vec![target, middle]);
                let edit = Some(other).filter(|_| matches!(law, Law::EditSurvives | Law::NoPanic));
                Err(Box::new(Broken { object, law, versions, what, envelope, edit }))
            };
            match tested {
                Ok(()) => {}
                Err(TestError::Fail(what, values)) => {
                    // The runner keeps the text of a failure and not what it was.
                    let again = catch_unwind(AssertUnwindSafe(|| journey(&values)));
                    return match again {
                        Ok(Some(Err((law, what)))) => broken(law, what, values.0, values.1),
                        Ok(_) | Err(_) => broken(Law::NoPanic, what.to_string(), values.0, values.1),
                    };
                }
                Err(TestError::Abort(what)) => {
                    return broken(Law::ValuesAreTaken, what.to_string(), Primitive::Null, Primitive::Null);
                }
            }
        }
        Ok(())
    }
}

/// An object, another of the same name, versions of all objects, whether they are told, and what is chosen of
/// the other object.
type Values = (Primitive, Primitive, Manifest, bool, u64);

/// Manifests that name a version of each object.
fn manifests(registry: &Registry) -> BoxedStrategy<Manifest> {
    let names: Vec<String> = registry.names().map(str::to_owned).collect();
    let versions: Vec<_> = names.iter().map(|name| select(registry.versions(name))).collect();
    versions.prop_map(move |versions| names.iter().cloned().zip(versions).collect()).boxed()
}

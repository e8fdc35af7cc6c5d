//! One object on its way through its versions.

use std::sync::LazyLock;

use super::elsewhere::goes_elsewhere;
use super::{Kept, Law, copy, fit};
use crate::check::understood::read;
use crate::compat::Backport;
use crate::error::{Error, ErrorKind};
use crate::field::Entity as _;
use crate::object::same_object;
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::schema::ObjectSchema;
use crate::version::{Manifest, Target, Version};
use indexmap::IndexMap;

pub(super) struct Journey<'a> {
    pub(super) registry: &'a Registry,
    pub(super) copy: &'a Registry,
    pub(super) schema: &'a ObjectSchema,
    pub(super) envelope: &'a Primitive,
    pub(super) object: AnyObject,
    /// The versions of the objects inside it, where they are told.
    pub(super) manifest: Option<&'a Manifest>,
    pub(super) excused: &'a [Law],
}

impl Journey<'_> {
    pub(super) fn all(&self, target: Version, middle: Version, other: &Primitive, choice: u64) -> Kept {
        let whole = self.own()?;
        self.or_excused(self.own_version_loses_nothing(&whole))?;
        self.or_excused(self.header_after_data_reads_the_same(&whole))?;
        let written = self.write(&self.object, target)?;
        self.or_excused(self.dynamic_agrees(&whole, written.as_ref(), target))?;
        let Some(written) = written else { return self.forms_agree(&whole, None, target) };
        if !self.schema.has_rules_for(self.manifest.is_none()) {
            // A label alone: the fields needn't be those of the version.
            return self.forms_agree(&whole, Some(&written), target);
        }
        let data = self.data(&written);
        self.or_excused(fit::is_valid(self.schema, data, target))?;
        self.or_excused(fit::nested_versions(self.registry, self.schema, data, target, self.manifest))?;
        self.or_excused(self.losses_are_what_is_missing(&whole, &written, target))?;
        self.or_excused(self.changes_are_in_the_data(&written, target))?;
        self.or_excused(self.reads_what_was_written(&written, target))?;
        self.or_excused(self.by_way_of(middle, target, &written))?;
        self.or_excused(self.made_here_follows(target))?;
        self.or_excused(self.edit_survives(&written, target, other, choice))?;
        self.or_excused(self.same(Law::InputIsUntouched, target, Some(&whole), Some(&self.own()?)))?;
        self.forms_agree(&whole, Some(&written), target)
    }

    #[cfg(feature = "compact")]
    fn forms_agree(&self, whole: &Primitive, written: Option<&Primitive>, target: Version) -> Kept {
        self.or_excused(super::forms::agree(self, whole, written, target))
    }

    /// Holds, since there is no other form.
    #[cfg(not(feature = "compact"))]
    fn forms_agree(&self, _: &Primitive, _: Option<&Primitive>, _: Version) -> Kept {
        Ok(())
    }

    fn or_excused(&self, kept: Kept) -> Kept {
        kept.or_else(|(law, what)| if self.excused.contains(&law) { Ok(()) } else { Err((law, what)) })
    }

    /// The primitive at a version; none where a rule refuses.
    pub(super) fn write(
        &self,
        object: &AnyObject,
        target: Version,
    ) -> Result<Option<Primitive>, (Law, String)> {
        let broken = |error: Error| (Law::EveryVersionIsWritten, format!("{target}: {error}"));
        match object.at(self.target(target)) {
            Ok(view) => Primitive::of(&view).map(Some).map_err(broken),
            Err(error) if error.kind() == ErrorKind::ObjectAction => Ok(None),
            Err(error) => Err(broken(error)),
        }
    }

    pub(super) fn target(&self, version: Version) -> Target<'_> {
        Target::Version(version, self.manifest)
    }

    fn own(&self) -> Result<Primitive, (Law, String)> {
        self.write_own(&self.object)
    }

    fn write_own(&self, object: &AnyObject) -> Result<Primitive, (Law, String)> {
        let written = object.at(self.schema.current()).and_then(|view| Primitive::of(&view));
        written.map_err(|error| (Law::EveryVersionIsWritten, format!("its own: {error}")))
    }

    fn own_version_loses_nothing(&self, whole: &Primitive) -> Kept {
        let broken = |what: String| Err((Law::OwnVersionLosesNothing, what));
        let lost = match self.object.at(self.schema.current()) {
            Ok(view) => view.dropped(),
            Err(error) => return broken(error.to_string()),
        };
        if let Some(loss) = lost.first() {
            return broken(loss.to_string());
        }
        let (given, kept) = (self.data(self.envelope), self.data(whole));
        // A list object has its elements even where none were said.
        let more = |name: &&String| !given.contains_key(*name) && !self.schema.is_list();
        match given.keys().find(|name| !kept.contains_key(*name)).or(kept.keys().find(more)) {
            Some(name) => broken(format!("{name} is where it wasn't, or not where it was")),
            None => Ok(()),
        }
    }

    fn header_after_data_reads_the_same(&self, whole: &Primitive) -> Kept {
        let Primitive::Map(entries) = whole else {
            return Err((Law::OrderOfKeysIsFree, "an envelope that is no map".to_owned()));
        };
        let backwards: IndexMap<_, _> =
            entries.iter().rev().map(|(key, value)| (key.clone(), value.clone())).collect();
        let read = read(self.registry, &Primitive::Map(backwards.into()))
            .map_err(|error| (Law::OrderOfKeysIsFree, error.to_string()))?;
        let again = self.write_own(&read)?;
        self.same(Law::OrderOfKeysIsFree, self.schema.current(), Some(whole), Some(&again))
    }

    fn dynamic_agrees(&self, whole: &Primitive, written: Option<&Primitive>, target: Version) -> Kept {
        if copy::function_within(self.registry, self.schema).is_some() {
            return Ok(());
        }
        let lost = match self.object.at(self.target(target)) {
            Ok(view) => view.dropped().into_iter().map(|loss| loss.path).collect(),
            Err(_) => Vec::new(),
        };
        agrees(self, whole, (target, self.target(target)), written, &lost)
    }

    fn losses_are_what_is_missing(&self, whole: &Primitive, written: &Primitive, target: Version) -> Kept {
        let broken = |what: String| (Law::LossesAreWhatIsMissing, what);
        let view = self.object.at(self.target(target)).map_err(|error| broken(error.to_string()))?;
        let outermost = |path: &str| path.matches('.').count() == 1 && !path.contains('[');
        let lost: Vec<_> = view.dropped().into_iter().filter(|loss| outermost(&loss.path)).collect();
        let mut lost: Vec<_> = lost.into_iter().map(|loss| loss.field).collect();
        lost.sort();
        let written = self.data(written);
        let mut missing: Vec<_> =
            self.data(whole).keys().filter(|name| !written.contains_key(*name)).cloned().collect();
        missing.retain(|name| lost.contains(name) || !goes_elsewhere(self.schema, name, target));
        missing.sort();
        if lost != missing {
            return Err(broken(format!(
                "{target} tells of {lost:?} as left out, and leaves out {missing:?}"
            )));
        }
        Ok(())
    }

    fn changes_are_in_the_data(&self, written: &Primitive, target: Version) -> Kept {
        let Some(Primitive::List(changes)) = written.get(&self.schema.keys.changes) else { return Ok(()) };
        let data = self.data(written);
        match changes.iter().filter_map(Primitive::as_str).find(|name| !data.contains_key(*name)) {
            Some(name) => Err((Law::ChangesAreInTheData, format!("those in {target} name {name}"))),
            None => Ok(()),
        }
    }

    /// A host whose newest version is that one, and those of the manifest, reads it; what it would write itself
    /// is the same, and so is what it gets once more.
    fn reads_what_was_written(&self, written: &Primitive, target: Version) -> Kept {
        let broken = |error: Error| (Law::ReadsWhatWasWritten, format!("a host of {target}: {error}"));
        let held = self.registry.clone().held_to(&self.schema.name, target).map_err(broken)?;
        let back = read(&held, written).map_err(broken)?;
        if back.origin().is_some() {
            let own = Primitive::of(&back).map_err(broken)?;
            self.or_excused(self.same(Law::ReadsWhatWasWritten, target, Some(written), Some(&own)))?;
        }
        let again = self.write(&back, target)?;
        self.same(Law::TwiceIsOnce, target, Some(written), again.as_ref())
    }

    /// Through a host of the version in between, whose manifest differs in the object itself alone.
    fn by_way_of(&self, middle: Version, target: Version, straight: &Primitive) -> Kept {
        // What a rule refuses in between never gets to the target.
        let Some(first) = self.write(&self.object, middle)? else { return Ok(()) };
        let (lower, higher) = ((target, self.data(straight)), (middle, self.data(&first)));
        self.or_excused(fit::lower_is_in_higher(self.schema, lower, higher))?;
        let there = read(self.registry, &first)
            .map_err(|error| (Law::MiddleIsStraight, format!("a host of {middle}: {error}")))?;
        let round = self.write(&there, target)?;
        self.same(Law::MiddleIsStraight, target, Some(straight), round.as_ref())
    }

    /// The object as one that arrived in that version, with all objects inside it made here.
    fn made_here_follows(&self, target: Version) -> Kept {
        let broken = |error: Error| (Law::MadeHereFollows, format!("for {target}: {error}"));
        let mut object = self.object.clone();
        object.forget_origins();
        // What holds together today may not have held together then.
        if object.arrive(target, self.registry).is_err() || object.origin().is_none() {
            return Ok(());
        }
        let written = match object.at(Target::Own) {
            Ok(view) => Primitive::of(&view).map_err(broken)?,
            Err(error) if error.kind() == ErrorKind::ObjectAction => return Ok(()),
            Err(error) => return Err(broken(error)),
        };
        fit::follows(self.registry, self.schema, self.data(&written), target)
    }

    pub(super) fn data<'p>(&self, envelope: &'p Primitive) -> &'p IndexMap<String, Primitive> {
        static EMPTY: LazyLock<IndexMap<String, Primitive>> = LazyLock::new(IndexMap::new);
        envelope.get(&self.schema.keys.data).and_then(Primitive::as_map).unwrap_or(&EMPTY)
    }

    /// Whether two envelopes of the object are the same, sets and the names of changed fields whatever their order.
    pub(super) fn same(
        &self,
        law: Law,
        target: Version,
        expected: Option<&Primitive>,
        found: Option<&Primitive>,
    ) -> Kept {
        let same = match (expected, found) {
            (Some(expected), Some(found)) => {
                same_object(self.schema, &|name| self.registry.schema(name).ok(), expected, found)
            }
            (expected, found) => expected == found,
        };
        if same {
            return Ok(());
        }
        let text = |value: Option<&Primitive>| match value {
            Some(value) => serde_json::to_string(value).unwrap_or_else(|error| error.to_string()),
            None => "refused".to_owned(),
        };
        Err((law, format!("for {target}:\nexpected {}\nfound    {}", text(expected), text(found))))
    }
}

/// A copy reads what was written, and writes for a version what the object wrote.
fn agrees(
    journey: &Journey<'_>,
    whole: &Primitive,
    (version, target): (Version, Target<'_>),
    written: Option<&Primitive>,
    lost: &[String],
) -> Kept {
    let broken = |what: String| (Law::DynamicAgrees, what);
    let object = read(journey.copy, whole).map_err(|error| broken(format!("it doesn't read it: {error}")))?;
    let view = match object.at(target) {
        Ok(view) => view,
        Err(error) if error.kind() == ErrorKind::ObjectAction && written.is_none() => return Ok(()),
        Err(error) => return Err(broken(format!("it can't be written for {version}: {error}"))),
    };
    let found = Primitive::of(&view).map_err(|error| broken(error.to_string()))?;
    journey.same(Law::DynamicAgrees, version, written, Some(&found))?;
    let losses: Vec<String> = view.dropped().into_iter().map(|loss| loss.path).collect();
    if losses != lost {
        return Err(broken(format!("for {version} it loses {losses:?}, and not {lost:?}")));
    }
    Ok(())
}

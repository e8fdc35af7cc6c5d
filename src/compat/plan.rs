use crate::error::{Error, ErrorKind};
use crate::object::{Object, SeenField, holds_changes, is_changed};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::{Arriving, Manifest, Target, Version};

/// How one object goes out: decided once, before its first byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(super) version: Version,
    pub(super) mode: Mode<'a>,
    /// Whether it is labelled with the very text that it arrived under.
    own_label: bool,
    /// Whether every field goes out as it is today: the version has them all, or nothing is asked of them.
    takes_all: bool,
    /// Whether the object arrived, or stands in one that did, so that the objects inside it that were made here follow
    /// its version.
    pub(super) is_answer: bool,
    /// Whether a parent asks for it.
    is_child: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mode<'a> {
    /// All of it, as it is.
    Whole,
    /// Fields that an older version has of it. The objects inside it that arrived go out in their own versions, and those
    /// that were made here in the ones that its schema declares.
    Older,
    /// Fields that a version has of it, with all objects inside it converted: the reference's `obj_make_compatible`.
    Backport(Option<&'a Manifest>),
}

impl<'a> Plan<'a> {
    #[inline]
    pub(crate) fn of<O: Object>(object: &O, target: &Target<'a>) -> Result<Plan<'a>, Error> {
        let arrived = object.origin().and_then(|origin| origin.arriving());
        match (target, arrived) {
            (Target::Own, None) => Ok(Plan::own(object.schema(), None)),
            (Target::Own, Some(arrived)) if arrived.is_numbers() => {
                Ok(Plan::own(object.schema(), Some(arrived.version())))
            }
            // Most objects inside others: they are in the version that they have anyway.
            (Target::Child(version, _), None) if *version == object.schema().current() => {
                Ok(Plan::new(object.schema(), *version, Mode::Backport(target.manifest()), false))
            }
            // What is asked of an object that was made here most often, beside all of it.
            (Target::Version(version, None), None) if *version != object.schema().current() => {
                let schema = object.schema();
                check_released(schema, None, *version, false)?;
                Ok(Plan::new(schema, *version, Mode::Backport(None), false))
            }
            _ => Plan::of_schema(object.schema(), arrived, target),
        }
    }

    /// Plans how any object of that schema that came in that version goes out.
    pub(crate) fn of_schema(
        schema: &ObjectSchema,
        arrived: Option<&Arriving>,
        target: &Target<'a>,
    ) -> Result<Plan<'a>, Error> {
        let current = schema.current();
        let own = arrived.map(Arriving::version);
        check_numbers(schema, arrived)?;
        let (version, manifest) = match *target {
            Target::Own => return Ok(Plan::own(schema, own)),
            Target::Child(version, _) => return Plan::child(schema, own, version, target.manifest()),
            Target::MadeHere(..) | Target::Arrived if own.is_some() => return Ok(Plan::own(schema, own)),
            Target::Arrived => return Err(Error::refused(format_args!("{} was made here", schema.name))),
            Target::MadeHere(version, _) => {
                check_released(schema, None, version, true)?;
                let mode = match target.manifest() {
                    Some(manifest) => Mode::Backport(Some(manifest)),
                    None if version < current => Mode::Older,
                    None => Mode::Whole,
                };
                return Ok(Plan { is_answer: true, ..Plan::new(schema, version, mode, true) });
            }
            Target::Each(manifest) => {
                return match manifest.get(&schema.name) {
                    Some(version) => Plan::child(schema, own, version, target.manifest()),
                    None => Ok(Plan::own(schema, own)),
                };
            }
            Target::Inside(_) => return Ok(Plan::inside(schema, own, target.manifest())),
            Target::Version(version, manifest) => {
                check_not_newer(schema, arrived, version)?;
                (version, manifest)
            }
            Target::Pin(manifest) => {
                let version = named(schema, manifest)?;
                if arrived.is_some_and(|arrived| arrived.is_before(version)) {
                    return Ok(Plan::own(schema, own));
                }
                (version, None)
            }
            Target::Manifest(manifest) => {
                let version = named(schema, manifest)?;
                if arrived.is_some_and(|arrived| arrived.is_before(version)) {
                    return Ok(Plan::inside(schema, own, target.manifest()));
                }
                (version, target.manifest())
            }
        };
        // By its text: what came as `1.0rc1` has to be made a 1.0.
        let is_own = arrived.map_or(version == current, |arrived| arrived.is_text_of(version));
        // In the reference an empty manifest counts as none, except that the objects inside an older one are
        // looked up in it in vain, and stay as they are.
        let manifest = manifest.filter(|manifest| !is_own || !manifest.is_empty());
        if is_own && manifest.is_none() {
            return Ok(Plan::own(schema, own));
        }
        check_released(schema, own, version, false)?;
        Ok(Plan { is_answer: own.is_some(), ..Plan::new(schema, version, Mode::Backport(manifest), false) })
    }

    #[inline]
    fn new(schema: &ObjectSchema, version: Version, mode: Mode<'a>, is_child: bool) -> Plan<'a> {
        let mut plan = Plan { version, mode, own_label: false, takes_all: false, is_answer: false, is_child };
        plan.takes_all = mode == Mode::Whole
            || version == schema.current() && !schema.is_open
            || !schema.has_rules_for(plan.is_pin());
        plan
    }

    /// Plans the conversion that a parent asks for.
    fn child(
        schema: &ObjectSchema,
        own: Option<Version>,
        version: Version,
        manifest: Option<&'a Manifest>,
    ) -> Result<Plan<'a>, Error> {
        check_released(schema, own, version, true)?;
        let plan = Plan::new(schema, version, Mode::Backport(manifest), true);
        Ok(Plan { is_answer: own.is_some(), ..plan })
    }

    /// Plans for an object in its own version, with those inside it as the manifest says.
    fn inside(schema: &ObjectSchema, own: Option<Version>, manifest: Option<&'a Manifest>) -> Plan<'a> {
        let current = schema.current();
        let Some(manifest) = manifest else { return Plan::own(schema, own) };
        let plan = Plan::new(schema, own.unwrap_or(current), Mode::Backport(Some(manifest)), false);
        Plan { own_label: own.is_some(), is_answer: own.is_some(), ..plan }
    }

    /// Plans for an object that was made here, where the target names outright that older version, which the object is
    /// known to have. What takes longer to say is left to [`Plan::of`].
    #[cfg(feature = "compact")]
    #[inline]
    pub(crate) fn of_made(target: &Target<'a>, version: Version) -> Option<Plan<'a>> {
        let mode = match *target {
            Target::Child(named, _) if named == version => Mode::Backport(target.manifest()),
            Target::Version(named, None) if named == version => Mode::Backport(None),
            _ => return None,
        };
        let is_child = matches!(target, Target::Child(..));
        Some(Plan { version, mode, own_label: false, takes_all: false, is_answer: false, is_child })
    }

    /// Plans for all of an object as it is.
    pub(super) fn whole(schema: &ObjectSchema) -> Self {
        Plan::own(schema, None)
    }

    fn own(schema: &ObjectSchema, own: Option<Version>) -> Self {
        let current = schema.current();
        let version = own.unwrap_or(current);
        let mode = if version < current { Mode::Older } else { Mode::Whole };
        let takes_all = mode == Mode::Whole || !schema.has_rules_for(true);
        Plan { version, mode, own_label: own.is_some(), takes_all, is_answer: own.is_some(), is_child: false }
    }

    /// Whether the version that goes out has the field.
    #[inline]
    pub(crate) fn has(&self, field: &FieldSchema) -> bool {
        self.takes_all || field.is_in(self.version)
    }

    /// Whether the version that goes out has the field as it is, with no rule to ask.
    #[inline]
    pub(super) fn is_plain(&self, field: &FieldSchema) -> bool {
        self.takes_all || field.rules.is_empty() && field.is_in(self.version)
    }

    /// Whether the version that goes out may ask more of the field than to be there or not.
    #[inline]
    pub(super) fn has_rules(&self, field: &FieldSchema) -> bool {
        !self.takes_all && !field.rules.is_empty()
    }

    /// The version whose fields go out.
    #[cfg(any(feature = "compact", feature = "json"))]
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The version that the object is labelled with, unless it keeps the label that it came with.
    pub(crate) fn label(&self) -> Option<Version> {
        (!self.own_label).then_some(self.version)
    }

    /// The version that stands on the wire.
    pub(super) fn written_version<O: Object>(&self, object: &O) -> Arriving {
        let arrived = object.origin().and_then(|origin| origin.arriving()).filter(|_| self.own_label);
        arrived.cloned().unwrap_or(self.version.into())
    }

    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.mode == Mode::Whole
    }

    /// Whether the changes of the object's own fields are forgotten, since somebody asked for an older version of it: not
    /// those of the objects inside it, and not where it is itself inside another.
    #[inline]
    pub(super) fn forgets(&self, schema: &ObjectSchema) -> bool {
        schema.forgets_changes && self.is_asked_older(schema)
    }

    /// Whether somebody asked for an older version of the object, and not of the one that it is inside of.
    #[cold]
    fn is_asked_older(&self, schema: &ObjectSchema) -> bool {
        let is_backport = matches!(self.mode, Mode::Backport(_)) && self.version < schema.current();
        !self.is_child && is_backport && (self.is_pin() || !schema.has_two_ways())
    }

    /// Whether nobody says which versions other objects go out in: no manifest, and no parent.
    pub(super) fn is_pin(&self) -> bool {
        !self.is_child && !matches!(self.mode, Mode::Backport(Some(_)))
    }

    /// Whether the rules of the schema and its tombstones have a say.
    pub(super) fn has_older(&self, schema: &ObjectSchema) -> bool {
        !self.is_whole() && schema.has_rules_for(self.is_pin())
    }

    /// Whether the field counts as changed in what goes out.
    #[inline]
    pub(super) fn counts<F: SeenField + ?Sized>(
        &self,
        schema: &ObjectSchema,
        index: usize,
        field: &F,
    ) -> bool {
        match self.forgets(schema) {
            true => holds_changes(field, schema, index),
            false => is_changed(field, schema, index),
        }
    }

    /// Whether what a newer release wrote and this one doesn't know goes out again.
    pub(super) fn keeps_unknown(&self) -> bool {
        self.own_label && !matches!(self.mode, Mode::Backport(_))
    }

    /// Whether the object's own routine has the last word.
    pub(crate) fn has_routine(&self, schema: &ObjectSchema) -> bool {
        self.has_older(schema) && schema.compatible.is_some()
    }
}

/// Checks that the object can be written in the version. The reference checks that of the outermost object alone.
fn check_released(
    schema: &ObjectSchema,
    own: Option<Version>,
    version: Version,
    is_child: bool,
) -> Result<(), Error> {
    if let Some(refusal) = schema.refuses.as_ref().filter(|refusal| version < refusal.before) {
        let (name, before) = (&schema.name, refusal.before);
        let error = match &refusal.message {
            Some(message) => {
                Error::refused(format_args!("{name} isn't written in version {version}: {message}"))
            }
            None => Error::refused(format_args!(
                "{name} isn't written in version {version}, but from {before} on"
            )),
        };
        return Err(error.of(name));
    }
    if schema.has_version(version) || own == Some(version) {
        return Ok(());
    }
    if schema.is_open && (is_child || version <= own.unwrap_or(schema.current())) {
        return Ok(());
    }
    let message =
        format!("{} has no version {version} to be written in; it has {}", schema.name, schema.history());
    Err(Error::new(ErrorKind::InvalidTargetVersion, message).of(&schema.name))
}

/// In the reference, an object is of the version that it came in, and can't be written in a newer one.
fn check_not_newer(schema: &ObjectSchema, arrived: Option<&Arriving>, version: Version) -> Result<(), Error> {
    let Some(arrived) = arrived.filter(|arrived| arrived.is_before(version)) else { return Ok(()) };
    let message =
        format!("{} came in version {arrived} and can't be written in the newer {version}", schema.name);
    Err(Error::new(ErrorKind::InvalidTargetVersion, message).of(&schema.name))
}

/// The reference reads what came in a version like `1.0.post1`, and then fails to write it in any.
fn check_numbers(schema: &ObjectSchema, arrived: Option<&Arriving>) -> Result<(), Error> {
    match arrived.filter(|arrived| !arrived.is_numbers()) {
        Some(arrived) => {
            let message =
                format_args!("{} came in version {arrived}, which isn't numbers alone", schema.name);
            Err(Error::invalid_value(message).of(&schema.name))
        }
        None => Ok(()),
    }
}

fn named(schema: &ObjectSchema, manifest: &Manifest) -> Result<Version, Error> {
    manifest.get(&schema.name).ok_or_else(|| {
        let message = format!("the peer's manifest doesn't name {}", schema.name);
        Error::new(ErrorKind::InvalidTargetVersion, message).of(&schema.name)
    })
}

use crate::error::{Error, ErrorKind};
use crate::object::Object;
use crate::schema::ObjectSchema;
use crate::version::{Arriving, Manifest, Target, Version};

/// How one object goes out: decided once, before its first byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(super) version: Version,
    pub(super) mode: Mode<'a>,
    /// Whether it is labelled with the very text that it arrived under.
    own_label: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mode<'a> {
    /// All of it, as it is.
    Whole,
    /// What an older version has of it; the objects inside it go out in their own versions.
    Older,
    /// The same, with the objects inside it converted: the reference's `obj_make_compatible`.
    Backport(Option<&'a Manifest>),
}

impl<'a> Plan<'a> {
    #[inline]
    pub(crate) fn of<O: Object>(object: &O, target: &Target<'a>) -> Result<Plan<'a>, Error> {
        let arrived = object.origin().and_then(|origin| origin.arriving());
        match (target, arrived) {
            (Target::Own, None) => Ok(Plan::own(None, object.schema().current())),
            _ => Plan::of_schema(object.schema(), arrived, target),
        }
    }

    /// The same of any object of that schema that came in that version.
    pub(crate) fn of_schema(
        schema: &ObjectSchema,
        arrived: Option<&Arriving>,
        target: &Target<'a>,
    ) -> Result<Plan<'a>, Error> {
        let current = schema.current();
        let own = arrived.map(Arriving::version);
        check_numbers(schema, arrived)?;
        let (version, manifest) = match *target {
            Target::Own => return Ok(Plan::own(own, current)),
            Target::Child(version, _) => {
                let version = released(schema, own, version, true)?;
                let stays = version == current && schema.is_leaf();
                let mode = if stays { Mode::Whole } else { Mode::Backport(target.manifest()) };
                return Ok(Plan { version, mode, own_label: false });
            }
            Target::Inside(_) => {
                let Some(manifest) = target.manifest() else { return Ok(Plan::own(own, current)) };
                let version = own.unwrap_or(current);
                return Ok(Plan { version, mode: Mode::Backport(Some(manifest)), own_label: own.is_some() });
            }
            Target::Version(version, manifest) => {
                check_not_newer(schema, arrived, version)?;
                (version, manifest)
            }
            Target::Manifest(manifest) => (named(schema, manifest)?, target.manifest()),
        };
        // By its text: what came as `1.0rc1` has to be made a 1.0.
        let is_own = arrived.map_or(version == current, |arrived| arrived.is_text_of(version));
        // In the reference an empty manifest counts as none, except that the objects inside an older one are
        // looked up in it in vain, and stay as they are.
        let manifest = manifest.filter(|manifest| !is_own || !manifest.is_empty());
        if is_own && manifest.is_none() {
            return Ok(Plan::own(own, current));
        }
        let version = released(schema, own, version, false)?;
        Ok(Plan { version, mode: Mode::Backport(manifest), own_label: false })
    }

    /// The same of an object that was made here, where the target names outright that older version, which the object is
    /// known to have. What takes longer to say is left to [`Plan::of`].
    #[inline]
    pub(crate) fn of_made(target: &Target<'a>, version: Version) -> Option<Plan<'a>> {
        let mode = match *target {
            Target::Child(named, _) if named == version => Mode::Backport(target.manifest()),
            Target::Version(named, None) if named == version => Mode::Backport(None),
            _ => return None,
        };
        Some(Plan { version, mode, own_label: false })
    }

    fn own(own: Option<Version>, current: Version) -> Self {
        let version = own.unwrap_or(current);
        let mode = if version < current { Mode::Older } else { Mode::Whole };
        Plan { version, mode, own_label: own.is_some() }
    }

    /// The version whose fields go out.
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

    /// Whether the object is made one of an older version.
    pub(super) fn is_backport_of(&self, schema: &ObjectSchema) -> bool {
        matches!(self.mode, Mode::Backport(_)) && self.version < schema.current()
    }

    /// Whether what a newer release wrote and this one doesn't know goes out again.
    pub(super) fn keeps_unknown(&self) -> bool {
        self.own_label && !matches!(self.mode, Mode::Backport(_))
    }

    /// Whether writing the object in its own version can be refused, so that it's looked at before the first byte.
    /// For any other target that was done by who named it.
    pub(crate) fn may_refuse(&self, schema: &ObjectSchema) -> bool {
        self.mode == Mode::Older
            && (schema.compatible.is_some() || schema.fields.iter().any(|field| !field.rules.is_empty()))
    }

    /// Whether the object's own routine has the last word.
    pub(crate) fn has_routine(&self, schema: &ObjectSchema) -> bool {
        !self.is_whole() && schema.compatible.is_some()
    }
}

/// The version, where the object can be written in it. The reference checks that of the outermost object alone.
fn released(
    schema: &ObjectSchema,
    own: Option<Version>,
    version: Version,
    is_child: bool,
) -> Result<Version, Error> {
    if schema.has_version(version) || own == Some(version) {
        return Ok(version);
    }
    if schema.is_open && (is_child || version <= own.unwrap_or(schema.current())) {
        return Ok(version);
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

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
    pub(crate) fn of<O: Object>(object: &O, target: &Target<'a>) -> Result<Plan<'a>, Error> {
        let own = object.origin().and_then(|origin| origin.version());
        Plan::of_schema(object.schema(), own, target)
    }

    /// The same of any object of that schema that came in that version.
    pub(crate) fn of_schema(
        schema: &ObjectSchema,
        own: Option<Version>,
        target: &Target<'a>,
    ) -> Result<Plan<'a>, Error> {
        let current = schema.current();
        let (version, manifest) = match *target {
            Target::Own => return Ok(Plan::own(own, current)),
            Target::Child(version, _) => {
                let version = released(schema, own, version, true)?;
                return Ok(Plan { version, mode: Mode::Backport(target.manifest()), own_label: false });
            }
            Target::Version(version, manifest) => {
                if let Some(own) = own.filter(|own| version > *own) {
                    return Err(newer_than_it_came(schema, own, version));
                }
                (version, manifest)
            }
            Target::Inside(_) => (own.unwrap_or(current), target.manifest()),
            Target::Manifest(manifest) => (named(schema, manifest)?, target.manifest()),
        };
        let is_own = version == own.unwrap_or(current);
        // In the reference an empty manifest counts as none, except that the objects inside an older one are
        // looked up in it in vain, and stay as they are.
        let manifest = manifest.filter(|manifest| !is_own || !manifest.is_empty());
        if is_own && manifest.is_none() {
            return Ok(Plan::own(own, current));
        }
        let version = released(schema, own, version, false)?;
        let mode =
            if version == current && manifest.is_none() { Mode::Whole } else { Mode::Backport(manifest) };
        Ok(Plan { version, mode, own_label: false })
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

    pub(crate) fn is_whole(&self) -> bool {
        self.mode == Mode::Whole
    }

    /// Whether what a newer release wrote and this one doesn't know goes out again.
    pub(super) fn keeps_unknown(&self) -> bool {
        self.own_label
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
fn newer_than_it_came(schema: &ObjectSchema, own: Version, version: Version) -> Error {
    let message =
        format!("{} came in version {own} and can't be written in the newer {version}", schema.name);
    Error::new(ErrorKind::InvalidTargetVersion, message).of(&schema.name)
}

fn named(schema: &ObjectSchema, manifest: &Manifest) -> Result<Version, Error> {
    manifest.get(&schema.name).ok_or_else(|| {
        let message = format!("the peer's manifest doesn't name {}", schema.name);
        Error::new(ErrorKind::InvalidTargetVersion, message).of(&schema.name)
    })
}

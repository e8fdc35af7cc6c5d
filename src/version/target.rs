use super::{Manifest, Version, VersionParseError};

/// A target: the peer, or the version, that an encoding is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Target<'a> {
    /// Each object goes out in its own version: the one that it arrived in, else its current one.
    #[default]
    Own,
    /// The outermost objects go out in this version, and those inside them as the manifest says, or by the
    /// relationships that their parents declare where there is none.
    Version(Version, Option<&'a Manifest>),
    /// The outermost objects go out in their own versions, and those inside them as the manifest says.
    Inside(&'a Manifest),
    /// Every object goes out as the manifest says. An outermost one that arrived in an older version than that goes
    /// out in the one that it arrived in, since its label says who knew what.
    Manifest(&'a Manifest),
    /// The outermost objects go out as the manifest says, as by [`Target::Manifest`], and those inside them by the
    /// relationships that their parents declare: nobody else sees the manifest. So ironic's pins have it.
    Pin(&'a Manifest),
    /// The version that a parent which is converted asks of an object inside it, also where
    /// that is the version that the object has.
    Child(Version, Option<&'a Manifest>),
    /// Parents that arrived ask this of the objects inside them, where nothing else is asked: one that was made here
    /// goes out in this version, and one that arrived goes out in its own.
    MadeHere(Version, Option<&'a Manifest>),
    /// Nothing is written for this: it refuses an object that was made here, where a parent has to know whether there
    /// is one.
    Arrived,
    /// Parents ask this of objects whose names their schema doesn't tell: each goes out as the manifest says of it, and
    /// as it is where the manifest doesn't name it.
    Each(&'a Manifest),
}

impl<'a> Target<'a> {
    /// The manifest, where it names any object: an empty one counts as none, as in the reference.
    pub fn manifest(self) -> Option<&'a Manifest> {
        match self {
            Target::Own
            | Target::Arrived
            | Target::Pin(_)
            | Target::Version(_, None)
            | Target::Child(_, None)
            | Target::MadeHere(_, None) => None,
            Target::Version(_, Some(manifest))
            | Target::Inside(manifest)
            | Target::Manifest(manifest)
            | Target::Each(manifest)
            | Target::MadeHere(_, Some(manifest))
            | Target::Child(_, Some(manifest)) => (!manifest.is_empty()).then_some(manifest),
        }
    }
}

/// A value that names a [`Target`]: a version, its text, a manifest, or a pair of both.
pub trait IntoTarget<'a> {
    /// Returns the target that it names.
    ///
    /// # Errors
    /// Where the version's text can't be read.
    fn into_target(self) -> Result<Target<'a>, VersionParseError>;
}

impl<'a> IntoTarget<'a> for Target<'a> {
    fn into_target(self) -> Result<Target<'a>, VersionParseError> {
        Ok(self)
    }
}

impl<'a> IntoTarget<'a> for Version {
    fn into_target(self) -> Result<Target<'a>, VersionParseError> {
        Ok(Target::Version(self, None))
    }
}

impl<'a> IntoTarget<'a> for &str {
    fn into_target(self) -> Result<Target<'a>, VersionParseError> {
        self.parse::<Version>()?.into_target()
    }
}

impl<'a> IntoTarget<'a> for &'a Manifest {
    fn into_target(self) -> Result<Target<'a>, VersionParseError> {
        Ok(Target::Manifest(self))
    }
}

impl<'a> IntoTarget<'a> for (Version, &'a Manifest) {
    fn into_target(self) -> Result<Target<'a>, VersionParseError> {
        Ok(Target::Version(self.0, Some(self.1)))
    }
}

impl<'a> IntoTarget<'a> for (&str, &'a Manifest) {
    fn into_target(self) -> Result<Target<'a>, VersionParseError> {
        (self.0.parse::<Version>()?, self.1).into_target()
    }
}

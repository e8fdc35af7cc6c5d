use super::{Origin, UnknownFields, VersionedObject};
use crate::error::Error;
use crate::field::{Alteration, FieldType, Path, Survey};
use crate::schema::{ObjectSchema, Variant};
use crate::version::{Target, Version};

/// Sees an object of any type, and may change it.
pub trait ObjectVisitorMut {
    /// The result of the visit.
    type Output;

    /// Sees the object, which it may change.
    fn object<O: VersionedObject>(self, object: &mut O) -> Self::Output;
}

/// One of several objects that extend a base, or the base itself: what the derive `ObjectEnum` implements.
pub trait OneOf: Sized {
    /// The schema of the base.
    const BASE: &'static ObjectSchema;

    /// An unset object of that name, where it is one of them.
    fn unset_of(name: &str) -> Option<Self>;

    /// Returns the schema of the object that it holds.
    fn schema(&self) -> &'static ObjectSchema;

    /// Where the object came from, if it remembers.
    fn origin(&self) -> Option<&Origin>;

    /// The fields of a newer release that it carries along, if it is a relay.
    fn unknown(&self) -> Option<&UnknownFields>;

    /// Makes what a reader gets that doesn't know the object; none, where nothing stands in for it.
    fn stand_in(&self) -> Option<Result<Self, Error>> {
        None
    }

    /// Shows the object to the visitor.
    fn visit<V: ObjectVisitorMut>(&mut self, visitor: V) -> V::Output;
}

/// Makes what goes out in the stead of an object that the target's readers don't know; none, where they know it.
///
/// # Errors
/// Where nothing stands in for it, or what does isn't known to them either.
pub fn sent_as<E: OneOf + FieldType>(value: &E, target: &Target<'_>) -> Result<Option<E>, Error> {
    let Some(lacked) = lacked(value, target) else { return Ok(None) };
    match value.stand_in() {
        None => Err(lacked.refused(&E::BASE.name)),
        Some(made) => {
            let made = made?;
            match self::lacked(&made, target) {
                Some(lacked) => Err(lacked.refused(&E::BASE.name)),
                None => Ok(Some(made)),
            }
        }
    }
}

/// Looks at the object, or what goes out in its stead, before it is written.
///
/// # Errors
/// As [`sent_as`], and where the backport is refused.
pub fn survey_as<E: OneOf + FieldType>(
    value: &E,
    target: &Target<'_>,
    path: Path<'_>,
    survey: &mut Survey<'_>,
) -> Result<bool, Error> {
    let placed = |error| path.steps().fold(error, Error::within);
    let Some(made) = sent_as(value, target).map_err(placed)? else { return Ok(false) };
    if let (Some((object, field)), Some(lacked)) = (path.innermost(), lacked(value, target)) {
        survey.alters(object, field, path, lacked.version, Alteration::Replaced);
    }
    made.survey(target, path, survey).map(|()| true)
}

/// An object that a version of the base that it stands for doesn't know.
pub(crate) struct Lacked<'a> {
    name: &'a str,
    since: Version,
    version: Version,
}

impl<'a> Lacked<'a> {
    /// Tells whether an object of that name is one, for a target of the base.
    pub(crate) fn of(
        variants: &'a [Variant],
        name: &str,
        base: &str,
        origin: Option<&Origin>,
        target: &Target<'_>,
    ) -> Option<Lacked<'a>> {
        let variant = variants.iter().find(|variant| variant.name == name)?;
        let since = variant.since?;
        let version = match target {
            Target::Child(version, _) => *version,
            // One that arrived goes out as it came.
            Target::MadeHere(version, _) if origin.and_then(Origin::arriving).is_none() => *version,
            Target::Each(manifest) | Target::Manifest(manifest) | Target::Pin(manifest) => {
                manifest.get(base)?
            }
            _ => return None,
        };
        (version < since).then_some(Lacked { name: &variant.name, since, version })
    }

    pub(crate) fn refused(&self, base: &str) -> Error {
        let Lacked { name, since, version } = self;
        Error::refused(format_args!(
            "{name} stands for {base} since version {since} of that, and a reader of {version} doesn't know it"
        ))
    }
}

fn lacked<E: OneOf + FieldType>(value: &E, target: &Target<'_>) -> Option<Lacked<'static>> {
    let base = &E::BASE.name;
    Lacked::of(&E::TYPE_REF.variants, &value.schema().name, base, value.origin(), target)
}

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::field::{Entity, Loss, Path, Survey};
use crate::version::{IntoTarget, Target};

/// Writing for an older peer.
pub trait Backport: Entity {
    /// The value as a peer of that version, or with that manifest, reads it.
    ///
    /// ```
    /// # use versioned_objects::{Backport, Field, VersionedObject};
    /// #[derive(VersionedObject, Default)]
    /// #[object(versions("1.0", "1.1"))]
    /// struct Disk {
    ///     serial: Field<String>,
    ///     #[field(since = "1.1")]
    ///     cache: Field<String>,
    /// }
    ///
    /// let disk = Disk { serial: "a".to_owned().into(), cache: "none".to_owned().into() };
    /// let older = disk.at("1.0")?;
    /// assert_eq!(older.dropped()[0].field, "cache");
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the version isn't in an object's history, the manifest doesn't name an object, or a rule refuses
    /// what the object holds. Nothing is written before that is known.
    fn at<'a>(&'a self, target: impl IntoTarget<'a>) -> Result<View<'a, Self>, Error> {
        let target = target.into_target()?;
        self.survey(&target, Path::ROOT, &mut Survey::refusals())?;
        Ok(View { entity: self, target })
    }
}

impl<T: Entity + ?Sized> Backport for T {}

/// A value as it goes out to one peer. It serializes.
#[derive(Debug)]
pub struct View<'a, T: ?Sized> {
    entity: &'a T,
    target: Target<'a>,
}

impl<T: ?Sized> Clone for View<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for View<'_, T> {}

impl<'a, T: Entity + ?Sized> View<'a, T> {
    /// Not looked through for refusals.
    pub(crate) fn new(entity: &'a T, target: Target<'a>) -> Self {
        View { entity, target }
    }

    /// What the peer's version leaves out of what was set, in the order of the wire.
    pub fn dropped(&self) -> Vec<Loss> {
        let mut losses = Vec::new();
        // A refusal was looked for when the view was made, and would be found again when it is written.
        let _ = self.entity.survey(&self.target, Path::ROOT, &mut Survey::losses(&mut losses));
        losses
    }

    /// The value itself.
    pub fn get(&self) -> &'a T {
        self.entity
    }

    /// What it goes out for.
    pub fn target(&self) -> Target<'a> {
        self.target
    }
}

impl<T: Entity + ?Sized> Serialize for View<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entity.encode(serializer, &self.target)
    }
}

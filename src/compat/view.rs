use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::field::{Altered, Entity, Loss, Path, Survey};
use crate::version::{IntoTarget, Target};

/// Writing for an older peer.
///
/// It's there for references, and for tuples of references, so that what is viewed stays with its owner.
pub trait Backport: Entity + Sized {
    /// The value as a peer of that version, or with that manifest, reads it.
    ///
    /// ```
    /// # use versioned_objects::{Backport, Field, VersionedObject};
    /// #[derive(VersionedObject, Clone, Default)]
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
    fn at<'t>(self, target: impl IntoTarget<'t>) -> Result<View<'t, Self>, Error> {
        let target = target.into_target()?;
        self.survey(&target, Path::ROOT, &mut Survey::refusals())?;
        Ok(View { entity: self, target })
    }
}

impl<T: Entity + ?Sized> Backport for &T {}

macro_rules! tuples {
    ($($($name:ident)+;)+) => {
        $(impl<$($name: Backport),+> Backport for ($($name,)+) {})+
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

/// A value as it goes out to one peer. It serializes.
#[derive(Clone, Copy)]
pub struct View<'t, E> {
    entity: E,
    target: Target<'t>,
}

impl<'t, E: Entity> View<'t, E> {
    /// Lists the set values that the peer's version leaves out, in the order of the wire.
    pub fn dropped(&self) -> Vec<Loss> {
        let mut losses = Vec::new();
        // A refusal was looked for when the view was made, and would be found again when it is written.
        let _ = self.entity.survey(&self.target, Path::ROOT, &mut Survey::losses(&mut losses));
        losses
    }

    /// Lists the values that the peer's version gets in another form: replaced, or converted. What it doesn't get at
    /// all is in [`View::dropped`].
    ///
    /// ```
    /// # use versioned_objects::{Backport, Field, FieldEnum, VersionedObject};
    /// #[derive(FieldEnum, Clone)]
    /// #[field_enum(rename_all = "lowercase")]
    /// enum Bus {
    ///     Virtio,
    ///     Nvme,
    /// }
    ///
    /// #[derive(VersionedObject, Clone, Default)]
    /// #[object(versions("1.0", "1.1"))]
    /// struct Disk {
    ///     #[field(values("nvme", since = "1.1", older = "virtio"))]
    ///     bus: Field<Bus>,
    /// }
    ///
    /// let disk = Disk { bus: Bus::Nvme.into() };
    /// assert_eq!(disk.at("1.0")?.altered()[0].to_string(), "Disk.bus (replaced for Disk 1.0)");
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    pub fn altered(&self) -> Vec<Altered> {
        let mut altered = Vec::new();
        // As above.
        let _ = self.entity.survey(&self.target, Path::ROOT, &mut Survey::alterations(&mut altered));
        altered
    }

    /// Returns the value as it stands here.
    pub fn get(&self) -> &E {
        &self.entity
    }

    /// Returns the target of the view.
    pub fn target(&self) -> Target<'t> {
        self.target
    }
}

impl<E> fmt::Debug for View<'_, E> {
    /// Target that it goes out for, and nothing of the value, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("target", &self.target).finish_non_exhaustive()
    }
}

impl<E: Entity> Serialize for View<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entity.encode(serializer, &self.target)
    }
}

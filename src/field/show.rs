//! Values behind a pointer, on their way out: what writes them is compiled once for a format, and not for each type.

use serde::ser::{self, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::{Entity, Path, Survey};
use crate::error::Error;
use crate::foreign::Format;
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, RowOrColumn, Slot};
use crate::version::Target;

/// Value of any type, on its way out.
pub trait Show {
    /// Shows what goes out for the target.
    fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>));

    /// Looks through it, as [`Entity::survey`].
    ///
    /// # Errors
    /// As there.
    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error>;

    /// Whether it is an object that reports changes.
    fn has_changes(&self) -> bool;

    /// Whether it is a list with an object that reports changes.
    fn has_changed_elements(&self) -> bool;

    /// Whether it is null by itself, as [`Entity::has_bare_null`].
    fn has_bare_null(&self) -> bool;

    /// Writes it in the compact form.
    ///
    /// # Errors
    /// As [`Entity::pack`].
    #[cfg(feature = "compact")]
    fn pack(&self, packer: RowOrColumn<'_, '_>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error>;
}

/// Value on its way out, as far as it has parts whose types aren't known.
pub enum Shown<'a> {
    /// It writes itself, as any value does.
    Plain(&'a dyn erased_serde::Serialize),
    /// Null stands in its place.
    Null,
    /// It stands where null might.
    Some(&'a dyn Show),
    /// It is a list of so many elements.
    List(usize, &'a dyn Fn(Each<'_>)),
    /// It has entries, as far as known so many.
    Map(Option<usize>, &'a dyn Fn(Add<'_>) -> Result<(), Error>),
    /// It can't go out.
    Refused(Error),
}

/// Takes an element; false, where there is no need of any more.
pub type Each<'a> = &'a mut dyn FnMut(&dyn Show) -> bool;

/// Takes an entry, its key and its value; false, where there is no need of any more.
pub type Add<'a> = &'a mut dyn FnMut(&dyn erased_serde::Serialize, &dyn erased_serde::Serialize) -> bool;

impl<T: Entity> Show for T {
    fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
        Entity::show(self, target, see);
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        Entity::survey(self, target, path, survey)
    }

    fn has_changes(&self) -> bool {
        Entity::has_changes(self)
    }

    fn has_changed_elements(&self) -> bool {
        Entity::has_changed_elements(self)
    }

    fn has_bare_null(&self) -> bool {
        T::BARE_NULLS && Entity::has_bare_null(self)
    }

    #[cfg(feature = "compact")]
    fn pack(&self, packer: RowOrColumn<'_, '_>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        match packer {
            RowOrColumn::Row(packer) => Entity::pack(self, packer, slot, target),
            RowOrColumn::Column(packer) => Entity::pack(self, packer, slot, target),
        }
    }
}

/// A value behind a pointer is one as any other.
impl Entity for dyn Show + '_ {
    const BARE_NULLS: bool = true;

    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        Written::new(self, target).serialize(serializer)
    }

    fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
        Show::show(self, target, see);
    }

    #[cfg(feature = "compact")]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        Show::pack(self, packer.kind(), slot, target)
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        Show::survey(self, target, path, survey)
    }

    fn has_changes(&self) -> bool {
        Show::has_changes(self)
    }

    fn has_changed_elements(&self) -> bool {
        Show::has_changed_elements(self)
    }

    fn has_bare_null(&self) -> bool {
        Show::has_bare_null(self)
    }
}

/// A value behind a pointer, and the target that it is written for.
pub(crate) struct Written<'a> {
    value: &'a dyn Show,
    target: &'a Target<'a>,
}

impl<'a> Written<'a> {
    pub(crate) fn new(value: &'a dyn Show, target: &'a Target<'a>) -> Self {
        Written { value, target }
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut serializer = Some(serializer);
        let mut written = None;
        Format::of::<S::Error>().behind(|| {
            self.value.show(self.target, &mut |shown| {
                if let Some(serializer) = serializer.take() {
                    written = Some(write(shown, serializer, self.target));
                }
            });
        });
        written.unwrap_or_else(|| Err(ser::Error::custom("the value shows nothing")))
    }
}

fn write<S: Serializer>(shown: Shown<'_>, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
    match shown {
        Shown::Plain(value) => erased_serde::serialize(value, serializer),
        Shown::Null => serializer.serialize_none(),
        Shown::Some(value) => serializer.serialize_some(&Written::new(value, target)),
        Shown::List(length, each) => {
            let mut list = serializer.serialize_seq(Some(length))?;
            let mut written = Ok(());
            each(&mut |element| {
                written = list.serialize_element(&Written::new(element, target));
                written.is_ok()
            });
            written?;
            list.end()
        }
        Shown::Map(length, each) => {
            let mut map = serializer.serialize_map(length)?;
            let mut written = Ok(());
            let shown = each(&mut |key, value| {
                written = map.serialize_entry(key, value);
                written.is_ok()
            });
            written?;
            shown.map_err(ser::Error::custom)?;
            map.end()
        }
        Shown::Refused(error) => Err(ser::Error::custom(error)),
    }
}

use std::any::Any;
use std::fmt;

use serde::ser::{Serialize as _, Serializer};

use super::Registry;
use super::edit::Editable;
use crate::error::Error;
use crate::field::{Context, Entity, Path, Show, Shown, Survey, Written};
#[cfg(feature = "compact")]
use crate::format::compact::{Known, Pack, Slot, Unpacker};
use crate::object::{Fields, Object, Origin, UnknownFields, VersionedObject};
use crate::primitive::{Kept, Primitive};
use crate::schema::ObjectSchema;
use crate::version::{Arriving, Target, Version};
use crate::wire::intake::{Pointed, Settled};
use crate::wire::{self, KeptError};

/// An object of any registered type, which can be written as it is, and be turned into what it is.
pub struct AnyObject(Box<dyn Erased>);

impl AnyObject {
    /// An object, its type forgotten.
    pub fn new<O: VersionedObject + Clone + Send + Sync + 'static>(object: O) -> Self {
        AnyObject(Box::new(object))
    }

    pub(crate) fn from_erased(object: Box<dyn Erased>) -> Self {
        AnyObject(object)
    }

    /// Returns the schema of the object.
    pub fn schema(&self) -> &ObjectSchema {
        self.0.schema()
    }

    /// Its name on the wire.
    pub fn name(&self) -> &str {
        &self.0.schema().name
    }

    /// The version that it arrived in, if its type remembers that.
    pub fn origin(&self) -> Option<&Origin> {
        self.0.origin()
    }

    /// Looks at the whole object and at the objects inside it, as
    /// [`VersionedObject::validate`](crate::VersionedObject::validate).
    ///
    /// # Errors
    /// As there.
    pub fn validate(&self) -> Result<(), Error> {
        Entity::survey(self, &Target::Own, Path::ROOT, &mut Survey::validity())
    }

    /// Takes it that the object arrived in that version, where its type remembers that.
    #[cfg(feature = "proptest")]
    pub(crate) fn arrive(&mut self, version: Version, registry: &Registry) -> Result<(), Error> {
        self.0.finish(version.into(), registry, registry.decoding().context())
    }

    /// Whether it is of that type.
    pub fn is<O: Object + 'static>(&self) -> bool {
        self.0.as_any().is::<O>()
    }

    /// The object, where it is of that type.
    pub fn downcast_ref<O: Object + 'static>(&self) -> Option<&O> {
        self.0.as_any().downcast_ref()
    }

    /// The object, where it is of that type, to be changed.
    pub fn downcast_mut<O: Object + 'static>(&mut self) -> Option<&mut O> {
        self.0.as_any_mut().downcast_mut()
    }

    /// Returns the object as its Rust type.
    ///
    /// # Errors
    /// Itself, where it isn't of that type.
    pub fn downcast<O: VersionedObject + 'static>(mut self) -> Result<O, AnyObject> {
        match self.downcast_mut::<O>() {
            Some(object) => Ok(std::mem::replace(object, O::unset())),
            None => Err(self),
        }
    }
}

impl Clone for AnyObject {
    fn clone(&self) -> Self {
        AnyObject(self.0.boxed_clone())
    }
}

impl Fields for AnyObject {
    fn schema_of(&self) -> &ObjectSchema {
        self.0.schema_of()
    }

    fn to_primitive(&self) -> Result<Primitive, Error> {
        self.0.to_primitive()
    }

    fn index_of_field(&self, name: &str) -> Option<usize> {
        self.0.index_of_field(name)
    }

    fn is_set_at(&self, index: usize) -> bool {
        self.0.is_set_at(index)
    }

    fn value_at(&self, index: usize) -> Option<Result<Primitive, Error>> {
        self.0.value_at(index)
    }

    fn assign_at(&mut self, index: usize, value: Primitive) -> Result<(), Error> {
        self.0.assign_at(index, value)
    }

    fn clear_at(&mut self, index: usize) -> bool {
        self.0.clear_at(index)
    }

    fn reset_at(&mut self, index: usize, within: bool) {
        self.0.reset_at(index, within);
    }

    fn reset_unknown(&mut self) {
        self.0.reset_unknown();
    }

    fn changed_indexes(&self) -> Vec<usize> {
        self.0.changed_indexes()
    }

    fn tells_extra_fields(&self) -> bool {
        self.0.tells_extra_fields()
    }

    fn extra(&self, name: &str) -> Result<Primitive, Error> {
        self.0.extra(name)
    }
}

impl Editable for AnyObject {
    fn assign_known(&mut self, index: usize, value: Primitive, registry: &Registry) -> Result<(), Error> {
        self.0.assign_known(index, value, registry)
    }
}

impl fmt::Debug for AnyObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.schema().current();
        match self.origin().and_then(Origin::arriving) {
            Some(arrived) => write!(f, "AnyObject({} {version}, arrived in {arrived})", self.name()),
            None => write!(f, "AnyObject({} {version})", self.name()),
        }
    }
}

impl Entity for AnyObject {
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        // An object whose type is known here needs no pointer between it and the format.
        #[cfg(feature = "dynamic")]
        if let Some(object) = self.downcast_ref::<crate::registry::dynamic::DynamicObject>() {
            return object.encode(serializer, target);
        }
        Written::new(self.0.shown(), target).serialize(serializer)
    }

    fn show(&self, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
        self.0.shown().show(target, see);
    }

    #[cfg(feature = "compact")]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        self.0.shown().pack(packer.kind(), slot, target)
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        self.0.survey(target, path, survey)
    }

    fn has_changes(&self) -> bool {
        self.0.has_changes()
    }

    fn reset_within(&mut self) {
        self.0.reset_within();
    }

    fn forget_origins(&mut self) {
        self.0.forget_origins();
    }
}

impl serde::Serialize for AnyObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        wire::look_at_arrived(self, self.origin(), self.schema().current())
            .map_err(serde::ser::Error::custom)?;
        self.encode(serializer, &Target::Own)
    }
}

/// An object that a registry reads, whatever it is.
pub(crate) trait Readable: Editable + Send + Sync {
    /// Reads the fields that come in the compact form, into an object that is unset before.
    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        known: &Known,
        registry: &Registry,
        context: Context<'_>,
    ) -> Result<(), Error>;

    /// The object, where it is a derived one.
    fn pointed(&mut self) -> Option<&mut dyn Pointed>;

    /// Reads fields that were kept until the header was there.
    fn read_kept(
        &mut self,
        data: Kept,
        version: Version,
        registry: &Registry,
        context: Context<'_>,
    ) -> Result<(), KeptError>;

    /// Takes it that the field at that index is changed.
    fn mark_changed(&mut self, index: usize);

    /// The place of unknown fields, in a relay.
    fn carried_mut(&mut self) -> Option<&mut UnknownFields> {
        None
    }

    /// Ends the reading of an object that came in that version.
    fn finish(&mut self, version: Arriving, registry: &Registry, context: Context<'_>) -> Result<(), Error>;
}

impl<O: VersionedObject + Send + Sync> Readable for O {
    #[cfg(feature = "compact")]
    fn unpack(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        known: &Known,
        _: &Registry,
        context: Context<'_>,
    ) -> Result<(), Error> {
        *self = O::unset();
        wire::unpack_fields(self, unpacker, known, context)
    }

    fn pointed(&mut self) -> Option<&mut dyn Pointed> {
        Some(self)
    }

    fn read_kept(
        &mut self,
        data: Kept,
        version: Version,
        _: &Registry,
        context: Context<'_>,
    ) -> Result<(), KeptError> {
        wire::read_kept(self, data, version, context)
    }

    fn mark_changed(&mut self, index: usize) {
        Settled::mark_changed(self, index);
    }

    fn carried_mut(&mut self) -> Option<&mut UnknownFields> {
        Settled::unknown_mut(self)
    }

    fn finish(&mut self, version: Arriving, _: &Registry, context: Context<'_>) -> Result<(), Error> {
        wire::finish(self, version, context)
    }
}

/// An object behind a pointer.
pub(crate) trait Erased: Any + Readable {
    fn boxed_clone(&self) -> Box<dyn Erased>;
    fn schema(&self) -> &ObjectSchema;
    fn origin(&self) -> Option<&Origin>;
    fn carried(&self) -> Option<&UnknownFields>;
    fn shown(&self) -> &dyn Show;
    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error>;
    fn has_changes(&self) -> bool;
    fn reset_within(&mut self);
    fn forget_origins(&mut self);
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<O: Object + Readable + Clone + 'static> Erased for O {
    fn boxed_clone(&self) -> Box<dyn Erased> {
        Box::new(self.clone())
    }

    fn schema(&self) -> &ObjectSchema {
        Object::schema(self)
    }

    fn origin(&self) -> Option<&Origin> {
        Object::origin(self)
    }

    fn carried(&self) -> Option<&UnknownFields> {
        Object::unknown(self)
    }

    fn shown(&self) -> &dyn Show {
        self
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        Entity::survey(self, target, path, survey)
    }

    fn has_changes(&self) -> bool {
        Entity::has_changes(self)
    }

    fn reset_within(&mut self) {
        Entity::reset_within(self);
    }

    fn forget_origins(&mut self) {
        Entity::forget_origins(self);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

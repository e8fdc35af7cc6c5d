//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use std::cell::Cell;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::changed::Changed;
use super::child::{Child, all_arrived};
use super::fate::{Fate, How};
use super::first;
use super::peek::{Peek, peek};
use super::plan::Plan;
use super::ruled::Ruled;
use crate::error::Error;
use crate::field::{Encoded, Entity, Written, bare_null};
use crate::foreign::Format;
use crate::object::{Indices, Object, Seen, SeenField, Visitor};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// The data of an object, by the rules of its schema alone.
pub(crate) struct Data<'a, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
    /// Where the indices of the changed fields are left that went out, if anybody asks.
    changed: Option<&'a Cell<Indices>>,
}

impl<'a, O: Object> Data<'a, O> {
    pub(crate) fn new(object: &'a O, changed: &'a Changed<'a>) -> Self {
        Data { object, plan: changed.plan, changed: changed.is_any().then_some(&changed.indices) }
    }
}

/// Makes the data of an object, once its own routine has finished them.
pub(crate) fn finished<O: Object>(object: &O, plan: &Plan<'_>) -> Result<Primitive, Error> {
    let mut data = Primitive::of(&Data { object, plan, changed: None })?;
    object.make_compatible(&mut data, plan.version)?;
    Ok(data)
}

impl<O: Object> Serialize for Data<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let schema = self.object.schema();
        let map = serializer.serialize_map(None)?;
        let changed = self.changed.map(|_| Indices::default());
        let mut writer = Writer { object: peek(self.object), plan: self.plan, schema, changed, map };
        self.object.visit(0, &mut writer)?;
        let Writer { mut map, changed, .. } = writer;
        if let (Some(place), Some(changed)) = (self.changed, changed) {
            place.set(changed);
        }
        let unknown = self.object.unknown().filter(|_| self.plan.keeps_unknown());
        let refused = |error: Error| S::Error::custom(error.of(&schema.name));
        if !schema.tombstones.is_empty() && self.plan.has_older(schema) {
            for tombstone in schema.tombstones.iter().filter(|tombstone| tombstone.is_in(self.plan.version)) {
                let carried =
                    unknown.is_some_and(|unknown| unknown.iter().any(|(name, _)| name == tombstone.name));
                if carried {
                    continue;
                }
                let list = tombstone.first.as_ref().zip(peek(self.object));
                let found = list.map(|(list, object)| first::element(object, schema, self.plan, list, false));
                if let Some(element) = found.transpose().map_err(refused)?.flatten() {
                    map.serialize_entry(&*tombstone.name, &element)?;
                } else if let Some(fill) = &tombstone.fill {
                    map.serialize_entry(&*tombstone.name, fill)?;
                }
            }
        }
        if let Some(unknown) = unknown {
            for (name, value) in unknown.iter() {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

struct Writer<'a, M> {
    object: Option<&'a dyn Peek>,
    plan: &'a Plan<'a>,
    schema: &'a ObjectSchema,
    /// The changed fields that went out so far, if anybody asks.
    changed: Option<Indices>,
    map: M,
}

impl<M: SerializeMap> Visitor for Writer<'_, M> {
    type Error = M::Error;

    #[inline]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), M::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if F::BARE_NULLS && field.get().is_some_and(Entity::has_bare_null) {
            return Err(self.refused(own, bare_null()));
        }
        let is_written = if self.plan.is_plain(own) {
            let Some(value) = field.get() else { return Ok(()) };
            if field.holds_objects() && !self.plan.is_whole() {
                self.objects(own, value)?
            } else {
                self.map.serialize_entry(&own.name, &Encoded::new(value, &Target::Own))?;
                true
            }
        } else if !own.rules.is_empty() {
            // What the rules see goes out through a pointer.
            Format::of::<M::Error>().behind(|| self.ruled(own, field.seen()))?
        } else {
            if field.holds_objects() {
                self.dropped(own, field.seen())?;
            }
            false
        };
        if let Some(changed) = &mut self.changed
            && is_written
            && self.plan.counts(self.schema, index, field)
        {
            changed.insert(index);
        }
        Ok(())
    }
}

impl<'a, M: SerializeMap> Writer<'a, M> {
    /// Writes a value that may have objects in it, of a field that the version has. Tells whether it did.
    fn objects<T: Entity + ?Sized>(&mut self, own: &FieldSchema, value: &T) -> Result<bool, M::Error> {
        let Some(target) = self.target(own, &|| all_arrived(value))? else { return Ok(false) };
        self.map.serialize_entry(&own.name, &Encoded::new(value, &target))?;
        Ok(true)
    }

    /// Drops a field. The reference converts the objects in it before it does, so what refuses there refuses here.
    fn dropped(&self, own: &FieldSchema, field: &dyn Seen) -> Result<(), M::Error> {
        if !field.is_set() {
            return Ok(());
        }
        match self.target(own, &|| field.all_arrived())? {
            Some(target @ Target::Child(..)) => {
                field.refused(&target).map_err(|error| self.refused(own, error))
            }
            _ => Ok(()),
        }
    }

    /// Tells what the field's value is written for; nothing, where the objects in it didn't exist then.
    fn target(
        &self,
        own: &FieldSchema,
        all_arrived: &dyn Fn() -> bool,
    ) -> Result<Option<Target<'a>>, M::Error> {
        match Child::of(self.plan, self.schema, own, all_arrived) {
            Ok(Child::At(target)) => Ok(Some(target)),
            Ok(Child::Gone) => Ok(None),
            Err(error) => Err(self.refused(own, error)),
        }
    }

    fn refused(&self, own: &FieldSchema, error: Error) -> M::Error {
        M::Error::custom(self.schema.within(own, error))
    }

    /// Writes a field that the plan's version doesn't have as it is. Tells whether it did.
    fn ruled(&mut self, own: &FieldSchema, field: &dyn Seen) -> Result<bool, M::Error> {
        let schema = self.schema;
        let Some(object) = self.object else { return self.dropped(own, field).map(|()| false) };
        let fate =
            Fate::of(object, schema, own, field, self.plan).map_err(|error| self.refused(own, error))?;
        let (name, how, conversion) = match fate {
            Fate::Written(name, how, conversion) => (name, how, conversion),
            Fate::Dropped => return self.dropped(own, field).map(|()| false),
            Fate::Unset => return Ok(false),
        };
        let target = match how {
            How::Value | How::Adapted if conversion.is_none() => self.target(own, &|| field.all_arrived())?,
            _ => Some(Target::Own),
        };
        let Some(target) = target else { return Ok(false) };
        let is_converted = conversion.is_some();
        let ruled = Ruled { object, schema, own, field, plan: self.plan, how, target, is_converted };
        let Some(conversion) = conversion else {
            return self.map.serialize_entry(name, &ruled).map(|()| true);
        };
        let mut written = Ok(());
        let map = &mut self.map;
        let instead = ruled.instead().map_err(M::Error::custom)?;
        let converted = object.converted(conversion, instead, &mut |value| {
            written = map.serialize_entry(name, &Written::new(value, &Target::Own));
        });
        converted.map_err(|error| self.refused(own, error))?;
        written.map(|()| true)
    }
}

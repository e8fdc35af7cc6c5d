//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use std::cell::Cell;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::changed::Changed;
use super::child::{Child, all_arrived};
use super::fate::{Fate, How, has_element, is_at};
use super::peek::{Peek, peek};
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::Error;
use crate::field::{Encoded, Entity, Path, Survey, Written};
use crate::foreign::Format;
use crate::object::{Indices, Object, Seen, SeenField, Visitor};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// The data of an object, by the rules of its schema alone.
pub(crate) struct Data<'a, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
    /// Where the indices of the changed fields are left that went out.
    changed: &'a Cell<Indices>,
}

impl<'a, O: Object> Data<'a, O> {
    pub(crate) fn new(object: &'a O, changed: &'a Changed<'a>) -> Self {
        Data { object, plan: changed.plan, changed: &changed.indices }
    }
}

/// Makes the data of an object, once its own routine has finished them.
pub(crate) fn finished<O: Object>(object: &O, plan: &Plan<'_>) -> Result<Primitive, Error> {
    let mut data = Primitive::of(&Data { object, plan, changed: &Cell::default() })?;
    object.make_compatible(&mut data, plan.version)?;
    Ok(data)
}

impl<O: Object> Serialize for Data<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let schema = self.object.schema();
        let map = serializer.serialize_map(None)?;
        let changed = Indices::default();
        let mut writer = Writer { object: peek(self.object), plan: self.plan, schema, changed, map };
        self.object.visit(0, &mut writer)?;
        let Writer { mut map, changed, .. } = writer;
        self.changed.set(changed);
        let unknown = self.object.unknown().filter(|_| self.plan.keeps_unknown());
        if self.plan.has_older(schema) {
            for tombstone in schema.tombstones.iter().filter(|tombstone| tombstone.is_in(self.plan.version)) {
                let carried =
                    unknown.is_some_and(|unknown| unknown.iter().any(|(name, _)| name == tombstone.name));
                if let Some(fill) = tombstone.fill.as_ref().filter(|_| !carried) {
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
    changed: Indices,
    map: M,
}

impl<M: SerializeMap> Visitor for Writer<'_, M> {
    type Error = M::Error;

    #[inline]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), M::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        let is_written = if self.plan.has_rules(own) {
            // What the rules see goes out through a pointer.
            Format::of::<M::Error>().behind(|| self.ruled(own, field.seen()))?
        } else {
            let Some(value) = field.get() else { return Ok(()) };
            if field.holds_objects() && !self.plan.is_whole() {
                self.objects(own, value)?
            } else if self.plan.has(own) {
                self.map.serialize_entry(&own.name, &Encoded::new(value, &Target::Own))?;
                true
            } else {
                false
            }
        };
        if is_written && self.plan.counts(self.schema, index, field) {
            self.changed.insert(index);
        }
        Ok(())
    }
}

impl<'a, M: SerializeMap> Writer<'a, M> {
    /// Writes a value that may have objects in it, where the version has the field.
    fn objects<T: Entity + ?Sized>(&mut self, own: &FieldSchema, value: &T) -> Result<bool, M::Error> {
        match self.target(own, &|| all_arrived(value))? {
            Some(target) if self.plan.has(own) => {
                self.map.serialize_entry(&own.name, &Encoded::new(value, &target))?;
                Ok(true)
            }
            // The reference converts the objects in a field before it drops it, so what refuses there refuses here.
            Some(target @ Target::Child(..)) => {
                let looked = value.survey(&target, Path::ROOT, &mut Survey::refusals());
                looked.map(|()| false).map_err(|error| self.refused(own, error))
            }
            _ => Ok(false),
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

    /// Writes a field that the plan's version has more to say of than whether it is there. Tells whether it did.
    fn ruled(&mut self, own: &FieldSchema, field: &dyn Seen) -> Result<bool, M::Error> {
        let (schema, version) = (self.schema, self.plan.version);
        let Some(object) = self.object else { return Ok(false) };
        let fate =
            Fate::of(object, schema, own, field, self.plan).map_err(|error| self.refused(own, error))?;
        let (name, how) = match fate {
            Fate::Written(name, how) => (name, how),
            Fate::Dropped if field.is_set() => {
                return match self.target(own, &|| field.all_arrived())? {
                    Some(target @ Target::Child(..)) => {
                        let looked = field.refused(&target).map(|()| false);
                        looked.map_err(|error| self.refused(own, error))
                    }
                    _ => Ok(false),
                };
            }
            Fate::Dropped | Fate::Unset => return Ok(false),
        };
        let target = match how {
            How::Value | How::Adapted if field.is_set() => self.target(own, &|| field.all_arrived())?,
            _ => Some(Target::Own),
        };
        let Some(target) = target else { return Ok(false) };
        let map = &mut self.map;
        let mut written = Ok(());
        match how {
            How::Value => {
                if let Some(value) = field.shown() {
                    written = map.serialize_entry(name, &Written::new(value, &target));
                }
            }
            How::Adapted => {
                if let Some(value) = field.shown() {
                    let value = Written::new(value, &target);
                    let adapted = Adapted { object, schema, rules: &own.rules, version, value };
                    written = map.serialize_entry(name, &adapted);
                }
            }
            How::Literal(literal) => written = map.serialize_entry(name, literal),
            How::Converted(index) => {
                let converted = object.converted(index, &mut |value| {
                    written = map.serialize_entry(name, &Written::new(value, &Target::Own));
                });
                converted.map_err(|error| self.refused(own, error))?;
            }
            How::Of(from) => {
                if let Some(value) = object.field(from).and_then(Seen::shown) {
                    written = map.serialize_entry(name, &Written::new(value, &Target::Own));
                }
            }
            How::ListOf(from) if is_at(object, from, has_element) => {
                if let Some(value) = object.field(from).and_then(Seen::shown) {
                    written = map.serialize_entry(name, &[Written::new(value, &Target::Own)]);
                }
            }
            How::ListOf(_) => written = map.serialize_entry(name, &[(); 0]),
        }
        written.map(|()| true)
    }
}

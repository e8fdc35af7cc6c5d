//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use std::convert::Infallible;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::child::Child;
use super::fate::{Fate, How, has_element, is_at};
use super::peek::{Peek, Seen};
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::Error;
use crate::field::{Encoded, Entity, Field};
use crate::object::{Object, Places, Visitor, is_changed, step};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// The data of an object, by the rules of its schema alone.
pub(crate) struct Data<'a, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
}

impl<'a, O: Object> Data<'a, O> {
    pub(crate) fn new(object: &'a O, plan: &'a Plan<'a>) -> Self {
        Data { object, plan }
    }
}

/// The data of an object once its own routine has finished them.
pub(crate) fn finished<O: Object>(object: &O, plan: &Plan<'_>) -> Result<Primitive, Error> {
    let mut data = Primitive::of(&Data { object, plan })?;
    object.make_compatible(&mut data, plan.version)?;
    Ok(data)
}

impl<O: Object> Serialize for Data<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let schema = self.object.schema();
        let map = serializer.serialize_map(None)?;
        let mut writer = Writer { object: self.object, plan: self.plan, schema, map };
        self.object.visit(0, &mut writer)?;
        let Writer { mut map, .. } = writer;
        let unknown = self.object.unknown().filter(|_| self.plan.keeps_unknown());
        if !self.plan.is_whole() {
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
    object: &'a dyn Peek,
    plan: &'a Plan<'a>,
    schema: &'a ObjectSchema,
    map: M,
}

impl<M: SerializeMap> Visitor for Writer<'_, M> {
    type Error = M::Error;

    #[inline]
    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), M::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if !self.plan.is_whole() && !own.rules.is_empty() {
            return self.ruled(own, field);
        }
        let Some(value) = field.get() else { return Ok(()) };
        let is_whole = self.plan.is_whole();
        if is_whole || !T::HOLDS_OBJECTS {
            return match is_whole || own.is_in(self.plan.version) {
                true => self.map.serialize_entry(&*own.name, &Encoded::new(value, &Target::Own)),
                false => Ok(()),
            };
        }
        match self.target(own)? {
            Some(target) if own.is_in(self.plan.version) => {
                self.map.serialize_entry(&*own.name, &Encoded::new(value, &target))
            }
            _ => Ok(()),
        }
    }
}

impl<'a, M: SerializeMap> Writer<'a, M> {
    /// What the field's value is written for; nothing, where the objects in it didn't exist then.
    fn target(&self, own: &FieldSchema) -> Result<Option<Target<'a>>, M::Error> {
        match Child::of(self.plan, self.schema, own) {
            Ok(Child::At(target)) => Ok(Some(target)),
            Ok(Child::Gone) => Ok(None),
            Err(error) => Err(self.refused(own, error)),
        }
    }

    fn refused(&self, own: &FieldSchema, error: Error) -> M::Error {
        M::Error::custom(error.within(step(self.schema, own)))
    }

    /// A field that the plan's version has more to say of than whether it is there.
    fn ruled(&mut self, own: &FieldSchema, field: &dyn Seen) -> Result<(), M::Error> {
        let (object, schema, version) = (self.object, self.schema, self.plan.version);
        let fate = Fate::of(object, schema, own, field, version).map_err(|error| self.refused(own, error))?;
        let Fate::Written(name, how) = fate else { return Ok(()) };
        let target = match how {
            How::Value | How::Adapted if field.is_set() => self.target(own)?,
            _ => Some(Target::Own),
        };
        let Some(target) = target else { return Ok(()) };
        let map = &mut self.map;
        let mut written = Ok(());
        match how {
            How::Value => field.written(&target, &mut |value| written = map.serialize_entry(name, value)),
            How::Adapted => field.written(&target, &mut |value| {
                let adapted = Adapted { object, schema, rules: &own.rules, version, value };
                written = map.serialize_entry(name, &adapted);
            }),
            How::Literal(literal) => written = map.serialize_entry(name, literal),
            How::Converted(index) => {
                let converted =
                    object.converted(index, &mut |value| written = map.serialize_entry(name, value));
                converted.map_err(|error| self.refused(own, error))?;
            }
            How::Of(from) => object.field(from, &mut |other| {
                other.written(&Target::Own, &mut |value| written = map.serialize_entry(name, value));
            }),
            How::ListOf(from) if is_at(object, from, has_element) => object.field(from, &mut |other| {
                other.written(&Target::Own, &mut |value| written = map.serialize_entry(name, &[value]));
            }),
            How::ListOf(_) => written = map.serialize_entry(name, &[(); 0]),
        }
        written
    }
}

/// The names of the changed fields that go out, under the names that they go out with.
pub(crate) struct ChangedNames<'a> {
    object: &'a dyn Peek,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
    schema: &'a ObjectSchema,
    changed: Places,
    count: usize,
}

impl<'a> ChangedNames<'a> {
    #[inline]
    pub(crate) fn of<O: Object>(object: &'a O, plan: &'a Plan<'a>, finished: Option<&'a Primitive>) -> Self {
        let schema = object.schema();
        let mut changed = Changed { schema, is_whole: plan.is_whole(), places: Places::default() };
        let Ok(()) = object.visit(0, &mut changed);
        let changed = changed.places;
        let mut names = ChangedNames { object, plan, finished, schema, changed, count: 0 };
        names.count = if plan.is_whole() { names.changed.count() } else { names.iter().count() };
        names
    }

    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.changed.iter().filter_map(|place| self.name(place))
    }

    #[inline]
    fn name(&self, place: usize) -> Option<&'a str> {
        let own = self.schema.fields.get(place)?;
        if self.plan.is_whole() { Some(&own.name) } else { self.older_name(place, own) }
    }

    fn older_name(&self, place: usize, own: &'a FieldSchema) -> Option<&'a str> {
        let (object, schema, plan) = (self.object, self.schema, self.plan);
        let mut name = None;
        if own.rules.is_empty() && own.ty.child().is_none() {
            name = own.is_in(plan.version).then_some(&*own.name);
        } else {
            object.field(place, &mut |field| {
                if let Ok(Fate::Written(older, _)) = Fate::of(object, schema, own, field, plan.version)
                    && is_there(plan, schema, own)
                {
                    name = Some(older);
                }
            });
        }
        name.filter(|name| self.finished.is_none_or(|data| data.get(name).is_some()))
    }
}

impl Serialize for ChangedNames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.count))?;
        for name in self.iter() {
            seq.serialize_element(name)?;
        }
        seq.end()
    }
}

/// Gathers the places of the changed fields that are set, or that a rule may give a value.
struct Changed<'a> {
    schema: &'a ObjectSchema,
    is_whole: bool,
    places: Places,
}

impl Visitor for Changed<'_> {
    type Error = Infallible;

    #[inline]
    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Infallible> {
        let has_rules = || self.schema.fields.get(index).is_some_and(|own| !own.rules.is_empty());
        if (field.is_set() || !self.is_whole && has_rules()) && is_changed(field, self.schema, index) {
            self.places.insert(index);
        }
        Ok(())
    }
}

/// Whether the objects in the field, where there are any, existed for the parent's target.
fn is_there(plan: &Plan<'_>, schema: &ObjectSchema, own: &FieldSchema) -> bool {
    !matches!(Child::of(plan, schema, own), Ok(Child::Gone))
}

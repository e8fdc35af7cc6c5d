//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use std::convert::Infallible;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::child::Child;
use super::fate::{Fate, How, has_element, is_at};
use super::peek::{Peek, Seen, peek};
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::Error;
use crate::field::{Encoded, Entity, Field, Path, Survey};
use crate::object::{Object, Places, Visitor, is_changed};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, Name, ObjectSchema};
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
        let mut writer = Writer { object: peek(self.object), plan: self.plan, schema, map };
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
    object: Option<&'a dyn Peek>,
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
        let name = own.wire_name();
        let is_whole = self.plan.is_whole();
        if is_whole || !T::HOLDS_OBJECTS {
            return match is_whole || own.is_in(self.plan.version) {
                true => self.map.serialize_entry(&name, &Encoded::new(value, &Target::Own)),
                false => Ok(()),
            };
        }
        match self.target(own)? {
            Some(target) if own.is_in(self.plan.version) => {
                self.map.serialize_entry(&name, &Encoded::new(value, &target))
            }
            // The reference converts the objects in a field before it drops it, so what refuses there refuses here.
            Some(target @ Target::Child(..)) => {
                let looked = value.survey(&target, Path::ROOT, &mut Survey::refusals());
                looked.map_err(|error| self.refused(own, error))
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
        M::Error::custom(self.schema.within(own, error))
    }

    /// A field that the plan's version has more to say of than whether it is there.
    fn ruled(&mut self, own: &FieldSchema, field: &dyn Seen) -> Result<(), M::Error> {
        let (schema, version) = (self.schema, self.plan.version);
        let Some(object) = self.object else { return Ok(()) };
        let fate = Fate::of(object, schema, own, field, version).map_err(|error| self.refused(own, error))?;
        let (name, how) = match fate {
            Fate::Written(name, how) => (name, how),
            Fate::Dropped if field.is_set() => {
                return match self.target(own)? {
                    Some(target @ Target::Child(..)) => {
                        field.refused(&target).map_err(|error| self.refused(own, error))
                    }
                    _ => Ok(()),
                };
            }
            Fate::Dropped | Fate::Unset => return Ok(()),
        };
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
    object: Option<&'a dyn Peek>,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
    schema: &'a ObjectSchema,
    places: Places,
    /// Those among them that take more than a look at their `since`.
    ruled: Places,
}

impl<'a> ChangedNames<'a> {
    #[inline]
    pub(crate) fn of<O: Object>(object: &'a O, plan: &'a Plan<'a>, finished: Option<&'a Primitive>) -> Self {
        let schema = object.schema();
        let (places, ruled) = Default::default();
        let mut names = ChangedNames { object: peek(object), plan, finished, schema, places, ruled };
        if schema.forgets_changes && plan.is_backport_of(schema) {
            return names;
        }
        let Ok(()) = object.visit(0, &mut names);
        if !names.ruled.is_empty() {
            names.look_at_ruled();
        }
        names
    }

    fn look_at_ruled(&mut self) {
        let ruled = std::mem::take(&mut self.ruled);
        for place in ruled.iter() {
            if self.older_name(place).is_some() {
                self.places.insert(place);
            }
        }
        self.ruled = ruled;
    }

    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    #[inline]
    fn name(&self, place: usize) -> Option<Name<'a>> {
        if self.ruled.contains(place) {
            return self.older_name(place).map(Name::Any);
        }
        Some(self.schema.fields.get(place)?.wire_name())
    }

    fn older_name(&self, place: usize) -> Option<&'a str> {
        let (schema, plan) = (self.schema, self.plan);
        let own = schema.fields.get(place)?;
        let Some(object) = self.object else {
            return (own.is_in(plan.version) && is_there(plan, schema, own)).then_some(&*own.name);
        };
        let mut name = None;
        object.field(place, &mut |field| {
            if let Ok(Fate::Written(older, _)) = Fate::of(object, schema, own, field, plan.version)
                && is_there(plan, schema, own)
            {
                name = Some(older);
            }
        });
        name.filter(|name| self.finished.is_none_or(|data| data.get(name).is_some()))
    }
}

/// Gathers the places of the changed fields that are set, or that a rule may give a value.
impl Visitor for ChangedNames<'_> {
    type Error = Infallible;

    #[inline]
    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Infallible> {
        if !is_changed(field, self.schema, index) {
            return Ok(());
        }
        if self.plan.is_whole() {
            if field.is_set() {
                self.places.insert(index);
            }
            return Ok(());
        }
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if !field.is_set() && own.rules.is_empty() {
            return Ok(());
        }
        let holds_child = T::HOLDS_OBJECTS && own.ty.child().is_some();
        if holds_child || !own.rules.is_empty() || self.finished.is_some() {
            self.ruled.insert(index);
        } else if own.is_in(self.plan.version) {
            self.places.insert(index);
        }
        Ok(())
    }
}

impl Serialize for ChangedNames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.places.count()))?;
        for place in self.places.iter() {
            if let Some(name) = self.name(place) {
                seq.serialize_element(&name)?;
            }
        }
        seq.end()
    }
}

/// Whether the objects in the field, where there are any, existed for the parent's target.
fn is_there(plan: &Plan<'_>, schema: &ObjectSchema, own: &FieldSchema) -> bool {
    !matches!(Child::of(plan, schema, own), Ok(Child::Gone))
}

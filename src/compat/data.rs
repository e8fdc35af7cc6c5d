//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use std::convert::Infallible;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::child::Child;
use super::fate::{Fate, How, has_element};
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::{Error, Step};
use crate::field::{Encoded, Entity, Field};
use crate::object::{FieldVisitor, Object, Places, ValueVisitor, Visitor, is_changed};
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
        if !self.plan.is_whole() {
            for tombstone in schema.tombstones.iter().filter(|tombstone| tombstone.is_in(self.plan.version)) {
                if let Some(fill) = &tombstone.fill {
                    map.serialize_entry(&*tombstone.name, fill)?;
                }
            }
        }
        if let Some(unknown) = self.object.unknown().filter(|_| self.plan.keeps_unknown()) {
            for (name, value) in unknown.iter() {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

struct Writer<'a, O, M> {
    object: &'a O,
    plan: &'a Plan<'a>,
    schema: &'a ObjectSchema,
    map: M,
}

impl<O: Object, M: SerializeMap> Visitor for Writer<'_, O, M> {
    type Error = M::Error;

    #[inline]
    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), M::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if self.plan.is_whole() {
            return match field.get() {
                Some(value) => self.map.serialize_entry(&*own.name, &Encoded::new(value, &Target::Own)),
                None => Ok(()),
            };
        }
        if !own.rules.is_empty() {
            return self.older(own, field);
        }
        match field.get().filter(|_| own.is_in(self.plan.version)) {
            Some(value) => self.value(own, &own.name, value),
            None => Ok(()),
        }
    }
}

impl<O: Object, M: SerializeMap> Writer<'_, O, M> {
    fn value<T: Entity>(&mut self, own: &FieldSchema, name: &str, value: &T) -> Result<(), M::Error> {
        match Child::of_type::<T>(self.plan, self.schema, own) {
            Ok(Child::At(target)) => self.map.serialize_entry(name, &Encoded::new(value, &target)),
            Ok(Child::Gone) => Ok(()),
            Err(error) => Err(M::Error::custom(error.within(step(self.schema, own)))),
        }
    }

    fn older<T: Entity>(&mut self, own: &FieldSchema, field: &Field<T>) -> Result<(), M::Error> {
        let place = |error: Error| M::Error::custom(error.within(step(self.schema, own)));
        let fate = Fate::of(self.object, self.schema, own, field, self.plan.version).map_err(place)?;
        let Fate::Written(name, how) = fate else { return Ok(()) };
        match (how, field.get()) {
            (How::Value, Some(value)) => self.value(own, name, value),
            (How::Adapted, Some(value)) => {
                let Child::At(target) = Child::of_type::<T>(self.plan, self.schema, own).map_err(place)?
                else {
                    return Ok(());
                };
                let (object, schema, rules, version) =
                    (self.object, self.schema, &own.rules, self.plan.version);
                self.map.serialize_entry(name, &Adapted { object, schema, rules, version, value, target })
            }
            (How::Converted(index), Some(_)) => {
                let entry = Entry { name, map: &mut self.map };
                self.object.convert(index, entry).map_err(place)?.unwrap_or(Ok(()))
            }
            (How::Literal(literal), _) => self.map.serialize_entry(name, literal),
            (How::Of(from), _) => {
                let entry = Entry { name, map: &mut self.map };
                self.object.visit_field(from, entry).unwrap_or(Ok(()))
            }
            (How::ListOf(from), _) => {
                if !has_element(self.object, from) {
                    return self.map.serialize_entry(name, &[(); 0]);
                }
                let entry = ListEntry { name, map: &mut self.map };
                self.object.visit_field(from, entry).unwrap_or(Ok(()))
            }
            (How::Value | How::Adapted | How::Converted(_), None) => Ok(()),
        }
    }
}

pub(super) fn step(schema: &ObjectSchema, field: &FieldSchema) -> Step {
    Step::Field { object: schema.name.to_string(), field: field.name.to_string() }
}

struct Entry<'a, M> {
    name: &'a str,
    map: &'a mut M,
}

impl<M: SerializeMap> ValueVisitor for Entry<'_, M> {
    type Output = Result<(), M::Error>;

    fn value<T: Entity>(self, value: &T) -> Self::Output {
        self.map.serialize_entry(self.name, &Encoded::new(value, &Target::Own))
    }
}

impl<M: SerializeMap> FieldVisitor for Entry<'_, M> {
    type Output = Result<(), M::Error>;

    fn field<T: Entity>(self, field: &Field<T>) -> Self::Output {
        match field.get() {
            Some(value) => self.value(value),
            None => Ok(()),
        }
    }
}

struct ListEntry<'a, M> {
    name: &'a str,
    map: &'a mut M,
}

impl<M: SerializeMap> FieldVisitor for ListEntry<'_, M> {
    type Output = Result<(), M::Error>;

    fn field<T: Entity>(self, field: &Field<T>) -> Self::Output {
        match field.get() {
            Some(value) => self.map.serialize_entry(self.name, &[Encoded::new(value, &Target::Own)]),
            None => Ok(()),
        }
    }
}

/// The names of the changed fields that go out, under the names that they go out with.
pub(crate) struct ChangedNames<'a, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
    changed: Places,
    count: usize,
}

impl<'a, O: Object> ChangedNames<'a, O> {
    pub(crate) fn of(object: &'a O, plan: &'a Plan<'a>, finished: Option<&'a Primitive>) -> Self {
        let mut changed = Changed { schema: object.schema(), places: Places::default() };
        let Ok(()) = object.visit(0, &mut changed);
        let mut names = ChangedNames { object, plan, finished, changed: changed.places, count: 0 };
        names.count = names.iter().count();
        names
    }

    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.changed.iter().filter_map(|place| self.name(place))
    }

    fn name(&self, place: usize) -> Option<&'a str> {
        let (object, plan, schema) = (self.object, self.plan, self.object.schema());
        let own = schema.fields.get(place)?;
        let name = if plan.is_whole() {
            &*own.name
        } else {
            object.visit_field(place, Name { object, plan, schema, own }).flatten()?
        };
        self.finished.is_none_or(|data| data.get(name).is_some()).then_some(name)
    }
}

impl<O: Object> Serialize for ChangedNames<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.count))?;
        self.iter().try_for_each(|name| seq.serialize_element(name))?;
        seq.end()
    }
}

/// Gathers the places of the changed fields that are set.
struct Changed<'a> {
    schema: &'a ObjectSchema,
    places: Places,
}

impl Visitor for Changed<'_> {
    type Error = Infallible;

    #[inline]
    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Infallible> {
        if field.is_set() && is_changed(field, self.schema, index) {
            self.places.insert(index);
        }
        Ok(())
    }
}

/// The name that a set field goes out with, where it does.
struct Name<'a, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
    schema: &'a ObjectSchema,
    own: &'a FieldSchema,
}

impl<'a, O: Object> FieldVisitor for Name<'a, O> {
    type Output = Option<&'a str>;

    fn field<T: Entity>(self, field: &Field<T>) -> Option<&'a str> {
        match Fate::of(self.object, self.schema, self.own, field, self.plan.version) {
            Ok(Fate::Written(name, _)) if is_there::<T>(self.plan, self.schema, self.own) => Some(name),
            _ => None,
        }
    }
}

/// Whether the objects in the field, where there are any, existed for the parent's target.
fn is_there<T: Entity>(plan: &Plan<'_>, schema: &ObjectSchema, own: &FieldSchema) -> bool {
    !matches!(Child::of_type::<T>(plan, schema, own), Ok(Child::Gone))
}

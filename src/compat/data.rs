//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use std::convert::Infallible;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::child::Child;
use super::fate::{Fate, How, has_element};
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::{Error, Step};
use crate::field::{Encoded, Entity, Field};
use crate::object::{FieldVisitor, Object, ValueVisitor, Visitor, is_changed};
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

    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), M::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if self.plan.is_whole() {
            return match field.get() {
                Some(value) => self.map.serialize_entry(&*own.name, &Encoded::new(value, &Target::Own)),
                None => Ok(()),
            };
        }
        if own.rules.is_empty() && !(field.is_set() && own.is_in(self.plan.version)) {
            return Ok(());
        }
        self.older(own, field)
    }
}

impl<O: Object, M: SerializeMap> Writer<'_, O, M> {
    fn older<T: Entity>(&mut self, own: &FieldSchema, field: &Field<T>) -> Result<(), M::Error> {
        let place = |error: Error| M::Error::custom(error.within(step(self.schema, own)));
        let fate = Fate::of(self.object, self.schema, own, field, self.plan.version).map_err(place)?;
        let Fate::Written(name, how) = fate else { return Ok(()) };
        match (how, field.get()) {
            (How::Value, Some(value)) => {
                let Child::At(target) = Child::of(self.plan, self.schema, own).map_err(place)? else {
                    return Ok(());
                };
                self.map.serialize_entry(name, &Encoded::new(value, &target))
            }
            (How::Adapted, Some(value)) => {
                let Child::At(target) = Child::of(self.plan, self.schema, own).map_err(place)? else {
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
pub(crate) fn changed_names<'a, O: Object>(
    object: &'a O,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
) -> ChangedNames<'a, O> {
    ChangedNames { object, plan, finished }
}

pub(crate) struct ChangedNames<'a, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
}

impl<O: Object> ChangedNames<'_, O> {
    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.each(|_| Err(())).is_ok()
    }

    fn each<E>(&self, see: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let (object, plan, finished) = (self.object, self.plan, self.finished);
        object.visit(0, &mut Names { object, plan, finished, schema: object.schema(), see })
    }
}

impl<O: Object> Serialize for ChangedNames<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut length = 0;
        let Ok(()) = self.each(|_| {
            length += 1;
            Ok::<(), Infallible>(())
        });
        let mut seq = serializer.serialize_seq(Some(length))?;
        self.each(|name| seq.serialize_element(name))?;
        seq.end()
    }
}

struct Names<'a, O, F> {
    object: &'a O,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
    schema: &'a ObjectSchema,
    see: F,
}

impl<O: Object, E, F: FnMut(&str) -> Result<(), E>> Visitor for Names<'_, O, F> {
    type Error = E;

    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), E> {
        let Some(own) =
            self.schema.fields.get(index).filter(|_| field.is_set() && is_changed(field, self.schema, index))
        else {
            return Ok(());
        };
        let name = if self.plan.is_whole() {
            Some(&*own.name)
        } else {
            match Fate::of(self.object, self.schema, own, field, self.plan.version) {
                Ok(Fate::Written(name, _)) if is_there(self.plan, self.schema, own) => Some(name),
                _ => None,
            }
        };
        let kept = |name: &&str| self.finished.is_none_or(|data| data.get(name).is_some());
        match name.filter(kept) {
            Some(name) => (self.see)(name),
            None => Ok(()),
        }
    }
}

/// Whether the objects in the field, where there are any, existed for the parent's target.
fn is_there(plan: &Plan<'_>, schema: &ObjectSchema, own: &FieldSchema) -> bool {
    !matches!(Child::of(plan, schema, own), Ok(Child::Gone))
}

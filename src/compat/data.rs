//! The fields of an object as its plan has them: what stands under `data` in an envelope.

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::child::Child;
use super::fate::{Fate, How, has_element, is_at};
use super::peek::{Peek, Seen};
use super::plan::Plan;
use super::substitute::Adapted;
use crate::error::{Error, Step};
use crate::field::{Encoded, Entity, Field};
use crate::object::{Object, Visitor, is_changed};
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

    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), M::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if !self.plan.is_whole() && !own.rules.is_empty() {
            return self.ruled(own, field);
        }
        let Some(value) = field.get() else { return Ok(()) };
        if self.plan.is_whole() {
            return self.map.serialize_entry(&*own.name, &Encoded::new(value, &Target::Own));
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

pub(super) fn step(schema: &ObjectSchema, field: &FieldSchema) -> Step {
    Step::Field { object: schema.name.to_string(), field: field.name.to_string() }
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
        let mut any = false;
        self.each(&mut |_| {
            any = true;
            false
        });
        !any
    }

    /// Shows the names one after the other, as long as who sees them wants more.
    fn each(&self, see: &mut dyn FnMut(&str) -> bool) {
        let (object, plan, finished) = (self.object, self.plan, self.finished);
        // The visit ends early where nobody wants more, which is no error.
        let _ = object.visit(0, &mut Names { object, plan, finished, schema: object.schema(), see });
    }
}

impl<O: Object> Serialize for ChangedNames<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut length = 0;
        self.each(&mut |_| {
            length += 1;
            true
        });
        let mut seq = serializer.serialize_seq(Some(length))?;
        let mut written = Ok(());
        self.each(&mut |name| {
            written = seq.serialize_element(name);
            written.is_ok()
        });
        written?;
        seq.end()
    }
}

struct Names<'a> {
    object: &'a dyn Peek,
    plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
    schema: &'a ObjectSchema,
    see: &'a mut dyn FnMut(&str) -> bool,
}

/// That who sees the names wants no more.
struct Enough;

impl Visitor for Names<'_> {
    type Error = Enough;

    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Enough> {
        if !field.is_set() || !is_changed(field, self.schema, index) {
            return Ok(());
        }
        self.changed(index, field)
    }
}

impl Names<'_> {
    fn changed(&mut self, index: usize, field: &dyn Seen) -> Result<(), Enough> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
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
            Some(name) if !(self.see)(name) => Err(Enough),
            _ => Ok(()),
        }
    }
}

/// Whether the objects in the field, where there are any, existed for the parent's target.
fn is_there(plan: &Plan<'_>, schema: &ObjectSchema, own: &FieldSchema) -> bool {
    !matches!(Child::of(plan, schema, own), Ok(Child::Gone))
}

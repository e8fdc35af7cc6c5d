//! The names of changed fields: what stands under `changes` in an envelope.

use std::cell::Cell;
use std::convert::Infallible;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::child::Child;
use super::fate::Fate;
use super::peek::{Peek, peek};
use super::plan::Plan;
use crate::object::{Indices, Object, Seen, SeenField, UnknownFields, Visitor};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};

/// The names of the changed fields that go out, under the names that they go out with. Which they are is found out
/// while the data are written; whether there are any has to be known before.
pub(crate) struct Changed<'a> {
    object: Option<&'a dyn Peek>,
    pub(super) plan: &'a Plan<'a>,
    finished: Option<&'a Primitive>,
    schema: &'a ObjectSchema,
    pub(super) indices: Cell<Indices>,
    /// The fields of a newer release that go out, of a relay.
    unknown: Option<&'a UnknownFields>,
    is_any: bool,
}

impl<'a> Changed<'a> {
    /// Looks whether there are any, up to the first one.
    #[inline]
    pub(crate) fn of<O: Object>(object: &'a O, plan: &'a Plan<'a>, finished: Option<&'a Primitive>) -> Self {
        let schema = object.schema();
        let indices = Cell::default();
        let unknown = object.unknown().filter(|_| plan.keeps_unknown());
        let mut changed =
            Changed { object: peek(object), plan, finished, schema, indices, unknown, is_any: false };
        if finished.is_some() {
            // What a routine finished tells nothing of its making, so all are looked up.
            let mut all = Gathered { changed: &changed, indices: Indices::default() };
            let Ok(()) = object.visit(0, &mut all);
            let indices = all.indices;
            changed.is_any = !indices.is_empty();
            changed.indices.set(indices);
        } else {
            changed.is_any = object.visit(0, &mut First(&changed)).is_err();
        }
        changed.is_any = changed.is_any || unknown.is_some() && changed.carried().next().is_some();
        changed
    }

    /// Whether there is any.
    pub(crate) fn is_any(&self) -> bool {
        self.is_any
    }

    /// The names of the changed fields that a relay carries along.
    fn carried(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let finished = self.finished;
        let is_out = move |name: &&str| finished.is_none_or(|data| data.get(name).is_some());
        self.unknown.into_iter().flat_map(UnknownFields::what_changed).filter(is_out)
    }

    /// Whether the changed field at that index goes out.
    #[inline]
    fn is_out<F: SeenField + ?Sized>(&self, index: usize, field: &F) -> bool {
        if !self.plan.counts(self.schema, index, field) {
            return false;
        }
        if self.plan.is_whole() {
            return field.is_set();
        }
        let Some(own) = self.schema.fields.get(index) else { return false };
        if self.finished.is_none() && self.plan.is_plain(own) {
            return field.is_set() && !(field.holds_objects() && self.is_gone(own, field.seen()));
        }
        self.older_name(index, own).is_some()
    }

    /// Writes the name of the field at that index among the changes.
    fn write_name<S: SerializeSeq>(&self, index: usize, seq: &mut S) -> Result<(), S::Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        if !self.plan.has_rules(own) {
            return seq.serialize_element(&own.name);
        }
        match self.older_name(index, own) {
            Some(name) => seq.serialize_element(name),
            None => Ok(()),
        }
    }

    fn older_name(&self, index: usize, own: &'a FieldSchema) -> Option<&'a str> {
        let (schema, plan) = (self.schema, self.plan);
        let name = match self.object {
            Some(object) => {
                match object.field(index).map(|field| (field, Fate::of(object, schema, own, field, plan))) {
                    Some((field, Ok(Fate::Written(older, how, conversion))))
                        if how.is_other() || conversion.is_some() || !self.is_gone(own, field) =>
                    {
                        Some(older)
                    }
                    _ => None,
                }
            }
            None => plan.has(own).then_some(&*own.name),
        };
        name.filter(|name| self.finished.is_none_or(|data| data.get(name).is_some()))
    }

    /// Whether the objects in the field didn't exist for the parent's target.
    fn is_gone(&self, own: &FieldSchema, field: &dyn Seen) -> bool {
        let child = Child::of(self.plan, self.schema, own, &|| field.all_arrived());
        matches!(child, Ok(Child::Gone))
    }
}

/// Ends the visit at the first changed field that goes out.
struct First<'c, 'a>(&'c Changed<'a>);

impl Visitor for First<'_, '_> {
    type Error = ();

    #[inline]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), ()> {
        if self.0.is_out(index, field) { Err(()) } else { Ok(()) }
    }
}

/// Gathers the indices of the changed fields that go out.
struct Gathered<'c, 'a> {
    changed: &'c Changed<'a>,
    indices: Indices,
}

impl Visitor for Gathered<'_, '_> {
    type Error = Infallible;

    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Infallible> {
        if self.changed.is_out(index, field) {
            self.indices.insert(index);
        }
        Ok(())
    }
}

impl Serialize for Changed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let indices = self.indices.take();
        // Most objects carry nothing along, and are not asked for it.
        let carried = if self.unknown.is_some() { self.carried().count() } else { 0 };
        let mut seq = serializer.serialize_seq(Some(indices.count() + carried))?;
        for index in indices.iter() {
            self.write_name(index, &mut seq)?;
        }
        if carried > 0 {
            self.carried().try_for_each(|name| seq.serialize_element(name))?;
        }
        self.indices.set(indices);
        seq.end()
    }
}

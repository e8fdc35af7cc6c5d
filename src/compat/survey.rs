use super::child::Child;
use super::data::finished;
use super::fate::{Fate, How, is_carried};
use super::plan::Plan;
use crate::error::Error;
use crate::field::{Entity, Field, Path, Survey};
use crate::object::{Object, ValueVisitor, Visitor};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// Looks at an object before it is written: whether the target refuses it, and what it leaves out.
///
/// # Errors
/// Where the backport is refused.
pub fn survey_object<O: Object>(
    object: &O,
    target: &Target<'_>,
    path: Path<'_>,
    survey: &mut Survey<'_>,
) -> Result<(), Error> {
    let plan = &Plan::of(object, target).map_err(|error| placed(error, path))?;
    let schema = object.schema();
    if survey.is_listing() {
        survey.writes(&schema.name, &plan.written_version(object), path);
    }
    let finished = if plan.has_routine(schema) {
        Some(finished(object, plan).map_err(|error| placed(error.of(&schema.name), path))?)
    } else {
        None
    };
    let finished = finished.as_ref();
    object.visit(0, &mut Surveyor { object, plan, schema, finished, path, survey: &mut *survey })?;
    if let Some(unknown) = object.unknown().filter(|_| !plan.keeps_unknown()) {
        for (name, _) in unknown.iter() {
            survey.lost(&schema.name, name, path.field(schema, name), plan.version);
        }
    }
    Ok(())
}

fn placed(error: Error, path: Path<'_>) -> Error {
    path.steps().fold(error, Error::within)
}

struct Surveyor<'a, 'l, O> {
    object: &'a O,
    plan: &'a Plan<'a>,
    schema: &'a ObjectSchema,
    finished: Option<&'a Primitive>,
    path: Path<'a>,
    survey: &'a mut Survey<'l>,
}

impl<O: Object> Visitor for Surveyor<'_, '_, O> {
    type Error = Error;

    fn field<T: Entity>(&mut self, index: usize, field: &Field<T>) -> Result<(), Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        let (here, schema) = (self.path, self.schema);
        let path = here.field(schema, &own.name);
        // Most fields: nothing in them can be refused, and nothing inside them lost.
        if own.rules.is_empty() && !T::HOLDS_OBJECTS && self.finished.is_none() {
            if field.is_set() && !self.plan.is_whole() && !own.is_in(self.plan.version) {
                self.lost(own, path);
            }
            return Ok(());
        }
        if self.plan.is_whole() {
            return match field.get() {
                Some(value) => value.survey(&Target::Own, path, self.survey),
                None => Ok(()),
            };
        }
        let fate = Fate::of(self.object, self.schema, own, field, self.plan.version)
            .map_err(|error| placed(error, path))?;
        let child = match field.get() {
            Some(_) => {
                Child::of_type::<T>(self.plan, self.schema, own).map_err(|error| placed(error, path))?
            }
            None => Child::At(Target::Own),
        };
        match (fate, child, field.get()) {
            (Fate::Unset, _, _) | (_, _, None) => Ok(()),
            (Fate::Dropped, child, Some(value)) => {
                self.lost(own, path);
                // The reference converts the objects in a field before it drops the field, so what refuses
                // there refuses here.
                let Child::At(target @ Target::Child(..)) = child else { return Ok(()) };
                value.survey(&target, path, &mut Survey::refusals())
            }
            (Fate::Written(..), Child::Gone, Some(_)) => {
                self.lost(own, path);
                Ok(())
            }
            (Fate::Written(_, How::Converted(index)), _, Some(_)) => {
                self.object.convert(index, Look).map(drop).map_err(|error| placed(error, path))
            }
            (Fate::Written(name, how), Child::At(target), Some(value)) => {
                if self.finished.is_some_and(|data| data.get(name).is_none()) {
                    self.lost(own, path);
                    return Ok(());
                }
                match how {
                    How::Value | How::Adapted => value.survey(&target, path, self.survey),
                    _ => Ok(()),
                }
            }
        }
    }
}

impl<O: Object> Surveyor<'_, '_, O> {
    fn lost(&mut self, field: &FieldSchema, path: Path<'_>) {
        if self.survey.is_listing() && !is_carried(self.object, self.schema, &field.name, self.plan.version) {
            self.survey.lost(&self.schema.name, &field.name, path, self.plan.version);
        }
    }
}

/// Only whether there is an older form.
struct Look;

impl ValueVisitor for Look {
    type Output = ();

    fn value<T: Entity>(self, _: &T) {}
}

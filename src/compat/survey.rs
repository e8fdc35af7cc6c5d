use super::child::Child;
use super::data::finished;
use super::fate::{Fate, How, alters, is_carried};
use super::matching::is;
use super::peek::{Peek, Peeked};
use super::plan::Plan;
use super::ruled::Ruled;
use crate::error::Error;
use crate::field::{Alteration, Entity as _, Path, Survey};
use crate::object::{Object, Origin, Seen, SeenField, Visitor};
use crate::primitive::Primitive;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::{Target, Version};

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
    let looked = Looked { object, is_peeked: O::HAS_RULES };
    survey_all(&looked, target, path, survey, &mut |surveyor| object.visit(0, surveyor))
}

/// An object that is looked through.
struct Looked<'a> {
    object: &'a dyn Peek,
    /// Whether rules look at its fields.
    is_peeked: bool,
}

fn survey_all(
    looked: &Looked<'_>,
    target: &Target<'_>,
    path: Path<'_>,
    survey: &mut Survey<'_>,
    visit: &mut dyn FnMut(&mut Surveyor<'_, '_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let object = &Peeked(looked.object);
    let plan = if survey.is_validity() { whole(looked.object) } else { Plan::of(object, target) };
    let plan = &plan.map_err(|error| placed(error, path))?;
    let schema = looked.object.schema();
    let came_in = looked.object.origin().and_then(Origin::version);
    if survey.is_listing() {
        survey.writes(&schema.name, &plan.written_version(object), path);
    }
    let peeked = looked.is_peeked.then_some(looked.object);
    let is_listing = survey.is_listing();
    let finished = if looked.is_peeked && plan.has_routine(schema) {
        // First what refuses by rule, and in the objects inside it, each with an error of its own.
        let survey = &mut Survey::refusals();
        let finished = None;
        visit(&mut Surveyor {
            object: peeked,
            plan,
            schema,
            finished,
            came_in,
            path,
            survey,
            is_listing: false,
        })?;
        Some(self::finished(object, plan).map_err(|error| placed(error.of(&schema.name), path))?)
    } else {
        None
    };
    let finished = finished.as_ref();
    let survey = &mut *survey;
    visit(&mut Surveyor { object: peeked, plan, schema, finished, came_in, path, survey, is_listing })?;
    if let Some(unknown) = looked.object.unknown().filter(|_| !plan.keeps_unknown()) {
        for (name, _) in unknown.iter() {
            survey.lost(&schema.name, name, path.field(schema, name), plan.version);
        }
    }
    Ok(())
}

/// Plans a look at all objects inside one that may be read as it stands itself.
fn whole<'a>(object: &dyn Peek) -> Result<Plan<'a>, Error> {
    object.validate_own().map(|()| Plan::whole(object.schema()))
}

fn placed(error: Error, path: Path<'_>) -> Error {
    path.steps().fold(error, Error::within)
}

struct Surveyor<'a, 'l> {
    object: Option<&'a dyn Peek>,
    plan: &'a Plan<'a>,
    schema: &'a ObjectSchema,
    finished: Option<&'a Primitive>,
    came_in: Option<Version>,
    path: Path<'a>,
    survey: &'a mut Survey<'l>,
    /// Whether anyone wants to know what is left out.
    is_listing: bool,
}

/// Fate of the objects in a field.
enum Objects<'a> {
    /// They go out for this target.
    Written(Target<'a>),
    /// They are left out, and what refuses in them refuses all the same.
    Dropped(Target<'a>),
    /// Nobody looks at them.
    Passed,
}

impl Visitor for Surveyor<'_, '_> {
    type Error = Error;

    #[inline]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Error> {
        // Most fields of most looks: nothing in them can be refused, and nobody lists what is left out.
        if F::HOLDS_OBJECTS {
            return self.look(index, field);
        }
        if !self.is_listing {
            let is_ruled = |own: &FieldSchema| self.plan.has_rules(own) || self.finished.is_some();
            if self.object.is_none() || !self.schema.fields.get(index).is_some_and(is_ruled) {
                return Ok(());
            }
        }
        self.look(index, field.seen())
    }
}

impl<'a> Surveyor<'a, '_> {
    #[inline]
    fn look<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Error> {
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        let (here, schema) = (self.path, self.schema);
        if !field.holds_objects() && !self.plan.has_rules(own) && self.finished.is_none() {
            if self.is_listing && field.is_set() && !self.plan.has(own) {
                self.lost(own, here.field(schema, &own.name));
            }
            return Ok(());
        }
        let path = here.field(schema, &own.name);
        let objects = if self.plan.is_whole() {
            Objects::Written(Target::Own)
        } else {
            self.older(own, field.seen(), path)?
        };
        match (objects, field.get()) {
            (Objects::Written(target), Some(value)) => value.survey(&target, path, self.survey),
            (Objects::Dropped(target), Some(value)) => value.survey(&target, path, &mut Survey::refusals()),
            _ => Ok(()),
        }
    }

    fn older(&mut self, own: &FieldSchema, field: &dyn Seen, path: Path<'_>) -> Result<Objects<'a>, Error> {
        let placed = |error| placed(error, path);
        let (object, schema, plan) = (self.object, self.schema, self.plan);
        let fate = match object.filter(|_| plan.has_rules(own)) {
            Some(object) => Fate::of(object, schema, own, field, plan).map_err(placed)?,
            None => Fate::without_rules(own, field, plan),
        };
        if let (Some(object), Fate::Written(_, how, Some(conversion))) = (object, &fate) {
            let (how, target, is_converted) = (*how, Target::Own, true);
            let ruled = Ruled { object, schema, own, field, plan, how, target, is_converted };
            object.converted(*conversion, ruled.instead()?, &mut |_| {}).map_err(placed)?;
            if let Some(alteration) = alters(&how, true, own, field, plan) {
                self.altered(own, alteration, path);
            }
            return Ok(Objects::Passed);
        }
        if !field.is_set() {
            return Ok(Objects::Passed);
        }
        let child = Child::of(plan, schema, own, &|| field.all_arrived()).map_err(placed)?;
        match (fate, child) {
            (Fate::Unset, _) => Ok(Objects::Passed),
            (Fate::Dropped, child) => {
                if !self.was_never_sent(own, field) {
                    self.lost(own, path);
                }
                // The reference converts the objects in a field before it drops the field, so what refuses
                // there refuses here.
                match child {
                    Child::At(target @ Target::Child(..)) => Ok(Objects::Dropped(target)),
                    _ => Ok(Objects::Passed),
                }
            }
            (Fate::Written(_, how, _), Child::Gone) if how.is_other() => {
                self.altered(own, Alteration::Replaced, path);
                Ok(Objects::Passed)
            }
            (Fate::Written(..), Child::Gone) => {
                self.lost(own, path);
                Ok(Objects::Passed)
            }
            (Fate::Written(name, how, _), Child::At(target)) => {
                if self.finished.is_some_and(|data| data.get(name).is_none()) {
                    self.lost(own, path);
                    return Ok(Objects::Passed);
                }
                if let Some(alteration) =
                    self.is_listing.then(|| alters(&how, false, own, field, plan)).flatten()
                {
                    self.altered(own, alteration, path);
                }
                match how {
                    How::Value | How::Adapted => Ok(Objects::Written(target)),
                    _ => Ok(Objects::Passed),
                }
            }
        }
    }

    /// Whether the field only has the value that it counts as, since the peer that the object came from lacks it.
    fn was_never_sent(&self, own: &FieldSchema, field: &dyn Seen) -> bool {
        let lacked = self.came_in.is_some_and(|version| !own.is_in(version));
        lacked
            && !field.is_changed()
            && own.absent.as_ref().is_some_and(|absent| is(field, &own.ty.kind, absent))
    }

    fn lost(&mut self, field: &FieldSchema, path: Path<'_>) {
        let is_carried = |object| is_carried(object, self.schema, &field.name, self.plan);
        if self.is_listing && !self.object.is_some_and(is_carried) {
            self.survey.lost(&self.schema.name, &field.name, path, self.plan.version);
        }
    }

    fn altered(&mut self, field: &FieldSchema, alteration: Alteration, path: Path<'_>) {
        self.survey.alters(&self.schema.name, &field.name, path, self.plan.version, alteration);
    }
}

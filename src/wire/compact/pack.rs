//! Writing objects in the compact form.

use std::convert::Infallible;

use super::bits::{self, halves};
use super::shape;
use crate::compat::{Child, Plan, all_arrived};
use crate::error::Error;
use crate::field::{Encoded, Entity, Path, Survey, bare_null};
use crate::format::compact::{FieldSet, Known, Packer, Slot};
use crate::object::{Object, SeenField, Visitor, is_changed};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// Writes an object within a value.
///
/// # Errors
/// As [`to_compact`](crate::wire::to_compact).
pub fn pack_object<O: Object>(
    object: &O,
    packer: &mut Packer<'_>,
    slot: Slot<'_>,
    target: &Target<'_>,
) -> Result<(), Error> {
    if !slot.is_of_several()
        && let Some(known) = packer.known(object.schema())
    {
        let mark = packer.mark();
        let packed = if is_whole(object, target, known) {
            pack_fields(object, packer, slot, None, known)
        } else if let Some(plan) = plan(object, target, known)? {
            if known.may_refuse {
                object.survey(target, Path::ROOT, &mut Survey::refusals())?;
            }
            pack_fields(object, packer, slot, Some(&plan), known)
        } else {
            return pack_named(object, packer, slot, target);
        };
        match packed {
            // A list whose columns can't take a value is written in rows.
            packed if packer.is_column() => return packed,
            Err(_) if packer.take_unfit() => packer.rewind(mark),
            packed => return packed,
        }
    }
    pack_named(object, packer, slot, target)
}

/// Writes an object with all its names.
#[cold]
#[inline(never)]
fn pack_named<O: Object>(
    object: &O,
    packer: &mut Packer<'_>,
    slot: Slot<'_>,
    target: &Target<'_>,
) -> Result<(), Error> {
    object.survey(target, Path::ROOT, &mut Survey::refusals())?;
    packer.named(&Encoded::new(object, target), slot)
}

/// Whether the object was made here, so that no version of another host's has a say.
#[inline]
fn is_made_here<O: Object>(object: &O) -> bool {
    object.unknown().is_none() && object.origin().is_none_or(|origin| origin.arriving().is_none())
}

/// Whether all of the object goes out as it is; most do, and no plan is made for those.
#[inline]
fn is_whole<O: Object>(object: &O, target: &Target<'_>, known: &Known) -> bool {
    let is_own = match target {
        Target::Own => true,
        Target::Child(version, _) => known.is_leaf && *version == known.version,
        Target::Version(version, None) => *version == known.version,
        _ => false,
    };
    is_own && known.is_current && is_made_here(object)
}

/// How the object goes out, where that is the fields of the layout's version, one after the other.
#[inline]
fn plan<'a, O: Object>(object: &O, target: &Target<'a>, known: &Known) -> Result<Option<Plan<'a>>, Error> {
    if !is_finished(object.schema()) && is_made_here(object) {
        let plan = Plan::of_made(target, known.version);
        if plan.is_some() {
            return Ok(plan);
        }
    }
    plan_of_other(object, target, known)
}

/// Whether what goes out may be something else than the fields of a version.
#[inline]
fn is_finished(schema: &ObjectSchema) -> bool {
    schema.compatible.is_some() || schema.has_two_ways()
}

#[inline(never)]
fn plan_of_other<'a, O: Object>(
    object: &O,
    target: &Target<'a>,
    known: &Known,
) -> Result<Option<Plan<'a>>, Error> {
    let plan = Plan::of(object, target)?;
    let fits = plan.version() == known.version
        && (plan.label().is_some() || came_as(object, known))
        && (plan.is_whole() || !is_finished(object.schema()))
        && object.unknown().is_none_or(|unknown| unknown.iter().next().is_none());
    Ok(fits.then_some(plan))
}

/// Whether the object keeps the label that it came with, which is the version's.
fn came_as<O: Object>(object: &O, known: &Known) -> bool {
    let arrived = object.origin().and_then(|origin| origin.arriving());
    arrived.is_none_or(|arrived| arrived.is_text_of(known.version))
}

fn pack_fields<O: Object>(
    object: &O,
    packer: &mut Packer<'_>,
    slot: Slot<'_>,
    plan: Option<&Plan<'_>>,
    known: &Known,
) -> Result<(), Error> {
    if packer.is_column() {
        return pack_columns(object, packer, slot, plan, known);
    }
    let mark = packer.mark();
    if !slot.declares_object() {
        packer.unsigned(known.entry as u64 + 1);
    }
    let place = packer.begin();
    let schema = object.schema();
    let mut pack = Pack { packer, going: Going::of(schema, plan, known), found: Found::default() };
    object.visit(0, &mut pack)?;
    let shape = match pack.found {
        Found { unset: false, changed: false, .. } => shape::ALL,
        Found { unset: false, unchanged: false, .. } => shape::ALL_CHANGED,
        Found { unset: false, .. } => shape::ALL_SOME_CHANGED,
        Found { changed: false, .. } => shape::SOME,
        Found { unchanged: false, .. } => shape::SOME_CHANGED,
        Found { .. } => shape::SOME_SOME_CHANGED,
    };
    if shape > shape::ALL_CHANGED {
        let mut seen = Seen { schema, plan, set: 0, changed: 0 };
        let Ok(()) = object.visit(0, &mut seen);
        masks(packer, place, shape, [seen.set, seen.changed], known.present);
    }
    packer.end(mark, place, shape);
    Ok(())
}

/// Writes the fields of an object to the columns of its list.
fn pack_columns<O: Object>(
    object: &O,
    packer: &mut Packer<'_>,
    slot: Slot<'_>,
    plan: Option<&Plan<'_>>,
    known: &Known,
) -> Result<(), Error> {
    let packer = if slot.declares_object() {
        packer
    } else {
        packer.unsigned(known.entry as u64 + 1);
        packer.inner(known.entry)
    };
    let going = Going::of(object.schema(), plan, known);
    let mut pack = PackColumns { packer, going, place: 0, shape: FieldSet::default() };
    object.visit(0, &mut pack)?;
    let shape = pack.shape;
    packer.shape(shape);
    Ok(())
}

/// The plan, where it makes something else of the objects in the fields.
#[inline]
fn older<'a>(plan: Option<&'a Plan<'a>>) -> Option<&'a Plan<'a>> {
    plan.filter(|plan| !plan.is_whole())
}

/// Facts on the fields that the version has.
#[derive(Default)]
struct Found {
    unset: bool,
    /// Whether some of those that are set are changed.
    changed: bool,
    /// Whether some of them aren't.
    unchanged: bool,
}

/// Gathers which fields are set, and which of these are changed: for those objects alone where that isn't the same of
/// all.
struct Seen<'a> {
    schema: &'a ObjectSchema,
    /// None, where all of it goes out as it is.
    plan: Option<&'a Plan<'a>>,
    set: u128,
    changed: u128,
}

impl Visitor for Seen<'_> {
    type Error = Infallible;

    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Infallible> {
        let is_gone = || {
            let own = self.schema.fields.get(index);
            let is_arrived = || field.get().is_none_or(all_arrived);
            let of = |(own, plan)| Child::of(plan, self.schema, own, &is_arrived);
            let child = own.zip(older(self.plan)).map(of);
            matches!(child, Some(Ok(Child::Gone)))
        };
        if field.is_set() && (!field.holds_objects() || !is_gone()) {
            self.set |= bit(index);
            self.changed |= if is_changed(field, self.schema, index) { bit(index) } else { 0 };
        }
        Ok(())
    }
}

/// Puts the bits of what is set and changed before the fields.
fn masks(packer: &mut Packer<'_>, place: usize, shape: u8, [set, changed]: [u128; 2], present: u128) {
    let count = present.count_ones();
    if matches!(shape, shape::ALL_SOME_CHANGED | shape::SOME_SOME_CHANGED) {
        packer.mask(place, gathered(changed, present), count);
    }
    if shape >= shape::SOME {
        packer.mask(place, gathered(set, present), count);
    }
}

/// The bits at the places of those that are present, next to each other.
fn gathered(bits: u128, present: u128) -> u128 {
    let mut left = present;
    let (mut out, mut count) = (0_u128, 0);
    while left != 0 {
        out |= (bits >> left.trailing_zeros() & 1) << count;
        count += 1;
        left &= left - 1;
    }
    out
}

#[inline]
fn bit(index: usize) -> u128 {
    u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index)).unwrap_or(0)
}

/// Fields of an object as its target has them.
struct Going<'a> {
    schema: &'a ObjectSchema,
    fields: &'a [FieldSchema],
    /// None, where all of it goes out as it is.
    plan: Option<&'a Plan<'a>>,
    /// The fields that the version has.
    present: [u64; 2],
}

impl<'a> Going<'a> {
    fn of(schema: &'a ObjectSchema, plan: Option<&'a Plan<'a>>, known: &Known) -> Self {
        Going { schema, fields: &schema.fields, plan, present: halves(known.present) }
    }

    #[inline]
    fn has(&self, index: usize) -> bool {
        bits::has(self.present, index)
    }

    /// Writes the value of a field; false, where the objects in it didn't exist in the version.
    #[inline(always)]
    fn pack<T: Entity + ?Sized>(
        &self,
        packer: &mut Packer<'_>,
        index: usize,
        value: &T,
    ) -> Result<bool, Error> {
        let slot = self.fields.get(index).map_or(Slot::ROOT, Slot::of);
        if T::BARE_NULLS && value.has_bare_null() {
            return Err(bare_null());
        }
        if !T::HOLDS_OBJECTS || self.plan.is_none() {
            return value.pack(packer, slot, &Target::Own).map(|()| true);
        }
        self.pack_objects(packer, index, slot, value)
    }

    /// Writes a value that may have objects in it, for an older version: out of line, since few fields do.
    #[inline(never)]
    fn pack_objects<T: Entity + ?Sized>(
        &self,
        packer: &mut Packer<'_>,
        index: usize,
        slot: Slot<'_>,
        value: &T,
    ) -> Result<bool, Error> {
        match self.target(index, &|| all_arrived(value))? {
            Some(target) => value.pack(packer, slot, &target).map(|()| true),
            None => Ok(false),
        }
    }

    #[inline(always)]
    fn is_changed<F: SeenField + ?Sized>(&self, index: usize, field: &F) -> bool {
        match field.holds_objects() {
            true => is_changed(field, self.schema, index),
            false => field.is_changed(),
        }
    }

    /// Target of the objects in the field; nothing, where they didn't exist then.
    fn target(&self, index: usize, all_arrived: &dyn Fn() -> bool) -> Result<Option<Target<'a>>, Error> {
        let Some((own, plan)) = self.schema.fields.get(index).zip(older(self.plan)) else {
            return Ok(Some(Target::Own));
        };
        match Child::of(plan, self.schema, own, all_arrived)? {
            Child::At(target) => Ok(Some(target)),
            Child::Gone => Ok(None),
        }
    }
}

/// Writes the fields that are set, and gathers which were and which of them are changed.
struct Pack<'a, 'p> {
    packer: &'a mut Packer<'p>,
    going: Going<'a>,
    found: Found,
}

impl Visitor for Pack<'_, '_> {
    type Error = Error;

    #[inline(always)]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Error> {
        if !self.going.has(index) {
            return Ok(());
        }
        let packed = field.get().map(|value| self.going.pack(self.packer, index, value));
        let Some(packed) = packed.filter(|packed| !matches!(packed, Ok(false))) else {
            self.found.unset = true;
            return Ok(());
        };
        let changed = self.going.is_changed(index, field);
        self.found.changed |= changed;
        self.found.unchanged |= !changed;
        packed.map(drop).map_err(|error| self.going.schema.at(index, error))
    }
}

/// Writes the fields that are set, each to its column.
struct PackColumns<'a, 'p, 'l> {
    packer: &'p mut Packer<'l>,
    going: Going<'a>,
    /// The place of the next one among those that the version has.
    place: usize,
    shape: FieldSet,
}

impl Visitor for PackColumns<'_, '_, '_> {
    type Error = Error;

    #[inline(always)]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Error> {
        if !self.going.has(index) {
            return Ok(());
        }
        let place = self.place;
        self.place += 1;
        let Some(value) = field.get() else { return Ok(()) };
        let packed = self.going.pack(self.packer.inner(place), index, value);
        if let Ok(false) = packed {
            return Ok(());
        }
        self.shape.set |= 1 << place;
        self.shape.changed |= u128::from(self.going.is_changed(index, field)) << place;
        packed.map(drop).map_err(|error| self.going.schema.at(index, error))
    }
}

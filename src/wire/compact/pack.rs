//! Writing objects in the compact form.

use std::slice;

use super::bits::{self, halves};
use super::seen::{gathered, masks, older, seen};
use super::shape;
use crate::compat::{Child, Plan, all_arrived};
use crate::error::Error;
use crate::field::{Encoded, Entity, Path, Survey, bare_null};
use crate::format::compact::{ColumnPacker, FieldSet, Known, Pack, Packer, RowOrColumn, Slot};
use crate::object::{Object, SeenField, Visitor, is_changed};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::Target;

/// Writes an object within a value.
///
/// # Errors
/// As [`to_compact`](crate::wire::to_compact).
#[inline]
pub fn pack_object<'a, O: Object, P: Pack<'a>>(
    object: &O,
    packer: &mut P,
    slot: Slot<'_>,
    target: &Target<'_>,
) -> Result<(), Error> {
    if !slot.is_of_several()
        && let Some(known) = packer.layouts().find(object.schema())
        && is_whole(object, target, known)
    {
        return pack_nameless(object, packer, slot, target, None, known);
    }
    pack_other(object, packer, slot, target)
}

/// Writes an object that doesn't go out as it is.
#[inline(never)]
fn pack_other<'a, O: Object, P: Pack<'a>>(
    object: &O,
    packer: &mut P,
    slot: Slot<'_>,
    target: &Target<'_>,
) -> Result<(), Error> {
    if !slot.is_of_several()
        && let Some(known) = packer.layouts().find(object.schema())
        && let Some(plan) = plan(object, target, known)?
    {
        if known.may_refuse {
            object.survey(target, Path::ROOT, &mut Survey::refusals())?;
        }
        return pack_nameless(object, packer, slot, target, Some(&plan), known);
    }
    pack_named(object, packer, slot, target)
}

/// Writes an object by its layout; with its names, where a value doesn't fit that.
#[inline]
fn pack_nameless<'a, O: Object, P: Pack<'a>>(
    object: &O,
    packer: &mut P,
    slot: Slot<'_>,
    target: &Target<'_>,
    plan: Option<&Plan<'_>>,
    known: &Known,
) -> Result<(), Error> {
    match packer.kind() {
        RowOrColumn::Row(packer) => {
            let mark = packer.mark();
            let packed = pack_row(object, packer, slot, plan, known);
            if packed.is_ok() || !packer.take_unfit() {
                return packed;
            }
            packer.rewind(mark);
        }
        // A list whose columns can't take a value is written in rows.
        RowOrColumn::Column(packer) => return pack_columns(object, packer, slot, plan, known),
    }
    pack_named(object, packer, slot, target)
}

/// Writes an object with all its names.
#[cold]
#[inline(never)]
fn pack_named<'a, O: Object, P: Pack<'a>>(
    object: &O,
    packer: &mut P,
    slot: Slot<'_>,
    target: &Target<'_>,
) -> Result<(), Error> {
    object.survey(target, Path::ROOT, &mut Survey::refusals())?;
    packer.begin_named(slot);
    packer.tagged(&Encoded::new(object, target))
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

/// Writes the fields of an object one after the other.
fn pack_row<O: Object>(
    object: &O,
    packer: &mut Packer<'_>,
    slot: Slot<'_>,
    plan: Option<&Plan<'_>>,
    known: &Known,
) -> Result<(), Error> {
    let mark = packer.mark();
    if !slot.declares_object() {
        packer.unsigned(known.entry as u64 + 1);
    }
    let place = packer.begin();
    let going = Going::of(object.schema(), plan, known);
    let mut pack = PackRow { packer, going: &going, unset: 0, changed: 0 };
    object.visit(0, &mut pack)?;
    let shape = shape_of(known, pack.unset, pack.changed);
    if shape > shape::ALL_CHANGED {
        let [set, changed] = seen(object, plan);
        masks(packer, place, shape, [set, changed], known);
    }
    packer.end(mark, place, shape);
    Ok(())
}

/// The shape of an object of which so many fields of the version aren't set, and so many of the others are changed.
#[inline]
fn shape_of(known: &Known, unset: u32, changed: u32) -> u8 {
    let all_changed = changed == known.count.saturating_sub(unset);
    match (unset, changed) {
        (0, 0) => shape::ALL,
        (0, _) if all_changed => shape::ALL_CHANGED,
        (0, _) => shape::ALL_SOME_CHANGED,
        (_, 0) => shape::SOME,
        _ if all_changed => shape::SOME_CHANGED,
        _ => shape::SOME_SOME_CHANGED,
    }
}

/// Writes the fields of an object to the columns of its list.
fn pack_columns<O: Object>(
    object: &O,
    packer: &mut ColumnPacker<'_>,
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
    let columns = packer.fields(known.count as usize);
    let mut pack = PackColumn { columns, going: &going, unset: 0, changed: 0 };
    object.visit(0, &mut pack)?;
    let all = || 1_u128.checked_shl(known.count).unwrap_or(0).wrapping_sub(1);
    let shape = match shape_of(known, pack.unset, pack.changed) {
        shape::ALL => FieldSet { set: all(), changed: 0 },
        shape::ALL_CHANGED => FieldSet { set: all(), changed: all() },
        _ => {
            let [set, changed] = seen(object, plan);
            FieldSet { set: gathered(set, known.present), changed: gathered(changed, known.present) }
        }
    };
    packer.shape(shape);
    Ok(())
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
    fn pack<'p, T: Entity + ?Sized>(
        &self,
        packer: &mut impl Pack<'p>,
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
    fn pack_objects<'p, T: Entity + ?Sized>(
        &self,
        packer: &mut impl Pack<'p>,
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
struct PackRow<'a, 'p> {
    packer: &'a mut Packer<'p>,
    going: &'a Going<'a>,
    /// How many of the version are not set.
    unset: u32,
    /// How many of those that are set are changed.
    changed: u32,
}

impl Visitor for PackRow<'_, '_> {
    type Error = Error;

    #[inline(always)]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Error> {
        if !self.going.has(index) {
            return Ok(());
        }
        let Some(value) = field.get() else {
            self.unset += 1;
            return Ok(());
        };
        match self.going.pack(self.packer, index, value) {
            Ok(true) => self.changed += u32::from(self.going.is_changed(index, field)),
            Ok(false) => self.unset += 1,
            Err(error) => return Err(self.going.schema.at(index, error)),
        }
        Ok(())
    }
}

/// Writes the fields that are set, each to its column.
struct PackColumn<'a, 'p, 'l> {
    /// Those of the next fields that the version has.
    columns: slice::IterMut<'p, ColumnPacker<'l>>,
    going: &'a Going<'a>,
    unset: u32,
    changed: u32,
}

impl Visitor for PackColumn<'_, '_, '_> {
    type Error = Error;

    #[inline(always)]
    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), Error> {
        if !self.going.has(index) {
            return Ok(());
        }
        let column = self.columns.next();
        let (Some(value), Some(column)) = (field.get(), column) else {
            self.unset += 1;
            return Ok(());
        };
        match self.going.pack(column, index, value) {
            Ok(true) => self.changed += u32::from(self.going.is_changed(index, field)),
            Ok(false) => self.unset += 1,
            Err(error) => return Err(self.going.schema.at(index, error)),
        }
        Ok(())
    }
}

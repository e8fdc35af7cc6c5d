//! Which fields of an object are set and changed, where that isn't the same of all.

use std::convert::Infallible;

use super::shape;
use crate::compat::{Child, Plan, all_arrived};
use crate::format::compact::{Known, Packer};
use crate::object::{Object, SeenField, Visitor, is_changed};
use crate::schema::ObjectSchema;

/// The plan, where it makes something else of the objects in the fields.
#[inline]
pub(super) fn older<'a>(plan: Option<&'a Plan<'a>>) -> Option<&'a Plan<'a>> {
    plan.filter(|plan| !plan.is_whole())
}

/// The fields that are set, and those of them that are changed, a bit each: for those objects alone where that isn't the
/// same of all.
#[inline(never)]
pub(super) fn seen<O: Object>(object: &O, plan: Option<&Plan<'_>>) -> [u128; 2] {
    let mut seen = Seen { schema: object.schema(), plan, set: 0, changed: 0 };
    let Ok(()) = object.visit(0, &mut seen);
    [seen.set, seen.changed]
}

/// Gathers which fields are set, and which of these are changed.
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
pub(super) fn masks(
    packer: &mut Packer<'_>,
    place: usize,
    shape: u8,
    [set, changed]: [u128; 2],
    known: &Known,
) {
    if matches!(shape, shape::ALL_SOME_CHANGED | shape::SOME_SOME_CHANGED) {
        packer.mask(place, gathered(changed, known.present), known.count);
    }
    if shape >= shape::SOME {
        packer.mask(place, gathered(set, known.present), known.count);
    }
}

/// The bits at the places of those that are present, next to each other.
pub(super) fn gathered(bits: u128, present: u128) -> u128 {
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

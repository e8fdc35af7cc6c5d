//! Which fields of the objects of a column are set and changed.

use super::super::unpacker::{broken, ended};
use super::super::{Pack as _, Packer, Unpacker};
use super::numbers::{Gathered, Numbers, size};
use crate::error::Error;

/// How many of the last different ones are looked through for one that comes again.
const MOST_LOOKS: usize = 16;

/// Which fields of an object are set and which of them are changed, a bit each, by their places among those that the
/// version has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    pub(crate) set: u128,
    pub(crate) changed: u128,
}

#[derive(Debug, Default)]
pub(super) struct GatheredShapes {
    different: Vec<FieldSet>,
    last: usize,
    /// The place of the shape of each object, from 1; zero of one that goes out with its names.
    places: Gathered,
}

impl GatheredShapes {
    #[inline]
    pub(super) fn push(&mut self, shape: FieldSet) {
        if self.different.get(self.last) != Some(&shape) {
            self.look_for(shape);
        }
        self.places.push(self.last as u64 + 1);
    }

    #[inline(never)]
    fn look_for(&mut self, shape: FieldSet) {
        let recent = self.different.len().saturating_sub(MOST_LOOKS);
        let known = self.different.iter().skip(recent).position(|known| *known == shape);
        self.last = known.map_or(self.different.len(), |place| recent + place);
        if known.is_none() {
            self.different.push(shape);
        }
    }

    pub(super) fn push_named(&mut self) {
        self.places.push(0);
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Forgets the shapes, and keeps their room.
    pub(super) fn clear(&mut self) {
        self.different.clear();
        self.places.clear();
    }

    /// Writes the place of each, and the different ones: what is set and what is changed, 64 bits at a time.
    pub(super) fn put(&self, out: &mut Packer<'_>) {
        self.places.put(out);
        out.unsigned(self.different.len() as u64);
        for FieldSet { set, changed } in &self.different {
            for bits in [set, changed] {
                out.unsigned(*bits as u64);
                out.unsigned((bits >> 64) as u64);
            }
        }
    }
}

/// Shapes of a column that are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes<'de> {
    different: Vec<FieldSet>,
    places: Numbers<'de>,
}

impl<'de> Shapes<'de> {
    pub(super) fn of(from: &mut Unpacker<'de>) -> Result<Self, Error> {
        let places = Numbers::of(from)?;
        let mut different = Vec::new();
        for _ in 0..size(from)? {
            let mut bits =
                || Ok::<_, Error>(u128::from(from.unsigned()?) | u128::from(from.unsigned()?) << 64);
            different.push(FieldSet { set: bits()?, changed: bits()? });
        }
        Ok(Shapes { different, places })
    }

    pub(super) fn left(&self) -> usize {
        self.places.left()
    }

    /// Whether all objects that are left came by column, with the field at that place set.
    pub(super) fn is_set_in_all(&self, place: u32) -> bool {
        let mut places = self.places;
        let is_set = |shape: &FieldSet| shape.set >> place & 1 == 1;
        self.different.iter().all(is_set)
            && places.all(|place| place > 0 && place <= self.different.len() as u64)
    }

    /// The place of the shape of the next object, from 1; zero, where it comes with its names.
    #[inline]
    pub(super) fn place(&mut self) -> Option<u64> {
        self.places.next()
    }

    /// The shape of the next object; none, where it comes with its names.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<FieldSet>, Error> {
        self.place().ok_or_else(ended).and_then(|place| self.at(place))
    }

    /// The shape at that place, from 1; none, at zero.
    pub(super) fn at(&self, place: u64) -> Result<Option<FieldSet>, Error> {
        let Some(place) = place.checked_sub(1) else { return Ok(None) };
        match usize::try_from(place).ok().and_then(|place| self.different.get(place)) {
            Some(shape) => Ok(Some(*shape)),
            None => Err(broken("a column has no set of fields at that place")),
        }
    }
}

use super::{FieldVisitorMut, VisitorMut};
use crate::field::{Field, FieldType};

/// The places of some fields of an object, without an allocation but for those of very large ones.
#[derive(Debug, Default)]
pub(crate) struct Places {
    first: u128,
    rest: Vec<usize>,
}

impl Places {
    #[inline]
    pub(crate) fn insert(&mut self, place: usize) {
        match u32::try_from(place).ok().and_then(|place| 1_u128.checked_shl(place)) {
            Some(bit) => self.first |= bit,
            None => self.rest.push(place),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.first.count_ones() as usize + self.rest.len()
    }

    /// In order, as far as the later ones were put in so.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let mut left = self.first;
        let first = std::iter::from_fn(move || {
            let place = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(place)
        });
        first.chain(self.rest.iter().copied())
    }
}

/// One field on the way through all of them.
pub(super) struct One<'v, V> {
    pub(super) index: usize,
    pub(super) visitor: &'v mut V,
}

impl<V: VisitorMut> FieldVisitorMut for One<'_, V> {
    type Output = Result<(), V::Error>;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> Self::Output {
        self.visitor.field(self.index, field)
    }
}

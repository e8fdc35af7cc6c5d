/// The indices of some fields of an object, in their order; without an allocation but for those of very large ones.
#[derive(Debug, Default)]
pub(crate) struct Indices {
    first: u64,
    /// The indices from 64 on, as many to a number.
    rest: Vec<u64>,
}

impl Indices {
    #[inline]
    pub(crate) fn insert(&mut self, index: usize) {
        match index {
            0..64 => self.first |= 1 << index,
            _ => self.insert_later(index),
        }
    }

    #[cold]
    fn insert_later(&mut self, index: usize) {
        let word = index / 64 - 1;
        if word >= self.rest.len() {
            self.rest.resize(word + 1, 0);
        }
        if let Some(word) = self.rest.get_mut(word) {
            *word |= 1 << (index % 64);
        }
    }

    /// Whether there is none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first == 0 && self.rest.is_empty()
    }

    #[inline]
    pub(crate) fn count(&self) -> usize {
        let rest: u32 = self.rest.iter().map(|word| word.count_ones()).sum();
        (self.first.count_ones() + rest) as usize
    }

    #[inline]
    pub(crate) fn iter(&self) -> Iter<'_> {
        Iter { left: self.first, base: 0, rest: &self.rest }
    }
}

/// Gives the indices.
pub(crate) struct Iter<'a> {
    left: u64,
    base: usize,
    rest: &'a [u64],
}

impl Iterator for Iter<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            let (next, rest) = self.rest.split_first()?;
            *self = Iter { left: *next, base: self.base + 64, rest };
        }
        let index = self.base + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::Indices;

    #[test]
    fn indices_come_in_order_and_once() {
        let mut indices = Indices::default();
        [700, 3, 64, 0, 63, 127, 128, 64].into_iter().for_each(|index| indices.insert(index));
        assert_eq!(indices.iter().collect::<Vec<_>>(), [0, 3, 63, 64, 127, 128, 700]);
        assert_eq!(indices.count(), 7);
        assert!(!indices.is_empty());
        assert_eq!(Indices::default().iter().next(), None);
    }
}

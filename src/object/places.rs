/// The places of some fields of an object, in their order; without an allocation but for those of very large ones.
#[derive(Debug, Default)]
pub(crate) struct Places {
    first: u64,
    /// The places from 64 on, as many to a number.
    rest: Vec<u64>,
}

impl Places {
    #[inline]
    pub(crate) fn insert(&mut self, place: usize) {
        match place {
            0..64 => self.first |= 1 << place,
            _ => self.insert_later(place),
        }
    }

    #[cold]
    fn insert_later(&mut self, place: usize) {
        let word = place / 64 - 1;
        if word >= self.rest.len() {
            self.rest.resize(word + 1, 0);
        }
        if let Some(word) = self.rest.get_mut(word) {
            *word |= 1 << (place % 64);
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

/// Gives the places.
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
        let place = self.base + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn places_come_in_order_and_once() {
        let mut places = Places::default();
        [700, 3, 64, 0, 63, 127, 128, 64].into_iter().for_each(|place| places.insert(place));
        assert_eq!(places.iter().collect::<Vec<_>>(), [0, 3, 63, 64, 127, 128, 700]);
        assert_eq!(places.count(), 7);
        assert!(!places.is_empty());
        assert_eq!(Places::default().iter().next(), None);
    }
}

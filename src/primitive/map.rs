use std::ops::{Deref, DerefMut};

use indexmap::IndexMap;
use indexmap::map::{IntoIter, Iter, IterMut};

use super::Primitive;

/// Entries of a [`Primitive::Map`], in the order in which they came. It is an [`IndexMap`] in a box, so that a primitive
/// that is no map has no room for one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Box<IndexMap<String, Primitive>>);

impl Map {
    /// Returns a map without entries.
    pub fn new() -> Self {
        Map::default()
    }
}

impl Deref for Map {
    type Target = IndexMap<String, Primitive>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Map {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<IndexMap<String, Primitive>> for Map {
    fn from(entries: IndexMap<String, Primitive>) -> Self {
        Map(Box::new(entries))
    }
}

impl From<Map> for IndexMap<String, Primitive> {
    fn from(entries: Map) -> Self {
        *entries.0
    }
}

impl<const N: usize> From<[(String, Primitive); N]> for Map {
    fn from(entries: [(String, Primitive); N]) -> Self {
        IndexMap::from(entries).into()
    }
}

impl FromIterator<(String, Primitive)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Primitive)>>(entries: I) -> Self {
        entries.into_iter().collect::<IndexMap<_, _>>().into()
    }
}

impl IntoIterator for Map {
    type Item = (String, Primitive);
    type IntoIter = IntoIter<String, Primitive>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a String, &'a Primitive);
    type IntoIter = Iter<'a, String, Primitive>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Map {
    type Item = (&'a String, &'a mut Primitive);
    type IntoIter = IterMut<'a, String, Primitive>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}

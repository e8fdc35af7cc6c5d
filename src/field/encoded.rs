use serde::ser::{Serialize, Serializer};

use super::Entity;
use crate::version::Target;

/// A value and the target that it is written for: what a serializer takes as an element.
pub(crate) struct Encoded<'a, T: ?Sized> {
    value: &'a T,
    target: &'a Target<'a>,
}

impl<'a, T: ?Sized> Encoded<'a, T> {
    #[inline]
    pub(crate) fn new(value: &'a T, target: &'a Target<'a>) -> Self {
        Encoded { value, target }
    }
}

impl<T: Entity + ?Sized> Serialize for Encoded<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.encode(serializer, self.target)
    }
}

use serde::{Serialize, Serializer};

use super::Entity;
use crate::version::Target;

/// A value and what it is written for, as something that serde serializes.
pub(crate) struct Encoded<'a, T: ?Sized> {
    value: &'a T,
    target: Target<'a>,
}

impl<'a, T: ?Sized> Encoded<'a, T> {
    pub(crate) fn new(value: &'a T, target: Target<'a>) -> Self {
        Encoded { value, target }
    }
}

impl<T: Entity + ?Sized> Serialize for Encoded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.encode(serializer, &self.target)
    }
}

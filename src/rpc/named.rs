//! The compact form in a program that is built without it: nothing is agreed on, and what comes in it is refused, so that
//! its sender writes names.

use std::convert::Infallible;

use serde_json::value::RawValue;

use super::marked;
use crate::error::Error;
use crate::field::{Entity, FieldType, Sent};
use crate::registry::Registry;
use crate::version::Target;

/// Terms with a peer; there are none.
#[derive(Clone, Debug)]
pub(super) struct Terms(Infallible);

impl Terms {
    pub(super) fn write<E: Entity + ?Sized>(
        &self,
        _: &E,
        _: Target<'_>,
        _: &[Sent],
    ) -> Option<(Box<RawValue>, Said)> {
        match self.0 {}
    }
}

/// Layouts that a message names; there are none.
#[derive(Clone, Debug)]
pub(super) struct Said(Infallible);

impl Said {
    pub(super) fn of(_: &RawValue, _: &Registry) -> Option<Said> {
        None
    }

    pub(super) fn answer<E: Entity + ?Sized>(
        &self,
        _: &E,
        _: Target<'_>,
        _: &[Sent],
    ) -> Option<Box<RawValue>> {
        match self.0 {}
    }
}

/// Refuses a value in the compact form.
///
/// # Errors
/// [`ErrorKind::Layout`](crate::ErrorKind::Layout), by which the sender writes once more.
pub(super) fn read<T: FieldType>(_: &RawValue, _: &Registry) -> Result<T, Error> {
    Err(marked::unreadable())
}

/// Refuses such an answer.
///
/// # Errors
/// As [`read`].
pub(super) fn read_answer<T: FieldType>(_: &RawValue, _: &[Said], _: &Registry) -> Result<T, Error> {
    Err(marked::unreadable())
}

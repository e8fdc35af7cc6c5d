//! Reading objects in the compact form.

use super::arrived::Arrived;
use super::shape;
use crate::error::Error;
use crate::field::Context;
use crate::format::compact::{Bits, Head, Known, Slot, Unpacker};
use crate::object::VersionedObject;
use crate::schema::ObjectSchema;
use crate::version::Arriving;
use crate::wire::data;
use crate::wire::intake::{Intake, Settled};
use crate::wire::readable::{incompatible, is_read};
use crate::wire::typed::decode_object;

/// Reads such bits.
fn read_mask(unpacker: &mut Unpacker<'_>, known: &Known) -> Result<u128, Error> {
    let mut bits = unpacker.mask(known.present.count_ones())?;
    let mut left = known.present;
    let mut out = 0;
    while left != 0 {
        out |= (bits & 1) << left.trailing_zeros();
        bits >>= 1;
        left &= left - 1;
    }
    Ok(out)
}

/// Reads an object within a value.
///
/// # Errors
/// As [`from_compact`](crate::wire::from_compact).
pub fn unpack_object<O: VersionedObject>(
    unpacker: &mut Unpacker<'_>,
    slot: Slot<'_>,
    context: Context<'_>,
) -> Result<O, Error> {
    match unpacker.head(O::SCHEMA, slot)? {
        Head::Named => {
            decode_object(unpacker.tagged(), context).map_err(|fault| context.typed(fault.into_error()))
        }
        Head::Positional(known) => {
            let mut object = O::unset();
            unpack_fields(&mut object, unpacker, known, context)?;
            Ok(object)
        }
    }
}

/// Reads how an object begins in rows: which fields are set, which are changed, and the bits around it.
#[inline]
pub(super) fn begin(unpacker: &mut Unpacker<'_>, known: &Known) -> Result<(u128, u128, Bits), Error> {
    let (code, outer) = unpacker.begin()?;
    match code {
        shape::ALL => Ok((known.present, 0, outer)),
        shape::ALL_CHANGED => Ok((known.present, known.present, outer)),
        _ => begin_other(unpacker, known, code).map(|(set, changed)| (set, changed, outer)),
    }
}

/// Reads which fields are set and changed, where that isn't the same of all.
#[inline(never)]
fn begin_other(unpacker: &mut Unpacker<'_>, known: &Known, code: u8) -> Result<(u128, u128), Error> {
    Ok(match code {
        shape::ALL_SOME_CHANGED => (known.present, read_mask(unpacker, known)?),
        shape::SOME => (read_mask(unpacker, known)?, 0),
        shape::SOME_CHANGED => {
            let set = read_mask(unpacker, known)?;
            (set, set)
        }
        shape::SOME_SOME_CHANGED => (read_mask(unpacker, known)?, read_mask(unpacker, known)?),
        _ => return Err(Error::format(&"an object begins with no shape")),
    })
}

/// Reads the fields of an object by its layout.
#[inline]
pub(crate) fn unpack_fields<O: Intake>(
    object: &mut O,
    unpacker: &mut Unpacker<'_>,
    known: &Known,
    context: Context<'_>,
) -> Result<(), Error> {
    let context = context.inner()?;
    // A layout's version is in the schema's history; what else can keep it from being read is said of the host.
    if context.held().is_some() {
        unpacker.once(known, || looked_up(object.schema(), known, object.is_relay(), context))?;
    }
    if unpacker.is_column() {
        let (shape, fields) = unpacker.shape(known)?;
        object.unpack(fields, Arrived::new(shape.set, shape.changed, known.present), context)?;
        return finish(object, known, context);
    }
    let (set, changed, outer) = begin(unpacker, known)?;
    object.unpack(unpacker, Arrived::new(set, changed, known.present), context)?;
    unpacker.end(outer);
    finish(object, known, context)
}

/// Ends the reading of an object: with nothing to fill in, where the version lacks nothing, as most do.
#[inline]
fn finish<O: Intake>(object: &mut O, known: &Known, context: Context<'_>) -> Result<(), Error> {
    if known.is_complete {
        data::end(object, known.version.into(), context)
    } else {
        filled(object, known, context)
    }
}

#[cold]
#[inline(never)]
fn filled(object: &mut dyn Settled, known: &Known, context: Context<'_>) -> Result<(), Error> {
    data::finish(object, known.version.into(), context)
}

/// Whether the layout's version is read here.
#[cold]
fn looked_up(schema: &ObjectSchema, known: &Known, relay: bool, context: Context<'_>) -> Result<(), Error> {
    let version = Arriving::from(known.version);
    if is_read(schema, &version, relay, context) {
        return Ok(());
    }
    Err(incompatible(schema, &version, context))
}

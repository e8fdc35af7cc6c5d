//! One field of an object, without reading the others.

use super::opened;
use super::unpack::begin;
use crate::error::{Error, ErrorKind};
use crate::format::compact::{Fault, Form, Known, Layouts, Slot, Unpacker, View, no_layout};
use crate::primitive::DEPTH;

/// Looks at one field of an object that [`to_compact`](crate::wire::to_compact) wrote, and reads no other: for those who
/// pass a message on by what one field of it says. None, where the object's version has no such field.
///
/// The value stands there in the version that it was written in, as [`columns`](crate::wire::columns) has it. Of a list
/// or a dict it's told how many are in it, and of an object that it is one.
///
/// ```
/// use versioned_objects::compact::View;
/// use versioned_objects::registry::Registry;
/// use versioned_objects::{Field, Target, VersionedObject, wire};
///
/// #[derive(VersionedObject, Clone, Debug, Default)]
/// #[object(versions("1.0", "1.1"))]
/// struct Disk {
///     serial: Field<String>,
///     host: Field<String>,
///     #[field(since = "1.1")]
///     size: Field<u64>,
/// }
///
/// let registry = Registry::new().with::<Disk>();
/// let layouts = registry.layouts(registry.manifest());
/// let disk = Disk { serial: "a7".to_owned().into(), host: "compute-3".to_owned().into(), ..Disk::default() };
/// let bytes = wire::to_compact(&disk, Target::Own, &layouts)?;
///
/// assert_eq!(wire::peek(&bytes, &layouts, "host")?, Some(View::Text("compute-3")));
/// assert_eq!(wire::peek(&bytes, &layouts, "size")?, Some(View::Unset));
/// assert_eq!(wire::peek(&bytes, &layouts, "bus")?, None);
/// # Ok::<(), versioned_objects::Error>(())
/// ```
///
/// # Errors
/// Where the value was written with other layouts, is no object, came with all its names (`Layout`), or the bytes up to
/// the field are broken.
pub fn peek<'a>(bytes: &'a [u8], layouts: &'a Layouts, field: &str) -> Result<Option<View<'a>>, Error> {
    let mut unpacker = opened(bytes, layouts)?.looking_no_further();
    let Some((name, _)) = unpacker.chosen()? else {
        let message = "the object came with its names, and has to be read to look at a field";
        return Err(Error::new(ErrorKind::Layout, message));
    };
    let known = layouts.known_of(name).ok_or_else(|| no_layout(name))?;
    let schema = known.schema();
    if !schema.fields.iter().any(|own| own.name == field && own.is_in(known.version)) {
        return Ok(None);
    }
    let (set, _, _) = begin(&mut unpacker, known)?;
    for (index, own) in schema.fields.iter().enumerate() {
        let is_set = set.checked_shr(index as u32).unwrap_or(0) & 1 == 1;
        let looked = match (own.name == field, is_set) {
            (true, true) => value(&mut unpacker, Slot::of(own)).map(Some),
            (true, false) => Ok(Some(View::Unset)),
            (false, true) => skip(&mut unpacker, Slot::of(own), DEPTH).map(|()| None),
            (false, false) => continue,
        };
        if let Some(view) = looked.map_err(|error| schema.at(index, error))? {
            return Ok(Some(view));
        }
    }
    Ok(None)
}

/// The value as it stands there.
fn value<'a>(unpacker: &mut Unpacker<'a>, slot: Slot<'a>) -> Result<View<'a>, Error> {
    if slot.is_nullable() && !unpacker.bit()? {
        return Ok(View::Null);
    }
    Ok(match Form::of(slot) {
        Form::Text => View::Text(unpacker.text()?),
        Form::Uuid => View::Other(Box::new(unpacker.uuid()?.into())),
        Form::Choice(values) => View::Text(unpacker.choice(values)?),
        Form::Signed => View::Int(unpacker.signed()?),
        Form::Unsigned => View::Unsigned(unpacker.unsigned()?),
        Form::Float => View::Float(unpacker.float()?),
        Form::Bit => View::Bool(unpacker.bit()?),
        Form::Elements(_) => View::List(unpacker.list()?.count),
        Form::Entries(_) => View::Dict(unpacker.list()?.count),
        Form::Object => View::Object,
        Form::Tagged => {
            let value = serde::Deserialize::deserialize(unpacker.tagged());
            View::Other(Box::new(value.map_err(Fault::into_error)?))
        }
    })
}

/// Passes by a value.
fn skip(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, depth: usize) -> Result<(), Error> {
    if slot.is_nullable() && !unpacker.bit()? {
        return Ok(());
    }
    let deeper = || {
        let too_deep =
            || Error::format(&format_args!("values lie deeper than {DEPTH} levels in one another"));
        depth.checked_sub(1).ok_or_else(too_deep)
    };
    match Form::of(slot) {
        Form::Text => unpacker.skip_text(),
        Form::Uuid => unpacker.skip_uuid(),
        Form::Choice(values) => unpacker.choice(values).map(drop),
        Form::Signed | Form::Unsigned => unpacker.unsigned().map(drop),
        Form::Float => unpacker.float().map(drop),
        Form::Bit => unpacker.bit().map(drop),
        Form::Elements(element) => {
            let (list, depth) = (unpacker.list()?, deeper()?);
            let rows = if list.columns.is_some() { 0 } else { list.count };
            (0..rows).try_for_each(|_| skip(unpacker, Slot::of_element(element), depth))
        }
        Form::Entries(element) => {
            let (list, depth) = (unpacker.list()?, deeper()?);
            let rows = if list.columns.is_some() { 0 } else { list.count };
            (0..rows).try_for_each(|_| {
                skip(unpacker, Slot::KEY, depth)?;
                skip(unpacker, Slot::of_element(element), depth)
            })
        }
        Form::Object => skip_object(unpacker, slot, deeper()?),
        Form::Tagged => skip_tagged(unpacker),
    }
}

fn skip_tagged(unpacker: &mut Unpacker<'_>) -> Result<(), Error> {
    let skipped: Result<serde::de::IgnoredAny, Fault> = serde::Deserialize::deserialize(unpacker.tagged());
    skipped.map(drop).map_err(Fault::into_error)
}

fn skip_object(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, depth: usize) -> Result<(), Error> {
    let layouts = unpacker.layouts();
    let declared = slot.object().filter(|_| slot.declares_object());
    let known = match declared {
        Some(_) if unpacker.is_named(slot) => return skip_tagged(unpacker),
        Some(name) => layouts.known_of(name).ok_or_else(|| no_layout(name))?,
        None => match unpacker.chosen()? {
            Some((name, _)) => layouts.known_of(name).ok_or_else(|| no_layout(name))?,
            None => return skip_tagged(unpacker),
        },
    };
    let (set, _, outer) = begin(unpacker, known)?;
    fields(unpacker, known, set, depth)?;
    unpacker.end(outer);
    Ok(())
}

fn fields(unpacker: &mut Unpacker<'_>, known: &Known, set: u128, depth: usize) -> Result<(), Error> {
    let schema = known.schema();
    for (index, own) in schema.fields.iter().enumerate() {
        if set.checked_shr(index as u32).unwrap_or(0) & 1 == 1 {
            skip(unpacker, Slot::of(own), depth).map_err(|error| schema.at(index, error))?;
        }
    }
    Ok(())
}

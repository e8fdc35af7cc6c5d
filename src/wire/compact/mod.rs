//! Objects in the compact form.

mod arrived;
mod bits;
mod pack;
mod peek;
mod seen;
mod unpack;

use crate::error::{Error, ErrorKind};
use crate::field::{Decoding, Entity, FieldType};
use crate::format::compact::{ColumnRoom, Columns, Layouts, MOST_A_BYTE, Packer, Slot, Unpacker};
use crate::version::IntoTarget;

pub(crate) use arrived::Arrived;
pub use pack::pack_object;
pub use peek::peek;
pub(crate) use unpack::unpack_fields;
pub use unpack::unpack_object;

/// The low bits of an object's first byte.
mod shape {
    pub(super) const ALL: u8 = 1;
    pub(super) const ALL_CHANGED: u8 = 2;
    pub(super) const ALL_SOME_CHANGED: u8 = 3;
    pub(super) const SOME: u8 = 4;
    pub(super) const SOME_CHANGED: u8 = 5;
    pub(super) const SOME_SOME_CHANGED: u8 = 6;
}

/// How many bytes of memory a byte of the compact form accounts for, in rows.
const GROWTH: usize = 8;

/// How many bytes of memory a message accounts for: by column, as many as its columns may stand for.
pub(crate) fn accounted(bytes: &[u8], layouts: &Layouts) -> usize {
    let growth = if layouts.is_columnar() { MOST_A_BYTE } else { GROWTH };
    bytes.len().saturating_mul(growth)
}

/// Writes a value for a target in the compact form, for a peer that has the same layouts.
///
/// Objects in the versions of their layouts go out without names. All else in the value goes out as in JSON, so a value
/// that can be written at all can be written so, with the same losses.
///
/// ```
/// use versioned_objects::registry::Registry;
/// use versioned_objects::{Field, Target, VersionedObject, wire};
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0", "1.1"))]
/// struct Disk {
///     serial: Field<String>,
///     #[field(since = "1.1")]
///     size: Field<Option<u64>>,
/// }
///
/// let registry = Registry::new().with::<Disk>();
/// let layouts = registry.layouts(registry.manifest());
/// let disk = Disk { serial: "a7".to_owned().into(), size: Some(300).into() };
///
/// let bytes = wire::to_compact(&disk, Target::Own, &layouts)?;
/// assert_eq!(bytes.len(), 4 + 1 + 1 + 3 + 2); // the layouts' digest; the object's place among them, its bits, its fields
/// assert_eq!(wire::from_compact::<Disk>(&bytes, &layouts, registry.decoding())?, disk);
///
/// // For a peer that agreed on 1.0.
/// let older = registry.layouts(&[("Disk", "1.0".parse()?)].into_iter().collect());
/// let bytes = wire::to_compact(&disk, "1.0", &older)?;
/// assert_eq!(wire::from_compact::<Disk>(&bytes, &older, registry.decoding())?.size.get(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the target refuses the value.
pub fn to_compact<'a, T: Entity + ?Sized>(
    value: &T,
    target: impl IntoTarget<'a>,
    layouts: &Layouts,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    append_compact(value, target, layouts, &mut out)?;
    Ok(out)
}

/// Appends the compact form to a buffer. Where it has room enough, nothing is allocated.
///
/// # Errors
/// As [`to_compact`]; the buffer then is as it was.
pub fn append_compact<'a, T: Entity + ?Sized>(
    value: &T,
    target: impl IntoTarget<'a>,
    layouts: &Layouts,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    CompactWriter::new().append(value, target, layouts, out)
}

/// Writes messages in the compact form one after the other. Room that lists by column were gathered in is kept for the
/// next, so that a writer of such lists asks for no memory from the second one on.
///
/// It keeps as much as its largest list took, until it is dropped.
///
/// ```
/// use versioned_objects::registry::Registry;
/// use versioned_objects::wire::{self, CompactWriter};
/// use versioned_objects::{Field, Target, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0"))]
/// struct Disk {
///     serial: Field<String>,
/// }
///
/// let registry = Registry::new().with::<Disk>();
/// let layouts = registry.layouts(registry.manifest()).columnar();
/// let disks = vec![Disk { serial: "a7".to_owned().into() }; 100];
///
/// let (mut writer, mut message) = (CompactWriter::new(), Vec::new());
/// for _ in 0..3 {
///     message.clear();
///     writer.append(&disks, Target::Own, &layouts, &mut message)?;
///     assert_eq!(message, wire::to_compact(&disks, Target::Own, &layouts)?);
/// }
/// # Ok::<(), versioned_objects::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct CompactWriter {
    room: Option<Box<ColumnRoom>>,
}

impl CompactWriter {
    /// Returns a writer that has no room yet.
    pub fn new() -> Self {
        CompactWriter::default()
    }

    /// Appends the compact form to a buffer.
    ///
    /// # Errors
    /// As [`to_compact`]; the buffer then is as it was.
    pub fn append<'a, T: Entity + ?Sized>(
        &mut self,
        value: &T,
        target: impl IntoTarget<'a>,
        layouts: &Layouts,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        // What is refused is found on the way, so nothing is looked through before.
        let target = target.into_target()?;
        let length = out.len();
        out.extend_from_slice(&layouts.digest().to_le_bytes());
        let mut packer = Packer::in_room(std::mem::take(out), layouts, self.room.take());
        let packed = value.pack(&mut packer, Slot::ROOT, &target);
        self.room = packer.take_room();
        *out = packer.into_bytes();
        if packed.is_err() {
            out.truncate(length);
        }
        packed
    }
}

/// Reads a value that was written by [`to_compact`] with the same layouts.
///
/// # Errors
/// Where it was written with other layouts, the bytes are broken, or what they say can't be read.
pub fn from_compact<T: FieldType>(
    bytes: &[u8],
    layouts: &Layouts,
    decoding: Decoding<'_>,
) -> Result<T, Error> {
    let mut unpacker = opened(bytes, layouts)?;
    let decoding = decoding.exact().accounting_for(accounted(bytes, layouts));
    let value = T::unpack(&mut unpacker, Slot::ROOT, decoding.context())?;
    unpacker.finish()?;
    Ok(value)
}

/// Looks at a list of objects by column, as [`to_compact`] wrote it with layouts that are
/// [columnar](Layouts::columnar), without making objects of it: what is asked of a few fields of many objects takes no
/// more than these fields.
///
/// Values stand there in the version that they were written in; no default is filled in, and no rule of reading asked.
///
/// ```
/// use versioned_objects::compact::View;
/// use versioned_objects::registry::Registry;
/// use versioned_objects::{Field, Target, VersionedObject, wire};
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0"))]
/// struct Disk {
///     serial: Field<String>,
///     size: Field<Option<u64>>,
/// }
///
/// let registry = Registry::new().with::<Disk>();
/// let layouts = registry.layouts(registry.manifest()).columnar();
/// let disk = |size| Disk { serial: "a7".to_owned().into(), size: Some(size).into() };
/// let disks: Vec<_> = (0..100).map(disk).collect();
///
/// let bytes = wire::to_compact(&disks, Target::Own, &layouts)?;
/// assert_eq!(wire::from_compact::<Vec<Disk>>(&bytes, &layouts, registry.decoding())?, disks);
///
/// let mut total = 0;
/// for size in wire::columns(&bytes, &layouts)?.field("size").unwrap() {
///     if let View::Unsigned(size) = size? {
///         total += size;
///     }
/// }
/// assert_eq!(total, 4950);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the value was written with other layouts, isn't a list by column of objects of one name, or the bytes are
/// broken.
pub fn columns<'a>(bytes: &'a [u8], layouts: &'a Layouts) -> Result<Columns<'a>, Error> {
    let mut unpacker = opened(bytes, layouts)?;
    let list = unpacker.list()?;
    unpacker.finish()?;
    match list.columns {
        Some(mut elements) => Columns::of(&mut elements),
        None => Err(Error::format(&"the value isn't a list by column")),
    }
}

/// Bytes whose layouts are these.
pub(crate) fn opened<'a>(bytes: &'a [u8], layouts: &'a Layouts) -> Result<Unpacker<'a>, Error> {
    match bytes.split_first_chunk() {
        Some((digest, rest)) if u32::from_le_bytes(*digest) == layouts.digest() => {
            Ok(Unpacker::new(rest, layouts))
        }
        Some(_) => Err(Error::new(ErrorKind::Layout, "the value was written with other layouts")),
        None => Err(Error::format(&"the bytes end before the value")),
    }
}

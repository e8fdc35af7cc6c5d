//! Objects in messages in the compact form, for a peer that has the same layouts.
//!
//! A message is JSON text, so such a value is one marked text in it. In front of the value it says which objects have
//! layouts in it, as places in what the peer announced of itself; the value itself begins with the layouts' digest,
//! by which the peer knows whether it still means the same. A zero before them says that lists of objects go by column;
//! it is said to peers alone that told that they read those.

use std::sync::Arc;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Versions, json};
use crate::error::{Error, ErrorKind};
use crate::field::{Entity, FieldType, Sent};
use crate::format::compact::{Layouts, Pack as _, Packer, Unpacker};
use crate::registry::Registry;
use crate::version::{Manifest, Target, Version};
use crate::wire;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marked {
    #[serde(rename = "ovo.compact")]
    text: String,
}

/// Mark in front of the number of layouts, which is never zero: lists go by column.
const BY_COLUMN: usize = 0;

/// Agreement with a peer on the compact form.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    layouts: Layouts,
    theirs: Versions,
}

impl Terms {
    /// The layouts that both have of the objects in the versions of the manifest; nothing, where there is none.
    pub(super) fn between(registry: &Registry, manifest: &Manifest, theirs: &Versions) -> Option<Self> {
        let layouts = registry.layouts(manifest);
        let both = |name: &str, version, digest| theirs.layout_place(name, version, digest).is_some();
        let layouts = layouts.picked(both);
        let layouts = if theirs.reads_columns() { layouts.columnar() } else { layouts };
        (!layouts.is_empty()).then(|| Terms { layouts, theirs: theirs.clone() })
    }

    /// A value with those objects in it, where all of them are agreed on.
    pub(super) fn write<E: Entity + ?Sized>(
        &self,
        entity: &E,
        target: Target<'_>,
        sent: &[Sent],
    ) -> Option<(Box<RawValue>, Said)> {
        if !are_in(&self.layouts, sent) {
            return None;
        }
        let is_sent =
            |name: &str, _, _| sent.iter().flat_map(Sent::objects).any(|(object, _)| object == name);
        let layouts = self.layouts.picked(is_sent);
        let none = Layouts::none();
        let mut packer = Packer::new(Vec::new(), &none);
        if layouts.is_columnar() {
            packer.count(BY_COLUMN);
        }
        packer.count(layouts.iter().count());
        for (name, version, digest) in layouts.iter() {
            for place in self.theirs.layout_place(name, version, digest)? {
                packer.count(place);
            }
        }
        let said = Said { bytes: packer.into_bytes(), layouts: Arc::new(layouts) };
        Some((said.write(entity, target)?, said))
    }
}

/// Layouts of a message, and what it says of them.
#[derive(Clone, Debug)]
pub(super) struct Said {
    bytes: Vec<u8>,
    layouts: Arc<Layouts>,
}

impl Said {
    /// Reads what an argument said of its layouts; nothing, where it can't be read.
    pub(super) fn of(json: &RawValue, registry: &Registry) -> Option<Said> {
        let bytes = marked(json).ok()?;
        let (said, _) = said(&bytes, registry).ok()?;
        Some(said)
    }

    /// A value in answer to one that came so, where all objects in it came in that too.
    pub(super) fn answer<E: Entity + ?Sized>(
        &self,
        entity: &E,
        target: Target<'_>,
        sent: &[Sent],
    ) -> Option<Box<RawValue>> {
        if are_in(&self.layouts, sent) { self.write(entity, target) } else { None }
    }

    fn write<E: Entity + ?Sized>(&self, entity: &E, target: Target<'_>) -> Option<Box<RawValue>> {
        let mut bytes = self.bytes.clone();
        wire::append_compact(entity, target, &self.layouts, &mut bytes).ok()?;
        json::raw(&Marked { text: BASE64.encode(&bytes) }).ok()
    }
}

/// Whether there are objects, and all have layouts in the versions that they go out in.
fn are_in(layouts: &Layouts, sent: &[Sent]) -> bool {
    let is_in = |(object, version): (&str, &str)| {
        layouts.version(object).is_some_and(|agreed| agreed.to_string() == version)
    };
    !sent.is_empty() && sent.iter().flat_map(Sent::objects).all(is_in)
}

/// Reads such a value, whose layouts this host announced.
///
/// # Errors
/// [`ErrorKind::Layout`], where it didn't, or the bytes make no sense by them: the sender writes once more.
pub(super) fn read<T: FieldType>(json: &RawValue, registry: &Registry) -> Result<T, Error> {
    let read = |bytes: &[u8]| {
        let (said, rest) = said(bytes, registry)?;
        let value = wire::from_compact(rest, &said.layouts, registry.decoding())?;
        registry.announced().keep(&said.bytes, &said.layouts);
        Ok(value)
    };
    marked(json).and_then(|bytes| read(&bytes)).map_err(of_layouts)
}

/// Reads such a value that answers one which said this.
///
/// # Errors
/// As [`read`].
pub(super) fn read_answer<T: FieldType>(
    json: &RawValue,
    asked: &[Said],
    registry: &Registry,
) -> Result<T, Error> {
    let read = |bytes: &[u8]| {
        let same = asked.iter().find_map(|said| Some((bytes.strip_prefix(&*said.bytes)?, said)));
        let (rest, said) = same.ok_or_else(unknown)?;
        wire::from_compact(rest, &said.layouts, registry.decoding())
    };
    marked(json).and_then(|bytes| read(&bytes)).map_err(of_layouts)
}

/// Broken bytes are as bad as other layouts.
fn of_layouts(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Format => Error::new(ErrorKind::Layout, error.to_string()),
        _ => error,
    }
}

fn marked(json: &RawValue) -> Result<Vec<u8>, Error> {
    let marked: Marked = json::read_raw(json).map_err(|error| Error::format(&error))?;
    BASE64.decode(marked.text.as_bytes()).map_err(|_| Error::format(&"it is no base64"))
}

/// Splits bytes into what they say of layouts and what is behind that.
fn said<'a>(bytes: &'a [u8], registry: &Registry) -> Result<(Said, &'a [u8]), Error> {
    let none = Layouts::none();
    let mut unpacker = Unpacker::new(bytes, &none);
    let mut manifest = Manifest::new();
    let mut count = unpacker.count()?;
    let is_columnar = count == BY_COLUMN;
    if is_columnar {
        count = unpacker.count()?;
    }
    // Each is named once.
    if count > registry.announced().layouts.len() {
        return Err(unknown());
    }
    for _ in 0..count {
        let place = [unpacker.unsigned()?, unpacker.unsigned()?];
        let (name, version) = named(registry, place).ok_or_else(unknown)?;
        manifest.insert(name, version);
    }
    let rest = bytes.get(bytes.len() - unpacker.left()..).unwrap_or_default();
    let said = bytes.get(..bytes.len() - rest.len()).unwrap_or_default().to_vec();
    let layouts = registry.opened(&said, &manifest, is_columnar);
    Ok((Said { bytes: said, layouts }, rest))
}

fn named(registry: &Registry, [name, version]: [u64; 2]) -> Option<(&str, Version)> {
    registry.announced().at([usize::try_from(name).ok()?, usize::try_from(version).ok()?])
}

fn unknown() -> Error {
    Error::new(ErrorKind::Layout, "it names a layout that isn't announced here")
}

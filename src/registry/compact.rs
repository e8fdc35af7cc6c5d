//! Objects of any registered name in the compact form.

use super::unchosen::entry;
use super::{AnyObject, Registry, Unchosen};
use crate::error::{Error, ErrorKind, Step};
use crate::field::{Context, Decoding};
use crate::format::compact::{Layouts, Slot, Unpacker, no_layout};
use crate::schema::{Keys, Kind};
use crate::version::{Arriving, Manifest};
use crate::wire::compact::accounted;
use crate::wire::{opened, read_envelope};

impl Registry {
    /// The layouts of the objects that a manifest names, each in the version that it says. What has none in its
    /// version is left out.
    pub fn layouts(&self, manifest: &Manifest) -> Layouts {
        let schemas = self.entries.values().flatten().map(|entry| entry.schema.clone());
        Layouts::of_shared(schemas, |schema| manifest.get(&schema.name))
    }

    /// Reads an object of any registered name, as [`wire::to_compact`](crate::wire::to_compact) wrote it with the same
    /// layouts, which are of this registry.
    ///
    /// # Errors
    /// As [`Registry::decode`], and where it was written with other layouts or the bytes are broken.
    pub fn decode_compact(&self, bytes: &[u8], layouts: &Layouts) -> Result<AnyObject, Error> {
        self.decode_compact_with(bytes, layouts, self.decoding())
    }

    /// Reads an object in the compact form, with a decoding of the caller's own.
    ///
    /// # Errors
    /// As [`Registry::decode_compact`].
    pub fn decode_compact_with(
        &self,
        bytes: &[u8],
        layouts: &Layouts,
        decoding: Decoding<'_>,
    ) -> Result<AnyObject, Error> {
        let mut unpacker = opened(bytes, layouts)?;
        let decoding = decoding.exact().accounting_for(accounted(bytes, layouts));
        let object = self.unpack(&mut unpacker, Slot::ROOT, None, decoding.context())?;
        unpacker.finish()?;
        Ok(object)
    }

    /// Reads a list of objects of any registered names in the compact form, in rows or by column.
    ///
    /// # Errors
    /// As [`Registry::decode_compact`].
    pub fn decode_compact_list(&self, bytes: &[u8], layouts: &Layouts) -> Result<Vec<AnyObject>, Error> {
        let mut unpacker = opened(bytes, layouts)?;
        let decoding = self.decoding().exact().accounting_for(accounted(bytes, layouts));
        let mut list = unpacker.list()?;
        let context = decoding.context().within_list()?;
        context.spend(0, list.most().saturating_mul(size_of::<AnyObject>()))?;
        let mut objects = Vec::with_capacity(list.expected);
        let from = list.columns.as_deref_mut().unwrap_or(&mut unpacker).inner(0)?;
        for index in 0..list.count {
            let object = self.unpack(from, Slot::ROOT, None, context);
            objects.push(object.map_err(|error| error.within(Step::Index(index)))?);
        }
        list.end()?;
        unpacker.finish()?;
        Ok(objects)
    }

    /// Reads an object within a value, where the class that the reference would read it with has those namespaces.
    pub(crate) fn unpack(
        &self,
        unpacker: &mut Unpacker<'_>,
        slot: Slot<'_>,
        class: Option<(&str, &Keys)>,
        context: Context<'_>,
    ) -> Result<AnyObject, Error> {
        let chosen = match slot.kind() {
            Some(Kind::Object { name, .. }) if slot.declares_object() => {
                if unpacker.is_named(slot) {
                    None
                } else {
                    Some((&**name, unpacker.layouts().version(name).ok_or_else(|| no_layout(name))?))
                }
            }
            _ => unpacker.chosen()?,
        };
        let Some((name, version)) = chosen else {
            let receiver = match class {
                Some((namespace, keys)) => Unchosen::within(self, namespace, keys),
                None => Unchosen::outermost(self),
            };
            let read = read_envelope(unpacker.tagged(), receiver, context.inner()?);
            return read.map_err(|fault| context.typed(fault.into_error()));
        };
        let entry = entry(self.entries_of(name)?, name, &Arriving::from(version), context)?;
        if let Some((namespace, _)) = class.filter(|(namespace, _)| *namespace != entry.schema.namespace) {
            let message = format!(
                "unsupported object type {}.{name} within one of {namespace}",
                entry.schema.namespace
            );
            return Err(Error::new(ErrorKind::UnsupportedObject, message).of(name));
        }
        let known = unpacker.layouts().find(&entry.schema).ok_or_else(|| no_layout(name))?;
        let mut object = (entry.unset)(&entry.schema);
        object.unpack(unpacker, known, self, context)?;
        Ok(AnyObject::from_erased(object))
    }
}

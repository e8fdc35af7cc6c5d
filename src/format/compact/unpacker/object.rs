//! How objects begin and end.

use super::{Bits, Unpacker, broken};
use crate::error::{Error, ErrorKind};
use crate::format::compact::Slot;
use crate::format::compact::columns::FieldSet;
use crate::format::compact::layout::Known;
use crate::schema::ObjectSchema;
use crate::version::Version;

/// How an object begins.
pub(crate) enum Head<'a> {
    /// By its layout: what is known of its schema, and which fields there are.
    Positional(&'a Known),
    /// With all its names.
    Named,
}

impl<'a> Unpacker<'a> {
    /// Reads how an object of that schema begins.
    #[inline]
    pub(crate) fn head(&mut self, schema: &ObjectSchema, slot: Slot<'_>) -> Result<Head<'a>, Error> {
        if self.is_named(slot) {
            return Ok(Head::Named);
        }
        let said = if slot.declares_object() { None } else { Some(self.said()?) };
        match self.layouts.find(schema) {
            Some(known) if said.is_none_or(|said| said == known.entry as u64) => Ok(Head::Positional(known)),
            _ => Err(self.other(schema, said)),
        }
    }

    /// Reads which object begins where nothing is declared of it; none, where it comes with its names.
    pub(crate) fn chosen(&mut self) -> Result<Option<(&'a str, Version)>, Error> {
        if self.is_named(Slot::ROOT) {
            return Ok(None);
        }
        let place = self.said()?;
        let named = usize::try_from(place).ok().and_then(|place| self.layouts.name_at(place));
        named.map(Some).ok_or_else(|| broken("an object is none of those with a layout"))
    }

    /// Reads the place of an object's layout.
    #[inline]
    fn said(&mut self) -> Result<u64, Error> {
        let place = self.unsigned()?.wrapping_sub(1);
        if let Some(column) = &mut self.column {
            column.choose(usize::try_from(place).unwrap_or(usize::MAX));
        }
        Ok(place)
    }

    /// Whether the next object comes with its names, which it begins with then.
    #[inline]
    pub(crate) fn is_named(&mut self, slot: Slot<'_>) -> bool {
        if let Some(column) = &mut self.column {
            return column.take_named(slot.declares_object());
        }
        let named = self.bytes.first() == Some(&0);
        if named {
            self.bytes = self.bytes.get(1..).unwrap_or_default();
        }
        named
    }

    #[cold]
    fn other(&self, expected: &ObjectSchema, said: Option<u64>) -> Error {
        let place = said.and_then(|said| usize::try_from(said).ok());
        match place.and_then(|place| self.layouts.name_at(place)) {
            Some((name, _)) if name != expected.name => {
                let message = format!("unsupported object type {name}, expected {}", expected.name);
                Error::new(ErrorKind::UnsupportedObject, message).of(&expected.name)
            }
            _ => no_layout(&expected.name),
        }
    }

    /// Begins an object: its first byte.
    #[inline]
    pub(crate) fn begin(&mut self) -> Result<(u8, Bits), Error> {
        let byte = self.byte()?;
        let outer = self.bits;
        self.bits = Bits { byte: byte >> 3, left: u8::BITS - 3 };
        Ok((byte & 7, outer))
    }

    /// Reads some bits, in whole bytes.
    pub(crate) fn mask(&mut self, count: u32) -> Result<u128, Error> {
        let taken = self.take(count.div_ceil(u8::BITS) as usize)?;
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(taken).for_each(|(byte, taken)| *byte = *taken);
        let bits = u128::from_le_bytes(bytes);
        match 1_u128.checked_shl(count) {
            Some(end) if bits >= end => Err(broken("an object has bits for fields that it lacks")),
            _ => Ok(bits),
        }
    }

    /// Ends an object.
    #[inline]
    pub(crate) fn end(&mut self, outer: Bits) {
        self.bits = outer;
    }

    /// Whether what `looks` says of a schema was looked up before; it is the same in the whole message.
    #[inline]
    pub(crate) fn once(
        &mut self,
        known: &Known,
        looks: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        let bit = u32::try_from(known.place).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or(0);
        if self.read & bit == 0 {
            looks()?;
            self.read |= bit;
        }
        Ok(())
    }

    /// Reads which fields of an object of a column are set and changed, of those that are known to be in the version,
    /// and where their values come from.
    pub(crate) fn shape(&mut self, known: &Known) -> Result<(FieldSet, &mut Self), Error> {
        let chosen = self.column.as_mut().and_then(|column| column.take_chosen());
        let fields = match chosen {
            Some(place) => self.inner(place)?,
            None => self,
        };
        match &mut fields.column {
            Some(column) => Ok((column.shape(known.present)?, fields)),
            None => Err(broken("an object isn't in the columns of its list")),
        }
    }
}

#[cold]
pub(crate) fn no_layout(object: &str) -> Error {
    let message = format!("{object} came by a layout that isn't agreed on");
    Error::new(ErrorKind::Layout, message).of(object)
}

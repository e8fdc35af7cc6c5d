use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::compact::{self, Said, Terms};
use super::marked::{self, is_compact};
use super::{CallContext, json, reads};
use crate::error::Error;
use crate::field::{Entity, FieldType, Path, Sent, Survey};
use crate::registry::Registry;
use crate::version::{Manifest, Target};
use crate::wire;

/// A value in its JSON form: a method's result, or one of its arguments. `Debug` shows the objects in it and its length.
#[derive(Clone)]
pub struct Payload {
    json: Box<RawValue>,
    sent: Vec<Sent>,
    /// Where it is in the compact form.
    pub(super) said: Option<Said>,
}

impl Payload {
    /// Null, the result of a method that has none.
    pub fn null() -> Self {
        Payload { json: RawValue::NULL.to_owned(), sent: Vec::new(), said: None }
    }

    /// An object, or anything that holds objects, written for a target.
    ///
    /// # Errors
    /// Where the backport is refused; that is known before the first byte.
    pub fn of<E: Entity + ?Sized>(entity: &E, target: Target<'_>) -> Result<Self, Error> {
        Payload::agreed(entity, target, None)
    }

    /// Writes the answer to a call: for the versions that the caller reads, where it told and they are older
    /// ([`Args::reading`](super::Args::reading)), and in the compact form where an argument with the same objects came in
    /// it.
    ///
    /// # Errors
    /// As [`Payload::of`].
    pub fn reply<E: Entity + ?Sized>(
        entity: &E,
        target: Target<'_>,
        context: &CallContext,
        registry: &Registry,
    ) -> Result<Self, Error> {
        let mut sent = sent(entity, target)?;
        let lowered = context.caller_reads().and_then(|reads| reads::lowered(&sent, reads, registry));
        let target = lowered.as_ref().map_or(target, Target::Manifest);
        if lowered.is_some() {
            sent = self::sent(entity, target)?;
        }
        let said = context.compact().filter_map(|json| Said::of(json, registry));
        match said.into_iter().find_map(|said| said.answer(entity, target, &sent)) {
            Some(json) => Ok(Payload { json, sent, said: None }),
            None => Ok(Payload { json: written(entity, target)?, sent, said: None }),
        }
    }

    /// Writes the result of an object's method, with names.
    pub(super) fn result<E: Entity + ?Sized>(
        entity: &E,
        target: Target<'_>,
        context: Option<&CallContext>,
        registry: &Registry,
    ) -> Result<Self, Error> {
        let lowered =
            context.map(|context| lowered(entity, target, context, registry)).transpose()?.flatten();
        Payload::of(entity, lowered.as_ref().map_or(target, Target::Manifest))
    }

    /// Writes it in the compact form, where that is agreed on for every object in it.
    pub(super) fn agreed<E: Entity + ?Sized>(
        entity: &E,
        target: Target<'_>,
        terms: Option<&Terms>,
    ) -> Result<Self, Error> {
        let sent = sent(entity, target)?;
        match terms.and_then(|terms| terms.write(entity, target, &sent)) {
            Some((json, said)) => Ok(Payload { json, sent, said: Some(said) }),
            None => Ok(Payload { json: written(entity, target)?, sent, said: None }),
        }
    }

    /// A value without versions.
    ///
    /// # Errors
    /// Where it has no JSON form.
    pub fn plain<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        Ok(Payload { json: json::raw(value)?, sent: Vec::new(), said: None })
    }

    /// The outermost objects in it.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// The value as it goes out.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    pub(super) fn into_parts(self) -> (Box<RawValue>, Vec<Sent>) {
        (self.json, self.sent)
    }
}

/// The outermost objects in a value, once it's known that the target doesn't refuse it.
fn sent<E: Entity + ?Sized>(entity: &E, target: Target<'_>) -> Result<Vec<Sent>, Error> {
    let mut sent = Vec::new();
    entity.survey(&target, Path::ROOT, &mut Survey::sent(&mut sent))?;
    Ok(sent)
}

/// The versions that a value is written in where its caller reads no newer ones.
pub(super) fn lowered<E: Entity + ?Sized>(
    entity: &E,
    target: Target<'_>,
    context: &CallContext,
    registry: &Registry,
) -> Result<Option<Manifest>, Error> {
    let Some(reads) = context.caller_reads() else { return Ok(None) };
    Ok(reads::lowered(&sent(entity, target)?, reads, registry))
}

fn written<E: Entity + ?Sized>(entity: &E, target: Target<'_>) -> Result<Box<RawValue>, Error> {
    json::raw_text(wire::to_json(entity, target)?)
}

/// Reads a value with the type that the reader wants, in the versions that its registry reads.
pub(super) fn read<T: FieldType>(json: &RawValue, registry: &Registry) -> Result<T, Error> {
    if is_compact(json) {
        return compact::read(json, registry);
    }
    wire::from_json(json.get().as_bytes(), registry.decoding())
}

pub(super) fn read_plain<T: DeserializeOwned>(json: &RawValue) -> Result<T, Error> {
    if is_compact(json) {
        return Err(marked::without_type());
    }
    json::read_raw(json)
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("sent", &self.sent).field("bytes", &self.json.get().len()).finish()
    }
}

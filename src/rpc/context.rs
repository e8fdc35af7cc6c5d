use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Args, json};
use crate::error::Error;
use crate::mask;
use crate::version::Manifest;

/// Who asked and why: the keys that travel with a request (`_context_user_id` and the like).
///
/// They are kept as they came. A host that calls another while it answers passes them on untouched. `Debug` shows their
/// names: a context holds its user's token.
#[derive(Clone, Default)]
pub struct CallContext {
    entries: BTreeMap<String, Box<RawValue>>,
    /// The arguments of the call here that came in the compact form. They are nobody else's business.
    compact: Vec<Box<RawValue>>,
    is_redelivered: bool,
    /// The versions of objects that the caller of the call here reads in the answer, where it told.
    reads: Option<Arc<Manifest>>,
}

impl CallContext {
    /// Returns a context without any key.
    pub fn new() -> Self {
        CallContext::default()
    }

    /// Sets a key, named without its prefix.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn insert<T: Serialize + ?Sized>(&mut self, key: impl Into<String>, value: &T) -> Result<(), Error> {
        self.entries.insert(key.into(), json::raw(value)?);
        Ok(())
    }

    /// The value at a key, where there is one that the type can hold.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.entries.get(key).and_then(|value| json::read_raw(value).ok())
    }

    /// The keys, without their prefix, and their values as JSON text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value.get()))
    }

    /// Whether the broker handed the request of this call to a host before, and never learned what became of it there: that
    /// host may have begun the method. Who must not do a thing twice looks whether it is done.
    pub fn is_redelivered(&self) -> bool {
        self.is_redelivered
    }

    /// Context of a request that came again, or didn't.
    pub(super) fn redelivered(self, is_redelivered: bool) -> Self {
        CallContext { is_redelivered, ..self }
    }

    pub(super) fn raw(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), &**value))
    }

    /// The context of a call with those arguments, to the method that serves it.
    pub(super) fn of_call(mut self, args: &Args) -> Self {
        self.compact = args.compact().map(RawValue::to_owned).collect();
        self.reads = args.reads().cloned();
        self
    }

    /// The versions of objects that the caller reads in the answer, where it told ([`Args::reading`]).
    /// [`Payload::reply`](super::Payload::reply) writes no newer ones.
    pub fn caller_reads(&self) -> Option<&Manifest> {
        self.reads.as_deref()
    }

    pub(super) fn compact(&self) -> impl Iterator<Item = &RawValue> {
        self.compact.iter().map(|json| &**json)
    }

    pub(super) fn insert_raw(&mut self, key: &str, value: Box<RawValue>) {
        self.entries.insert(key.to_owned(), value);
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.entries.keys().map(|key| mask::told(key)).collect();
        f.debug_struct("CallContext").field("keys", &keys).finish_non_exhaustive()
    }
}

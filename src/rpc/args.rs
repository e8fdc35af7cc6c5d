use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::compact::{Said, Terms};
use super::failure::{told, without_quotes};
use super::marked::is_compact;
use super::payload::{read, read_plain};
use super::{Failure, Payload, Sent};
use crate::error::{Error, ErrorKind};
use crate::field::{Entity, FieldType};
use crate::mask;
use crate::registry::Registry;
use crate::shortened::Plain;
use crate::version::{Manifest, Target};

/// The arguments of a method, by name. Each stays JSON text until the method takes it.
///
/// A caller inserts, and a method takes: first all that it knows, then [`Args::finish`], then it begins its
/// work. So an argument that is missing or unknown is found before anything was done, as in Python, and the failure
/// says so ([`Failure::is_unbegun`]). `Debug` shows the arguments' names and lengths.
#[derive(Clone, Default)]
pub struct Args {
    method: String,
    values: BTreeMap<String, Box<RawValue>>,
    sent: Vec<Sent>,
    terms: Option<Arc<Terms>>,
    said: Vec<Said>,
    reads: Option<Arc<Manifest>>,
}

impl Args {
    /// Returns a call's arguments, of which there are none yet.
    pub fn new() -> Self {
        Args::default()
    }

    /// Adds an object, or anything that holds objects, written for a target.
    ///
    /// # Errors
    /// Where the backport is refused.
    pub fn insert<E: Entity + ?Sized>(
        &mut self,
        name: impl Into<String>,
        entity: &E,
        target: Target<'_>,
    ) -> Result<(), Error> {
        let payload = Payload::agreed(entity, target, self.terms.as_deref())?;
        self.insert_payload(name, payload);
        Ok(())
    }

    /// None yet; those with objects go out in the compact form, where that is agreed on.
    pub(super) fn on(terms: Option<&Arc<Terms>>) -> Self {
        Args { terms: terms.cloned(), ..Args::default() }
    }

    /// Tells which versions of objects the caller reads in the answer: one that holds newer objects is then written for
    /// these. A client that `#[endpoint]` writes does it by itself, where the answer's type has objects.
    ///
    /// ```
    /// # use versioned_objects::{Field, VersionedObject, registry::Registry, rpc::Args};
    /// # #[derive(VersionedObject, Clone)]
    /// # #[object(versions("1.0"))]
    /// # struct Job { id: Field<i64> }
    /// let registry = Registry::new().with::<Job>();
    /// let mut args = Args::new();
    /// args.reading(registry.tree("Job")?);
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    pub fn reading(&mut self, versions: impl Into<Arc<Manifest>>) {
        self.reads = Some(versions.into());
    }

    pub(super) fn reads(&self) -> Option<&Arc<Manifest>> {
        self.reads.as_ref()
    }

    /// Those in the compact form.
    pub(super) fn compact(&self) -> impl Iterator<Item = &RawValue> {
        self.values.values().map(|value| &**value).filter(|value| is_compact(value))
    }

    /// Layouts of those in the compact form.
    pub(super) fn said(&self) -> &[Said] {
        &self.said
    }

    /// Adds a value without versions.
    ///
    /// # Errors
    /// Where it has no JSON form.
    pub fn insert_plain<T: Serialize + ?Sized>(
        &mut self,
        name: impl Into<String>,
        value: &T,
    ) -> Result<(), Error> {
        self.insert_payload(name, Payload::plain(value)?);
        Ok(())
    }

    pub(super) fn insert_payload(&mut self, name: impl Into<String>, payload: Payload) {
        self.said.extend(payload.said.clone());
        let (json, sent) = payload.into_parts();
        self.values.insert(name.into(), json);
        self.sent.extend(sent);
    }

    /// Takes an argument that may hold objects, which are read in the versions that the registry reads.
    ///
    /// # Errors
    /// Where there is no such argument, or the type can't hold it; an object in a version that isn't read here
    /// is an `IncompatibleObjectVersion`.
    pub fn take<T: FieldType>(&mut self, name: &str, registry: &Registry) -> Result<T, Failure> {
        let json = self.take_raw(name)?;
        read(&json, registry).map_err(|error| self.misfit(name, error))
    }

    /// Takes an argument without versions.
    ///
    /// # Errors
    /// Where there is no such argument, or the type can't hold it.
    pub fn take_plain<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Failure> {
        let json = self.take_raw(name)?;
        read_plain(&json).map_err(|error| self.misfit(name, error))
    }

    /// The method knows no further arguments.
    ///
    /// # Errors
    /// Where one was passed all the same.
    pub fn finish(self) -> Result<(), Failure> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.unexpected(name)),
        }
    }

    /// Whether there is an argument of that name that nobody took yet.
    pub fn contains(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The outermost objects that were inserted.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    fn take_raw(&mut self, name: &str) -> Result<Box<RawValue>, Failure> {
        self.values.remove(name).ok_or_else(|| self.missing(name))
    }

    pub(super) fn unexpected(&self, name: &str) -> Failure {
        let method = Plain(&self.method);
        let name = Plain(name);
        Failure::type_error(format!("{method}() got an unexpected keyword argument '{name}'")).unbegun()
    }

    pub(super) fn missing(&self, name: &str) -> Failure {
        let method = Plain(&self.method);
        let name = Plain(name);
        Failure::type_error(format!("{method}() missing 1 required positional argument: '{name}'")).unbegun()
    }

    /// An argument that its type can't hold. Where the error says nothing of an object, the argument's name is
    /// the only place that there is.
    fn misfit(&self, name: &str, error: Error) -> Failure {
        let is_plain = matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::Format);
        if error.object().is_some() || !is_plain {
            return Failure::from(error).unbegun();
        }
        let mut text = told(&error);
        if mask::is_secret(name) {
            text = without_quotes(&text);
        }
        let (name, method) = (Plain(name), Plain(&self.method));
        Failure::value_error(format!("argument '{name}' of {method}(): {text}")).unbegun()
    }

    pub(super) fn raw(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.values.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    pub(super) fn of_request(method: &str, values: BTreeMap<String, Box<RawValue>>) -> Self {
        Args { method: method.to_owned(), values, ..Args::default() }
    }

    pub(super) fn take_sent(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.sent)
    }
}

impl fmt::Debug for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths = self.values.iter().map(|(name, value)| (mask::told(name), value.get().len()));
        f.debug_struct("Args")
            .field("method", &mask::told(&self.method))
            .field("bytes", &lengths.collect::<BTreeMap<_, _>>())
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

//! A host that runs a new release and speaks the old one, until that is made final.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload};
use crate::version::Version;

/// The decision that a host speaks its new release from now on. It is made once and is never taken back: after it
/// there may be objects of the new release anywhere. Before it, the host can go back to the old one.
///
/// Copies are of one decision.
#[derive(Clone, Debug, Default)]
pub struct Finality {
    is_final: Arc<AtomicBool>,
}

impl Finality {
    /// A decision that isn't made yet.
    pub fn new() -> Self {
        Finality::default()
    }

    /// Makes it. Whether this call did.
    pub fn decide(&self) -> bool {
        !self.is_final.swap(true, Ordering::AcqRel)
    }

    /// Whether it is made.
    pub fn is_decided(&self) -> bool {
        self.is_final.load(Ordering::Acquire)
    }
}

/// A thing of a host as it is in the old release, and in the new one: a registry, a negotiation, an endpoint.
///
/// Each use takes the one that counts at that moment. A call that has begun with the old one ends with it.
///
/// ```
/// use std::sync::Arc;
///
/// use versioned_objects::registry::Registry;
/// use versioned_objects::rpc::{Finality, ObjectVersions, Server, Staged};
/// use versioned_objects::{Field, VersionedObject};
///
/// #[derive(VersionedObject, Clone)]
/// #[object(versions("1.0", "1.1"))]
/// struct Job {
///     id: Field<i64>,
/// }
///
/// let now = Registry::new().with::<Job>();
/// let then = now.clone().held_to("Job", "1.0".parse()?)?; // or `now.as_released(&schemas)`
/// let finality = Finality::new();
/// let versions = Staged::new(&finality, then, now).map(|registry| ObjectVersions::new(Arc::new(registry)));
/// let server = Server::new("host").endpoint(versions); // announces 1.0
/// finality.decide(); // and now 1.1 too
/// # let _ = server;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Staged<T> {
    finality: Finality,
    old: T,
    new: T,
}

impl<T> Staged<T> {
    /// The old one until the decision, the new one after it.
    pub fn new(finality: &Finality, old: T, new: T) -> Self {
        Staged { finality: finality.clone(), old, new }
    }

    /// The one that counts now.
    pub fn get(&self) -> &T {
        if self.finality.is_decided() { &self.new } else { &self.old }
    }

    /// Makes something of both.
    pub fn map<U>(self, make: impl Fn(T) -> U) -> Staged<U> {
        Staged { finality: self.finality, old: make(self.old), new: make(self.new) }
    }
}

impl<T: fmt::Debug> fmt::Debug for Staged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_final = self.finality.is_decided();
        f.debug_struct("Staged").field("is_final", &is_final).field("now", self.get()).finish_non_exhaustive()
    }
}

impl<E: Endpoint> Endpoint for Staged<E> {
    fn namespace(&self) -> Option<&str> {
        self.get().namespace()
    }

    fn version(&self) -> Version {
        self.get().version()
    }

    fn methods(&self) -> &[&str] {
        self.get().methods()
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        self.get().call(method, args, context)
    }
}

/// An endpoint as an older release had it: in an older version, and without the methods that came later.
#[derive(Clone, Debug)]
pub struct Earlier<E> {
    endpoint: E,
    version: Version,
    methods: Vec<&'static str>,
}

impl<E: Endpoint> Earlier<E> {
    /// The endpoint in that version, with these of its methods alone.
    pub fn new(endpoint: E, version: Version, methods: impl IntoIterator<Item = &'static str>) -> Self {
        Earlier { endpoint, version, methods: methods.into_iter().collect() }
    }
}

impl<E: Endpoint> Endpoint for Earlier<E> {
    fn namespace(&self) -> Option<&str> {
        self.endpoint.namespace()
    }

    fn version(&self) -> Version {
        self.version
    }

    fn methods(&self) -> &[&str] {
        &self.methods
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        self.endpoint.call(method, args, context)
    }
}

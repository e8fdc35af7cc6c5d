//! Pieces that `#[endpoint]`'s code calls: a client with a method for each of an endpoint's, and the way into these.

use std::sync::{Arc, LazyLock};

use serde::Serialize;

use super::reads;
use super::{Answer, Args, CallContext, CallError, Client, Failure, Negotiation, Payload};
use crate::error::Error;
use crate::field::{Entity, FieldType};
use crate::registry::Registry;
use crate::schema::Literal;
use crate::version::{Manifest, Target, Version};

/// The calls of a client that `#[endpoint]` writes. That client has a method for each of the endpoint's.
#[derive(Clone, Debug)]
pub struct TypedClient {
    client: Client,
    negotiation: Arc<Negotiation>,
}

impl TypedClient {
    /// Calls methods of a namespace where the client does, and writes objects as the negotiation has it.
    pub fn new(client: Client, negotiation: Arc<Negotiation>, namespace: Option<&str>) -> Self {
        let client = match namespace {
            Some(namespace) => client.namespace(namespace),
            None => client,
        };
        TypedClient { client, negotiation }
    }

    /// Prepares the client for one call.
    pub fn prepare(&self, prepare: impl FnOnce(Client) -> Client) -> Self {
        TypedClient { client: prepare(self.client.clone()), negotiation: Arc::clone(&self.negotiation) }
    }

    /// Whether a version of the API may be sent: whether the client's cap and that of the pin allow it.
    pub fn can_send_version(&self, version: Version) -> bool {
        self.negotiation.capped(&self.client).can_send_version(version)
    }

    /// Calls a method in a version of the API.
    ///
    /// # Errors
    /// As [`Negotiation::call`].
    pub async fn call<F>(
        &self,
        version: Version,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<Answer, CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let client = self.client.clone().version(version);
        self.negotiation.call(&client, method, context, fill).await
    }

    /// Calls a method in a version of the API, and tells which versions of the objects in its result are read here.
    ///
    /// # Errors
    /// As [`Negotiation::call`].
    pub async fn call_for<T: FieldType, F>(
        &self,
        version: Version,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<Answer, CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let mut reads = Manifest::new();
        reads::add(&T::TYPE, self.negotiation.registry(), &mut reads);
        if reads.is_empty() {
            return self.call(version, method, context, fill).await;
        }
        let reads = Arc::new(reads);
        let fill = |args: &mut Args, target: Target<'_>| {
            args.reading(Arc::clone(&reads));
            fill(args, target)
        };
        self.call(version, method, context, fill).await
    }

    /// Calls a method in a version of the API without waiting for what becomes of it.
    ///
    /// # Errors
    /// As [`Negotiation::cast`].
    pub async fn cast<F>(
        &self,
        version: Version,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<(), CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let client = self.client.clone().version(version);
        self.negotiation.cast(&client, method, context, fill).await
    }

    /// Reads a result, in the versions that are read here.
    ///
    /// # Errors
    /// As [`Answer::read`].
    pub fn read<T: FieldType>(&self, answer: &Answer) -> Result<T, CallError> {
        answer.read(self.negotiation.registry())
    }
}

/// Puts a default in the place of an argument that a caller left out.
///
/// # Errors
/// Where it can't be written.
pub fn default_to(args: &mut Args, name: &str, default: &Literal) -> Result<(), Failure> {
    if !args.contains(name) {
        args.insert_plain(name, default)?;
    }
    Ok(())
}

/// The registry of an endpoint that names none, which holds nothing to older versions.
pub fn no_registry() -> &'static Registry {
    static NONE: LazyLock<Registry> = LazyLock::new(Registry::new);
    &NONE
}

/// The answer of a method: an object that came goes back in the version that it came in, and in the compact form where
/// it came so. One that was made here goes out in the version that the registry holds it to. None goes out in a newer
/// version than the caller said that it reads, wherever it was made.
///
/// # Errors
/// The method's own, and where its result can't be written.
pub fn reply<T: Entity, E: Into<Failure>>(
    result: Result<T, E>,
    context: &CallContext,
    registry: &Registry,
) -> Result<Payload, Failure> {
    let value = result.map_err(E::into)?;
    // A host that is held to an older release makes no newer objects for others either.
    Ok(Payload::reply(&value, registry.target(), context, registry)?)
}

/// The answer of a method whose result has no versions.
///
/// # Errors
/// The method's own, and where its result has no JSON form.
pub fn reply_plain<T: Serialize, E: Into<Failure>>(result: Result<T, E>) -> Result<Payload, Failure> {
    let value = result.map_err(E::into)?;
    Ok(Payload::plain(&value)?)
}

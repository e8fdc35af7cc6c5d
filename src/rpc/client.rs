use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span};

use super::compact::{self, Said};
use super::failure;
use super::marked::is_compact;
use super::message::{FIRST, Reply, Request};
use super::payload::{read, read_plain};
use super::{Address, Args, CallContext, CallError, Hop, HopKind, Observer, Patience, Transport, told};
use crate::error::Error;
use crate::field::FieldType;
use crate::registry::Registry;
use crate::version::Version;

/// How long a call waits unless told otherwise (`rpc_response_timeout`).
const PATIENCE: Patience = Patience { timeout: Duration::from_secs(60), call_monitor_timeout: None };

/// Calls the methods of one API on other hosts.
///
/// It's a handle that is cheap to clone. What one call needs otherwise is said on a clone of it
/// (`oslo.messaging`'s `prepare`): `client.clone().to(address).version(version).call(...)`.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    to: Address,
    namespace: Option<String>,
    version: Version,
    cap: Option<Version>,
    patience: Patience,
    observer: Option<Observer>,
}

impl Client {
    /// A client of an API of version 1.0, without namespace.
    pub fn new(transport: Arc<dyn Transport>, to: Address) -> Self {
        Client {
            transport,
            to,
            namespace: None,
            version: FIRST,
            cap: None,
            patience: PATIENCE,
            observer: None,
        }
    }

    /// Sends calls to that address.
    pub fn to(mut self, address: Address) -> Self {
        self.to = address;
        self
    }

    /// The part of the API that is called.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The version of the API that is asked for.
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Calls in a version that this one can't serve fail before anything is sent (`version_cap`).
    pub fn cap(mut self, cap: Version) -> Self {
        self.cap = Some(cap);
        self
    }

    /// Client with another cap; the lower one holds.
    pub(super) fn at_most(self, cap: Version) -> Self {
        let cap = self.cap.map_or(cap, |own| own.min(cap));
        self.cap(cap)
    }

    /// How long a call waits for its reply; a minute, unless told otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.patience.timeout = timeout;
        self
    }

    /// How long a call waits for a sign of life of a method that takes long, by transports that have them. Such a
    /// call may have a long timeout, and a host that died is found out all the same. Over RabbitMQ less than two seconds
    /// count as two.
    pub fn call_monitor_timeout(mut self, timeout: Duration) -> Self {
        self.patience.call_monitor_timeout = Some(timeout);
        self
    }

    /// Tells of each request.
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Returns the address that calls go to.
    pub fn address(&self) -> &Address {
        &self.to
    }

    /// Whether the cap allows a version of the API.
    pub fn can_send_version(&self, version: Version) -> bool {
        self.cap.is_none_or(|cap| cap.reads(version))
    }

    /// Calls a method and waits for its result.
    ///
    /// # Errors
    /// Each way in which a call can fail is a variant of [`CallError`].
    pub async fn call(&self, method: &str, args: Args, context: &CallContext) -> Result<Answer, CallError> {
        let span = self.span("call", method);
        let calling = async {
            let asked = args.said().to_vec();
            let message = self.request(&span, method, args, context)?;
            let reply = self.transport.call(&self.to, message, self.patience).await?;
            span.record("reply_bytes", reply.len());
            match Reply::from_bytes(&reply) {
                Ok(Reply::Result(json)) => Ok(Answer { asked, ..Answer::new(method, json) }),
                Ok(Reply::Failure(failure)) => {
                    told::failed(&span, &failure);
                    Err(CallError::Remote(failure))
                }
                Err(error) => {
                    Err(CallError::Malformed { method: method.to_owned(), reason: error.to_string() })
                }
            }
        };
        let outcome = calling.instrument(span.clone()).await;
        if let Err(error) = &outcome {
            span.record("error", tracing::field::display(error));
        }
        outcome
    }

    /// The span of a call, or of a cast.
    fn span(&self, kind: &'static str, method: &str) -> Span {
        debug_span!(
            "rpc",
            kind,
            method,
            from = self.transport.host(),
            to = %self.to,
            namespace = self.namespace,
            version = %self.version,
            objects = Empty,
            dropped = Empty,
            bytes = Empty,
            reply_bytes = Empty,
            failure = Empty,
            error = Empty,
        )
    }

    /// Calls a method without waiting for what becomes of it.
    ///
    /// # Errors
    /// Where the request can't be sent.
    pub async fn cast(&self, method: &str, args: Args, context: &CallContext) -> Result<(), CallError> {
        let span = self.span("cast", method);
        let casting = async {
            let message = self.request(&span, method, args, context)?;
            Ok(self.transport.cast(&self.to, message).await?)
        };
        let outcome: Result<(), CallError> = casting.instrument(span.clone()).await;
        if let Err(error) = &outcome {
            span.record("error", tracing::field::display(error));
        }
        outcome
    }

    fn request(
        &self,
        span: &Span,
        method: &str,
        mut args: Args,
        context: &CallContext,
    ) -> Result<Vec<u8>, CallError> {
        let version = self.version;
        if let Some(cap) = self.cap.filter(|cap| !cap.reads(version)) {
            return Err(CallError::Capped { version, cap });
        }
        let sent = args.take_sent();
        let (method, namespace) = (method.to_owned(), self.namespace.clone());
        let request = Request { method, namespace, version, args, context: context.clone() };
        let message = request.to_bytes()?;
        span.record("bytes", message.len());
        told::sent(span, self.to.server.as_ref().unwrap_or(&self.to.topic), &sent);
        if let Some(observer) = &self.observer {
            let to = self.to.server.as_ref().unwrap_or(&self.to.topic);
            observer(Hop {
                from: self.transport.host().to_owned(),
                to: to.clone(),
                method: request.method,
                kind: HopKind::Request,
                sent,
                bytes: message.len(),
            });
        }
        Ok(message)
    }

    /// Client of that host by another API, which no cap of this one touches.
    pub(super) fn of_api(&self, namespace: &str, version: Version) -> Self {
        Client { cap: None, ..self.clone().namespace(namespace).version(version) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("from", &self.transport.host())
            .field("to", &self.to)
            .field("namespace", &self.namespace)
            .field("version", &self.version)
            .field("cap", &self.cap)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// A method's result. It stays JSON text until its type is known. `Debug` shows its length.
#[derive(Clone)]
pub struct Answer {
    method: String,
    json: Box<RawValue>,
    /// Layouts that were told when it was asked for.
    asked: Vec<Said>,
}

impl Answer {
    /// The result of a method, as JSON text.
    pub fn new(method: impl Into<String>, json: Box<RawValue>) -> Self {
        Answer { method: method.into(), json, asked: Vec::new() }
    }

    /// Reads a result that may hold objects, in the versions that the registry reads.
    ///
    /// # Errors
    /// Where the type can't hold it.
    pub fn read<T: FieldType>(&self, registry: &Registry) -> Result<T, CallError> {
        let read = match is_compact(&self.json) {
            true => compact::read_answer(&self.json, &self.asked, registry),
            false => read(&self.json, registry),
        };
        read.map_err(|error| self.misfit(error))
    }

    /// Reads a result without versions.
    ///
    /// # Errors
    /// Where the type can't hold it.
    pub fn read_plain<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        read_plain(&self.json).map_err(|error| self.misfit(error))
    }

    /// The result as it came. One in the compact form is a marked text, which [`Answer::read`] alone can read.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    pub(super) fn json(&self) -> &RawValue {
        &self.json
    }

    fn misfit(&self, error: Error) -> CallError {
        if error.object().is_some() {
            return CallError::Object(error);
        }
        CallError::Malformed { method: self.method.clone(), reason: failure::told(&error) }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("method", &self.method)
            .field("bytes", &self.json.get().len())
            .finish_non_exhaustive()
    }
}

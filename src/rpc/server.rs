use std::fmt;
use std::sync::Arc;

use tracing::field::{self, Empty};
use tracing::{Instrument as _, Span, debug_span, error, warn};

use super::contained::{call_contained, contained};
use super::message::{Reply, Request};
use super::{Endpoint, Failure, Hop, HopKind, Observer, Payload, Sent, told};
use crate::shortened::Plain;

/// One host's side of its calls: it reads requests, finds the endpoint, and writes replies.
///
/// It has no queue and no tasks. A transport hands it each message when there is room to work on it. A method that panics
/// is a failure like any other.
#[derive(Clone)]
pub struct Server {
    host: String,
    endpoints: Vec<Arc<dyn Endpoint>>,
    observer: Option<Observer>,
}

impl Server {
    /// A host without endpoints.
    pub fn new(host: impl Into<String>) -> Self {
        Server { host: host.into(), endpoints: Vec::new(), observer: None }
    }

    /// Adds an endpoint; of several that could serve a request, the first one added does.
    pub fn endpoint<E: Endpoint + 'static>(self, endpoint: E) -> Self {
        self.shared_endpoint(Arc::new(endpoint))
    }

    /// Adds an endpoint that other servers have as well.
    pub fn shared_endpoint(mut self, endpoint: Arc<dyn Endpoint>) -> Self {
        self.endpoints.push(endpoint);
        self
    }

    /// Tells of each reply.
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Returns the name of the host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Serves a request that waits for a reply, and gives the reply. `from` is what the transport knows of the
    /// sender; it's for the observer alone.
    ///
    /// Bytes that are no request are replied to with a failure as well.
    pub async fn answer(&self, message: &[u8], from: &str) -> Vec<u8> {
        self.answer_again(message, from, false).await
    }

    /// Reply to a request that another host may have begun, or can't have.
    pub(super) async fn answer_again(&self, message: &[u8], from: &str, is_redelivered: bool) -> Vec<u8> {
        let span = self.span("answer", from, message);
        let (method, outcome) = match Request::from_bytes(message) {
            Ok(request) => {
                let request = request.redelivered(is_redelivered);
                (request.method.clone(), self.serve(&span, request).instrument(span.clone()).await)
            }
            Err(failure) => (String::new(), Err(failure)),
        };
        let (kind, reply, sent) = match outcome {
            Ok(payload) => {
                let (result, sent) = payload.into_parts();
                told::sent(&span, from, &sent);
                (HopKind::Reply, Reply::Result(result), sent)
            }
            Err(failure) => {
                told::failed(&span, &failure);
                (HopKind::Failure, Reply::Failure(failure), Vec::new())
            }
        };
        let bytes = reply.to_bytes().unwrap_or_else(|_| UNWRITABLE.to_vec());
        span.record("reply_bytes", bytes.len());
        self.tell(from, method, kind, sent, bytes.len());
        bytes
    }

    /// Serves a request that waits for no reply.
    ///
    /// # Errors
    /// The failure that nobody waits for, for whoever keeps a log.
    pub async fn take(&self, message: &[u8]) -> Result<(), Failure> {
        self.take_again(message, false).await
    }

    /// Serves a request without reply that another host may have begun, or can't have.
    pub(super) async fn take_again(&self, message: &[u8], is_redelivered: bool) -> Result<(), Failure> {
        let request = Request::from_bytes(message).inspect_err(|failure| self.unanswered("", failure))?;
        let request = request.redelivered(is_redelivered);
        let method = request.method.clone();
        let span = self.span("take", "", message);
        let taken = self.serve(&span, request).instrument(span.clone()).await.map(drop);
        taken.inspect_err(|failure| self.unanswered(&method, failure))
    }

    /// The span of a request.
    fn span(&self, kind: &'static str, from: &str, message: &[u8]) -> Span {
        debug_span!(
            "rpc",
            kind,
            method = Empty,
            from = %Plain(from),
            host = self.host,
            namespace = Empty,
            version = Empty,
            objects = Empty,
            dropped = Empty,
            bytes = message.len(),
            reply_bytes = Empty,
            failure = Empty,
        )
    }

    /// Logs a failure of which no caller is told.
    fn unanswered(&self, method: &str, failure: &Failure) {
        warn!(host = %self.host, method = %Plain(method), %failure, "a cast failed");
    }

    /// Serves a request, whatever becomes of its method.
    async fn serve(&self, span: &Span, request: Request) -> Result<Payload, Failure> {
        let method = request.method.clone();
        if !span.is_disabled() {
            span.record("method", field::display(Plain(&method)));
            span.record("namespace", request.namespace.as_deref().map(|name| field::display(Plain(name))));
            span.record("version", field::display(request.version));
        }
        contained(self.dispatch(request)).await.unwrap_or_else(|_| {
            error!(host = %self.host, method = %Plain(&method), "a method panicked");
            Err(Failure::panicked())
        })
    }

    /// Finds the endpoint by the rules of `oslo.messaging`'s dispatcher: the first one of the namespace and a
    /// compatible version that has the method. A method whose name begins with `_` is nobody's.
    async fn dispatch(&self, request: Request) -> Result<Payload, Failure> {
        let Request { method, namespace, version, args, context } = request;
        let context = context.of_call(&args);
        let mut is_supported = false;
        for endpoint in &self.endpoints {
            if endpoint.namespace() != namespace.as_deref() || !endpoint.version().reads(version) {
                continue;
            }
            is_supported = true;
            if !method.starts_with('_') && endpoint.methods().contains(&method.as_str()) {
                return endpoint.call(&method, args, &context).await;
            }
        }
        if is_supported {
            return Err(Failure::no_such_method(&method).unbegun());
        }
        Err(Failure::unsupported_version(version, &method).unbegun())
    }

    fn tell(&self, to: &str, method: String, kind: HopKind, sent: Vec<Sent>, bytes: usize) {
        if let Some(observer) = &self.observer {
            let (from, to) = (self.host.clone(), to.to_owned());
            if !call_contained(|| observer(Hop { from, to, method, kind, sent, bytes })) {
                error!(host = %self.host, "an observer panicked");
            }
        }
    }
}

/// Answer to a caller whose reply has no JSON form.
const UNWRITABLE: &[u8] = br#"{"result": null, "failure": "{\"class\": \"ValueError\", \"module\": \"builtins\", \"message\": \"the reply has no json form\"}", "ending": true}"#;

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("host", &self.host).finish_non_exhaustive()
    }
}

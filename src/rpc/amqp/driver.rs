use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::clock::{NEVER, NO_RECEIVER_PAUSE, after};
use super::config::{AmqpConfig, ConfigError};
use super::envelope::{self, Wrapped};
use super::link::Link;
use super::listener::Serving;
use super::options::AmqpOptions;
use super::publish::{Outgoing, Published, Unsent};
use super::refusal::Trouble;
use super::replies::{self, Replies};
use crate::rpc::{Address, BoxFuture, Client, Patience, Server, Transport, TransportError};

/// A host's connection to RabbitMQ: what it calls others through, and what its servers listen on.
///
/// It needs a tokio runtime. Exchanges, queues and messages are those of `oslo.messaging`'s rabbit driver under the same
/// options ([`AmqpOptions`]), so the host at the other end may be a Python one. A service reads its options and its
/// brokers from the files that the fleet has ([`Amqp::from_files`]). A handle that is cheap to clone; the
/// connection ends with the last one.
///
/// ```no_run
/// use std::sync::Arc;
/// use versioned_objects::registry::Registry;
/// use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Args, CallContext, Client, ObjectVersions, Server};
///
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let broker = "amqp://guest:guest@127.0.0.1:5672/";
/// let b = Amqp::connect(broker, "xen-b", AmqpOptions::new().exchange("nova")).await?;
/// let server = Server::new("xen-b").endpoint(ObjectVersions::new(Arc::new(Registry::new())));
/// let serving = b.serve("compute", server).await?;
///
/// let a = Amqp::connect(broker, "xen-a", AmqpOptions::new().exchange("nova")).await?;
/// let client = Client::new(Arc::new(a), Address::server("compute", "xen-b")).namespace("ovo");
/// client.call("object_versions", Args::new(), &CallContext::new()).await?;
/// serving.stop().await;
/// # Ok(()) }
/// ```
///
/// # What is promised
/// Whatever becomes of brokers and connections meanwhile:
///
#[doc = include_str!("promises.md")]
///
/// - A request whose confirmation was lost isn't sent again; its reply is waited for. A server acknowledges a request
///   before its method begins, and knows one that comes twice by its id. One hole stays, as in `oslo.messaging`: a server
///   whose connection is lost before the broker has the acknowledgement that it wrote may have begun what another server
///   of the topic then gets. That other one is told; a Python server isn't.
/// - What a caller gave up isn't begun later: the time to begin travels with the request, and a Rust server whose clock
///   says that it's over answers with a failure instead (`MessagingTimeout`). A Python server doesn't look at it; its
///   queue drops what wasn't taken in that time, counted from when the broker has it. The hosts' clocks have to agree
///   to within the time-outs.
/// - Replies and notifications are sent until the broker confirms them, so they come at least once. Callers take the
///   first reply; listeners know a notification by its id.
/// - While the broker is away, or takes nothing for want of memory or disk space, a call waits within its time-out, here
///   and not in the connection's buffer, from which nothing could be taken back. At most 4 MiB are handed over that the
///   broker hasn't confirmed.
/// - What the broker refuses to declare is told once, with the option that would mend it, and isn't asked for again.
/// - No queue within the process grows without bound: a server takes from the broker what it has room for.
/// - A caller that nobody can reply to any more holds nobody up. Whatever is dropped has a log line (`tracing`).
#[derive(Clone)]
pub struct Amqp {
    host: String,
    pub(super) link: Arc<Link>,
    replies: Arc<Replies>,
}

/// Who waits for less gets no signs of life, by the rule of `oslo.messaging`'s servers.
const LEAST_MONITOR: Duration = Duration::from_secs(2);

impl Amqp {
    /// Connects a host of that name. The URL is a `transport_url` ([`TransportUrl`](super::config::TransportUrl)); options in its query count before
    /// the others.
    ///
    /// # Errors
    /// Where the URL is none, and where no broker can be reached or lets this user in. That is tried once, with each
    /// broker of the URL; a connection that is lost later is made again.
    pub async fn connect(
        url: &str,
        host: impl Into<String>,
        options: AmqpOptions,
    ) -> Result<Self, TransportError> {
        let refused = |error: ConfigError| TransportError::Config { reason: error.to_string() };
        let config = AmqpConfig::new(url.parse().map_err(refused)?, options);
        Amqp::connect_to(&config, host).await
    }

    /// Connects a host of that name by what its service's files say.
    ///
    /// # Errors
    /// As [`Amqp::connect`], and where a file can't be read or says what can't be.
    pub async fn from_files<P: AsRef<Path>>(
        files: impl IntoIterator<Item = P>,
        host: impl Into<String>,
    ) -> Result<Self, TransportError> {
        let config = AmqpConfig::from_files(files);
        let config = config.map_err(|error| TransportError::Config { reason: error.to_string() })?;
        Amqp::connect_to(&config, host).await
    }

    /// Connects a host of that name by a configuration.
    ///
    /// # Errors
    /// As [`Amqp::connect`].
    pub async fn connect_to(config: &AmqpConfig, host: impl Into<String>) -> Result<Self, TransportError> {
        let host = host.into();
        let link = Link::connect(config, &host).await?;
        let replies = Arc::new(Replies::new());
        Ok(Amqp { host, link, replies })
    }

    /// A client over this connection, whose calls wait as long as `rpc_response_timeout` says.
    pub fn client(&self, to: Address) -> Client {
        Client::new(Arc::new(self.clone()), to).timeout(self.link.options.response_timeout)
    }

    /// Serves the requests to any host of a topic, to this host, and to all hosts. They are served from when this
    /// returns until the handle is stopped or dropped.
    ///
    /// # Errors
    /// Where the broker can't be reached, or refuses the queues.
    pub async fn serve(
        &self,
        topic: impl Into<String>,
        server: impl Into<Arc<Server>>,
    ) -> Result<Serving, TransportError> {
        Serving::start(Arc::clone(&self.link), topic.into(), server.into()).await
    }

    async fn send_call(
        &self,
        to: &Address,
        message: &[u8],
        patience: Patience,
    ) -> Result<Vec<u8>, TransportError> {
        if to.fanout {
            return Err(unreachable(to, "a call has one receiver"));
        }
        let end = after(patience.timeout);
        let monitor = patience.call_monitor_timeout.map(|monitor| monitor.max(LEAST_MONITOR));
        let queue = self.reply_queue(to, end).await?;
        let mut waiting = self.replies.expect();
        let body = envelope::call(message, waiting.id(), &queue, monitor)
            .map_err(|reason| unreachable(to, &reason))?;
        let publishing = self.publish_call(to, Arc::new(body), monitor, end);
        let mut publishing = std::pin::pin!(publishing);
        // The reply may be here before the broker has said that it has the request.
        let doubt = tokio::select! {
            biased;
            reply = waiting.arrived() => return reply.map_err(|missed| lost(to, missed, patience.timeout)),
            published = &mut publishing => match published {
                Ok(()) => None,
                Err(Unsent::Failed(reason)) => return Err(unreachable(to, &reason)),
                Err(Unsent::InDoubt(reason)) => Some(reason),
            },
        };
        waiting.reply(end, monitor).await.map_err(|missed| match (missed, doubt) {
            (replies::Missed::Deadline | replies::Missed::Silence(_), Some(reason)) => {
                TransportError::Unknown { to: to.clone(), reason }
            }
            (missed, _) => lost(to, missed, patience.timeout),
        })
    }

    /// The name of the queue for replies.
    async fn reply_queue(&self, to: &Address, end: Instant) -> Result<String, TransportError> {
        loop {
            match timeout_at(end, self.replies.queue(&self.link)).await {
                Ok(Ok(queue)) => return Ok(queue),
                Ok(Err(Trouble::Refused(reason))) => return Err(unreachable(to, &reason)),
                // The connection went meanwhile, or a node of the broker's isn't up yet.
                Ok(Err(Trouble::Lost(_))) if Instant::now() < end => sleep(NO_RECEIVER_PAUSE).await,
                Ok(Err(Trouble::Lost(reason))) => return Err(unreachable(to, &reason)),
                Err(_) => {
                    let late = "the time was out before it could be sent";
                    return Err(unreachable(to, self.link.trouble().as_deref().unwrap_or(late)));
                }
            }
        }
    }

    /// Publishes a request that somebody has to receive. A server that comes back after the broker was away may
    /// declare its queues a moment later than its caller.
    async fn publish_call(
        &self,
        to: &Address,
        body: Arc<Wrapped>,
        monitor: Option<Duration>,
        end: Instant,
    ) -> Result<(), Unsent> {
        let no_server = || Unsent::Failed("no such server".to_owned());
        let mut grace_end = None;
        let patience = Some(monitor.unwrap_or(NEVER));
        let outgoing = Outgoing::request(&self.link.options, to, body, patience, true);
        loop {
            match self.link.publish(&outgoing, end).await {
                Ok(Published::Routed) => return Ok(()),
                Ok(Published::NoReceiver) => {
                    let grace = *grace_end.get_or_insert_with(|| after(self.link.options.receiver_grace));
                    if Instant::now() + NO_RECEIVER_PAUSE >= grace.min(end) {
                        return Err(no_server());
                    }
                    sleep(NO_RECEIVER_PAUSE).await;
                }
                Err(unsent) => return Err(unsent),
            }
        }
    }

    async fn send_cast(&self, to: &Address, message: &[u8]) -> Result<(), TransportError> {
        let body = envelope::cast(message).map_err(|reason| unreachable(to, &reason))?;
        let outgoing = Outgoing::request(&self.link.options, to, Arc::new(body), None, false);
        match self.link.publish(&outgoing, after(self.link.options.retry)).await {
            Ok(_) => Ok(()),
            Err(Unsent::Failed(reason)) => Err(unreachable(to, &reason)),
            Err(Unsent::InDoubt(reason)) => Err(TransportError::Unknown { to: to.clone(), reason }),
        }
    }
}

/// Why no reply came, as it is told.
fn lost(to: &Address, missed: replies::Missed, timeout: Duration) -> TransportError {
    match missed {
        replies::Missed::Deadline => TransportError::Timeout { to: to.clone(), after: timeout },
        replies::Missed::Silence(after) => TransportError::Timeout { to: to.clone(), after },
        replies::Missed::Unreadable(reason) => TransportError::Unknown { to: to.clone(), reason },
    }
}

fn unreachable(to: &Address, reason: &str) -> TransportError {
    TransportError::Unreachable { to: to.clone(), reason: reason.to_owned() }
}

impl Transport for Amqp {
    fn host(&self) -> &str {
        &self.host
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move { self.send_call(to, &message, patience).await })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move { self.send_cast(to, &message).await })
    }
}

impl fmt::Debug for Amqp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amqp").field("host", &self.host).field("broker", &self.link.broker()).finish()
    }
}

//! Hosts that call each other over RabbitMQ, by the rules of `oslo.messaging`'s rabbit driver.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `envelope` | what the driver wraps around a message, and its keys in it |
//! | `link` | the connection to the broker, made again whenever it is lost |
//! | `replies` | a caller's side: its reply queue, and who waits for what |
//! | `listener` | a server's side: its queues, and what it takes from them |
//! | `serving` | one request: its method, heartbeats meanwhile, the reply |
//! | `recent` | small memories: what came already, and who is gone |

mod envelope;
mod link;
mod listener;
mod options;
mod recent;
mod replies;
mod serving;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use self::envelope::Wrapped;
use self::link::{Link, Outgoing, Published};
use self::replies::Replies;
use super::{Address, BoxFuture, Patience, Server, Transport, TransportError};

pub use listener::Serving;
pub use options::AmqpOptions;

/// A host's connection to RabbitMQ: what it calls others through, and what its servers listen on.
///
/// It needs a tokio runtime. Exchanges, queues and messages are those of `oslo.messaging`'s rabbit driver with its
/// default options, so the host at the other end may be a Python one. A handle that is cheap to clone; the
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
/// - A request is acknowledged before its method begins, so it is served at most once, and one that comes twice
///   is recognised by its id.
/// - What is published is confirmed by the broker. While the broker is away, a call waits for it within its
///   time-out, and servers come back to their queues. A call that was under way still gets its reply.
/// - No queue within the process grows without bound: a server takes from the broker what it has room for.
/// - A caller that nobody can reply to any more holds nobody up.
#[derive(Clone)]
pub struct Amqp {
    host: String,
    link: Arc<Link>,
    replies: Arc<Replies>,
}

/// How long to wait until a message without receiver is tried again.
const NO_RECEIVER_PAUSE: Duration = Duration::from_millis(250);

/// Who waits for less gets no signs of life, by the rule of `oslo.messaging`'s servers.
const LEAST_MONITOR: Duration = Duration::from_secs(2);

impl Amqp {
    /// Connects a host of that name. The URL is `amqp://USER:PASSWORD@HOST:PORT/VHOST`; without a virtual host it
    /// is `/`. Connections aren't encrypted, and `amqps` is refused.
    ///
    /// # Errors
    /// Where the URL is none, and where the broker can't be reached or doesn't let this user in. That is tried
    /// once; a connection that is lost later is made again.
    pub async fn connect(
        url: &str,
        host: impl Into<String>,
        options: AmqpOptions,
    ) -> Result<Self, TransportError> {
        let host = host.into();
        let link = Arc::new(Link::connect(url, &host, options).await?);
        let replies = Arc::new(Replies::new());
        Ok(Amqp { host, link, replies })
    }

    /// Serves a topic: requests to any host of it, to this host, and to all hosts. They are served from when this
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
        let out_of_time = || TransportError::Timeout { to: to.clone(), after: patience.timeout };
        let Ok(queue) = timeout_at(end, self.replies.queue(&self.link)).await else {
            return Err(unreachable(to, &self.link.trouble()));
        };
        let queue = queue.map_err(|reason| unreachable(to, &reason))?;
        let mut waiting = self.replies.expect();
        let body = envelope::call(message, waiting.id(), &queue, monitor)
            .map_err(|reason| unreachable(to, &reason))?;
        // A server that hasn't begun by the time that its caller gives up shall not begin at all.
        let left = end.saturating_duration_since(Instant::now());
        let expiration = Some(monitor.map_or(left, |monitor| monitor.min(left)));
        self.publish_call(to, &body, expiration, end).await?;
        waiting.reply(end, monitor).await.map_err(|missed| match missed {
            replies::Missed::Deadline => out_of_time(),
            replies::Missed::Silence(after) => TransportError::Timeout { to: to.clone(), after },
            replies::Missed::Unreadable(reason) => unreachable(to, &reason),
        })
    }

    /// Publishes a request that somebody has to receive. A server that comes back after the broker was away may
    /// declare its queues a moment later than its caller.
    async fn publish_call(
        &self,
        to: &Address,
        body: &Wrapped,
        expiration: Option<Duration>,
        end: Instant,
    ) -> Result<(), TransportError> {
        let mut grace_end = None;
        loop {
            let outgoing = Outgoing::request(&self.link.options, to, body, expiration, true);
            let Ok(published) = timeout_at(end, self.link.publish(&outgoing)).await else {
                return Err(unreachable(to, &self.link.trouble()));
            };
            match published.map_err(|reason| unreachable(to, &reason))? {
                Published::Routed => return Ok(()),
                Published::NoReceiver => {
                    let grace = *grace_end.get_or_insert_with(|| after(self.link.options.receiver_grace));
                    if Instant::now() >= grace.min(end) {
                        return Err(unreachable(to, "no such server"));
                    }
                    sleep(NO_RECEIVER_PAUSE).await;
                }
            }
        }
    }

    async fn send_cast(&self, to: &Address, message: &[u8]) -> Result<(), TransportError> {
        let body = envelope::cast(message).map_err(|reason| unreachable(to, &reason))?;
        let outgoing = Outgoing::request(&self.link.options, to, &body, None, false);
        let end = after(self.link.options.retry);
        match timeout_at(end, self.link.publish(&outgoing)).await {
            Ok(published) => published.map(drop).map_err(|reason| unreachable(to, &reason)),
            Err(_) => Err(unreachable(to, &self.link.trouble())),
        }
    }
}

/// That long from now. A time that no clock can show is as good as never.
fn after(wait: Duration) -> Instant {
    const NEVER: Duration = Duration::from_secs(86_400 * 365);
    let now = Instant::now();
    now.checked_add(wait.min(NEVER)).unwrap_or(now)
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

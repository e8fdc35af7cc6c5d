use std::fmt;
use std::sync::Arc;

use futures_lite::StreamExt;
use futures_lite::future::FutureExt;
use futures_lite::stream::{self, Stream};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicRejectOptions};
use lapin::{Channel, Consumer};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::filter::NotificationFilter;
use super::message::Notification;
use super::priority::Priority;
use crate::rpc::amqp::clock::LOST_PAUSE;
use crate::rpc::amqp::consume::consume;
use crate::rpc::amqp::declare;
use crate::rpc::amqp::driver::Amqp;
use crate::rpc::amqp::envelope::{self, plain};
use crate::rpc::amqp::link::{Link, Live};
use crate::rpc::amqp::recent::Ids;
use crate::rpc::amqp::refusal::{LOST, Trouble, told};
use crate::rpc::amqp::topology::{Exchange, topic_exchange, topic_queue};
use crate::rpc::{BoxFuture, TransportError};
use crate::shortened::Plain;

/// The fate of a notification that an endpoint took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// The notification is dealt with.
    Done,
    /// It goes back to its queue, for this listener or another one.
    Requeue,
}

/// An endpoint for notifications. A listener asks its endpoints in their order, and those after one that says
/// [`Handled::Requeue`] no more. A panic counts as that.
pub trait NotificationEndpoint: Send + Sync {
    /// The priorities that it takes.
    fn priorities(&self) -> &[Priority] {
        &Priority::ALL
    }

    /// Which notifications of these it takes; all, where there is no filter.
    fn filter(&self) -> Option<&NotificationFilter> {
        None
    }

    /// Deals with one notification.
    fn take<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Handled>;
}

/// Listens to notifications (`oslo_messaging.get_notification_listener`).
///
/// A notification is acknowledged when all endpoints have dealt with it: it's had at least once. One that came already
/// is known by its id. As many are dealt with at a time as the connection has `workers`.
#[derive(Clone)]
pub struct NotificationListener {
    amqp: Amqp,
    targets: Vec<(Option<String>, String)>,
    endpoints: Vec<Arc<dyn NotificationEndpoint>>,
    pool: Option<String>,
    may_requeue: bool,
}

impl NotificationListener {
    /// On no topic yet.
    pub fn new(amqp: &Amqp) -> Self {
        NotificationListener {
            amqp: amqp.clone(),
            targets: Vec::new(),
            endpoints: Vec::new(),
            pool: None,
            may_requeue: true,
        }
    }

    /// Listens to a topic of the connection's exchange (`control_exchange`).
    pub fn topic(mut self, topic: impl Into<String>) -> Self {
        self.targets.push((None, topic.into()));
        self
    }

    /// Listens to a topic of another exchange: services have their own, as `nova` or `cinder`.
    pub fn topic_of(mut self, exchange: impl Into<String>, topic: impl Into<String>) -> Self {
        self.targets.push((Some(exchange.into()), topic.into()));
        self
    }

    /// Adds an endpoint to the listener.
    pub fn endpoint<E: NotificationEndpoint + 'static>(mut self, endpoint: E) -> Self {
        self.endpoints.push(Arc::new(endpoint));
        self
    }

    /// Each notification goes to one listener of each pool. The listeners without a pool are one as well, and where there
    /// is none of them, their queue fills.
    pub fn pool(mut self, pool: impl Into<String>) -> Self {
        self.pool = Some(pool.into());
        self
    }

    /// Whether what an endpoint gives back goes back to its queue (`allow_requeue`); it does, unless told otherwise. Else
    /// it's dealt with.
    pub fn requeue(mut self, may_requeue: bool) -> Self {
        self.may_requeue = may_requeue;
        self
    }

    /// Listens, from when this returns until the handle is stopped or dropped.
    ///
    /// # Errors
    /// Where the broker can't be reached, or refuses the queues.
    pub async fn start(self) -> Result<Listening, TransportError> {
        let link = Arc::clone(&self.amqp.link);
        let (refusal, refused) = watch::channel(None);
        let ear = Arc::new(Ear {
            workers: Arc::new(Semaphore::new(link.options.workers)),
            link: Arc::clone(&link),
            listener: self,
            ids: Ids::default(),
            refusal,
        });
        let queues = ear.queues().await;
        let queues = queues.map_err(|trouble| TransportError::Broker {
            broker: link.broker(),
            reason: trouble.into_reason(),
        })?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Arc::clone(&ear).listen(queues, stopped));
        Ok(Listening { stop, task, ear, refused })
    }
}

impl fmt::Debug for NotificationListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotificationListener")
            .field("targets", &self.targets)
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}

/// A listener at its queues, until this is stopped or dropped.
#[must_use = "the listener ends with it"]
pub struct Listening {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    ear: Arc<Ear>,
    refused: watch::Receiver<Option<String>>,
}

impl Listening {
    /// Takes no more notifications, and ends when those that were begun are dealt with.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // A task that panicked has stopped.
        let _ = (&mut self.task).await;
    }

    /// Ends, with the reason, where the broker refuses the queues when the listener comes back to them.
    pub async fn refused(&self) -> String {
        let mut refused = self.refused.clone();
        match refused.wait_for(Option::is_some).await.map(|reason| reason.clone()) {
            Ok(Some(reason)) => reason,
            _ => std::future::pending().await,
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").field("listener", &self.ear.listener).finish_non_exhaustive()
    }
}

struct Ear {
    link: Arc<Link>,
    listener: NotificationListener,
    workers: Arc<Semaphore>,
    ids: Ids,
    refusal: watch::Sender<Option<String>>,
}

type Deliveries = std::pin::Pin<Box<dyn Stream<Item = lapin::Result<Delivery>> + Send>>;

struct Queues {
    live: Arc<Live>,
    channel: Channel,
    deliveries: Deliveries,
}

impl Ear {
    /// Declares the queues, and takes them.
    async fn queues(&self) -> Result<Queues, Trouble> {
        let live = self.link.live().await;
        live.taken(self.queues_of(&live)).await
    }

    async fn queues_of(&self, live: &Arc<Live>) -> Result<Queues, Trouble> {
        let options = &self.link.options;
        let channel = live.channel().await.map_err(|error| Trouble::Lost(told(&error)))?;
        let all_at_once = u16::try_from(options.workers).unwrap_or(u16::MAX);
        let prefetch = if options.prefetch > 0 { options.prefetch } else { all_at_once };
        let mut wanted: Vec<(Exchange, String, String)> = Vec::new();
        for (exchange, topic) in &self.listener.targets {
            let own = topic_exchange(options);
            let exchange = Exchange { name: exchange.clone().unwrap_or(own.name), ..own };
            for priority in Priority::ALL {
                if self.listener.endpoints.iter().any(|endpoint| endpoint.priorities().contains(&priority)) {
                    let key = format!("{topic}.{priority}");
                    let queue = self.listener.pool.clone().unwrap_or_else(|| key.clone());
                    wanted.push((exchange.clone(), key, queue));
                }
            }
        }
        let mut deliveries: Deliveries = Box::pin(stream::empty());
        let mut taken: Vec<&str> = Vec::new();
        for (place, (exchange, key, name)) in (1..).zip(&wanted) {
            let queue = topic_queue(options, name);
            let bound = Some((exchange, key.as_str()));
            // A pool has one queue for all that it hears.
            if taken.contains(&name.as_str()) {
                declare::queue(live, &queue, bound).await?;
                continue;
            }
            taken.push(name);
            let tag = place.to_string();
            let consumer: Consumer = consume(live, &channel, &queue, bound, &tag, prefetch).await?;
            deliveries = Box::pin(stream::race(deliveries, ended(consumer)));
        }
        Ok(Queues { live: Arc::clone(live), channel, deliveries })
    }

    async fn listen(self: Arc<Self>, mut queues: Queues, mut stopped: watch::Receiver<bool>) {
        loop {
            let is_stopped = self.take(&mut queues, &mut stopped).await;
            if is_stopped {
                // Those that were begun are acknowledged before the channel goes.
                let all = u32::try_from(self.link.options.workers).unwrap_or(u32::MAX);
                let _ = self.workers.acquire_many(all).await;
                let _ = queues.live.unless_lost(queues.channel.close(200, "OK".into())).await;
                return;
            }
            let again = async {
                loop {
                    match self.queues().await {
                        Ok(queues) => return Some(queues),
                        Err(Trouble::Lost(reason)) => {
                            tracing::debug!(reason, "the listener's queues aren't there yet");
                            sleep(LOST_PAUSE).await;
                        }
                        Err(Trouble::Refused(reason)) => {
                            tracing::error!(reason, "the listener ends");
                            self.refusal.send_replace(Some(reason));
                            return None;
                        }
                    }
                }
            };
            let again = tokio::select! {
                again = again => again,
                () = ends(&mut stopped) => None,
            };
            match again {
                Some(again) => queues = again,
                None => return,
            }
        }
    }

    /// Takes notifications until the connection is lost, or the listener is to stop, which gives true.
    async fn take(self: &Arc<Self>, queues: &mut Queues, stopped: &mut watch::Receiver<bool>) -> bool {
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&self.workers).acquire_owned() => permit,
                () = ends(stopped) => return true,
            };
            let Ok(permit) = permit else { return true };
            let delivery = tokio::select! {
                delivery = queues.live.unless_lost(queues.deliveries.next()) => delivery.flatten(),
                () = ends(stopped) => return true,
            };
            let Some(Ok(delivery)) = delivery else { return false };
            let (ear, live) = (Arc::clone(self), Arc::clone(&queues.live));
            tokio::spawn(async move {
                ear.deal(delivery, &live).await;
                drop(permit);
            });
        }
    }

    async fn deal(&self, delivery: Delivery, live: &Live) {
        let queue = delivery.routing_key.as_str();
        let limit = self.link.options.max_message;
        let arrived = plain(&delivery, limit).and_then(|body| {
            let arrived = envelope::unwrap(&body)?;
            let notification = Notification::from_text(&arrived.message);
            Ok((arrived.keys.unique_id, notification))
        });
        let (id, notification) = match arrived {
            Ok((id, Ok(notification))) => (id, notification),
            // `oslo.messaging` rejects what it can't read, and acknowledges what nobody can take.
            Err(reason) => {
                tracing::warn!(queue, reason, "a message that is no notification is rejected");
                let rejected = delivery.acker.reject(BasicRejectOptions { requeue: false });
                let _ = live.unless_lost(rejected).await;
                return;
            }
            Ok((_, Err(reason))) => {
                tracing::warn!(queue, reason, "a notification is dropped");
                let _ = live.unless_lost(delivery.acker.ack(BasicAckOptions::default())).await;
                return;
            }
        };
        // What came back to the queue comes again under its id.
        if !delivery.redelivered && id.as_ref().is_some_and(|id| self.ids.is_known(id)) {
            tracing::info!(queue, "a notification that came already is dropped");
            let _ = live.unless_lost(delivery.acker.ack(BasicAckOptions::default())).await;
            return;
        }
        let outcome = match self.handled(&notification).await {
            Handled::Requeue if self.listener.may_requeue => {
                live.unless_lost(delivery.acker.reject(BasicRejectOptions { requeue: true })).await
            }
            _ => {
                if let Some(id) = id {
                    self.ids.is_repeated(&id);
                }
                live.unless_lost(delivery.acker.ack(BasicAckOptions::default())).await
            }
        };
        let reason = match outcome {
            Some(Ok(_)) => return,
            Some(Err(error)) => told(&error),
            None => LOST.to_owned(),
        };
        tracing::info!(queue, reason, "a notification that can't be acknowledged comes again");
    }

    async fn handled(&self, notification: &Notification) -> Handled {
        for endpoint in &self.listener.endpoints {
            let is_its = endpoint.priorities().contains(&notification.priority)
                && endpoint.filter().is_none_or(|filter| filter.takes(notification));
            if !is_its {
                continue;
            }
            let taking = std::panic::AssertUnwindSafe(endpoint.take(notification)).catch_unwind();
            match taking.await {
                Ok(Handled::Done) => {}
                Ok(Handled::Requeue) => return Handled::Requeue,
                Err(_) => {
                    tracing::error!(event_type = %Plain(&notification.event_type), "an endpoint panicked");
                    return Handled::Requeue;
                }
            }
        }
        Handled::Done
    }
}

/// The deliveries of a consumer, and an error once it has ended: the stream of several goes on while one of them does.
fn ended(consumer: Consumer) -> impl Stream<Item = lapin::Result<Delivery>> {
    let lost = lapin::ErrorKind::InvalidConnectionState(lapin::ConnectionState::Closed);
    consumer.chain(stream::once(Err(lost.into())))
}

/// Ends when the listener is to stop, or its handle is gone.
async fn ends(stopped: &mut watch::Receiver<bool>) {
    stopped.wait_for(|stopped| *stopped).await.map(drop).ok();
}

use std::sync::Arc;

use futures_lite::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicRejectOptions, QueueDeleteOptions};
use lapin::{Channel, Consumer};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::clock::LOST_PAUSE;
use super::consume::consume;
use super::declare::short;
use super::envelope::{self, begin_by, now_millis, plain};
use super::link::{Link, Live};
use super::names::unique;
use super::ping::Ping;
use super::recent::{Gone, Ids};
use super::refusal::{Trouble, told};
use super::serving::{Caller, Refusal, Taken, serve};
use super::topology::{Queue, fanout_exchange, fanout_queue, topic_exchange, topic_queue};
use crate::rpc::{Server, TransportError};
use crate::shortened::Plain;

/// How many requests of a queue the broker hands over before one of them is begun.
const PREFETCH: u16 = 4;

/// A server on its queues, until this is stopped or dropped.
#[derive(Debug)]
#[must_use = "the server ends with it"]
pub struct Serving {
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
    listener: Arc<Listener>,
    refused: watch::Receiver<Option<String>>,
}

impl Serving {
    pub(super) async fn start(
        link: Arc<Link>,
        topic: String,
        server: Arc<Server>,
    ) -> Result<Self, TransportError> {
        let refused = |reason| TransportError::Broker { broker: link.broker(), reason };
        let unique = unique(&link.options.names).map_err(refused)?;
        // Who is pinged is asked in the way of all other calls.
        let server = if link.options.ping { Arc::new(Server::clone(&server).endpoint(Ping)) } else { server };
        let (refusal, refused_later) = watch::channel(None);
        let listener = Listener {
            fanout_queue: fanout_queue(&link.options, &topic, &unique),
            workers: Arc::new(Semaphore::new(link.options.workers)),
            link: Arc::clone(&link),
            topic,
            server,
            ids: Ids::default(),
            gone: Gone::new(),
            refusal,
        };
        let listener = Arc::new(listener);
        let queues = listener.queues().await.map_err(|trouble| refused(trouble.into_reason()))?;
        let (stop, stopped) = watch::channel(false);
        let listening = tokio::spawn(Arc::clone(&listener).listen(queues, stopped));
        Ok(Serving { stop, listening, listener, refused: refused_later })
    }

    /// Takes no more requests, and ends when those that were begun have ended.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // A task that panicked has stopped.
        let _ = (&mut self.listening).await;
        let all = u32::try_from(self.listener.link.options.workers).unwrap_or(u32::MAX);
        let _ = self.listener.workers.acquire_many(all).await;
    }

    /// Ends, with the reason, where the broker refuses the server's queues when it comes back to them. They aren't
    /// asked for again.
    pub async fn refused(&self) -> String {
        let mut refused = self.refused.clone();
        match refused.wait_for(Option::is_some).await.map(|reason| reason.clone()) {
            Ok(Some(reason)) => reason,
            _ => std::future::pending().await,
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// A server's queues, and what it takes from them.
#[derive(Debug)]
struct Listener {
    link: Arc<Link>,
    topic: String,
    fanout_queue: Queue,
    server: Arc<Server>,
    workers: Arc<Semaphore>,
    ids: Ids,
    gone: Gone,
    refusal: watch::Sender<Option<String>>,
}

/// Why no more requests are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// The connection was lost.
    Lost,
    /// The server is to stop, or its handle is gone.
    Stopped,
}

/// The consumers of the topic's queue, the host's and that of the fanout.
struct Queues {
    live: Arc<Live>,
    channel: Channel,
    topic: Consumer,
    host: Consumer,
    fanout: Consumer,
}

impl Listener {
    /// Declares the queues, and takes them.
    async fn queues(&self) -> Result<Queues, Trouble> {
        let live = self.link.live().await;
        live.taken(self.queues_of(&live)).await
    }

    async fn queues_of(&self, live: &Arc<Live>) -> Result<Queues, Trouble> {
        let options = &self.link.options;
        let channel = live.channel().await.map_err(|error| Trouble::Lost(told(&error)))?;
        let prefetch = if options.prefetch > 0 { options.prefetch } else { PREFETCH };
        let exchange = topic_exchange(options);
        let fanout = fanout_exchange(options, &self.topic);
        let topic = topic_queue(options, &self.topic);
        let host = topic_queue(options, &format!("{}.{}", self.topic, self.server.host()));
        let of_topic = |queue: &Queue| (exchange.clone(), queue.name.clone());
        let mut consumers = Vec::new();
        for (tag, queue, (exchange, key)) in [
            ("1", &topic, of_topic(&topic)),
            ("2", &host, of_topic(&host)),
            ("3", &self.fanout_queue, (fanout, self.topic.clone())),
        ] {
            consumers.push(consume(live, &channel, queue, Some((&exchange, &key)), tag, prefetch).await?);
        }
        let mut consumers = consumers.into_iter();
        match (consumers.next(), consumers.next(), consumers.next()) {
            (Some(topic), Some(host), Some(fanout)) => {
                Ok(Queues { live: Arc::clone(live), channel, topic, host, fanout })
            }
            _ => Err(Trouble::Lost("no consumers".to_owned())),
        }
    }

    async fn listen(self: Arc<Self>, mut queues: Queues, mut stopped: watch::Receiver<bool>) {
        loop {
            if self.take(&mut queues, &mut stopped).await == Ended::Stopped {
                self.leave(&queues).await;
                return;
            }
            let again = tokio::select! {
                queues = self.queues_again() => queues,
                () = is_stopped(&mut stopped) => return,
            };
            let Some(again) = again else { return };
            queues = again;
        }
    }

    /// Puts back into the queue what was handed over and not begun. A fanout queue whose name nobody has again goes.
    async fn leave(&self, queues: &Queues) {
        let options = &self.link.options;
        if !options.queues.stream_fanout
            && !options.names.managed
            && let Ok(name) = short(&self.fanout_queue.name)
        {
            let deleted = queues.channel.queue_delete(name, QueueDeleteOptions::default());
            let _ = queues.live.unless_lost(deleted).await;
        }
        let _ = queues.live.unless_lost(queues.channel.close(200, "OK".into())).await;
    }

    /// The queues, unless the broker refuses them.
    async fn queues_again(&self) -> Option<Queues> {
        loop {
            match self.queues().await {
                Ok(queues) => {
                    tracing::info!(
                        topic = self.topic,
                        host = self.server.host(),
                        "the server is at its queues again"
                    );
                    return Some(queues);
                }
                Err(Trouble::Lost(reason)) => {
                    tracing::debug!(reason, topic = self.topic, "the server's queues aren't there yet");
                    sleep(LOST_PAUSE).await;
                }
                Err(Trouble::Refused(reason)) => {
                    tracing::error!(reason, topic = self.topic, "the server ends");
                    self.refusal.send_replace(Some(reason));
                    return None;
                }
            }
        }
    }

    /// Takes requests until the connection is lost, or the server is to stop. One that is acknowledged is served.
    async fn take(self: &Arc<Self>, queues: &mut Queues, stopped: &mut watch::Receiver<bool>) -> Ended {
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&self.workers).acquire_owned() => permit,
                () = is_stopped(stopped) => return Ended::Stopped,
            };
            let Ok(permit) = permit else { return Ended::Stopped };
            let Queues { live, topic, host, fanout, .. } = &mut *queues;
            let next = live.unless_lost(async {
                tokio::select! {
                    delivery = topic.next() => delivery,
                    delivery = host.next() => delivery,
                    delivery = fanout.next() => delivery,
                }
            });
            let delivery = tokio::select! {
                delivery = next => delivery.flatten(),
                () = is_stopped(stopped) => return Ended::Stopped,
            };
            let Some(Ok(delivery)) = delivery else { return Ended::Lost };
            let (listener, live) = (Arc::clone(self), Arc::clone(&queues.live));
            tokio::spawn(async move {
                let accepted = live.unless_lost(listener.accept(delivery)).await;
                let Some((request, caller)) = accepted.flatten() else { return };
                let Listener { link, server, gone, .. } = &*listener;
                serve(link, server, gone, request, caller, permit).await;
            });
        }
    }

    /// Acknowledges a request before its method begins: it's served at most once. One that came already is none,
    /// and what is no request is rejected for good.
    async fn accept(&self, delivery: Delivery) -> Option<(Result<Taken, Refusal>, Caller)> {
        let limit = self.link.options.max_message;
        let body = plain(&delivery, limit);
        let arrived = body.as_ref().map_err(Clone::clone).and_then(|body| envelope::unwrap(body));
        let content_type = delivery.properties.content_type().as_ref().map(|found| found.as_str());
        let arrived = match arrived {
            Ok(arrived) if content_type == Some("application/json") => arrived,
            arrived => {
                let reason =
                    arrived.err().unwrap_or_else(|| "its content type isn't application/json".to_owned());
                let (queue, bytes) = (delivery.routing_key.as_str(), delivery.data.len());
                tracing::warn!(queue, bytes, reason, "a message that is no request is rejected");
                let _ = delivery.acker.reject(BasicRejectOptions { requeue: false }).await;
                return None;
            }
        };
        // Where it can't be acknowledged the broker hands it to somebody again.
        if !is_acknowledged(&delivery).await {
            tracing::info!("a request that can't be acknowledged is left to the broker");
            return None;
        }
        if let Some(id) = arrived.keys.unique_id.filter(|id| self.ids.is_repeated(id)) {
            tracing::warn!(id = %Plain(&id), "a request that came already is dropped");
            return None;
        }
        let caller =
            Caller { reply: arrived.keys.msg_id.zip(arrived.keys.reply_q), monitor: arrived.keys.timeout };
        if let Some(late) =
            begin_by(&delivery).map(|by| now_millis().saturating_sub(by)).filter(|late| *late > 0)
        {
            tracing::warn!(late, "a request whose caller has given it up isn't begun");
            return Some((Err(Refusal::Late(late)), caller));
        }
        let bytes = delivery.data.len();
        if bytes > limit {
            let reason = format!("the request has {bytes} bytes, the most is {limit}");
            return Some((Err(Refusal::TooLong(reason)), caller));
        }
        if delivery.redelivered {
            tracing::warn!("a request that another host may have begun is begun");
        }
        let message = arrived.message.into_owned().into_bytes();
        Some((Ok(Taken { message, is_redelivered: delivery.redelivered }), caller))
    }
}

/// Whether the acknowledgement is on its way. A channel that is closed says that nothing failed, and sends nothing.
async fn is_acknowledged(delivery: &Delivery) -> bool {
    matches!(delivery.acker.ack(BasicAckOptions::default()).await, Ok(true))
}

/// Ends when the server is to stop, or its handle is gone.
async fn is_stopped(stopped: &mut watch::Receiver<bool>) {
    stopped.wait_for(|stopped| *stopped).await.map(drop).ok();
}

use std::sync::Arc;
use std::time::Duration;

use futures_lite::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions, QueueBindOptions,
    QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Consumer};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::envelope::{self, fresh_id};
use super::link::{Link, declare, fanout_exchange, short, told, topic_exchange};
use super::recent::{Gone, Ids};
use super::replies::QUEUE_TTL;
use super::serving::{Caller, serve};
use crate::rpc::{Server, TransportError};

/// How many requests of a queue the broker hands over before one of them is begun.
const PREFETCH: u16 = 4;

/// How long to wait before queues that the broker refused are asked for again.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// A server on its queues, until this is stopped or dropped.
#[derive(Debug)]
#[must_use = "the server ends with it"]
pub struct Serving {
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
    listener: Arc<Listener>,
}

impl Serving {
    pub(super) async fn start(
        link: Arc<Link>,
        topic: String,
        server: Arc<Server>,
    ) -> Result<Self, TransportError> {
        let workers = Arc::new(Semaphore::new(link.options.workers));
        let fanout_queue = format!("{topic}_fanout_{}", fresh_id());
        let listener = Listener {
            link,
            topic,
            fanout_queue,
            server,
            workers,
            ids: Ids::default(),
            gone: Arc::new(Gone::new()),
        };
        let listener = Arc::new(listener);
        let queues = listener
            .queues()
            .await
            .map_err(|reason| TransportError::Broker { broker: listener.link.broker(), reason })?;
        let (stop, stopped) = watch::channel(false);
        let listening = tokio::spawn(Arc::clone(&listener).listen(queues, stopped));
        Ok(Serving { stop, listening, listener })
    }

    /// Takes no more requests, and ends when those that were begun have ended.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // A task that panicked has stopped.
        let _ = (&mut self.listening).await;
        let all = u32::try_from(self.listener.link.options.workers).unwrap_or(u32::MAX);
        let _ = self.listener.workers.acquire_many(all).await;
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
    fanout_queue: String,
    server: Arc<Server>,
    workers: Arc<Semaphore>,
    ids: Ids,
    gone: Arc<Gone>,
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
    channel: Channel,
    topic: Consumer,
    host: Consumer,
    fanout: Consumer,
}

impl Listener {
    /// Declares the queues, and takes them.
    async fn queues(&self) -> Result<Queues, String> {
        let live = self.link.live().await;
        let channel = live.channel().await.map_err(told)?;
        channel.basic_qos(PREFETCH, BasicQosOptions::default()).await.map_err(told)?;
        let (exchange, kind) = topic_exchange(&self.link.options);
        declare(&channel, &exchange, kind).await?;
        let host = format!("{}.{}", self.topic, self.server.host());
        let mut expires = FieldTable::default();
        expires.insert("x-expires".into(), AMQPValue::LongUInt(QUEUE_TTL));
        let (fanout, kind) = fanout_exchange(&self.topic);
        declare(&channel, &fanout, kind).await?;
        let plain = FieldTable::default;
        Ok(Queues {
            topic: consume(&channel, "1", &self.topic, &exchange, &self.topic, plain()).await?,
            host: consume(&channel, "2", &host, &exchange, &host, plain()).await?,
            fanout: consume(&channel, "3", &self.fanout_queue, &fanout, &self.topic, expires).await?,
            channel,
        })
    }

    async fn listen(self: Arc<Self>, mut queues: Queues, mut stopped: watch::Receiver<bool>) {
        loop {
            if self.take(&mut queues, &mut stopped).await == Ended::Stopped {
                // What was handed over and not begun goes back to the queue.
                let _ = queues.channel.close(200, "OK".into()).await;
                return;
            }
            queues = tokio::select! {
                queues = self.queues_again() => queues,
                () = is_stopped(&mut stopped) => return,
            };
        }
    }

    async fn queues_again(&self) -> Queues {
        loop {
            match self.queues().await {
                Ok(queues) => return queues,
                Err(_) => sleep(REFUSED_PAUSE).await,
            }
        }
    }

    /// Takes requests until the connection is lost, or the server is to stop. One that is acknowledged is served.
    async fn take(&self, queues: &mut Queues, stopped: &mut watch::Receiver<bool>) -> Ended {
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&self.workers).acquire_owned() => permit,
                () = is_stopped(stopped) => return Ended::Stopped,
            };
            let Ok(permit) = permit else { return Ended::Stopped };
            let delivery = tokio::select! {
                delivery = queues.topic.next() => delivery,
                delivery = queues.host.next() => delivery,
                delivery = queues.fanout.next() => delivery,
                () = is_stopped(stopped) => return Ended::Stopped,
            };
            let Some(Ok(delivery)) = delivery else { return Ended::Lost };
            let Some((request, caller)) = self.accept(delivery).await else { continue };
            let (link, server) = (Arc::clone(&self.link), Arc::clone(&self.server));
            let gone = Arc::clone(&self.gone);
            tokio::spawn(async move { serve(&link, server, &gone, request, caller, permit).await });
        }
    }

    /// Acknowledges a request before its method begins: it's served at most once. One that came already is none,
    /// and what is no request is rejected for good.
    async fn accept(&self, delivery: Delivery) -> Option<(Result<Vec<u8>, String>, Caller)> {
        let content_type = delivery.properties.content_type().as_ref().map(|found| found.as_str());
        let arrived = envelope::unwrap(&delivery.data);
        let (Some("application/json"), Ok(arrived)) = (content_type, arrived) else {
            let _ = delivery.acker.reject(BasicRejectOptions { requeue: false }).await;
            return None;
        };
        // Where it can't be acknowledged the broker hands it to somebody again.
        delivery.acker.ack(BasicAckOptions::default()).await.ok()?;
        if arrived.keys.unique_id.is_some_and(|id| self.ids.is_repeated(&id)) {
            return None;
        }
        let caller =
            Caller { reply: arrived.keys.msg_id.zip(arrived.keys.reply_q), monitor: arrived.keys.timeout };
        let (bytes, limit) = (delivery.data.len(), self.link.options.max_message);
        if bytes > limit {
            let reason = format!("the request has {bytes} bytes, the most is {limit}");
            return Some((Err(reason), caller));
        }
        Some((Ok(arrived.message.as_bytes().to_vec()), caller))
    }
}

/// Ends when the server is to stop, or its handle is gone.
async fn is_stopped(stopped: &mut watch::Receiver<bool>) {
    stopped.wait_for(|stopped| *stopped).await.map(drop).ok();
}

async fn consume(
    channel: &Channel,
    tag: &str,
    queue: &str,
    exchange: &str,
    key: &str,
    arguments: FieldTable,
) -> Result<Consumer, String> {
    let (tag, queue, exchange, key) = (short(tag)?, short(queue)?, short(exchange)?, short(key)?);
    channel.queue_declare(queue.clone(), QueueDeclareOptions::default(), arguments).await.map_err(told)?;
    let bound = QueueBindOptions::default();
    channel.queue_bind(queue.clone(), exchange, key, bound, FieldTable::default()).await.map_err(told)?;
    let options = BasicConsumeOptions::default();
    channel.basic_consume(queue, tag, options, FieldTable::default()).await.map_err(told)
}

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_lite::StreamExt;
use futures_lite::future::poll_once;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::BasicAckOptions;
use tokio::sync::{Notify, OnceCell, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, sleep_until};

use super::clock::LOST_PAUSE;
use super::consume::consume;
use super::envelope::{self, fresh_id, plain};
use super::link::{Link, Live};
use super::names::unique;
use super::refusal::{Trouble, told};
use super::topology::{Queue, reply_queue};
use crate::shortened::Plain;

/// How many replies the broker hands over before one of them is dealt with.
const PREFETCH: u16 = 32;

/// A caller's reply queue, and who waits for what.
#[derive(Debug)]
pub(super) struct Replies {
    listening: OnceCell<Result<Listening, String>>,
    pending: Arc<Pending>,
}

/// The task that takes the replies. It ends with its caller.
#[derive(Debug)]
struct Listening {
    queue: String,
    task: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Reply = Result<Vec<u8>, String>;

/// The calls that are under way, by the id of their request.
#[derive(Debug, Default)]
struct Pending(Mutex<BTreeMap<String, Entry>>);

#[derive(Debug)]
struct Entry {
    reply: oneshot::Sender<Reply>,
    sign: Arc<Notify>,
    /// A result that came before the ending.
    early: Option<Vec<u8>>,
}

impl Pending {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No reply comes any more.
    fn give_up(&self, reason: &str) {
        for (_, entry) in std::mem::take(&mut *self.entries()) {
            let _ = entry.reply.send(Err(reason.to_owned()));
        }
    }

    /// Gives a message to whoever waits for it. One that nobody waits for is a reply after the time-out.
    fn take_in(&self, delivery: &Delivery, limit: usize) {
        let dropped = |reason: &str| tracing::warn!(reason, "a message in the reply queue is dropped");
        let body = match plain(delivery, limit) {
            Ok(body) => body,
            Err(reason) => return dropped(&reason),
        };
        let body = &*body;
        let arrived = match envelope::unwrap(body) {
            Ok(arrived) => arrived,
            Err(reason) => return dropped(&reason),
        };
        let keys = arrived.keys;
        let Some(id) = keys.msg_id else { return dropped("it has no _msg_id") };
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(&id) else {
            drop(entries);
            tracing::info!(id = %Plain(&id), "a reply is dropped: nobody waits for it any more");
            return;
        };
        if !keys.ending {
            if keys.has_result && body.len() <= limit {
                entry.early = Some(arrived.message.into_owned().into_bytes());
            }
            entry.sign.notify_one();
            return;
        }
        let Some(entry) = entries.remove(&id) else { return };
        drop(entries);
        let is_empty = !keys.has_result && !keys.has_failure;
        let reply = match entry.early.filter(|_| is_empty) {
            Some(early) => Ok(early),
            None if body.len() > limit => {
                Err(format!("the reply has {} bytes, the most is {limit}", body.len()))
            }
            None => Ok(arrived.message.into_owned().into_bytes()),
        };
        // Who no longer waits has said so to its own caller.
        let _ = entry.reply.send(reply);
    }
}

/// Why no reply came.
#[derive(Debug)]
pub(super) enum Missed {
    /// The time is out.
    Deadline,
    /// There was no sign of life for that long.
    Silence(Duration),
    /// It came, but can't be read.
    Unreadable(String),
}

/// One call that is under way.
#[derive(Debug)]
pub(super) struct Waiting {
    id: String,
    pending: Arc<Pending>,
    reply: oneshot::Receiver<Reply>,
    sign: Arc<Notify>,
}

impl Waiting {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The reply, whenever it comes.
    pub(super) async fn arrived(&mut self) -> Result<Vec<u8>, Missed> {
        let lost = Err("the transport was closed".to_owned());
        (&mut self.reply).await.unwrap_or(lost).map_err(Missed::Unreadable)
    }

    /// The reply, before the end and without a silence that lasts longer than the monitor's time.
    pub(super) async fn reply(&mut self, end: Instant, monitor: Option<Duration>) -> Result<Vec<u8>, Missed> {
        loop {
            let silence = monitor.and_then(|monitor| Instant::now().checked_add(monitor));
            let until = silence.map_or(end, |silence| silence.min(end));
            let sign = Arc::clone(&self.sign);
            tokio::select! {
                // One that is here needs no timer.
                biased;
                reply = self.arrived() => return reply,
                () = sign.notified() => {}
                () = sleep_until(until) => {
                    return Err(match monitor.filter(|_| until < end) {
                        Some(monitor) => Missed::Silence(monitor),
                        None => Missed::Deadline,
                    });
                }
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.pending.entries().remove(&self.id);
    }
}

impl Replies {
    pub(super) fn new() -> Self {
        Replies { listening: OnceCell::new(), pending: Arc::default() }
    }

    /// The name of the queue, once there is one. A queue that the broker refused isn't asked for again.
    pub(super) async fn queue(&self, link: &Arc<Link>) -> Result<String, Trouble> {
        let start = async || {
            let queue = match unique(&link.options.names) {
                Ok(unique) => reply_queue(&link.options, &unique),
                Err(reason) => return Ok(Err(reason)),
            };
            let taken = match take(link, &queue).await {
                Ok(taken) => taken,
                Err(Trouble::Refused(reason)) => {
                    tracing::error!(reason, "no reply queue");
                    return Ok(Err(reason));
                }
                Err(lost) => return Err(lost),
            };
            let name = queue.name.clone();
            let task = tokio::spawn(listen(Arc::clone(link), queue, Arc::clone(&self.pending), taken));
            Ok(Ok(Listening { queue: name, task: task.abort_handle() }))
        };
        match self.listening.get_or_try_init(start).await? {
            // The task ends by itself where the broker refuses the queue later.
            Ok(listening) if listening.task.is_finished() => {
                Err(Trouble::Refused(format!("the broker refuses the queue {}", listening.queue)))
            }
            Ok(listening) => Ok(listening.queue.clone()),
            Err(reason) => Err(Trouble::Refused(reason.clone())),
        }
    }

    /// A call that is to be made.
    pub(super) fn expect(&self) -> Waiting {
        let (id, sign) = (fresh_id(), Arc::new(Notify::new()));
        let (sender, reply) = oneshot::channel();
        let entry = Entry { reply: sender, sign: Arc::clone(&sign), early: None };
        self.pending.entries().insert(id.clone(), entry);
        Waiting { id, pending: Arc::clone(&self.pending), reply, sign }
    }
}

async fn take(link: &Arc<Link>, queue: &Queue) -> Result<(Arc<Live>, Consumer), Trouble> {
    let live = link.live().await;
    let prefetch = if link.options.prefetch > 0 { link.options.prefetch } else { PREFETCH };
    let taken = live.taken(async {
        let channel = live.channel().await.map_err(|error| Trouble::Lost(told(&error)))?;
        consume(&live, &channel, queue, None, "1", prefetch).await
    });
    let consumer = taken.await?;
    Ok((live, consumer))
}

/// Takes the replies, and the queue again after the broker was away: a call that is under way may still get its
/// reply.
async fn listen(
    link: Arc<Link>,
    queue: Queue,
    pending: Arc<Pending>,
    (mut live, mut consumer): (Arc<Live>, Consumer),
) {
    loop {
        while let Some(Some(Ok(mut delivery))) = live.unless_lost(consumer.next()).await {
            pending.take_in(&delivery, link.options.max_message);
            // Those that are here already are acknowledged with it: nothing else comes by this channel.
            while let Some(Some(Ok(next))) = poll_once(consumer.next()).await {
                pending.take_in(&next, link.options.max_message);
                delivery = next;
            }
            // What can't be acknowledged comes again by another connection, when nobody waits for it any more.
            let _ = live.unless_lost(delivery.acker.ack(BasicAckOptions { multiple: true })).await;
        }
        (live, consumer) = loop {
            match take(&link, &queue).await {
                Ok(taken) => break taken,
                Err(Trouble::Lost(reason)) => {
                    tracing::debug!(reason, queue = queue.name, "the reply queue isn't there yet");
                    sleep(LOST_PAUSE).await;
                }
                Err(Trouble::Refused(reason)) => {
                    tracing::error!(reason, "no replies come any more");
                    pending.give_up(&reason);
                    return;
                }
            }
        };
    }
}

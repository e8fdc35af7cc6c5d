use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_lite::StreamExt;
use lapin::Consumer;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use tokio::sync::{Notify, OnceCell, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, sleep_until};

use super::envelope::{self, fresh_id};
use super::link::{Link, short, told};

/// How long a queue that nobody listens to stays with the broker, in milliseconds (`rabbit_transient_queues_ttl`).
pub(super) const QUEUE_TTL: u32 = 1_800_000;

/// How many replies the broker hands over before one of them is dealt with.
const PREFETCH: u16 = 32;

/// How long to wait before a queue that the broker refused is asked for again.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// A caller's reply queue, and who waits for what.
#[derive(Debug)]
pub(super) struct Replies {
    queue: String,
    listening: OnceCell<Listening>,
    pending: Arc<Pending>,
}

/// The task that takes the replies. It ends with its caller.
#[derive(Debug)]
struct Listening(AbortHandle);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
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

    /// Gives a message to whoever waits for it. One that nobody waits for is a reply after the time-out.
    fn take_in(&self, body: &[u8], limit: usize) {
        let Ok(arrived) = envelope::unwrap(body) else { return };
        let keys = arrived.keys;
        let Some(id) = keys.msg_id else { return };
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(&id) else { return };
        let message = || arrived.message.as_bytes().to_vec();
        if !keys.ending {
            if keys.has_result && body.len() <= limit {
                entry.early = Some(message());
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
            None => Ok(message()),
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

    /// The reply, before the end and without a silence that lasts longer than the monitor's time.
    pub(super) async fn reply(&mut self, end: Instant, monitor: Option<Duration>) -> Result<Vec<u8>, Missed> {
        loop {
            let silence = monitor.and_then(|monitor| Instant::now().checked_add(monitor));
            let until = silence.map_or(end, |silence| silence.min(end));
            tokio::select! {
                reply = &mut self.reply => {
                    let lost = Err("the transport was closed".to_owned());
                    return reply.unwrap_or(lost).map_err(Missed::Unreadable);
                }
                () = self.sign.notified() => {}
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
        let queue = format!("reply_{}", fresh_id());
        Replies { queue, listening: OnceCell::new(), pending: Arc::default() }
    }

    /// The name of the queue, once there is one.
    ///
    /// # Errors
    /// Where the broker refuses it.
    pub(super) async fn queue(&self, link: &Arc<Link>) -> Result<String, String> {
        let start = async || {
            let consumer = consume(link, &self.queue).await?;
            let listening = listen(Arc::clone(link), self.queue.clone(), Arc::clone(&self.pending), consumer);
            Ok(Listening(tokio::spawn(listening).abort_handle()))
        };
        self.listening.get_or_try_init(start).await.map(|_| self.queue.clone())
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

async fn consume(link: &Link, queue: &str) -> Result<Consumer, String> {
    let live = link.live().await;
    let channel = live.channel().await.map_err(told)?;
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await.map_err(told)?;
    let mut arguments = FieldTable::default();
    arguments.insert("x-expires".into(), AMQPValue::LongUInt(QUEUE_TTL));
    let name = short(queue)?;
    channel.queue_declare(name.clone(), QueueDeclareOptions::default(), arguments).await.map_err(told)?;
    let options = BasicConsumeOptions::default();
    channel.basic_consume(name, "1".into(), options, FieldTable::default()).await.map_err(told)
}

/// Takes the replies, and the queue again after the broker was away: a call that is under way may still get its
/// reply.
async fn listen(link: Arc<Link>, queue: String, pending: Arc<Pending>, mut consumer: Consumer) {
    loop {
        while let Some(Ok(delivery)) = consumer.next().await {
            // What can't be acknowledged comes again by another connection, when nobody waits for it any more.
            let _ = delivery.acker.ack(BasicAckOptions::default()).await;
            pending.take_in(&delivery.data, link.options.max_message);
        }
        consumer = loop {
            match consume(&link, &queue).await {
                Ok(consumer) => break consumer,
                Err(_) => sleep(REFUSED_PAUSE).await,
            }
        };
    }
}

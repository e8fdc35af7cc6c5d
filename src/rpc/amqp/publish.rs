//! Sending a message, and what becomes of it.

use std::sync::Arc;
use std::time::Duration;

use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, PublisherConfirm};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, timeout_at};

use super::clock::{LOST_PAUSE, NO_RECEIVER_PAUSE, after};
use super::compression::{self, Compression};
use super::declare::{self, short};
use super::envelope::{BEGIN_BY, Wrapped, now_millis};
use super::link::{Boxed, Link, Live, WINDOW};
use super::options::AmqpOptions;
use super::out::SILENCE;
use super::refusal::{Trouble, told};
use super::topology::{Exchange, Queue, fanout_exchange, topic_exchange};
use crate::rpc::Address;

/// Fate of a message that the broker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Published {
    /// It's in a queue; or it doesn't matter whether it is.
    Routed,
    /// There is no queue for it.
    NoReceiver,
}

/// Why the broker hasn't confirmed a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unsent {
    /// It wasn't sent, and won't be.
    Failed(String),
    /// It was under way: nobody can say whether the broker has it, or gets it yet.
    InDoubt(String),
}

impl Unsent {
    pub(super) fn reason(&self) -> &str {
        match self {
            Unsent::Failed(reason) | Unsent::InDoubt(reason) => reason,
        }
    }
}

/// A message on its way out.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    exchange: Option<Exchange>,
    /// A queue that is there before, so that nothing is lost that comes before its first reader.
    queue: Option<Queue>,
    routing_key: String,
    body: Arc<Wrapped>,
    /// How long it may wait for somebody who begins it.
    patience: Option<Duration>,
    is_mandatory: bool,
    is_aside: bool,
    /// Whether its receiver knows one that comes twice, so that one in doubt can go out again.
    is_repeatable: bool,
}

impl Outgoing {
    pub(super) fn request(
        options: &AmqpOptions,
        to: &Address,
        body: Arc<Wrapped>,
        patience: Option<Duration>,
        is_mandatory: bool,
    ) -> Self {
        let (exchange, routing_key) = if to.fanout {
            (fanout_exchange(options, &to.topic), String::new())
        } else {
            (topic_exchange(options), to.to_string())
        };
        let (exchange, is_aside) = (Some(exchange), to.fanout);
        Outgoing {
            exchange,
            queue: None,
            routing_key,
            body,
            patience,
            is_mandatory,
            is_aside,
            is_repeatable: false,
        }
    }

    pub(super) fn reply(queue: &str, body: Arc<Wrapped>) -> Self {
        Outgoing {
            exchange: None,
            queue: None,
            routing_key: queue.to_owned(),
            body,
            patience: None,
            is_mandatory: true,
            is_aside: false,
            is_repeatable: true,
        }
    }

    /// The name of what has to be there for it.
    fn wanted(&self) -> String {
        let exchange = self.exchange.as_ref().map_or("", |exchange| &exchange.name);
        match &self.queue {
            Some(queue) => format!("{exchange} {}", queue.name),
            None => exchange.to_owned(),
        }
    }

    /// Message to a queue that is made where it isn't there.
    pub(super) fn notification(exchange: Exchange, queue: Queue, body: Arc<Wrapped>) -> Self {
        let routing_key = queue.name.clone();
        Outgoing {
            exchange: Some(exchange),
            queue: Some(queue),
            routing_key,
            body,
            patience: None,
            is_mandatory: false,
            is_aside: true,
            is_repeatable: true,
        }
    }
}

/// Outcome of a try.
enum Try {
    Done(Published),
    /// Nothing went out.
    NotSent(String),
    InDoubt(String),
}

impl Link {
    /// Publishes a message, and waits until the broker has it, to the end. One that the client library hasn't written
    /// yet when the connection is lost is published again; one that is written isn't, unless it is repeatable.
    pub(super) async fn publish(
        self: &Arc<Self>,
        outgoing: &Outgoing,
        end: Instant,
    ) -> Result<Published, Unsent> {
        let most = self.options.max_message;
        let body = self.body(outgoing)?;
        if body.len() > most {
            return Err(Unsent::Failed(format!("it has {} bytes, the most is {most}", body.len())));
        }
        let mut doubt = None;
        loop {
            match self.publish_once(outgoing, &body, end).await {
                Err(Unsent::InDoubt(reason)) if outgoing.is_repeatable && Instant::now() < end => {
                    doubt = Some(reason);
                    // A broker that doesn't take it may say so at once.
                    sleep(NO_RECEIVER_PAUSE).await;
                }
                // What wasn't sent again was sent before.
                Err(Unsent::Failed(reason)) => {
                    return Err(doubt.map_or(Unsent::Failed(reason), Unsent::InDoubt));
                }
                outcome => return outcome,
            }
        }
    }

    /// Publishes a message until the client library has it.
    async fn publish_once(
        self: &Arc<Self>,
        outgoing: &Outgoing,
        body: &Arc<Wrapped>,
        end: Instant,
    ) -> Result<Published, Unsent> {
        let late = || Unsent::Failed("the time was out before it could be sent".to_owned());
        if let Some(reason) = self.refusal(|| outgoing.wanted()) {
            return Err(Unsent::Failed(reason));
        }
        loop {
            let Ok(live) = timeout_at(end, self.live()).await else {
                return Err(self.trouble().map_or_else(late, Unsent::Failed));
            };
            if let Some(reason) = live.is_blocked()
                && timeout_at(end, live.is_open()).await.is_err()
            {
                return Err(Unsent::Failed(format!("the broker takes no messages: {reason}")));
            }
            match timeout_at(end, prepare(&live, outgoing)).await {
                Ok(Ok(())) => {}
                Ok(Err(Trouble::Refused(reason))) => {
                    self.keep_refusal(&outgoing.wanted(), &reason);
                    return Err(Unsent::Failed(reason));
                }
                Ok(Err(Trouble::Lost(_))) if !live.is_up() => continue,
                // A node isn't well; it may be in a moment.
                Ok(Err(Trouble::Lost(reason))) => {
                    if timeout_at(end, sleep(LOST_PAUSE)).await.is_err() {
                        return Err(Unsent::Failed(reason));
                    }
                    continue;
                }
                Err(_) => return Err(late()),
            }
            let size = u32::try_from(body.len().clamp(1, WINDOW)).unwrap_or(u32::MAX);
            let room = timeout_at(end, Arc::clone(&live.window).acquire_many_owned(size)).await;
            let Ok(Ok(room)) = room else {
                return Err(Unsent::Failed("the broker takes no messages as fast as they come".to_owned()));
            };
            // It may have been closed while this waited for room.
            if live.is_blocked().is_some() {
                continue;
            }
            let channel = live.out(outgoing.is_aside).channel();
            let compression = self.options.compression;
            let handed = hand_over(channel, outgoing, Arc::clone(body), room, compression, end)?;
            match settled(&live, outgoing, handed, end).await {
                Try::Done(published) => return Ok(published),
                Try::InDoubt(reason) => return Err(Unsent::InDoubt(reason)),
                Try::NotSent(reason) if live.is_up() => return Err(Unsent::Failed(reason)),
                Try::NotSent(_) => {}
            }
        }
    }

    /// The body as it goes out.
    fn body(&self, outgoing: &Outgoing) -> Result<Arc<Wrapped>, Unsent> {
        match self.options.compression {
            None => Ok(Arc::clone(&outgoing.body)),
            Some(compression) => {
                let compressed = compression.compress(outgoing.body.as_bytes()).map_err(Unsent::Failed)?;
                Ok(Arc::new(Wrapped::new(compressed)))
            }
        }
    }
}

/// The outcome of a try. One that is repeatable isn't waited for where the broker is silent. Each message has one timer at
/// a time: those of all messages are in one list.
async fn settled(live: &Arc<Live>, outgoing: &Outgoing, mut handed: Handed, end: Instant) -> Try {
    let silent = after(SILENCE).min(end);
    if let Ok(settled) = timeout_at(silent, handed.outcome()).await {
        return settled;
    }
    let in_doubt = || Try::InDoubt(UNCONFIRMED.to_owned());
    if silent == end {
        return in_doubt();
    }
    live.renew(outgoing.is_aside, &handed.channel);
    if outgoing.is_repeatable {
        return in_doubt();
    }
    timeout_at(end, handed.outcome()).await.unwrap_or_else(|_| in_doubt())
}

/// Declares what the message needs, unless that was done on this connection.
async fn prepare(live: &Live, outgoing: &Outgoing) -> Result<(), Trouble> {
    let Some(exchange) = &outgoing.exchange else { return Ok(()) };
    // The exchange of a fanout goes with its last queue.
    if outgoing.queue.is_none() && (outgoing.is_aside || exchange.auto_delete) {
        declare::exchange(live, exchange).await?;
        return Ok(());
    }
    let is_known = || match &outgoing.queue {
        Some(_) => live.knows(&outgoing.wanted()),
        None => live.knows(&exchange.name),
    };
    if is_known() {
        return Ok(());
    }
    let _turn = live.declaring().await;
    if is_known() {
        return Ok(());
    }
    match &outgoing.queue {
        Some(queue) => declare::queue(live, queue, Some((exchange, &outgoing.routing_key))).await?,
        None => declare::exchange(live, exchange).await.map(drop)?,
    }
    live.learn(&outgoing.wanted());
    Ok(())
}

fn hand_over(
    channel: Arc<Channel>,
    outgoing: &Outgoing,
    body: Arc<Wrapped>,
    room: OwnedSemaphorePermit,
    compression: Option<Compression>,
    end: Instant,
) -> Result<Handed, Unsent> {
    let named = |text: &str| short(text).map_err(Unsent::Failed);
    let exchange =
        outgoing.exchange.as_ref().map_or(Ok(ShortString::default()), |exchange| named(&exchange.name))?;
    let routing_key = named(&outgoing.routing_key)?;
    let options = BasicPublishOptions { mandatory: outgoing.is_mandatory, immediate: false };
    let mut headers = FieldTable::default();
    if let Some(compression) = compression {
        headers.insert(compression::HEADER.into(), AMQPValue::LongString(compression.media_type().into()));
    }
    let mut properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_delivery_mode(2)
        .with_priority(0);
    if let Some(patience) = outgoing.patience {
        // A server that hasn't begun by the time that its caller gives up shall not begin at all.
        let left = patience.min(end.saturating_duration_since(Instant::now()));
        let millis = left.as_millis();
        properties = properties.with_expiration(named(&millis.min(u128::from(u32::MAX)).to_string())?);
        let by = now_millis().saturating_add(i64::try_from(millis).unwrap_or(i64::MAX));
        headers.insert(BEGIN_BY.into(), AMQPValue::LongLongInt(by));
    }
    let properties = properties.with_headers(headers);
    let kept = Arc::clone(&channel);
    let sending: Boxed<lapin::Result<PublisherConfirm>> = Box::pin(async move {
        channel.basic_publish(exchange, routing_key, options, body.as_bytes(), properties).await
    });
    Ok(Handed { sending: Some(sending), confirm: None, room: Some(room), channel: kept })
}

/// A message that the client library has. Whoever drops it doesn't take it back, so it keeps its room until the broker
/// has it or the connection is lost.
struct Handed {
    sending: Option<Boxed<lapin::Result<PublisherConfirm>>>,
    confirm: Option<PublisherConfirm>,
    room: Option<OwnedSemaphorePermit>,
    /// It ends with its last holder, and its confirmations with it.
    channel: Arc<Channel>,
}

const UNCONFIRMED: &str = "the broker hasn't confirmed it";

impl Handed {
    /// What becomes of it. Whoever stops to wait may wait again.
    async fn outcome(&mut self) -> Try {
        if let Some(sending) = &mut self.sending {
            let sent = sending.await;
            self.sending = None;
            match sent {
                Ok(confirm) => self.confirm = Some(confirm),
                // It was never written as a whole.
                Err(error) => return Try::NotSent(told(&error)),
            }
        }
        let Some(confirm) = &mut self.confirm else { return Try::InDoubt(UNCONFIRMED.to_owned()) };
        let confirmed = confirm.await;
        self.confirm = None;
        match confirmed {
            Err(error) => Try::InDoubt(format!(
                "the connection was lost before the broker confirmed it: {}",
                told(&error)
            )),
            // A queue that was lost with its node may have handed the message over before.
            Ok(confirmation) if confirmation.is_nack() => {
                Try::InDoubt("the broker doesn't answer for the message".to_owned())
            }
            Ok(confirmation) => Try::Done(match confirmation.take_message() {
                Some(_) => Published::NoReceiver,
                None => Published::Routed,
            }),
        }
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        let (sending, confirm, room) = (self.sending.take(), self.confirm.take(), self.room.take());
        let channel = Arc::clone(&self.channel);
        if sending.is_none() && confirm.is_none() {
            return;
        }
        // Without a runtime the connection is gone too.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let confirm = match sending {
                Some(sending) => sending.await.ok(),
                None => confirm,
            };
            if let Some(confirm) = confirm {
                let _ = confirm.await;
            }
            drop((room, channel));
        });
    }
}

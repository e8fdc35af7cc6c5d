//! Listening in on a broker: copies of what goes over it.

use std::borrow::Cow;
use std::ops::ControlFlow;

use futures_lite::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Consumer};

use super::config::AmqpConfig;
use super::declare::short;
use super::envelope;
use super::link::Link;
use super::refusal::told;
use crate::rpc::TransportError;

/// The broker keeps so many copies for a watch that is slow, and lets go of the oldest beyond: a watch never costs a
/// broker more.
const MOST_COPIES: u32 = 10_000;

/// How many copies are handed over before one is heard.
const PREFETCH: u16 = 100;

/// The longest message that is taken apart, once it isn't compressed any more.
const LONGEST: usize = 64 << 20;

/// A place on a broker where copies of messages come from.
///
/// RabbitMQ's own copies are those of the exchange `amq.rabbitmq.trace`, once an operator turned it on
/// (`rabbitmqctl trace_on`): `publish.#` there is each message once, and `deliver.#` each as it is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copies {
    /// Messages that go through an exchange under keys of that pattern: a queue of the watch's own is bound to it, and goes
    /// with the watch.
    Exchange {
        /// The name of the exchange.
        name: String,
        /// The pattern, in which `*` is a word and `#` any number of them.
        key: String,
    },
    /// A queue that an operator bound, and that nobody else reads: what is heard is taken from it.
    Queue(String),
}

/// Hears copies of messages, until the closure breaks off. Where the connection is lost it goes on with the next one;
/// what went by meanwhile isn't heard.
///
/// The closure gets the bytes of a message as a host sent them, and where they can't be told, why. They hold secrets;
/// `check::record_line` masks them.
///
/// # Errors
/// Where the broker isn't there, or there is no such exchange or queue.
pub async fn watch(
    config: &AmqpConfig,
    copies: &Copies,
    mut hears: impl FnMut(Result<Cow<'_, [u8]>, String>) -> ControlFlow<()>,
) -> Result<(), TransportError> {
    let link = Link::connect(config, "watch").await?;
    let refused = |reason: String| TransportError::Broker { broker: link.broker(), reason };
    loop {
        let live = link.live().await;
        let begun = live.unless_lost(async {
            match live.channel().await {
                Ok(channel) => begin(&channel, copies).await,
                Err(error) => Err(told(&error)),
            }
        });
        let mut consumer = match begun.await {
            Some(Ok(consumer)) => consumer,
            Some(Err(reason)) if live.is_connected() => return Err(refused(reason)),
            // A connection that is lost meanwhile is made again.
            _ => continue,
        };
        while let Some(Some(Ok(delivery))) = live.unless_lost(consumer.next()).await {
            let flow = hears(body(&delivery));
            // One that isn't acknowledged comes once more, on the next connection.
            let _ = live.unless_lost(delivery.ack(BasicAckOptions::default())).await;
            if flow.is_break() {
                return Ok(());
            }
        }
        if live.is_connected() && matches!(copies, Copies::Queue(_)) {
            return Err(refused("the queue is gone".to_owned()));
        }
    }
}

async fn begin(channel: &Channel, copies: &Copies) -> Result<Consumer, String> {
    let failed = |error: lapin::Error| told(&error);
    let queue = match copies {
        Copies::Queue(queue) => short(queue)?,
        Copies::Exchange { name, key } => {
            let mut arguments = FieldTable::default();
            arguments.insert("x-max-length".into(), AMQPValue::LongUInt(MOST_COPIES));
            // A queue of one connection alone: it goes with that.
            let options = QueueDeclareOptions { exclusive: true, ..QueueDeclareOptions::default() };
            let declared = channel.queue_declare("".into(), options, arguments).await.map_err(failed)?;
            let (queue, options) = (declared.name().clone(), QueueBindOptions::default());
            let (exchange, key) = (short(name)?, short(key)?);
            let bound = channel.queue_bind(queue.clone(), exchange, key, options, FieldTable::default());
            bound.await.map_err(failed)?;
            queue
        }
    };
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await.map_err(failed)?;
    let options = BasicConsumeOptions::default();
    channel.basic_consume(queue, "".into(), options, FieldTable::default()).await.map_err(failed)
}

/// The message as a host sent it. A copy of the broker's own has the headers of the message in one of its own.
fn body(delivery: &Delivery) -> Result<Cow<'_, [u8]>, String> {
    let own = delivery.properties.headers().as_ref();
    let inner = |table: &FieldTable, key: &str| match table.inner().get(key) {
        Some(AMQPValue::FieldTable(table)) => Some(table.clone()),
        _ => None,
    };
    let copied = own.and_then(|own| inner(&inner(own, "properties")?, "headers"));
    envelope::plain_by(copied.as_ref().or(own), &delivery.data, LONGEST)
}

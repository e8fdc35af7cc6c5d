//! Taking what comes into a queue.

use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::{Channel, Consumer};

use super::declare::{self, short};
use super::link::Live;
use super::refusal::{Trouble, Wanted, told, trouble};
use super::topology::{Exchange, Queue};

/// Declares a queue, binds it where it has an exchange, and takes what comes into it. `prefetch` messages are handed
/// over before one is dealt with.
pub(super) async fn consume(
    live: &Live,
    channel: &Channel,
    queue: &Queue,
    bound: Option<(&Exchange, &str)>,
    tag: &str,
    prefetch: u16,
) -> Result<Consumer, Trouble> {
    declare::queue(live, queue, bound).await?;
    let lost = |error: lapin::Error| Trouble::Lost(told(&error));
    channel.basic_qos(prefetch, BasicQosOptions::default()).await.map_err(lost)?;
    let name = |text: &str| short(text).map_err(Trouble::Refused);
    let (name, tag) = (name(&queue.name)?, name(tag)?);
    let (options, arguments) = (BasicConsumeOptions::default(), queue.consumer_arguments.clone());
    let consumer = channel.basic_consume(name, tag, options, arguments).await;
    consumer.map_err(|error| trouble(&error, Wanted::Queue(queue)))
}

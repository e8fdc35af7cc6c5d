//! Declaring exchanges and queues. A declaration that is refused costs its channel, so each has one of its own.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::{FieldTable, ShortString};

use super::link::Live;
use super::refusal::{Trouble, Wanted, is_of_durability, said, told, trouble};
use super::topology::{Exchange, Queue};

/// A name as AMQP has them.
///
/// # Errors
/// Where it is longer than 255 bytes.
pub(super) fn short(text: &str) -> Result<ShortString, String> {
    ShortString::try_new(text).map_err(|_| format!("a name of {} bytes, the most is 255", text.len()))
}

fn name(text: &str) -> Result<ShortString, Trouble> {
    short(text).map_err(Trouble::Refused)
}

/// A declaration that failed.
enum Failed {
    Broker(lapin::Error),
    Other(Trouble),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Failed::Other(trouble)
    }
}

async fn exchange_once(live: &Live, exchange: &Exchange) -> Result<(), Failed> {
    let options = ExchangeDeclareOptions {
        durable: exchange.durable,
        auto_delete: exchange.auto_delete,
        ..ExchangeDeclareOptions::default()
    };
    let channel = live.channel().await.map_err(Failed::Broker)?;
    let (name, kind) = (name(&exchange.name)?, exchange.kind.clone());
    channel.exchange_declare(name, kind, options, FieldTable::default()).await.map_err(Failed::Broker)?;
    close(&channel).await;
    Ok(())
}

async fn queue_once(live: &Live, queue: &Queue) -> Result<(), Failed> {
    let options = QueueDeclareOptions {
        durable: queue.durable,
        auto_delete: queue.auto_delete,
        ..QueueDeclareOptions::default()
    };
    let channel = live.channel().await.map_err(Failed::Broker)?;
    let (name, arguments) = (name(&queue.name)?, queue.arguments.clone());
    channel.queue_declare(name, options, arguments).await.map_err(Failed::Broker)?;
    close(&channel).await;
    Ok(())
}

async fn close(channel: &lapin::Channel) {
    // One that is closed already is as good.
    let _ = channel.close(200, "OK".into()).await;
}

/// Declares an exchange. One that is there and isn't durable is taken as it is, as `oslo.messaging` does: a fleet's
/// services may share it. Gives whether it's durable.
pub(super) async fn exchange(live: &Live, exchange: &Exchange) -> Result<bool, Trouble> {
    let wanted = Wanted::Exchange(exchange);
    match exchange_once(live, exchange).await {
        Ok(()) => Ok(exchange.durable),
        Err(Failed::Other(trouble)) => Err(trouble),
        Err(Failed::Broker(error)) if exchange.durable && is_of_durability(&error) => {
            let plain = Exchange { durable: false, ..exchange.clone() };
            match exchange_once(live, &plain).await {
                Ok(()) => {
                    tracing::warn!(
                        exchange = exchange.name,
                        "the exchange is there and isn't durable; it is taken so"
                    );
                    Ok(false)
                }
                Err(_) => Err(trouble(&error, wanted)),
            }
        }
        Err(Failed::Broker(error)) => Err(trouble(&error, wanted)),
    }
}

/// Declares a queue, and binds it where it has an exchange. Beside an exchange that isn't durable it isn't either, as in
/// `oslo.messaging`; a quorum queue can't be so.
pub(super) async fn queue(
    live: &Live,
    queue: &Queue,
    bound: Option<(&Exchange, &str)>,
) -> Result<(), Trouble> {
    let mut wanted = queue.clone();
    if let Some((of, _)) = bound {
        let is_durable = exchange(live, of).await?;
        if of.durable && !is_durable {
            wanted.durable = false;
        }
    }
    declared(live, &wanted).await?;
    let Some((of, key)) = bound else { return Ok(()) };
    let channel = live.channel().await.map_err(|error| Trouble::Lost(told(&error)))?;
    let (queue_name, exchange, key) = (name(&queue.name)?, name(&of.name)?, name(key)?);
    let options = QueueBindOptions::default();
    let bound = channel.queue_bind(queue_name, exchange, key, options, FieldTable::default()).await;
    bound.map_err(|error| trouble(&error, Wanted::Queue(queue)))?;
    close(&channel).await;
    Ok(())
}

async fn declared(live: &Live, queue: &Queue) -> Result<(), Trouble> {
    const NOT_FOUND: u16 = 404;
    let error = match queue_once(live, queue).await {
        Ok(()) => return Ok(()),
        Err(Failed::Other(trouble)) => return Err(trouble),
        Err(Failed::Broker(error)) => error,
    };
    let again =
        if queue.durable && queue.arguments.inner().get("x-queue-type").is_none() && is_of_durability(&error)
        {
            Queue { durable: false, ..queue.clone() }
        } else if said(&error).is_some_and(|(code, _)| code == NOT_FOUND) {
            // Its node is down. Deleted, it's made anew on one that is up.
            tracing::warn!(queue = queue.name, "the queue is on a node that is down; it is made anew");
            let channel = live.channel().await.map_err(|error| Trouble::Lost(told(&error)))?;
            let _ = channel.queue_delete(name(&queue.name)?, QueueDeleteOptions::default()).await;
            queue.clone()
        } else {
            return Err(trouble(&error, Wanted::Queue(queue)));
        };
    match queue_once(live, &again).await {
        Ok(()) => Ok(()),
        Err(Failed::Other(trouble)) => Err(trouble),
        Err(Failed::Broker(_)) => Err(trouble(&error, Wanted::Queue(queue))),
    }
}

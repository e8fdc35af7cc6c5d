use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_lite::future::FutureExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, interval_at, sleep};

use super::clock::{NO_RECEIVER_PAUSE, after};
use super::envelope::{self, Wrapped};
use super::link::Link;
use super::publish::{Outgoing, Published};
use super::recent::Gone;
use crate::rpc::message::Reply;
use crate::rpc::{Failure, Server};

/// Who asks, as far as a reply goes.
#[derive(Debug)]
pub(super) struct Caller {
    /// The request's id and the caller's queue, where a reply is wanted.
    pub(super) reply: Option<(String, String)>,
    /// How long the caller waits for a sign of life.
    pub(super) monitor: Option<Duration>,
}

/// A request that is to be served.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) message: Vec<u8>,
    /// Whether another host may have begun it.
    pub(super) is_redelivered: bool,
}

/// Why a request isn't served.
#[derive(Debug)]
pub(super) enum Refusal {
    TooLong(String),
    /// Its caller gave it up that many milliseconds ago.
    Late(i64),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLong(reason) => Failure::value_error(reason),
            Refusal::Late(late) => Failure::new(
                "oslo_messaging.exceptions",
                "MessagingTimeout",
                format!("not begun: by this host's clock its time to begin was out {late} ms ago"),
            ),
        }
    }
}

/// Serves a request, or answers why it can't be. `permit` is its place among those that the server works on, which it
/// has until its reply is with the broker.
pub(super) async fn serve(
    link: &Arc<Link>,
    server: &Arc<Server>,
    gone: &Gone,
    request: Result<Taken, Refusal>,
    caller: Caller,
    permit: OwnedSemaphorePermit,
) {
    let Some((id, queue)) = caller.reply else {
        let outcome = match request {
            Ok(Taken { message, is_redelivered }) => {
                let taking = AssertUnwindSafe(server.take_again(&message, is_redelivered)).catch_unwind();
                match taking.await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(Failure::new("builtins", "RuntimeError", "the method panicked")),
                }
            }
            Err(refusal) => Err(refusal.into()),
        };
        // Nobody waits for what becomes of a cast.
        if let Err(failure) = outcome {
            tracing::warn!(class = failure.class(), "a cast failed");
        }
        return;
    };
    let reply = match request {
        Ok(request) => answer(link, server, request, caller.monitor, &id, &queue).await,
        Err(refusal) => failure(refusal.into()),
    };
    let limit = link.options.max_message;
    let wrapped = match envelope::reply(&reply, &id) {
        Ok(body) if body.len() > limit => {
            let reason = format!("the reply has {} bytes, the most is {limit}", body.len());
            envelope::reply(&failure(Failure::value_error(reason)), &id)
        }
        wrapped => wrapped,
    };
    match wrapped {
        Ok(body) => publish(link, gone, &queue, Arc::new(body), permit).await,
        Err(reason) => tracing::error!(reason, queue, "a reply that can't be written is dropped"),
    }
}

/// The reply to a request, with a heartbeat now and then where the caller listens for them.
async fn answer(
    link: &Arc<Link>,
    server: &Arc<Server>,
    request: Taken,
    monitor: Option<Duration>,
    id: &str,
    queue: &str,
) -> Vec<u8> {
    let Taken { message, is_redelivered } = request;
    let period = monitor.map(|monitor| monitor / 2).filter(|period| *period >= Duration::from_secs(1));
    // A time that no clock can show is as good as never.
    let first = period.and_then(|period| Some((period, Instant::now().checked_add(period)?)));
    let Some(((period, first), beat)) = first.zip(envelope::heartbeat(id).ok()) else {
        let answering = AssertUnwindSafe(server.answer_again(&message, queue, is_redelivered)).catch_unwind();
        return answering.await.unwrap_or_else(|_| panicked());
    };
    // On a task of its own, so that a method that keeps its thread busy gives signs of life as well.
    let (server, from) = (Arc::clone(server), queue.to_owned());
    let mut running = tokio::spawn(async move { server.answer_again(&message, &from, is_redelivered).await });
    let beat = Outgoing::reply(queue, Arc::new(beat));
    let mut beats = interval_at(first, period);
    loop {
        tokio::select! {
            reply = &mut running => return reply.unwrap_or_else(|_| panicked()),
            _ = beats.tick() => {
                // A beat that gets lost is as good as one that isn't sent.
                let _ = link.publish(&beat, after(period)).await;
            }
        }
    }
}

fn panicked() -> Vec<u8> {
    failure(Failure::new("builtins", "RuntimeError", "the method panicked"))
}

fn failure(failure: Failure) -> Vec<u8> {
    Reply::Failure(failure).to_bytes().unwrap_or_default()
}

/// Sends a reply. A caller whose connection was lost may come back to its queue; one that doesn't is remembered. That
/// is waited for without a place among the requests. A reply in doubt is sent again: its caller takes the first.
async fn publish(
    link: &Arc<Link>,
    gone: &Gone,
    queue: &str,
    body: Arc<Wrapped>,
    permit: OwnedSemaphorePermit,
) {
    let dropped = |reason: &str| tracing::warn!(queue, reason, "a reply is dropped");
    if gone.contains(queue) {
        return dropped("its queue has been missing for long");
    }
    let end = after(link.options.retry);
    let outgoing = Outgoing::reply(queue, body);
    match link.publish(&outgoing, end).await {
        Ok(Published::Routed) => return,
        Ok(Published::NoReceiver) => {}
        Err(unsent) => return dropped(unsent.reason()),
    }
    drop(permit);
    let Some(_place) = gone.place() else { return dropped("too many wait for callers that are away") };
    while Instant::now() < end {
        sleep(NO_RECEIVER_PAUSE).await;
        match link.publish(&outgoing, end).await {
            Ok(Published::Routed) => return,
            Ok(Published::NoReceiver) => {}
            Err(unsent) => return dropped(unsent.reason()),
        }
    }
    dropped("its queue is missing");
    gone.add(queue);
}

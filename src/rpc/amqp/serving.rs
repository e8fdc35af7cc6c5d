use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at, sleep, timeout_at};

use super::envelope::{self, Wrapped};
use super::link::{Link, Outgoing, Published};
use super::recent::Gone;
use super::{NO_RECEIVER_PAUSE, after};
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

/// Serves a request, or answers why it can't be. `permit` is its place among those that the server works on, which it
/// has until its reply is with the broker.
pub(super) async fn serve(
    link: &Link,
    server: Arc<Server>,
    gone: &Gone,
    request: Result<Vec<u8>, String>,
    caller: Caller,
    permit: OwnedSemaphorePermit,
) {
    let Some((id, queue)) = caller.reply else {
        if let Ok(request) = request {
            // Nobody waits for what becomes of a cast.
            let _ = server.take(&request).await;
        }
        return;
    };
    let reply = match request {
        Ok(request) => {
            let from = queue.clone();
            let running = tokio::spawn(async move { server.answer(&request, &from).await });
            run(link, running, caller.monitor, &id, &queue).await
        }
        Err(reason) => failure(Failure::value_error(reason)),
    };
    let Ok(body) = envelope::reply(&reply, &id) else { return };
    publish(link, gone, &queue, &body, permit).await;
}

/// Waits for a method, with a heartbeat now and then where the caller listens for them.
async fn run(
    link: &Link,
    mut running: JoinHandle<Vec<u8>>,
    monitor: Option<Duration>,
    id: &str,
    queue: &str,
) -> Vec<u8> {
    let period = monitor.map(|monitor| monitor / 2).filter(|period| *period >= Duration::from_secs(1));
    let Some((period, beat)) = period.zip(envelope::heartbeat(id).ok()) else {
        return ended(running.await);
    };
    let mut beats = interval_at(Instant::now() + period, period);
    loop {
        tokio::select! {
            reply = &mut running => return ended(reply),
            _ = beats.tick() => {
                // A beat that gets lost is as good as one that isn't sent.
                let _ = timeout_at(Instant::now() + period, link.publish(&Outgoing::reply(queue, &beat))).await;
            }
        }
    }
}

fn ended(reply: Result<Vec<u8>, tokio::task::JoinError>) -> Vec<u8> {
    reply.unwrap_or_else(|_| failure(Failure::new("builtins", "RuntimeError", "the method panicked")))
}

fn failure(failure: Failure) -> Vec<u8> {
    Reply::Failure(failure).to_bytes().unwrap_or_default()
}

/// Sends a reply. A caller whose connection was lost may come back to its queue; one that doesn't is remembered. That
/// is waited for without a place among the requests.
async fn publish(link: &Link, gone: &Gone, queue: &str, body: &Wrapped, permit: OwnedSemaphorePermit) {
    if gone.contains(queue) {
        return;
    }
    let end = after(link.options.retry);
    let outgoing = Outgoing::reply(queue, body);
    let Ok(Ok(Published::NoReceiver)) = timeout_at(end, link.publish(&outgoing)).await else { return };
    drop(permit);
    let Some(_place) = gone.place() else { return };
    while Instant::now() < end {
        sleep(NO_RECEIVER_PAUSE).await;
        let Ok(Ok(Published::NoReceiver)) = timeout_at(end, link.publish(&outgoing)).await else { return };
    }
    gone.add(queue);
}

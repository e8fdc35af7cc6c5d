//! What a caller is told of a call that the broker may have, or may not: each call ends as answered, as failed, which
//! means that it never runs, or as unknown.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::broker;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_blocking;
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, Payload,
    Server, Serving, TransportError,
};

use crate::ALONE;

/// How often each call was begun, by its id.
#[derive(Clone, Default)]
struct Runs(Arc<Mutex<BTreeMap<u64, u32>>>);

impl Runs {
    fn of(&self, id: u64) -> u32 {
        self.0.lock().unwrap().get(&id).copied().unwrap_or(0)
    }
}

impl Endpoint for Runs {
    fn methods(&self) -> &[&str] {
        &["run"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let id: u64 = args.take_plain("id")?;
            *self.0.lock().unwrap().entry(id).or_default() += 1;
            Ok(Payload::plain(&id)?)
        })
    }
}

fn options() -> AmqpOptions {
    AmqpOptions::new().exchange("doubt")
}

async fn serve(topic: &str, host: &str, runs: &Runs) -> Serving {
    let amqp = Amqp::connect(&broker::url(), host, options()).await.unwrap();
    amqp.serve(topic, Server::new(host).endpoint(runs.clone())).await.unwrap()
}

/// What a caller was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Answered,
    Failed,
    Unknown,
}

async fn run(client: &Client, id: u64, ballast: usize) -> Told {
    let mut args = Args::new();
    args.insert_plain("id", &id).unwrap();
    if ballast > 0 {
        args.insert_plain("ballast", &"x".repeat(ballast)).unwrap();
    }
    match client.call("run", args, &CallContext::new()).await {
        Ok(_) => Told::Answered,
        Err(CallError::Transport(TransportError::Unreachable { .. })) => Told::Failed,
        Err(CallError::Transport(TransportError::Unknown { .. } | TransportError::Timeout { .. })) => {
            Told::Unknown
        }
        Err(error) => panic!("{error}"),
    }
}

/// The promise, for each call: what failed never ran, what was answered ran once, and nothing ran twice.
fn judge(told: &[Told], runs: &Runs) {
    for (id, told) in (0..).zip(told) {
        let ran = runs.of(id);
        match told {
            Told::Answered => assert_eq!(ran, 1, "call {id} was answered"),
            Told::Failed => assert_eq!(ran, 0, "call {id} failed"),
            Told::Unknown => assert!(ran <= 1, "call {id} ran {ran} times"),
        }
    }
}

/// Runs calls at the same time, with ids from the first on.
async fn all_at_once(client: &Client, first: u64, count: u64, ballast: usize) -> Vec<Told> {
    let calls: Vec<_> = (first..first + count)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { run(&client, id, ballast).await })
        })
        .collect();
    let mut told = Vec::new();
    for call in calls {
        told.push(call.await.unwrap());
    }
    told
}

fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

async fn ctl(arguments: &'static [&'static str]) {
    spawn_blocking(move || broker::ctl(arguments)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_takes_nothing_gets_nothing_that_was_given_up() {
    let _alone = ALONE.lock().await;
    let runs = Runs::default();
    let _host = serve("alarm", "b", &runs).await;
    let amqp = Amqp::connect(&broker::url(), "a", options()).await.unwrap();
    let client = amqp.client(Address::server("alarm", "b"));
    assert_eq!(run(&client, 0, 0).await, Told::Answered);
    let mut told = vec![Told::Answered];
    ctl(&["set_vm_memory_high_watermark", "0.00001"]).await;
    let impatient = client.clone().timeout(Duration::from_secs(2));
    // The broker says that it takes nothing once something comes.
    told.push(run(&impatient, 1, 0).await);
    assert_eq!(told[1], Told::Unknown);
    told.extend(all_at_once(&impatient, 2, 20, 0).await);
    assert!(told[2..].iter().all(|told| *told == Told::Failed), "{told:?}");
    // 60 calls that were held would add 80 MB each time. What the allocator keeps of one lot serves a later one.
    let mut after = Vec::new();
    for _ in 0..4 {
        let first = u64::try_from(told.len()).unwrap();
        told.extend(all_at_once(&impatient, first, 60, 1 << 20).await);
        after.push(memory());
    }
    ctl(&["set_vm_memory_high_watermark", "0.4"]).await;
    assert!(told[2..].iter().all(|told| *told == Told::Failed), "{told:?}");
    let grown = after.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    assert!(grown.min() < Some(60 << 20), "each 60 calls of 1 MiB that are given up stay: {after:?}");
    let last = u64::try_from(told.len()).unwrap();
    told.push(run(&client.timeout(Duration::from_secs(60)), last, 0).await);
    assert_eq!(told.last(), Some(&Told::Answered));
    tokio::time::sleep(Duration::from_secs(1)).await;
    judge(&told, &runs);
    assert_eq!(runs.of(1), 0, "a call that was given up was begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_broker_runs_nothing_later_that_was_given_up() {
    let _alone = ALONE.lock().await;
    let runs = Runs::default();
    let _host = serve("frozen", "b", &runs).await;
    let amqp = Amqp::connect(&broker::url(), "a", options()).await.unwrap();
    let client = amqp.client(Address::server("frozen", "b"));
    assert_eq!(run(&client, 0, 0).await, Told::Answered);
    let frozen = spawn_blocking(broker::freeze).await.unwrap();
    let mut told = vec![Told::Answered];
    for id in 1..4 {
        told.push(run(&client.clone().timeout(Duration::from_millis(700)), id, 0).await);
    }
    assert!(told[1..].iter().all(|told| *told == Told::Unknown), "{told:?}");
    spawn_blocking(|| drop(frozen)).await.unwrap();
    told.push(run(&client.timeout(Duration::from_secs(60)), 4, 0).await);
    assert_eq!(told.last(), Some(&Told::Answered));
    judge(&told, &runs);
    assert!((1..4).all(|id| runs.of(id) == 0), "a call that was given up was begun");
}

/// What stands between a caller and the broker, and can cut the connection once the broker has a request.
struct Cutter {
    port: u16,
    /// The connection is to go when a request passes; the broker's word for it doesn't.
    is_armed: Arc<AtomicBool>,
}

impl Cutter {
    async fn start(broker: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_armed = Arc::new(AtomicBool::new(false));
        let armed = Arc::clone(&is_armed);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(pass(caller, broker, Arc::clone(&armed)));
            }
        });
        Cutter { port, is_armed }
    }
}

async fn pass(mut caller: TcpStream, port: u16, is_armed: Arc<AtomicBool>) {
    let Ok(mut broker) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let (mut from_caller, mut from_broker) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = caller.read(&mut from_caller) => {
                let Ok(read @ 1..) = read else { return };
                broker.write_all(&from_caller[..read]).await.unwrap();
                let is_request = from_caller[..read].windows(6).any(|bytes| bytes == b"method");
                if is_request && is_armed.swap(false, Ordering::Relaxed) {
                    // What the broker has read it keeps.
                    broker.shutdown().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    return;
                }
            }
            read = broker.read(&mut from_broker) => {
                let Ok(read @ 1..) = read else { return };
                if caller.write_all(&from_broker[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_before_the_confirmation_runs_nothing_twice() {
    let _alone = ALONE.lock().await;
    let runs = Runs::default();
    let _hosts = (serve("cut", "b", &runs).await, serve("cut", "c", &runs).await);
    let cutter = Cutter::start(broker::port()).await;
    let url = format!("rabbit://guest:guest@127.0.0.1:{}/", cutter.port);
    let amqp = Amqp::connect(&url, "a", options()).await.unwrap();
    let client = amqp.client(Address::topic("cut")).timeout(Duration::from_secs(5));
    let mut told = Vec::new();
    for id in 0..20 {
        cutter.is_armed.store(true, Ordering::Relaxed);
        told.push(run(&client, id, 0).await);
        assert!(!cutter.is_armed.load(Ordering::Relaxed), "nothing was cut");
    }
    judge(&told, &runs);
    // The reply comes by the next connection.
    assert!(told.contains(&Told::Answered), "{told:?}");
}

//! How fast a call over RabbitMQ is, beside bare lapin that does the same publishes and gets and beside `oslo.messaging`'s own
//! client and server, and what memory a host has after many calls: `broker URL [CALLS [PYTHON]]`. PYTHON is an interpreter
//! that has `oslo.messaging`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_lite::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer};
use tokio::sync::oneshot;
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BoxFuture, CallContext, Client, Endpoint, Failure, Payload, Server,
};

/// How many rounds there are, of which the quickest counts.
const ROUNDS: usize = 5;

struct Echo;

impl Endpoint for Echo {
    fn methods(&self) -> &[&str] {
        &["echo"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move { Ok(Payload::plain(&args.take_plain::<u64>("a")?)?) })
    }
}

/// Requests and replies without anything around them.
struct Bare {
    channel: Channel,
    queue: String,
    waiting: Arc<Mutex<HashMap<Vec<u8>, oneshot::Sender<()>>>>,
}

async fn open(url: &str, queue: &str) -> (Channel, Channel, Consumer) {
    let properties = ConnectionProperties::default();
    let connection = Connection::connect(&format!("{url}%2f"), properties).await.unwrap();
    let (out, taking) =
        (connection.create_channel().await.unwrap(), connection.create_channel().await.unwrap());
    out.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    taking.basic_qos(32, BasicQosOptions::default()).await.unwrap();
    let options = QueueDeclareOptions { auto_delete: true, ..Default::default() };
    taking.queue_declare(queue.into(), options, FieldTable::default()).await.unwrap();
    let options = BasicConsumeOptions::default();
    let consumer =
        taking.basic_consume(queue.into(), "1".into(), options, FieldTable::default()).await.unwrap();
    // It goes with the program.
    std::mem::forget(connection);
    (out, taking, consumer)
}

async fn publish(channel: &Channel, queue: &str, body: &[u8]) {
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let properties =
        BasicProperties::default().with_content_type("application/json".into()).with_delivery_mode(2);
    let confirm = channel.basic_publish("".into(), queue.into(), options, body, properties).await.unwrap();
    confirm.await.unwrap();
}

impl Bare {
    async fn start(url: &str) -> Self {
        let id = std::process::id();
        let (requests, replies) = (format!("bare-requests-{id}"), format!("bare-replies-{id}"));
        let (out, _taking, mut consumer) = open(url, &requests).await;
        let to = replies.clone();
        tokio::spawn(async move {
            let _taking = _taking;
            while let Some(Ok(delivery)) = consumer.next().await {
                delivery.ack(BasicAckOptions::default()).await.unwrap();
                let (out, to) = (out.clone(), to.clone());
                tokio::spawn(async move { publish(&out, &to, &delivery.data).await });
            }
        });
        let (channel, _taking, mut consumer) = open(url, &replies).await;
        let waiting: Arc<Mutex<HashMap<Vec<u8>, oneshot::Sender<()>>>> = Arc::default();
        let waiters = Arc::clone(&waiting);
        tokio::spawn(async move {
            let _taking = _taking;
            while let Some(Ok(delivery)) = consumer.next().await {
                if let Some(waiter) = waiters.lock().unwrap().remove(&delivery.data) {
                    let _ = waiter.send(());
                }
                delivery.ack(BasicAckOptions::default()).await.unwrap();
            }
        });
        Bare { channel, queue: requests, waiting }
    }

    async fn call(&self, id: u64) {
        // As long as a message of the other.
        let body = format!("{id:0400}").into_bytes();
        let (sender, reply) = oneshot::channel();
        self.waiting.lock().unwrap().insert(body.clone(), sender);
        let (_, reply) = tokio::join!(publish(&self.channel, &self.queue, &body), reply);
        reply.unwrap();
    }
}

/// A client and a server in Python, each a process of its own.
struct Python {
    server: Child,
    client: Child,
    asked: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Python {
    fn start(python: &str, url: &str) -> Self {
        let topic = format!("bench-python-{}", std::process::id());
        let begin = |role: &str| {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/oslo.py");
            let mut command = Command::new(python);
            command.args(["-Wignore", script, url, &topic, role]);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("PYTHON starts")
        };
        let mut server = begin("serve");
        let mut said = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "serving");
        let mut client = begin("call");
        let (asked, told) = (client.stdin.take().unwrap(), BufReader::new(client.stdout.take().unwrap()));
        Python { server, client, asked, told }
    }

    /// How long that many calls take, one after the other.
    fn calls(&mut self, count: u64) -> Duration {
        writeln!(self.asked, "{count}").unwrap();
        let mut told = String::new();
        self.told.read_line(&mut told).unwrap();
        Duration::from_secs_f64(told.trim().parse().unwrap())
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        for child in [&mut self.client, &mut self.server] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

async fn ours(client: &Client, id: u64) {
    let mut args = Args::new();
    args.insert_plain("a", &id).unwrap();
    let answer = client.call("echo", args, &CallContext::new()).await.unwrap();
    assert_eq!(answer.read_plain::<u64>().unwrap(), id);
}

fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// Memory after these calls, of which 16 are under way at a time.
async fn many(client: &Client, ids: std::ops::Range<u64>) -> f64 {
    let next = Arc::new(AtomicU64::new(ids.start));
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    if id >= ids.end {
                        return;
                    }
                    ours(&client, id).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    memory()
}

fn quickest(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.first().copied().unwrap_or_default()
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("broker URL [CALLS]");
    let calls: u64 = arguments.next().map_or(2000, |calls| calls.parse().unwrap());
    let mut python = arguments.next().map(|python| Python::start(&python, &url));
    let topic = format!("bench-{}", std::process::id());
    let host = Amqp::connect(&url, "b", AmqpOptions::new()).await.unwrap();
    let serving = host.serve(&topic, Server::new("b").endpoint(Echo)).await.unwrap();
    let caller = Amqp::connect(&url, "a", AmqpOptions::new()).await.unwrap();
    let client = caller.client(Address::server(&topic, "b"));
    let after = [many(&client, 0..1000).await, many(&client, 1000..100_000).await];
    println!(
        "memory after 1,000 calls {:.1} MB, after 100,000 {:.1} MB: {:.2}",
        after[0],
        after[1],
        after[1] / after[0]
    );
    let bare = Arc::new(Bare::start(&url).await);
    let mut times: [Vec<Duration>; 5] = Default::default();
    // Turn by turn, so that what else the machine does hits both.
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for id in 0..calls {
            bare.call(id).await;
        }
        times[0].push(begun.elapsed());
        let begun = Instant::now();
        for id in 0..calls {
            ours(&client, id).await;
        }
        times[1].push(begun.elapsed());
        let begun = Instant::now();
        let all: Vec<_> = (0..1000)
            .map(|id| {
                tokio::spawn({
                    let bare = Arc::clone(&bare);
                    async move { bare.call(id).await }
                })
            })
            .collect();
        for one in all {
            one.await.unwrap();
        }
        times[2].push(begun.elapsed());
        let begun = Instant::now();
        let all: Vec<_> = (0..1000)
            .map(|id| {
                tokio::spawn({
                    let client = client.clone();
                    async move { ours(&client, id).await }
                })
            })
            .collect();
        for one in all {
            one.await.unwrap();
        }
        times[3].push(begun.elapsed());
        if let Some(python) = &mut python {
            // A tenth of them, since each takes so long.
            let took = tokio::task::block_in_place(|| python.calls(calls / 10));
            times[4].push(took * 10);
        }
    }
    let of_python = std::mem::take(&mut times[4]);
    let [bare_one, our_one, bare_all, our_all, _] = times.map(quickest);
    let one = |time: Duration| time / u32::try_from(calls).unwrap();
    let ratio = |ours: Duration, bare: Duration| ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "one call after the other: {:?}, bare lapin {:?}: {:.2}",
        one(our_one),
        one(bare_one),
        ratio(our_one, bare_one)
    );
    println!("1,000 at once: {our_all:?}, bare lapin {bare_all:?}: {:.2}", ratio(our_all, bare_all));
    if !of_python.is_empty() {
        let python = quickest(of_python);
        println!("one call in Python: {:?}: {:.2}", one(python), ratio(our_one, python));
    }
    serving.stop().await;
}

//! How fast a call over RabbitMQ is, beside bare lapin that does the same publishes and gets and beside `oslo.messaging`'s own
//! client and server, and what memory a host has after many calls: `broker URL [ROUNDS [PYTHON]]`. PYTHON is an interpreter
//! that has `oslo.messaging`. `broker URL only WAY COUNT` does one way alone, for who counts instructions; WAY is `bare-one`,
//! `our-one`, `bare-all` or `our-all`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_lite::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer};
use tokio::sync::oneshot;
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BoxFuture, CallContext, Client, Endpoint, Failure, Payload, Server,
};

/// How many calls there are in a turn, one after the other.
const IN_TURN: u64 = 200;

/// How many calls there are at once.
const AT_ONCE: u64 = 1000;

/// The exchange of the bare requests, and the host's own.
const EXCHANGE: &str = "openstack";

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

/// Publishes as a host of this crate does: by the same exchange, and with the same properties.
async fn publish(channel: &Channel, exchange: &str, queue: &str, body: &[u8]) {
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let mut headers = FieldTable::default();
    let mut properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_delivery_mode(2)
        .with_priority(0);
    if !exchange.is_empty() {
        headers.insert("versioned_objects.begin_by".into(), AMQPValue::LongLongInt(i64::MAX));
        properties = properties.with_expiration("60000".into());
    }
    let properties = properties.with_headers(headers);
    let confirm =
        channel.basic_publish(exchange.into(), queue.into(), options, body, properties).await.unwrap();
    confirm.await.unwrap();
}

impl Bare {
    async fn start(url: &str) -> Self {
        let id = std::process::id();
        let (requests, replies) = (format!("bare-requests-{id}"), format!("bare-replies-{id}"));
        let (out, taking, mut consumer) = open(url, &requests).await;
        let (name, key) = (requests.as_str().into(), requests.as_str().into());
        let options = QueueBindOptions::default();
        taking.queue_bind(name, EXCHANGE.into(), key, options, FieldTable::default()).await.unwrap();
        let to = replies.clone();
        tokio::spawn(async move {
            let _taking = taking;
            while let Some(Ok(delivery)) = consumer.next().await {
                delivery.ack(BasicAckOptions::default()).await.unwrap();
                let (out, to) = (out.clone(), to.clone());
                tokio::spawn(async move { publish(&out, "", &to, &delivery.data).await });
            }
        });
        let (channel, taking, mut consumer) = open(url, &replies).await;
        let waiting: Arc<Mutex<HashMap<Vec<u8>, oneshot::Sender<()>>>> = Arc::default();
        let waiters = Arc::clone(&waiting);
        tokio::spawn(async move {
            let _taking = taking;
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
        let (_, reply) = tokio::join!(publish(&self.channel, EXCHANGE, &self.queue, &body), reply);
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

/// What calls: its name, its time in a round, and that of this process's processors.
struct Way {
    name: &'static str,
    times: Vec<Duration>,
    work: Vec<Duration>,
}

/// Both callers.
#[derive(Clone)]
struct Callers {
    bare: Arc<Bare>,
    client: Client,
}

impl Callers {
    async fn one(&self, is_bare: bool, id: u64) {
        if is_bare { self.bare.call(id).await } else { ours(&self.client, id).await }
    }

    async fn turn(&self, name: &str, count: u64) {
        let is_bare = name.starts_with("bare");
        if name.ends_with("one") {
            for id in 0..count {
                self.one(is_bare, id).await;
            }
            return;
        }
        let begin = |id| {
            let callers = self.clone();
            tokio::spawn(async move { callers.one(is_bare, id).await })
        };
        let all: Vec<_> = (0..count).map(begin).collect();
        for one in all {
            one.await.unwrap();
        }
    }
}

/// How long this process has been at work, in all its threads.
fn work() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let of_task = |path: std::path::PathBuf| {
        let told = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        told.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
    };
    Duration::from_nanos(tasks.map(|task| of_task(task.unwrap().path())).sum())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The ratio of the medians, with `?` where the rounds' own ratios spread too far for it to say much.
fn ratio(ours: &[Duration], others: &[Duration]) -> String {
    let one = |(ours, other): (&Duration, &Duration)| ours.as_secs_f64() / other.as_secs_f64();
    let mut each: Vec<f64> = ours.iter().zip(others).map(one).collect();
    each.sort_by(f64::total_cmp);
    // The median lies between these at 95 in 100.
    let count = each.len() as f64;
    let at = |place: f64| each[(place.max(0.0) as usize).min(each.len() - 1)];
    let (low, high) = (at(count / 2.0 - count.sqrt() * 0.98), at(count / 2.0 + count.sqrt() * 0.98));
    let doubt = if high - low > 0.1 * (high + low) / 2.0 { " ?" } else { "" };
    format!("{:.2} ({low:.2} to {high:.2}){doubt}", one((&median(ours.to_vec()), &median(others.to_vec()))))
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("broker URL [ROUNDS [PYTHON]]");
    let rounds = arguments.next().unwrap_or_else(|| "21".to_owned());
    let topic = format!("bench-{}", std::process::id());
    let host = Amqp::connect(&url, "b", AmqpOptions::new()).await.unwrap();
    let serving = host.serve(&topic, Server::new("b").endpoint(Echo)).await.unwrap();
    let caller = Amqp::connect(&url, "a", AmqpOptions::new()).await.unwrap();
    let client = caller.client(Address::server(&topic, "b"));
    let callers = Callers { bare: Arc::new(Bare::start(&url).await), client };
    if rounds == "only" {
        let (way, count) = (arguments.next().expect("a way"), arguments.next().expect("a count"));
        // Whatever is done once.
        callers.turn(&way, 10).await;
        callers.turn(&way, count.parse().unwrap()).await;
        std::process::exit(0);
    }
    let rounds: usize = rounds.parse().unwrap();
    let mut python = arguments.next().map(|python| Python::start(&python, &url));
    let after = [many(&callers.client, 0..1000).await, many(&callers.client, 1000..100_000).await];
    println!(
        "memory after 1,000 calls {:.1} MB, after 100,000 {:.1} MB: {:.2}",
        after[0],
        after[1],
        after[1] / after[0]
    );
    let mut ways = ["bare-one", "our-one", "bare-all", "our-all"].map(|name| Way {
        name,
        times: Vec::new(),
        work: Vec::new(),
    });
    let mut of_python = Vec::new();
    for round in 0..rounds {
        // Turn by turn, and each goes first as often as the other, so that what else the machine does hits both.
        let mut order = [0, 1, 2, 3];
        if round % 2 == 1 {
            order.reverse();
        }
        for place in order {
            let way = &mut ways[place];
            let count = if way.name.ends_with("one") { IN_TURN } else { AT_ONCE };
            let (begun, before) = (Instant::now(), work());
            callers.turn(way.name, count).await;
            way.times.push(begun.elapsed());
            way.work.push(work().saturating_sub(before));
        }
        if let Some(python) = &mut python {
            of_python.push(tokio::task::block_in_place(|| python.calls(IN_TURN / 4)) * 4);
        }
    }
    let [bare_one, our_one, bare_all, our_all] = &ways;
    for (what, count, ours, bare) in
        [("one after the other", IN_TURN, our_one, bare_one), ("1,000 at once", AT_ONCE, our_all, bare_all)]
    {
        let each = |times: &[Duration]| median(times.to_vec()) / u32::try_from(count).unwrap();
        println!(
            "{what}: {:?} a call, bare lapin {:?}: {}; this process's work {:?}, {:?}: {}",
            each(&ours.times),
            each(&bare.times),
            ratio(&ours.times, &bare.times),
            each(&ours.work),
            each(&bare.work),
            ratio(&ours.work, &bare.work)
        );
    }
    if !of_python.is_empty() {
        let each = median(of_python.clone()) / u32::try_from(IN_TURN).unwrap();
        println!(
            "one call in Python: {each:?}: {}; bare lapin to it: {}",
            ratio(&our_one.times, &of_python),
            ratio(&bare_one.times, &of_python)
        );
    }
    serving.stop().await;
}

//! A Python host and a Rust host on one broker by one configuration file, for each set of options that changes what is
//! declared, sent or agreed on.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::broker;
use versioned_objects::rpc::{Address, Amqp, Args, CallContext, Client, Server, Serving};

use super::sets::sets;
use crate::amqp::host::Methods;

/// A Python process that does what it is told.
pub struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    pub fn start() -> Self {
        let mut command = Command::new(support::python());
        command.arg("-Wignore").arg(support::root().join("tests/broker/interop/fleet.py"));
        // Where the queue manager's locks lie.
        command.env("OSLO_LOCK_PATH", std::env::temp_dir());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        output.read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "serving");
        Python { child, input, output }
    }

    fn ask(&mut self, asked: &Value) -> Result<Value, String> {
        writeln!(self.input, "{asked}").unwrap();
        let mut said = String::new();
        self.output.read_line(&mut said).unwrap();
        let mut answer: Value = serde_json::from_str(&said).unwrap();
        match answer.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer["result"].take()),
        }
    }

    pub async fn told(self, asked: Value) -> (Self, Result<Value, String>) {
        let asking = move || {
            let mut python = self;
            let answer = python.ask(&asked);
            (python, answer)
        };
        tokio::task::spawn_blocking(asking).await.unwrap()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The file of a set. Each has a time to live of its own, by which its transient queues are told from the others'.
pub fn write(folder: &Path, name: &str, options: &[&str], ttl: usize) -> PathBuf {
    let mut url = broker::url().replacen("amqp:", "rabbit:", 1);
    let mut lines = options.join("\n");
    if options.contains(&"ssl = true") {
        let port = broker::port();
        url = url.replacen(&format!(":{port}"), &format!(":{}", port + 3), 1);
        for (option, file) in [("ca", "ca.pem"), ("cert", "client.pem"), ("key", "client.key")] {
            lines += &format!("\nssl_{option}_file = {}", broker::folder().join(file).display());
        }
    }
    if options.contains(&"rabbit_login_method = EXTERNAL") {
        // The name in the certificate lets them in, and nothing else can.
        url = url.replacen("guest:guest@", "nobody:wrong@", 1);
    }
    let text = format!(
        "[DEFAULT]\ntransport_url = {url}\ncontrol_exchange = fleet-{name}\nrpc_ping_enabled = true\n\n\
         [oslo_messaging_rabbit]\nrabbit_transient_queues_ttl = {ttl}\n{lines}\nprocessname = fleet-{name}\n"
    );
    let path = folder.join(format!("{name}.conf"));
    std::fs::write(&path, text).unwrap();
    path
}

async fn rust_host(conf: &Path, topic: &str) -> (Amqp, Serving) {
    let amqp = Amqp::from_files([conf], "rust").await.unwrap();
    let server = Server::new("rust").endpoint(Methods { calls: std::sync::Arc::default() });
    let serving = amqp.serve(topic, server).await.unwrap();
    (amqp, serving)
}

async fn echo(client: &Client, server: &str) -> Value {
    let topic = client.address().topic.clone();
    let client = client.clone().to(Address::server(topic, server)).timeout(Duration::from_secs(30));
    let mut args = Args::new();
    args.insert_plain("a", &"è".repeat(2000)).unwrap();
    client.call("echo", args, &CallContext::new()).await.unwrap().read_plain().unwrap()
}

/// Both hosts call each other, and cast to all.
async fn meet(mut python: Python, amqp: &Amqp, conf: &str, topic: &str) -> Python {
    let client = amqp.client(Address::topic(topic));
    assert_eq!(echo(&client, "python").await, "è".repeat(2000), "{topic}");
    let call =
        json!({"do": "call", "conf": conf, "topic": topic, "server": "rust", "method": "echo", "a": [1]});
    let (back, answer) = python.told(call).await;
    python = back;
    assert_eq!(answer, Ok(json!([1])), "{topic}");
    let ping = json!({"do": "call", "conf": conf, "topic": topic, "server": "rust", "method": "oslo_rpc_server_ping"});
    let (back, answer) = python.told(ping).await;
    python = back;
    assert_eq!(answer, Ok(json!("pong")), "{topic}");
    // Each side casts to both.
    let fanout = client.clone().to(Address::fanout(topic));
    fanout.cast("count", Args::new(), &CallContext::new()).await.unwrap();
    let (back, answer) = python.told(json!({"do": "cast", "conf": conf, "topic": topic})).await;
    python = back;
    assert_eq!(answer, Ok(Value::Null), "{topic}");
    let to_rust = client.to(Address::server(topic, "rust"));
    let (mut counted, mut last) = (0, String::new());
    for _ in 0..100 {
        counted += 1;
        let answer = to_rust.call("count", Args::new(), &CallContext::new()).await.unwrap();
        let (back, heard) = python.told(json!({"do": "heard", "topic": topic})).await;
        python = back;
        let ran = answer.read_plain::<u64>().unwrap() - counted;
        // Rust was asked to echo as well.
        if ran == 3 && heard == Ok(json!(2)) {
            return python;
        }
        last = format!("Rust heard {}, Python {heard:?}", ran - 1);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{topic}: a cast to all hosts didn't reach them all: {last}");
}

/// What is declared for a set of options, as the broker tells it: name, durability, arguments.
fn transient_queues() -> Vec<(String, String)> {
    let told = broker::ctl(&[
        "list_queues",
        "--quiet",
        "--no-table-headers",
        "name",
        "durable",
        "auto_delete",
        "arguments",
    ]);
    let rows = told.lines().filter_map(|line| line.split_once('\t'));
    rows.map(|(name, rest)| (name.to_owned(), in_order(rest))).collect()
}

/// The arguments have no order; the broker tells them in that in which they came.
fn in_order(told: &str) -> String {
    let Some((rest, arguments)) = told.split_once('[') else { return told.to_owned() };
    let mut arguments: Vec<_> = arguments.trim_end_matches(']').split_inclusive('}').collect();
    arguments.iter_mut().for_each(|argument| *argument = argument.trim_start_matches(','));
    arguments.sort_unstable();
    format!("{rest}[{}]", arguments.join(","))
}

/// A topic that no run before this one had: a stream keeps what was sent to it.
fn topic_of(set: &str, first: &str) -> String {
    format!("fleet-{}-{set}-{first}-first", std::process::id())
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_of_both_kinds_meet_under_each_set_of_options() {
    let folder = tempfile::tempdir().unwrap();
    let mut python = Python::start();
    let mut hosts = Vec::new();
    for (place, (name, options)) in sets().into_iter().enumerate() {
        let path = write(folder.path(), name, options, 2000 + place);
        let conf = path.to_str().unwrap();
        for first in ["python", "rust"] {
            let topic = topic_of(name, first);
            let serve = json!({"do": "serve", "conf": conf, "topic": topic, "server": "python"});
            let host = if first == "python" {
                let (back, answer) = python.told(serve).await;
                python = back;
                assert_eq!(answer, Ok(Value::Null), "{topic}");
                rust_host(&path, &topic).await
            } else {
                let host = rust_host(&path, &topic).await;
                let (back, answer) = python.told(serve).await;
                python = back;
                assert_eq!(answer, Ok(Value::Null), "{topic}");
                host
            };
            python = meet(python, &host.0, conf, &topic).await;
            hosts.push(host);
        }
    }

    let queues = tokio::task::spawn_blocking(transient_queues).await.unwrap();
    for (place, (name, _)) in sets().into_iter().enumerate() {
        let ttl = format!(",{}000}}", 2000 + place);
        let of_set: Vec<_> = queues.iter().filter(|(_, told)| told.contains(&ttl)).collect();
        let replies: Vec<_> = of_set.iter().filter(|(queue, _)| queue.starts_with("reply_")).collect();
        // One of Python's transport, and one of each Rust host's. A broker that ran this before has more yet.
        assert!(replies.len() >= 3, "{name}: {of_set:?}");
        assert!(replies.iter().all(|(_, told)| *told == replies[0].1), "{name}: {replies:?}");
        for first in ["python", "rust"] {
            let of_topic = format!("{}_fanout", topic_of(name, first));
            let fanout: Vec<_> = queues.iter().filter(|(queue, _)| queue.starts_with(&of_topic)).collect();
            assert_eq!(fanout.len(), if *name == "stream" { 1 } else { 2 }, "{name}: {fanout:?}");
            assert!(fanout.iter().all(|(_, told)| *told == fanout[0].1), "{name}: {fanout:?}");
        }
        if *name == "managed" {
            let named = |(queue, _): &&&(String, String)| queue.starts_with("reply_a-host:fleet-managed:");
            assert!(replies.iter().copied().filter(named).count() >= 3, "{replies:?}");
        }
    }
    drop(hosts);
    let _ = std::fs::remove_file("/dev/shm/a-host_fleet-managed_qmanager");
}

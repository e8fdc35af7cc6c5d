//! Hosts of both languages on the cluster, and callers that never rest.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use versioned_objects::rpc::{
    Address, Amqp, AmqpConfig, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, Handled,
    Listening, Notification, NotificationEndpoint, NotificationListener, Notifier, Payload, Server, Serving,
    TransportError,
};

use super::history::{Kind, Outcome, Recorder};

/// How long a call waits.
const TIME_OUT: Duration = Duration::from_secs(3);

/// How long a cast waits for the broker.
const CAST: Duration = Duration::from_secs(10);

/// The ways that have to be served again: Rust calls one of the two hosts, and each of them.
pub const WAYS: [(&str, &str); 3] = [("rust", "cluster"), ("rust", "cluster.b"), ("rust", "cluster.c")];

/// Rust calls Python, and is called by it. How soon that goes on is Python's affair too.
pub const PYTHON: [(&str, &str); 2] = [("rust", "cluster-python.p"), ("python", "cluster.b")];

/// The file that all hosts have.
pub fn configuration(folder: &Path, url: &str) -> PathBuf {
    let text = format!(
        "[DEFAULT]\ntransport_url = {url}\ncontrol_exchange = cluster\nrpc_response_timeout = {}\n\n\
         [oslo_messaging_rabbit]\nrabbit_quorum_queue = true\nrabbit_transient_quorum_queue = true\n\
         heartbeat_timeout_threshold = 3\nkombu_missing_consumer_retry_timeout = {}\n\n\
         [oslo_messaging_notifications]\ndriver = messagingv2\ntopics = cluster-notes\n",
        TIME_OUT.as_secs(),
        CAST.as_secs()
    );
    let path = folder.join("fleet.conf");
    std::fs::write(&path, text).unwrap();
    path
}

/// A method that says that it was begun.
struct Methods(Recorder);

impl Endpoint for Methods {
    fn methods(&self) -> &[&str] {
        &["run"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let id: u64 = args.take_plain("id")?;
            self.0.ran(id, context.is_redelivered());
            // Some are under way whenever a node goes.
            if id.is_multiple_of(8) {
                sleep(Duration::from_millis(150)).await;
            }
            Ok(Payload::plain(&id)?)
        })
    }
}

struct Ear(Recorder);

impl NotificationEndpoint for Ear {
    fn take<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            self.0.ran(notification.read_plain().unwrap(), true);
            Handled::Done
        })
    }
}

/// A Python process, whose events go to the recorder.
struct Python {
    child: Child,
    /// Closed when it is to leave.
    input: Option<ChildStdin>,
    reading: Option<std::thread::JoinHandle<()>>,
    is_over: Arc<AtomicBool>,
}

impl Python {
    fn start(conf: &Path, callers: usize, recorder: &Recorder) -> Self {
        let mut command = Command::new(support::python());
        command.arg("-Wignore").arg(support::root().join("tests/broker/cluster/host.py"));
        command.arg(conf).arg(callers.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python starts: tests/setup installs it");
        let input = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("python serves: tests/setup installs what it needs").unwrap();
        assert_eq!(first, r#"{"serving": true}"#);
        let (recorder, is_over) = (recorder.clone(), Arc::new(AtomicBool::new(false)));
        let over = Arc::clone(&is_over);
        // To the end: it runs what was sent to it after its own callers have left.
        let read = move || {
            for line in lines {
                if tell(&line.expect("python writes text"), &recorder) {
                    over.store(true, Ordering::Release);
                }
            }
        };
        Python { child, input, reading: Some(std::thread::spawn(read)), is_over }
    }

    fn next(&mut self) {
        let told = self.input.as_mut().map(writeln_to);
        if let Some(Err(error)) = told {
            panic!("python has ended ({:?}): {error}", self.child.wait());
        }
    }

    /// Ends it in good order, so that all that it told is read.
    fn leave(&mut self) {
        self.input = None;
        let reading = self.reading.take().unwrap().join();
        reading.unwrap_or_else(|_| panic!("what python told can't be read"));
        let status = self.child.wait().unwrap();
        assert!(status.success(), "python ended as {status}");
    }
}

fn writeln_to(input: &mut ChildStdin) -> std::io::Result<()> {
    writeln!(input)
}

/// Writes down what Python tells. Gives whether its callers have left.
fn tell(line: &str, recorder: &Recorder) -> bool {
    let event: Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("python told {line:?}: {error}"));
    let id = |key: &str| event[key].as_u64();
    if let Some(id) = id("ran") {
        recorder.ran(id, false);
    } else if let Some(id) = id("sent") {
        let time_out = Duration::from_secs(event["time_out"].as_u64().unwrap());
        recorder.sent(id, Kind::Call, PYTHON[1], time_out);
    } else if let Some(id) = id("ended") {
        let outcome = match event["outcome"].as_str().unwrap() {
            "Done" => Outcome::Done,
            "TimedOut" => Outcome::TimedOut,
            "Unknown" => Outcome::Unknown,
            "Wrong" => Outcome::Wrong,
            other => panic!("python's call ended as {other}"),
        };
        recorder.ended(id, outcome);
    }
    event["over"] == true
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All hosts and callers.
pub struct Fleet {
    recorder: Recorder,
    _serving: Vec<Serving>,
    _listening: Listening,
    python: Python,
    over: Arc<AtomicBool>,
    callers: Vec<JoinHandle<()>>,
}

impl Fleet {
    pub async fn start(conf: &Path, recorder: &Recorder, callers: usize) -> Self {
        let config = AmqpConfig::from_files([conf]).unwrap();
        let connect = async |host: &str| Amqp::connect_to(&config, host).await.unwrap();
        let mut serving = Vec::new();
        for host in ["b", "c"] {
            let server = Server::new(host).endpoint(Methods(recorder.clone()));
            serving.push(connect(host).await.serve("cluster", server).await.unwrap());
        }
        let listener = NotificationListener::new(&connect("ear").await).topic("cluster-notes");
        let listening = listener.endpoint(Ear(recorder.clone())).start().await.unwrap();
        let (path, of_python) = (conf.to_owned(), recorder.clone());
        let python = tokio::task::spawn_blocking(move || Python::start(&path, 2, &of_python)).await.unwrap();
        let (over, ids) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(1)));
        let mut fleet = Fleet {
            recorder: recorder.clone(),
            _serving: serving,
            _listening: listening,
            python,
            over: Arc::clone(&over),
            callers: Vec::new(),
        };
        for caller in 0..callers {
            let amqp = connect(&format!("a{caller}")).await;
            // Two to a connection.
            for _ in 0..2 {
                let caller = Caller { amqp: amqp.clone(), recorder: recorder.clone(), ids: Arc::clone(&ids) };
                let over = Arc::clone(&over);
                fleet.callers.push(tokio::spawn(async move {
                    while !over.load(Ordering::Relaxed) {
                        caller.send().await;
                        sleep(Duration::from_millis(10)).await;
                    }
                }));
            }
        }
        fleet.python.next();
        fleet
    }

    /// Nobody sends any more, and what was sent has its end. What was confirmed has as long again to run.
    pub async fn stop(mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.python.next();
        for caller in std::mem::take(&mut self.callers) {
            caller.await.unwrap();
        }
        // Python's calls may outlast their time-out.
        for _ in 0..1200 {
            if self.python.is_over.load(Ordering::Acquire) {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        for _ in 0..100 {
            if self.recorder.is_settled() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        tokio::task::spawn_blocking(move || self.python.leave()).await.unwrap();
    }
}

struct Caller {
    amqp: Amqp,
    recorder: Recorder,
    ids: Arc<AtomicU64>,
}

impl Caller {
    /// Sends the next thing of a round of eight, and waits for its end.
    async fn send(&self) {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        // Not in step with the methods that take longer.
        let outcome = match id / 3 % 8 {
            0 | 1 => self.call(id, WAYS[0], Address::topic("cluster")).await,
            2 => self.call(id, WAYS[1], Address::server("cluster", "b")).await,
            3 => self.call(id, WAYS[2], Address::server("cluster", "c")).await,
            4 => self.call(id, PYTHON[0], Address::server("cluster-python", "p")).await,
            5 => self.cast(id, "cluster", Address::topic("cluster")).await,
            6 => self.cast(id, "cluster.b", Address::server("cluster", "b")).await,
            _ => self.notify(id).await,
        };
        self.recorder.ended(id, outcome);
    }

    fn client(&self, to: Address) -> Client {
        self.amqp.client(to)
    }

    async fn call(&self, id: u64, way: (&str, &str), to: Address) -> Outcome {
        self.recorder.sent(id, Kind::Call, way, TIME_OUT);
        match self.client(to).call("run", args(id), &CallContext::new()).await {
            Ok(answer) if answer.read_plain::<u64>().is_ok_and(|told| told == id) => Outcome::Done,
            Ok(_) => Outcome::Wrong,
            Err(error) => outcome(error),
        }
    }

    async fn cast(&self, id: u64, to: &str, address: Address) -> Outcome {
        self.recorder.sent(id, Kind::Cast, ("rust", to), CAST);
        let cast = self.client(address).cast("run", args(id), &CallContext::new()).await;
        cast.map_or_else(outcome, |()| Outcome::Done)
    }

    async fn notify(&self, id: u64) -> Outcome {
        self.recorder.sent(id, Kind::Notification, ("rust", "cluster-notes"), CAST);
        let notifier = Notifier::new(&self.amqp, "cluster:rust");
        let told = notifier.info(&CallContext::new(), "cluster.run", Payload::plain(&id).unwrap()).await;
        told.map_or_else(outcome, |()| Outcome::Done)
    }
}

fn args(id: u64) -> Args {
    let mut args = Args::new();
    args.insert_plain("id", &id).unwrap();
    args
}

fn outcome(error: CallError) -> Outcome {
    match error {
        CallError::Transport(TransportError::Unreachable { .. }) => Outcome::Unreachable,
        CallError::Transport(TransportError::Unknown { .. }) => Outcome::Unknown,
        CallError::Transport(TransportError::Timeout { .. }) => Outcome::TimedOut,
        // A host that got it too late says so.
        CallError::Remote(failure) if failure.class() == "MessagingTimeout" => Outcome::TimedOut,
        error => panic!("{error}"),
    }
}

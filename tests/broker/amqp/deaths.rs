//! Hosts that die in the middle of a migration: processes of the example, killed by the host at the other end, which is
//! here and can be looked into.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use versioned_objects::Version;
use versioned_objects::nova::scenario::{Parted, Report, Role, RoleHost, Scenario};
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BoxFuture, CallContext, Endpoint, Failure, Patience, Payload, Reply,
    Request, Server, Serving, Transport, TransportError,
};

use support::broker;
use support::example;

/// How long a call waits: what is shortest with signs of life.
const PATIENCE: Duration = Duration::from_secs(2);

const VOLUMES: [&str; 3] = [
    "2c6f2c1e-9b1f-4f51-8a51-6f3b9a1f0001",
    "2c6f2c1e-9b1f-4f51-8a51-6f3b9a1f0002",
    "2c6f2c1e-9b1f-4f51-8a51-6f3b9a1f0003",
];

const CHECK_DESTINATION: &str = "check_can_live_migrate_destination";
const CHECK_SOURCE: &str = "check_can_live_migrate_source";
const LIVE_MIGRATION: &str = "live_migration";
const PRE: &str = "pre_live_migration";
const POST: &str = "post_live_migration_at_destination";
const ROLLBACK: &str = "rollback_live_migration_at_destination";

/// When the host dies, as the other end sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moment {
    /// It has the request, and doesn't get to it.
    WhileAsked(&'static str),
    /// It asked for that, and doesn't see it begin.
    BeforeServed(&'static str),
    /// It asked for that, and doesn't see the reply.
    BeforeReply(&'static str),
    /// It has answered that.
    Answered(&'static str),
}

/// The process of a host.
struct Process(Mutex<Child>);

impl Process {
    fn start(scenario: &PathBuf, role: Role) -> Self {
        let mut command = Command::new(example());
        command.arg(scenario).args(["--transport", &broker::url(), "--role", &role.to_string()]);
        // A test that is killed itself leaves no host behind.
        command.args(["--timeout", &PATIENCE.as_secs().to_string(), "--attached"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "serving");
        Process(Mutex::new(child))
    }

    /// From here on it does nothing; what is sent to it reaches it all the same.
    fn freeze(&self) {
        let id = self.0.lock().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-STOP", &id]).status().unwrap().success());
        // Its threads go on until one of them has seen the signal.
        let runs = |thread: &std::fs::DirEntry| {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            !stat.rsplit_once(") ").is_none_or(|(_, state)| state.starts_with(['T', 't']))
        };
        let threads = || std::fs::read_dir(format!("/proc/{id}/task")).unwrap().map(Result::unwrap);
        while threads().any(|thread| runs(&thread)) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// SIGKILL.
    fn kill(&self) {
        let mut child = self.0.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let child = self.0.get_mut().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A process that dies at a moment, once.
#[derive(Clone)]
struct Doom {
    process: Arc<Process>,
    moment: Arc<Mutex<Option<Moment>>>,
}

impl Doom {
    fn is_now(&self, moment: Moment) -> bool {
        self.moment.lock().unwrap().take_if(|planned| *planned == moment).is_some()
    }

    fn strike(&self, moment: Moment) {
        if self.is_now(moment) {
            self.process.kill();
        }
    }
}

/// What calls go out through that end in the process's death.
struct Deadly {
    transport: Arc<Amqp>,
    doom: Doom,
}

impl Transport for Deadly {
    fn host(&self) -> &str {
        self.transport.host()
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let request = Request::from_bytes(&message).unwrap();
            let method = [CHECK_DESTINATION, CHECK_SOURCE, LIVE_MIGRATION, PRE, POST, ROLLBACK]
                .into_iter()
                .find(|method| *method == request.method)
                .unwrap_or("other");
            if self.doom.is_now(Moment::WhileAsked(method)) {
                self.doom.process.freeze();
                let process = Arc::clone(&self.doom.process);
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    process.kill();
                });
            }
            let reply = self.transport.call(to, message, patience).await;
            self.doom.strike(Moment::Answered(method));
            reply
        })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        self.transport.cast(to, message)
    }
}

/// Methods of a host that are the death of who calls them.
struct Lethal {
    inner: Arc<Server>,
    namespace: Option<&'static str>,
    version: Version,
    methods: &'static [&'static str],
    doom: Doom,
}

impl Endpoint for Lethal {
    fn namespace(&self) -> Option<&str> {
        self.namespace
    }

    fn version(&self) -> Version {
        self.version
    }

    fn methods(&self) -> &[&str] {
        self.methods
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let method = self.methods.iter().find(|known| **known == method).copied().unwrap();
            let namespace = self.namespace.map(str::to_owned);
            let version = self.version;
            let request =
                Request { method: method.to_owned(), namespace, version, args, context: context.clone() };
            self.doom.strike(Moment::BeforeServed(method));
            let reply = self.inner.answer(&request.to_bytes()?, "the other").await;
            self.doom.strike(Moment::BeforeReply(method));
            match Reply::from_bytes(&reply)? {
                Reply::Result(json) => Ok(Payload::plain(&json)?),
                Reply::Failure(failure) => Err(failure),
            }
        })
    }
}

async fn connect(host: &str) -> Arc<Amqp> {
    let options = AmqpOptions::new().exchange("nova");
    Arc::new(Amqp::connect(&broker::url(), host, options).await.unwrap())
}

/// A host that dies, and the one at the other end.
struct Pair {
    scenario: Scenario,
    file: PathBuf,
    dying: Role,
    doom: Doom,
    _survivor: Serving,
}

impl Pair {
    async fn new(case: &str, dying: Role, moment: Moment) -> Self {
        let mut scenario: Value = serde_json::from_str(support::SCENARIO).unwrap();
        for (role, end) in [("source", "a"), ("destination", "b")] {
            scenario[role]["host"] = json!(format!("{case}-{end}"));
        }
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{case}.json"));
        std::fs::write(&file, scenario.to_string()).unwrap();
        let scenario = Scenario::from_json(scenario.to_string().as_bytes()).unwrap();
        let process = Process::start(&file, dying);
        let doom = Doom { process: Arc::new(process), moment: Arc::new(Mutex::new(Some(moment))) };

        let other = if dying == Role::Source { Role::Destination } else { Role::Source };
        let transport = connect(&scenario.host(other).host).await;
        let deadly = Deadly { transport: Arc::clone(&transport), doom: doom.clone() };
        let inner = RoleHost::server(&scenario, other, Arc::new(deadly), PATIENCE).await.unwrap();
        let inner = Arc::new(inner);
        let part = |namespace, version, methods| Lethal {
            inner: Arc::clone(&inner),
            namespace,
            version,
            methods,
            doom: doom.clone(),
        };
        let compute = &[CHECK_DESTINATION, CHECK_SOURCE, LIVE_MIGRATION, PRE, POST, ROLLBACK];
        let server = Server::new(&*scenario.host(other).host)
            .endpoint(part(None, Version::new(6, 0), compute))
            .endpoint(part(Some("ovo"), Version::new(1, 0), &["object_versions"]))
            .endpoint(part(Some("scenario"), Version::new(1, 0), &["tell_scenario"]));
        let survivor = transport.serve(RoleHost::TOPIC, server).await.unwrap();
        Pair { scenario, file, dying, doom, _survivor: survivor }
    }

    async fn migrate(&self) -> Report {
        let caller = Deadly { transport: connect("").await, doom: self.doom.clone() };
        let begun = Instant::now();
        let report = Parted::new(self.scenario.clone(), Arc::new(caller), PATIENCE).migrate().await.unwrap();
        assert!(self.doom.moment.lock().unwrap().is_none(), "nobody died");
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        report
    }

    /// The host that died comes back, and the next migration goes as if nothing had been.
    async fn the_next_one_works(&self) {
        let _again = Process::start(&self.file, self.dying);
        let next = self.migrate().await;
        let ended = (next.outcome.to_string(), next.reason);
        assert_eq!(ended, ("migrated".to_owned(), String::new()));
        assert_eq!((next.runs_on, next.leftovers), (Role::Destination, Vec::new()));
        assert_eq!((next.source_srs.len(), &next.source_srs), (VOLUMES.len(), &next.destination_srs));
        assert!(next.source_srs_after.is_empty());
    }
}

/// What has to come out where the source dies: the instance stays, and the destination has nothing of it.
async fn source_dies(case: &str, moment: Moment, outcome: &str) {
    let pair = Pair::new(case, Role::Source, moment).await;
    let report = pair.migrate().await;
    assert_eq!(report.outcome.to_string(), outcome, "{case}: {}", report.reason);
    let gone = format!("no reply from compute.{case}-a within 2s");
    assert!(report.reason.contains(&gone), "{case}: {}", report.reason);
    assert_eq!((report.runs_on, report.leftovers), (Role::Source, Vec::new()), "{case}");
    pair.the_next_one_works().await;
}

/// The instance has left by then, and stays where it has come to.
async fn source_dies_at_the_end(case: &str, moment: Moment) {
    let pair = Pair::new(case, Role::Source, moment).await;
    let report = pair.migrate().await;
    let expected = format!("not tidied up: the source: no reply from compute.{case}-a within 2s");
    assert_eq!((report.outcome.to_string().as_str(), report.reason), ("migrated", expected));
    assert_eq!(report.runs_on, Role::Destination);
    assert_eq!(report.destination_srs.len(), VOLUMES.len(), "it keeps its storage");
}

/// All at once: most of the time each waits for who is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_dies() {
    tokio::join!(
        source_dies("s-check", Moment::WhileAsked(CHECK_SOURCE), "refused"),
        source_dies("s-asked", Moment::WhileAsked(LIVE_MIGRATION), "rolled back"),
        source_dies("s-before", Moment::BeforeServed(PRE), "rolled back"),
        source_dies("s-ready", Moment::BeforeReply(PRE), "rolled back"),
        source_dies_at_the_end("s-come", Moment::BeforeServed(POST)),
        source_dies_at_the_end("s-end", Moment::BeforeReply(POST)),
    );
}

/// What has to come out where the destination dies: all is on the source as it was.
async fn destination_dies(case: &str, moment: Moment, outcome: &str) {
    let pair = Pair::new(case, Role::Destination, moment).await;
    let report = pair.migrate().await;
    assert_eq!(report.outcome.to_string(), outcome, "{case}: {}", report.reason);
    let gone = format!("no reply from compute.{case}-b within 2s");
    assert!(report.reason.contains(&gone), "{case}: {}", report.reason);
    assert_eq!(report.runs_on, Role::Source, "{case}");
    assert_eq!(report.source_srs.len(), VOLUMES.len());
    assert_eq!(report.source_srs, report.source_srs_after, "{case}");
    pair.the_next_one_works().await;
}

/// The instance has left by then, so it doesn't come back; what is left is the source's to tidy up.
async fn destination_dies_at_the_end(case: &str) {
    let pair = Pair::new(case, Role::Destination, Moment::WhileAsked(POST)).await;
    let report = pair.migrate().await;
    let expected = format!(
        "not tidied up: the end of the migration on the destination: no reply from compute.{case}-b within 2s"
    );
    assert_eq!((report.outcome.to_string().as_str(), report.reason), ("migrated", expected));
    assert!(report.source_srs_after.is_empty(), "the source keeps nothing of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_dies() {
    tokio::join!(
        destination_dies("d-asked", Moment::WhileAsked(CHECK_DESTINATION), "refused"),
        destination_dies("d-check", Moment::BeforeReply(CHECK_SOURCE), "refused"),
        destination_dies("d-after", Moment::Answered(CHECK_DESTINATION), "rolled back"),
        destination_dies("d-pre", Moment::WhileAsked(PRE), "rolled back"),
        destination_dies_at_the_end("d-post"),
    );
}

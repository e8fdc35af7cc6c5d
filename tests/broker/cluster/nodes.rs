//! Three RabbitMQ nodes of one cluster, and what can happen to them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub const COUNT: usize = 3;

/// After how many seconds the nodes take one that is silent for gone.
const TICK: u64 = 4;

/// How long a node that is stopped stays so: beyond the tick, which is noticed within a quarter more.
pub const FROZEN: Duration = Duration::from_secs(TICK + 2);

/// How long all nodes have to answer without a break until the cluster is whole again. One that was frozen answers for a
/// moment before it finds out that the others went on without it.
const STEADY: Duration = Duration::from_millis(1500);

/// How long nodes may take to start on a machine with other work to do.
const STARTING: Duration = Duration::from_secs(180);

/// The nodes, until this is dropped.
pub struct Nodes {
    folder: PathBuf,
    first: u16,
}

impl Nodes {
    /// Starts three nodes that find each other.
    pub fn start() -> Self {
        let first = free_ports();
        let folder = support::root().join(format!("target/cluster-{first}"));
        std::fs::create_dir_all(&folder).unwrap();
        let nodes = Nodes { folder, first };
        // The nodes know each other by it. They could make it, each one of its own.
        let cookie = nodes.folder.join(".erlang.cookie");
        std::fs::write(&cookie, format!("versioned-objects-{}", std::process::id())).unwrap();
        let mut permissions = std::fs::metadata(&cookie).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o400);
        std::fs::set_permissions(&cookie, permissions).unwrap();
        // Of several that start at once each may make a cluster of its own, and fail when it sees the others.
        for node in 0..COUNT {
            nodes.begin(node);
            nodes.until(|| answers(nodes.port(node)));
        }
        nodes.whole();
        nodes
    }

    fn port(&self, node: usize) -> u16 {
        self.first + 4 * u16::try_from(node).unwrap()
    }

    /// The URL that names them all.
    pub fn url(&self) -> String {
        let hosts: Vec<_> =
            (0..COUNT).map(|node| format!("guest:guest@127.0.0.1:{}", self.port(node))).collect();
        format!("rabbit://{}/", hosts.join(","))
    }

    fn script(&self, node: usize, command: &str) -> Command {
        let mut configuration = "cluster_partition_handling = pause_minority\n\
                                 cluster_formation.peer_discovery_backend = classic_config\n"
            .to_owned();
        for node in 0..COUNT {
            let place = node + 1;
            configuration += &format!(
                "cluster_formation.classic_config.nodes.{place} = versioned-objects-{}@localhost\n",
                self.port(node)
            );
        }
        let mut script = Command::new(support::root().join("tests/broker/rabbitmq"));
        script.arg(command).arg(self.folder.join(node.to_string())).arg(self.port(node).to_string());
        script.env("BROKER_CLUSTER", &self.folder).env("BROKER_EPMD", (self.first + 2).to_string());
        script.env("BROKER_CONFIGURATION", configuration);
        script.env("BROKER_ERLANG", format!("-kernel net_ticktime {TICK}"));
        script.stdout(Stdio::null());
        script
    }

    /// Starts a node, and doesn't wait for it.
    pub fn begin(&self, node: usize) {
        assert!(self.script(node, "start").status().unwrap().success(), "node {node} doesn't start");
    }

    /// Stops a node in good order.
    pub fn stop(&self, node: usize) {
        assert!(self.script(node, "stop").status().unwrap().success(), "node {node} doesn't stop");
    }

    /// The id of a node's process. The file outlives it, and its id may be another's by then.
    fn process(&self, node: usize) -> Option<String> {
        let id = std::fs::read_to_string(self.folder.join(node.to_string()).join("pid")).ok()?;
        let id = id.trim().to_owned();
        let environment = std::fs::read(format!("/proc/{id}/environ")).ok()?;
        let name = format!("RABBITMQ_NODENAME=versioned-objects-{}@localhost", self.port(node));
        environment.split(|byte| *byte == 0).any(|entry| entry == name.as_bytes()).then_some(id)
    }

    /// Sends a node a signal.
    pub fn signal(&self, node: usize, signal: &str) {
        let id = self.process(node).expect("the node runs");
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits until all nodes answer and go on doing so. Gives since when they have.
    pub fn whole(&self) -> Instant {
        let mut since = Instant::now();
        self.until(|| {
            if !(0..COUNT).all(|node| answers(self.port(node))) {
                since = Instant::now();
            }
            since.elapsed() >= STEADY
        });
        since
    }

    fn until(&self, mut holds: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !holds() {
            let folder = self.folder.display();
            assert!(
                begun.elapsed() < STARTING,
                "the nodes aren't up within {STARTING:?}; their logs are in {folder}"
            );
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        for id in (0..COUNT).filter_map(|node| self.process(node)) {
            let _ = Command::new("kill").args(["-9", &id]).stderr(Stdio::null()).status();
        }
        sleep(Duration::from_millis(300));
        let mut epmd = Command::new("epmd");
        let _ = epmd
            .arg("-kill")
            .env("ERL_EPMD_PORT", (self.first + 2).to_string())
            .stdout(Stdio::null())
            .status();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Whether a broker greets who connects to that port.
fn answers(port: u16) -> bool {
    let greeted = || {
        let mut stream = TcpStream::connect_timeout(&([127, 0, 0, 1], port).into(), Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"AMQP\0\0\x09\x01")?;
        let mut first = [0];
        stream.read_exact(&mut first)?;
        Ok::<_, std::io::Error>(first == [1])
    };
    greeted().unwrap_or(false)
}

/// The first of as many ports as the nodes need that nobody has.
fn free_ports() -> u16 {
    let needed = 4 * u16::try_from(COUNT).unwrap();
    let mut first = 30_000 + u16::try_from(std::process::id() % 200).unwrap() * needed;
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    while !(first..first + needed).all(is_free) {
        first += needed;
    }
    first
}

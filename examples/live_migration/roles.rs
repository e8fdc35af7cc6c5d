//! The parts of a migration in processes of their own.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use versioned_objects::nova::notifications::Telling;
use versioned_objects::nova::scenario::{Parted, Report, Role, RoleHost, Scenario};
use versioned_objects::nova::{conductor, registry};
use versioned_objects::rpc::{Amqp, AmqpOptions, BaseRpc, Notifier, Server, TransportError};

use super::{Part, Trouble};

/// The exchange of nova's topics (`control_exchange`).
const EXCHANGE: &str = "nova";

/// The topic of nova's versioned notifications.
const NOTIFICATIONS: &str = "versioned_notifications";

/// What a part says on its output once it serves.
const SERVING: &str = "serving";

/// Runs one part; where none is named, the caller, and the hosts in processes beside this one.
pub fn run(
    part: Option<Part>,
    attached: bool,
    scenario: &Scenario,
    url: &str,
    patience: Duration,
) -> Result<Option<Report>, Trouble> {
    let runtime = Runtime::new().map_err(|error| Trouble::Surroundings(error.to_string()))?;
    match part {
        None => {
            // Before the others are started, which would each say the same.
            runtime.block_on(connect(url, "")).map_err(away)?;
            let _hosts = [Beside::start("source")?, Beside::start("destination")?];
            runtime.block_on(call(scenario, url, patience)).map(Some)
        }
        Some(Part::Caller) => runtime.block_on(call(scenario, url, patience)).map(Some),
        Some(Part::Source) => {
            runtime.block_on(host(scenario, Role::Source, url, patience, attached)).map(|()| None)
        }
        Some(Part::Destination) => {
            runtime.block_on(host(scenario, Role::Destination, url, patience, attached)).map(|()| None)
        }
        Some(Part::Conductor) => runtime.block_on(conduct(url, attached)).map(|()| None),
    }
}

/// Connects to the broker of a URL, or of a service's file.
async fn connect(url: &str, host: &str) -> Result<Amqp, TransportError> {
    if url.ends_with(".conf") && !url.contains("://") {
        return Amqp::from_files([url], host).await;
    }
    Amqp::connect(url, host, AmqpOptions::new().exchange(EXCHANGE)).await
}

fn away(error: TransportError) -> Trouble {
    Trouble::Surroundings(error.to_string())
}

async fn call(scenario: &Scenario, url: &str, patience: Duration) -> Result<Report, Trouble> {
    let transport = connect(url, "").await.map_err(away)?;
    let report = Parted::new(scenario.clone(), Arc::new(transport), patience).migrate().await;
    report.map_err(|error| Trouble::Asked(error.to_string()))
}

async fn host(
    scenario: &Scenario,
    role: Role,
    url: &str,
    patience: Duration,
    attached: bool,
) -> Result<(), Trouble> {
    let name = &*scenario.host(role).host;
    let transport = connect(url, name).await.map_err(away)?;
    let notifier = Notifier::new(&transport, format!("nova-compute:{name}")).topics([NOTIFICATIONS]);
    let teller = Some(Arc::new(Telling::by(notifier)) as _);
    let server =
        RoleHost::telling_server(scenario, role, Arc::new(transport.clone()), patience, teller).await;
    let server = server.map_err(|error| error.to_string())?;
    serve(&transport, RoleHost::TOPIC, server, attached).await
}

async fn conduct(url: &str, attached: bool) -> Result<(), Trouble> {
    let transport = connect(url, "conductor").await.map_err(away)?;
    let manager = conductor::manager(Arc::new(registry()));
    let server = Server::new("conductor").endpoint(manager).endpoint(BaseRpc::new(conductor::TOPIC));
    serve(&transport, conductor::TOPIC, server, attached).await
}

/// Serves a topic until this process is interrupted. What was begun by then is ended.
async fn serve(transport: &Amqp, topic: &str, server: Server, attached: bool) -> Result<(), Trouble> {
    let surroundings = |error: io::Error| Trouble::Surroundings(error.to_string());
    let (mut asked, mut told) = (interrupts().map_err(surroundings)?, std::pin::pin!(detached(attached)));
    let serving = transport.serve(topic, server).await.map_err(away)?;
    // Who started this may not listen.
    let _ = writeln!(io::stdout(), "{SERVING}").and_then(|()| io::stdout().flush());
    tokio::select! {
        () = asked.next() => {}
        () = &mut told => {}
    }
    serving.stop().await;
    Ok(())
}

/// The signals that end a process in order.
#[cfg(unix)]
struct Interrupts([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
fn interrupts() -> io::Result<Interrupts> {
    use tokio::signal::unix::{SignalKind, signal};

    Ok(Interrupts([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
}

#[cfg(unix)]
impl Interrupts {
    async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Interrupts;

#[cfg(not(unix))]
fn interrupts() -> io::Result<Interrupts> {
    Ok(Interrupts)
}

#[cfg(not(unix))]
impl Interrupts {
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// Ends when who started this is gone, where it is attached to that.
async fn detached(attached: bool) {
    if !attached {
        return std::future::pending().await;
    }
    let (gone, wait) = tokio::sync::oneshot::channel();
    // A thread of its own: a runtime that ends waits for those that it lent.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = gone.send(());
    });
    let _ = wait.await;
}

/// A part in a process beside this one, which ends with it.
struct Beside(Child);

impl Beside {
    /// Starts this program again for that part alone, and waits until it serves.
    fn start(role: &str) -> Result<Self, Trouble> {
        let failed = |error: io::Error| Trouble::Surroundings(format!("the {role} doesn't start: {error}"));
        let program = std::env::current_exe().map_err(failed)?;
        let arguments = std::env::args_os().skip(1).filter(|argument| argument != "--json");
        let mut command = Command::new(program);
        command.args(arguments).args(["--role", role, "--attached"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut beside = Beside(command.spawn().map_err(failed)?);
        let mut said = String::new();
        if let Some(output) = beside.0.stdout.take() {
            BufReader::new(output).read_line(&mut said).map_err(failed)?;
        }
        if said.trim_end() == SERVING {
            return Ok(beside);
        }
        // It has said why.
        let status = beside.0.wait().map_err(failed)?;
        let text = format!("the {role} doesn't start");
        Err(if status.code() == Some(2) { Trouble::Asked(text) } else { Trouble::Surroundings(text) })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // One that has ended by itself needs no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

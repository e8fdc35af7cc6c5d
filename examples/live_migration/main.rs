//! Moves an instance between XenServer hosts of different releases, and prints what crossed the wire in which
//! version.

mod picture;
mod print;
#[cfg(feature = "amqp")]
mod roles;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use pollster::block_on;
use serde::Serialize;
use versioned_objects::nova::compute::Outcome;
use versioned_objects::nova::scenario::{Cloud, Matrix, Report, Scenario};
use versioned_objects::rpc::UpgradeLevel;
use versioned_objects::{Version, VersionParseError};

/// The scenario that runs where none is named.
const SHIPPED: &[u8] = include_bytes!("../scenarios/mixed.json");

/// Moves an instance between XenServer hosts of different releases, and prints what crossed the wire in which
/// version.
///
/// Exit status: 0 where the instance was migrated (with --matrix: where all came out as it has to), 1 where it
/// wasn't, or where the broker can't be reached, 2 where the scenario can't be read or says something impossible.
#[derive(Parser)]
struct Options {
    /// The scenario, a JSON file; a shipped one, where none is named
    scenario: Option<PathBuf>,
    /// The source's release, in place of the scenario's
    #[arg(long, value_name = "V", conflicts_with = "matrix")]
    source: Option<String>,
    /// The destination's release, in place of the scenario's
    #[arg(long, value_name = "V", conflicts_with = "matrix")]
    destination: Option<String>,
    /// Up to where the compute service is upgraded, as its operator says it: `auto`, a version of its API, or the name
    /// of a release; otherwise hosts ask each other
    #[arg(long, value_name = "LEVEL", conflicts_with = "matrix")]
    upgrade_level: Option<UpgradeLevel>,
    /// Runs every mix of releases, with the volumes named in every way
    #[arg(long)]
    matrix: bool,
    /// A RabbitMQ over which the hosts call each other, each in a process of its own:
    /// amqp://USER:PASSWORD@HOST:PORT/VHOST, or a service's file that names it, as nova.conf
    #[arg(long, value_name = "URL|FILE.conf", conflicts_with = "matrix")]
    transport: Option<String>,
    /// Runs one part alone; a host or the conductor, until it is interrupted
    #[arg(long, requires = "transport")]
    role: Option<Part>,
    /// A host ends with its input too: so that it doesn't outlive who started it
    #[arg(long, hide = true, requires = "role")]
    attached: bool,
    /// How many seconds a call waits for its reply
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..), requires = "transport")]
    timeout: u32,
    /// Draws the messages into this file, as SVG
    #[arg(long, value_name = "FILE", conflicts_with = "matrix")]
    svg: Option<PathBuf>,
    /// Prints one JSON value
    #[arg(long)]
    json: bool,
}

/// One part of a migration over a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The host that the instance leaves
    Source,
    /// The host that it goes to
    Destination,
    /// Who asks for the migration, and prints what came out
    Caller,
    /// Who writes objects for hosts that don't read them
    Conductor,
}

/// Why nothing came out.
enum Trouble {
    /// What was asked for is impossible.
    Asked(String),
    /// The broker, or another process, isn't there.
    #[cfg(feature = "amqp")]
    Surroundings(String),
}

impl From<String> for Trouble {
    fn from(asked: String) -> Self {
        Trouble::Asked(asked)
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let (error, status) = match run(&options) {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => return ExitCode::from(1),
        Err(Trouble::Asked(error)) => (error, 2),
        #[cfg(feature = "amqp")]
        Err(Trouble::Surroundings(error)) => (error, 1),
    };
    eprintln!("live_migration: {error}");
    ExitCode::from(status)
}

/// Whether it came out well.
fn run(options: &Options) -> Result<bool, Trouble> {
    let scenario = read(options)?;
    if options.matrix {
        let matrix = block_on(Matrix::run(&scenario)).map_err(|error| error.to_string())?;
        let mut out = io::stdout().lock();
        let written = if options.json { json(&mut out, &matrix) } else { print::matrix(&mut out, &matrix) };
        return Ok(flushed(out, written).map(|()| matrix.holds())?);
    }
    let report = match &options.transport {
        Some(url) => over_broker(options, &scenario, url)?,
        None => {
            let cloud = block_on(Cloud::new(scenario.clone())).map_err(|error| error.to_string())?;
            Some(block_on(cloud.migrate()))
        }
    };
    let Some(report) = report else { return Ok(true) };
    if let Some(path) = &options.svg {
        let written = std::fs::write(path, picture::svg(&scenario, &report));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let mut out = io::stdout().lock();
    let written =
        if options.json { json(&mut out, &report) } else { print::report(&mut out, &scenario, &report) };
    Ok(flushed(out, written).map(|()| report.outcome == Outcome::Migrated)?)
}

/// What came out; nothing, of a host that was interrupted.
#[cfg(feature = "amqp")]
fn over_broker(options: &Options, scenario: &Scenario, url: &str) -> Result<Option<Report>, Trouble> {
    let patience = std::time::Duration::from_secs(options.timeout.into());
    roles::run(options.role, options.attached, scenario, url, patience)
}

#[cfg(not(feature = "amqp"))]
fn over_broker(_: &Options, _: &Scenario, _: &str) -> Result<Option<Report>, Trouble> {
    Err(Trouble::Asked("built without the feature amqp: cargo run --features amqp ...".to_owned()))
}

/// Whether all was written; a reader that went away has seen enough.
fn flushed(mut out: impl Write, written: io::Result<()>) -> Result<(), String> {
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("can't write: {error}")),
        _ => Ok(()),
    }
}

fn read(options: &Options) -> Result<Scenario, String> {
    let scenario = match &options.scenario {
        None => Scenario::from_json(SHIPPED).map_err(|error| format!("the shipped scenario: {error}"))?,
        Some(path) => {
            let shown = path.display();
            let text = std::fs::read(path).map_err(|error| format!("can't read {shown}: {error}"))?;
            Scenario::from_json(&text).map_err(|error| format!("{shown}: {error}"))?
        }
    };
    let source = release(options.source.as_deref(), scenario.source.speaks)?;
    let destination = release(options.destination.as_deref(), scenario.destination.speaks)?;
    let scenario = scenario.speaking(source, destination);
    let scenario = match options.upgrade_level.clone() {
        Some(level) => scenario.and_then(|scenario| scenario.upgraded_to(level)),
        None => scenario,
    };
    scenario.map_err(|error| error.to_string())
}

fn release(named: Option<&str>, planned: Version) -> Result<Version, String> {
    named.map_or(Ok(planned), |text| text.parse().map_err(|error: VersionParseError| error.to_string()))
}

fn json<T: Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

//! Moves an instance between XenServer hosts of different releases, and prints what crossed the wire in which
//! version.

mod print;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use pollster::block_on;
use serde::Serialize;
use versioned_objects::nova::compute::Outcome;
use versioned_objects::nova::scenario::{Cloud, Matrix, Scenario};
use versioned_objects::{Version, VersionParseError};

/// The scenario that runs where none is named.
const SHIPPED: &[u8] = include_bytes!("../scenarios/mixed.json");

/// Moves an instance between XenServer hosts of different releases, and prints what crossed the wire in which
/// version.
///
/// Exit status: 0 where the instance was migrated (with --matrix: where all came out as it has to), 1 where it
/// wasn't, 2 where the scenario can't be read or says something impossible.
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
    /// Runs every mix of releases, with the volumes named in every way
    #[arg(long)]
    matrix: bool,
    /// Prints one JSON value
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("live_migration: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether it came out well.
fn run(options: &Options) -> Result<bool, String> {
    let scenario = read(options)?;
    let mut out = io::stdout().lock();
    let (written, is_well) = if options.matrix {
        let matrix = block_on(Matrix::run(&scenario)).map_err(|error| error.to_string())?;
        let written = if options.json { json(&mut out, &matrix) } else { print::matrix(&mut out, &matrix) };
        (written, matrix.holds())
    } else {
        let cloud = block_on(Cloud::new(scenario.clone())).map_err(|error| error.to_string())?;
        let report = block_on(cloud.migrate());
        let written =
            if options.json { json(&mut out, &report) } else { print::report(&mut out, &scenario, &report) };
        (written, report.outcome == Outcome::Migrated)
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("can't write: {error}")),
        _ => Ok(is_well),
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
    scenario.speaking(source, destination).map_err(|error| error.to_string())
}

fn release(named: Option<&str>, planned: Version) -> Result<Version, String> {
    named.map_or(Ok(planned), |text| text.parse().map_err(|error: VersionParseError| error.to_string()))
}

fn json<T: Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

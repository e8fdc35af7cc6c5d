//! A fleet of five hosts that goes through four releases: plans are drawn, run, and counted by the minute.
//!
//! `cargo run --release --features proptest --example fleet -- --plans 10000`; with `--fault` a gate is missing, and
//! the story of the plan is told that shows it.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use versioned_objects::check::{Fleet, Policy};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, Origin, VersionedObject};

/// Draws plans of an upgrade and runs them.
#[derive(Parser)]
struct Options {
    /// How many plans are drawn.
    #[arg(long, default_value_t = 1000)]
    plans: u32,
    /// Draws other plans.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lets the third release forget since when a field is there.
    #[arg(long)]
    fault: bool,
}

#[derive(VersionedObject, Clone)]
#[object(versions("1.0", "1.1"))]
struct Part {
    origin: Origin,
    start: Field<i64>,
    #[field(since = "1.1")]
    end: Field<i64>,
}

#[derive(VersionedObject, Clone)]
#[object(versions("1.0..=1.3"), removed(name = "kind", until = "1.1", fill = "none"))]
struct Disk {
    origin: Origin,
    serial: Field<String>,
    size: Field<Option<i64>>,
    #[field(since = "1.1")]
    cache: Field<String>,
    #[field(since = "1.1", absent = "rw")]
    mode: Field<String>,
    #[field(renamed(from = "title", since = "1.2"))]
    label: Field<String>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    parts: Field<Vec<Part>>,
    #[field(since = "1.3")]
    note: Field<Option<String>>,
}

/// A disk whose last field is there since ever, as far as its schema says.
#[derive(VersionedObject, Clone)]
#[object(name = "Disk", versions("1.0..=1.2"), removed(name = "kind", until = "1.1", fill = "none"))]
struct Forgetful {
    origin: Origin,
    serial: Field<String>,
    size: Field<Option<i64>>,
    cache: Field<String>,
    #[field(since = "1.1", absent = "rw")]
    mode: Field<String>,
    #[field(renamed(from = "title", since = "1.2"))]
    label: Field<String>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    parts: Field<Vec<Part>>,
}

fn release(disk: &str, part: &str) -> Result<Registry, Box<dyn std::error::Error>> {
    let now = Registry::new().with::<Disk>().with::<Part>();
    Ok(now.held_to("Disk", disk.parse()?)?.held_to("Part", part.parse()?)?)
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(is_well) => ExitCode::from(u8::from(!is_well)),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Whether all plans went well.
fn run(options: &Options) -> Result<bool, Box<dyn std::error::Error>> {
    let third = match options.fault {
        true => Registry::new().with::<Forgetful>().with::<Part>(),
        false => release("1.2", "1.1")?,
    };
    let fleet = Fleet::new()
        .release("1", release("1.0", "1.0")?)
        .release("2", release("1.1", "1.1")?)
        .release("3", third)
        .release("4", release("1.3", "1.1")?)
        .hosts(["api", "a", "b", "c", "d"])
        .policy(Policy::rolling().first(["api"]).roll_back());
    let began = Instant::now();
    match fleet.check(options.plans, options.seed) {
        Ok(drawn) => {
            let minutes = began.elapsed().as_secs_f64() / 60.0;
            println!("{drawn}\n{:.0} plans a minute", f64::from(options.plans) / minutes);
            Ok(true)
        }
        Err(story) => {
            println!("{story}");
            Ok(false)
        }
    }
}

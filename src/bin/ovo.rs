//! `ovo`: versioned objects on the command line.

#[path = "ovo/generate/mod.rs"]
mod generate;
#[path = "ovo/order.rs"]
mod order;
#[path = "ovo/replay.rs"]
mod replay;
#[path = "ovo/resolve.rs"]
mod resolve;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use versioned_objects::check::Locks;
use versioned_objects::registry::Schemas;

/// Tools for versioned objects: their schemas, their fingerprints, and Rust source for those of a Python project.
#[derive(Parser)]
#[command(name = "ovo", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the Python program that reads a project's objects into a schema file.
    ///
    /// Run it with the Python that has the project installed: `ovo reader > ovo_read.py`, then
    /// `python ovo_read.py nova.objects > schema.json`.
    Reader,
    /// Writes Rust source for the objects of a schema file.
    Generate {
        /// The schema file.
        schema: PathBuf,
        /// The folder of the source, which becomes a module of your crate.
        #[arg(long, short, default_value = "src/objects")]
        out: PathBuf,
        /// The folder of the locks, for `assert_locked!`.
        #[arg(long, default_value = "snapshots/lock")]
        lock: PathBuf,
    },
    /// Prints a schema file, of another one or of a folder of locks.
    Schema {
        /// The schema file, or the folder.
        from: PathBuf,
    },
    /// Prints the fingerprint of each object, as the Python project's own check has it.
    Fingerprint {
        /// A schema file, or a folder of locks.
        from: PathBuf,
        /// Prints the text that is hashed, of this object alone.
        #[arg(long, value_name = "NAME")]
        text: Option<String>,
    },
    /// Proves in which order hosts can be upgraded from one release to the next, or shows messages that forbid it.
    Order(order::Order),
    /// Makes a record of messages that it reads, one JSON object a line as a broker has them, with secrets masked.
    Record,
    /// Has the next release read a record of messages, and shows what it makes otherwise than the one that runs.
    Replay(replay::Replay),
    /// Merges two locks of an object that went apart; a merge driver of git's.
    ///
    /// `git config merge.ovo.driver "ovo resolve %O %A %B"`, and in `.gitattributes`: `snapshots/lock/*.snap merge=ovo`.
    Resolve(resolve::Resolve),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("ovo: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Reader => print(include_str!("ovo/ovo_read.py")),
        Command::Generate { schema, out, lock } => {
            let schemas = Schemas::read(&schema).map_err(|error| error.to_string())?;
            let report = generate::generate(&schemas, &out, &lock);
            print(&format!("{}\n", report.map_err(|error| error.to_string())?))
        }
        Command::Order(order) => print(&order.run()?),
        Command::Record => replay::record(io::stdin().lock(), print),
        Command::Resolve(resolve) => resolve.run(),
        Command::Replay(replay) => print(&replay.run()?),
        Command::Schema { from } => print(&format!("{}\n", schemas(&from)?)),
        Command::Fingerprint { from, text } => {
            let schemas = schemas(&from)?;
            if let Some(name) = text {
                let entry =
                    schemas.get(&name).ok_or_else(|| format!("{}: there is no {name}", from.display()))?;
                return print(&format!("{}\n", entry.schema.fingerprint_text()));
            }
            let line = |entry: &versioned_objects::registry::SchemaEntry| {
                format!("{} {}\n", entry.schema.name, entry.schema.fingerprint())
            };
            print(&schemas.objects.iter().map(line).collect::<String>())
        }
    }
}

/// The objects of a schema file, or of a folder of locks.
fn schemas(from: &Path) -> Result<Schemas, String> {
    if from.is_dir() {
        let locks = Locks::read(from).map_err(|error| error.to_string())?;
        return Ok(locks.iter().map(|(_, lock)| lock.schema().clone()).collect());
    }
    Schemas::read(from).map_err(|error| error.to_string())
}

/// Prints text; that whoever reads it stopped reading is no error.
fn print(text: &str) -> Result<(), String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

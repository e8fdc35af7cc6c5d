//! `ovo`: versioned objects on the command line.

mod backport;
mod check;
mod diff;
mod generate;
mod history;
mod markup;
mod order;
mod places;
mod record;
mod replay;
mod resolve;
mod show;
mod source;
mod style;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use versioned_objects::registry::SchemaEntry;

use self::source::Source;

/// Tools for versioned objects: what a change breaks, what is in a message, the history of each object, and Rust source
/// for those of a Python project.
///
/// Where a command takes schemas, it takes a folder of locks, a schema file, REVISION:PATH, which is either of them as
/// a git revision has it, and `nova`, where it was compiled with the feature of that name.
#[derive(Parser)]
#[command(name = "ovo", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour what is printed.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: style::When,
}

#[derive(Subcommand)]
enum Command {
    /// Tells what the schemas here break of what was released, each with a message that shows it.
    ///
    /// The exit status is 1 where something breaks, and 2 where something can't be read.
    Check(check::Options),
    /// Tells what changed between two schemas.
    ///
    /// The exit status is 1 where something breaks, and 2 where something can't be read.
    Diff(diff::Options),
    /// Shows a message for people: objects, calls and notifications, secrets masked.
    Show(show::Options),
    /// Writes a message for an older peer.
    Backport(backport::Options),
    /// Shows the versions of each object and the fields that each has.
    History(history::Options),
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
        #[arg(long, default_value = source::LOCKS)]
        lock: PathBuf,
    },
    /// Prints a schema file, of another one or of a folder of locks.
    Schema {
        /// The schemas.
        from: String,
    },
    /// Prints the fingerprint of each object, as the Python project's own check has it.
    Fingerprint {
        /// The schemas.
        from: String,
        /// Prints the text that is hashed, of this object alone.
        #[arg(long, value_name = "NAME")]
        text: Option<String>,
    },
    /// Proves in which order hosts can be upgraded from one release to the next, or shows messages that forbid it.
    ///
    /// The exit status is 1 where no order is safe, or the one that was asked for isn't, and 2 where something can't be
    /// read.
    Order(order::Order),
    /// Makes a record of messages, with secrets masked: of those that go over a broker, or of those that it reads, one JSON
    /// object a line as a broker has them.
    Record(record::Record),
    /// Has the next release read a record of messages, and shows what it makes otherwise than the one that runs.
    ///
    /// The exit status is 1 where there is a difference, and 2 where something can't be read.
    Replay(replay::Replay),
    /// Merges two locks of an object that went apart; a merge driver of git's.
    ///
    /// `git config merge.ovo.driver "ovo resolve %O %A %B"`, and in `.gitattributes`: `snapshots/lock/*.snap merge=ovo`.
    /// The exit status is 1 where both sides say something else of a place, and 2 where something can't be read.
    Resolve(resolve::Resolve),
    /// Prints the completions of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, for `man`.
    Man,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.choose();
    match run(cli.command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            anstream::eprintln!("{}ovo:{} {message}", style::BAD, style::BAD.render_reset());
            ExitCode::from(2)
        }
    }
}

/// Runs a command, and says whether nothing was found that breaks.
fn run(command: Command) -> Result<bool, String> {
    match command {
        Command::Check(options) => return check::run(&options),
        Command::Diff(options) => return diff::run(&options),
        Command::Show(options) => show::run(&options)?,
        Command::Backport(options) => backport::run(&options)?,
        Command::History(options) => history::run(&options)?,
        Command::Reader => print(include_str!("ovo_read.py"))?,
        Command::Generate { schema, out, lock } => {
            let source = Source::read(&schema.to_string_lossy())?;
            if source.schemas.objects.is_empty() {
                // All that an earlier run wrote would go, since a reader found nothing.
                return Err(format!("{}: no objects are in it, so nothing is written", schema.display()));
            }
            let report = generate::generate(&source.schemas, &out, &lock);
            print(&format!("{}\n", report.map_err(|error| error.to_string())?))?;
        }
        Command::Order(order) => return order.run(print),
        Command::Record(record) => record.run(io::stdin().lock(), print)?,
        Command::Replay(replay) => return replay.run(print),
        Command::Resolve(resolve) => return resolve.run(print),
        Command::Schema { from } => print(&format!("{}\n", Source::read(&from)?.schemas))?,
        Command::Fingerprint { from, text } => {
            let schemas = Source::read(&from)?.schemas;
            if let Some(name) = text {
                let entry = schemas.get(&name).ok_or_else(|| format!("{from}: there is no {name}"))?;
                print(&format!("{}\n", entry.schema.fingerprint_text()))?;
                return Ok(true);
            }
            let line =
                |entry: &SchemaEntry| format!("{} {}\n", entry.schema.name, entry.schema.fingerprint());
            print(&schemas.objects.iter().map(line).collect::<String>())?;
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "ovo", &mut text);
            print(&String::from_utf8_lossy(&text))?;
        }
        Command::Man => print(&manual().map_err(|error| error.to_string())?)?,
    }
    Ok(true)
}

/// The manual page: of `ovo`, then of each of its commands.
fn manual() -> io::Result<String> {
    let mut text = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for part in command.get_subcommands().filter(|part| part.get_name() != "help") {
        let page = clap_mangen::Man::new(part.clone());
        writeln!(text, ".SH \"{}\"", format!("ovo {}", part.get_name()).to_uppercase())?;
        page.render_description_section(&mut text)?;
        page.render_synopsis_section(&mut text)?;
        page.render_options_section(&mut text)?;
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Prints text, coloured as the terminal has it; that whoever reads it stopped reading is no error.
fn print(text: &str) -> Result<(), String> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

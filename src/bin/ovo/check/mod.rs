//! `ovo check`: what is here, held to what was released.

mod reports;
mod text;

use std::path::Path;

use clap::{Args, ValueEnum};
use versioned_objects::check::{self, Finding, Hosts, Severity, Silence, Strictness, Unshown, Witness};

use crate::print;
use crate::source::{LOCKS, Source};
use crate::style::Progress;

#[derive(Args)]
pub struct Options {
    /// The schemas as they are here.
    #[arg(default_value = LOCKS)]
    now: String,
    /// The schemas as they were released: a git revision of the same path, a folder of locks, a schema file, or
    /// REVISION:PATH. Without it, the newest tag, and the newest commit where there is no tag.
    #[arg(long, value_name = "REVISION|FOLDER|FILE")]
    against: Option<String>,
    /// The form of the report.
    #[arg(long, default_value = "text")]
    format: Format,
    /// How much the schemas here are held to.
    #[arg(long, default_value = "all")]
    strict: Strict,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// An array of findings, with witnesses.
    Json,
    /// Annotations of GitHub's actions.
    Github,
    /// GitLab's report of code quality.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// Checkstyle's XML.
    Checkstyle,
}

#[derive(Clone, Copy, ValueEnum)]
enum Strict {
    /// Messages: objects that are refused, misread, or lose what they hold.
    Wire,
    /// Names too: of methods and arguments, and fingerprints.
    Names,
    /// Source code too: what a program may do with an object.
    Source,
    /// All rules, warnings among them.
    All,
}

impl Strict {
    fn strictness(self) -> Strictness {
        match self {
            Strict::Wire => Strictness::Wire,
            Strict::Names => Strictness::Names,
            Strict::Source => Strictness::Source,
            Strict::All => Strictness::All,
        }
    }
}

/// A finding, where it stands, and what shows it.
struct Told {
    finding: Finding,
    file: String,
    line: usize,
    witness: Result<Witness, Unshown>,
}

/// All that is told.
struct Report {
    told: Vec<Told>,
    /// Names of the objects that were compared.
    objects: Vec<String>,
    released: String,
}

pub fn run(options: &Options) -> Result<bool, String> {
    let now = Source::read(&options.now)?;
    let against = match &options.against {
        Some(against) => against.clone(),
        None => Source::newest_release(Path::new(&options.now))?,
    };
    let released = Source::released(&against, &options.now)?;
    let report = Report::new(&released, &now, options.strict.strictness());
    let text = match options.format {
        Format::Text => text::text(&report),
        Format::Json => reports::json(&report),
        Format::Github => reports::github(&report),
        Format::Gitlab => reports::gitlab(&report),
        Format::Junit => reports::junit(&report),
        Format::Sarif => reports::sarif(&report),
        Format::Checkstyle => reports::checkstyle(&report),
    };
    print(&text)?;
    Ok(!report.breaks())
}

/// The findings between two sources, those that the locks here have on record as meant left out.
pub fn findings(released: &Source, now: &Source, strict: Strictness) -> Vec<Finding> {
    let recorded = now.locks.iter().flat_map(|(_, lock)| lock.exceptions());
    let silences: Vec<_> =
        recorded.map(|known| Silence::new(&*known.rule, &*known.place, &*known.reason)).collect();
    let mut findings = check::compare(&released.locks, &now.locks, &silences);
    findings.retain(|finding| finding.rule.strictness <= strict);
    findings
}

impl Report {
    fn new(released: &Source, now: &Source, strict: Strictness) -> Report {
        let findings = findings(released, now, strict);
        let mut progress = Progress::new();
        let count = findings.len();
        let hosts = Hosts::new(&released.locks, &now.locks);
        let told = findings.into_iter().enumerate().map(|(index, finding)| {
            progress.tell("running both schemas for witnesses", index, count);
            // What is gone stands in what was released.
            let place = now.place(&finding.place).or_else(|| released.place(&finding.place));
            let (file, line) = match place {
                Some((file, line)) => (file.display().to_string(), line),
                None => (now.name.clone(), 1),
            };
            let witness = hosts.witness(&finding);
            Told { finding, file, line, witness }
        });
        let told = told.collect();
        let objects = released.locks.iter().map(|(name, _)| name.to_owned()).collect();
        Report { told, objects, released: released.name.clone() }
    }

    fn breaks(&self) -> bool {
        self.told.iter().any(|told| told.finding.rule.severity == Severity::Breaking)
    }
}

impl Told {
    fn object(&self) -> &str {
        object(&self.finding)
    }
}

pub fn object(finding: &Finding) -> &str {
    finding.place.split_once('.').map_or(&*finding.place, |(object, _)| object)
}

/// The field or the method, where it is about one.
pub fn field(finding: &Finding) -> Option<&str> {
    finding.place.split_once('.').map(|(_, field)| field)
}

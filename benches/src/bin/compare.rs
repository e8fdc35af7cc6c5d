//! Measures everything in one run, and prints a table or JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use versioned_objects_benches::measure::{Effort, Measure, measure};
use versioned_objects_benches::{allocator, python, report, suite};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const HELP: &str = "\
Measures versioned objects beside everything else that versions a message.

usage: compare [--json] [--python PATH] [WORK...]

The reference runs in PATH, python3, or what tests/setup installed, whichever has it.
WORK is small, libvirt, list10, list1000 or list100000; all, where none is named.";

struct Asked {
    json: bool,
    python: Option<PathBuf>,
    works: Vec<String>,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { json: false, python: None, works: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => asked.json = true,
            "--python" => {
                asked.python = Some(arguments.next().ok_or("--python needs a path")?.into());
            }
            "--help" | "-h" => return Err(HELP.to_owned()),
            work if suite::WORKS.contains(&work) => asked.works.push(argument),
            other => return Err(format!("{other:?} is no work and no option\n\n{HELP}")),
        }
    }
    if asked.works.is_empty() {
        asked.works = suite::WORKS.map(str::to_owned).to_vec();
    }
    Ok(asked)
}

fn effort(work: &str) -> Effort {
    match work {
        "list100000" => Effort { turns: 5, turn: Duration::ZERO },
        "list1000" => Effort { turns: 31, turn: Duration::from_micros(100) },
        // Long enough that the caches and predictors that others left behind do not count.
        _ => Effort { turns: 101, turn: Duration::from_millis(1) },
    }
}

fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let mut measures: Vec<Measure> = Vec::new();
    let mut texts = BTreeMap::new();
    for work in &asked.works {
        measures.extend(measure(work, &suite::ways(work), effort(work)));
        // The largest list takes the reference minutes.
        if work != "list100000" {
            texts.insert(work.as_str(), suite::text(work));
        }
    }
    let pythons = asked.python.map_or_else(python::usual, |python| vec![python]);
    match pythons.iter().find_map(|python| python::measure(python, &texts)) {
        Some(figures) => measures.extend(figures),
        None => eprintln!("no Python with oslo.versionedobjects is here, so there is no row for it"),
    }
    if asked.json {
        report::json(&measures)
    } else {
        report::table(&measures)
    }
    ExitCode::SUCCESS
}

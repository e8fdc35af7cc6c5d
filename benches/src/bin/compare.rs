//! Measures everything in one run, and prints a table or JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use versioned_objects_benches::measure::{Effort, Measure, measure};
use versioned_objects_benches::{allocator, instructions, picture, python, report, suite};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const HELP: &str = "\
Measures versioned objects beside everything else that versions a message.

usage: compare [--json] [--svg FILE] [--instructions] [--python PATH] [WORK...]
       compare --from FILE [--svg FILE]

The reference runs in PATH, python3, or what tests/setup installed, whichever has it.
With --instructions valgrind counts what each call takes, for the ways that a goal speaks of; that takes minutes.
With --svg the ratios are drawn into FILE as well. With --from nothing is measured, and FILE is what --json printed.
WORK is small, libvirt, list10, list1000, list10000 or list100000; all, where none is named.";

struct Asked {
    json: bool,
    svg: Option<PathBuf>,
    from: Option<PathBuf>,
    instructions: bool,
    python: Option<PathBuf>,
    works: Vec<String>,
}

fn asked() -> Result<Asked, String> {
    let mut asked =
        Asked { json: false, svg: None, from: None, instructions: false, python: None, works: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => asked.json = true,
            "--svg" => asked.svg = Some(arguments.next().ok_or("--svg needs a file")?.into()),
            "--from" => asked.from = Some(arguments.next().ok_or("--from needs a file")?.into()),
            "--instructions" => asked.instructions = true,
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
        "list100000" => Effort { turns: 7, turn: Duration::ZERO, cold: 0 },
        "list10000" => Effort { turns: 15, turn: Duration::ZERO, cold: 0 },
        "list1000" => Effort { turns: 31, turn: Duration::from_micros(100), cold: 0 },
        // Long enough that the caches and predictors that others left behind do not count.
        _ => Effort { turns: 101, turn: Duration::from_millis(1), cold: 31 },
    }
}

fn measured(asked: &Asked) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    let mut texts = BTreeMap::new();
    for work in &asked.works {
        measures.extend(measure(work, &suite::ways(work), effort(work)));
        // The largest lists take the reference minutes.
        if !["list10000", "list100000"].contains(&work.as_str()) {
            texts.insert(work.as_str(), suite::text(work));
        }
    }
    let pythons = asked.python.clone().map_or_else(python::usual, |python| vec![python]);
    match pythons.iter().find_map(|python| python::measure(python, &texts)) {
        Some(figures) => measures.extend(figures),
        None => eprintln!("no Python with oslo.versionedobjects is here, so there is no row for it"),
    }
    if asked.instructions {
        instructions::count(&mut measures);
    }
    measures
}

fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let measures = match &asked.from {
        Some(from) => {
            let text = std::fs::read_to_string(from).map_err(|error| error.to_string());
            match text.and_then(|text| picture::read(&text)) {
                Ok(measures) => measures,
                Err(error) => {
                    eprintln!("{}: {error}", from.display());
                    return ExitCode::from(2);
                }
            }
        }
        None => measured(&asked),
    };
    if let Some(svg) = &asked.svg
        && let Err(error) = std::fs::write(svg, picture::svg(&measures))
    {
        eprintln!("{}: {error}", svg.display());
        return ExitCode::from(2);
    }
    if asked.json {
        report::json(&measures)
    } else {
        report::table(&measures)
    }
    ExitCode::SUCCESS
}

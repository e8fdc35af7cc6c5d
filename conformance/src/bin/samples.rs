//! Reads nova's samples of its notifications with objects of a schema alone, and writes them again: `samples FILE`, which
//! `tests/samples` makes. A sample is an object with its name and its payload; its fields have to come back equal.

use std::process::ExitCode;

use serde::Deserialize;
use serde_json::Value;
use versioned_objects::registry::{Registry, SchemaError, Schemas};
use versioned_objects::{Backport, Target};

/// Fields that samples show, and that no payload of nova 34 has.
const NEVER_SENT: &[&str] = &["export_location"];

#[derive(Deserialize)]
struct Samples {
    /// A schema file's content.
    schema: Value,
    samples: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    name: String,
    payload: Value,
}

fn main() -> ExitCode {
    let file = std::env::args().nth(1).unwrap_or_default();
    match run(&file) {
        Ok((_, differing)) if differing.is_empty() => ExitCode::SUCCESS,
        Ok((count, differing)) => {
            for told in &differing {
                eprintln!("{told}");
            }
            eprintln!("samples: {} of {count} don't come back as they came", differing.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("samples: {file}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How many there are, and what is wrong with those that differ.
fn run(file: &str) -> Result<(usize, Vec<String>), String> {
    let text = std::fs::read(file).map_err(|error| error.to_string())?;
    let samples: Samples = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let mut registry = Registry::new();
    let schemas: Schemas =
        samples.schema.to_string().parse().map_err(|error: SchemaError| error.to_string())?;
    for entry in schemas.objects {
        registry = registry.with_schema(entry.schema);
    }
    let mut differing = Vec::new();
    let count = samples.samples.len();
    let mut shortened = 0;
    for Sample { name, mut payload } in samples.samples {
        match again(&registry, &payload) {
            Ok(back) if back == payload => {}
            Ok(back) if forget(&mut payload) > 0 && back == payload => shortened += 1,
            Ok(back) => differing.push(format!("{name}: {back} instead of {payload}")),
            Err(error) => differing.push(format!("{name}: {error}")),
        }
    }
    let equal = count - differing.len() - shortened;
    println!(
        "{equal} of {count} samples come back as they came, {shortened} but for a field that is never sent ({})",
        NEVER_SENT.join(", ")
    );
    Ok((count, differing))
}

/// Takes fields away that are never sent, and counts them.
fn forget(value: &mut Value) -> usize {
    match value {
        Value::Object(entries) => {
            let before = entries.len();
            entries.retain(|name, _| !NEVER_SENT.contains(&name.as_str()));
            let gone = before - entries.len();
            gone + entries.values_mut().map(forget).sum::<usize>()
        }
        Value::Array(values) => values.iter_mut().map(forget).sum(),
        _ => 0,
    }
}

/// The payload read and written.
fn again(registry: &Registry, payload: &Value) -> Result<Value, String> {
    let text = payload.to_string();
    let object = registry.decode_json(text.as_bytes()).map_err(|error| error.to_string())?;
    let written = object.at(Target::Own).map_err(|error| error.to_string())?;
    serde_json::to_value(written).map_err(|error| error.to_string())
}

//! The reference, measured by a Python program of its own.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::measure::Measure;

const PROGRAM: &str = include_str!("../python/reference.py");

#[derive(Deserialize)]
struct Figures {
    ns: f64,
    bytes: usize,
}

/// Where the reference may be: in the user's Python, or where the tests have it.
pub fn usual() -> Vec<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/reference/bin/python");
    vec![PathBuf::from("python3"), installed]
}

/// Measures the reference on works that were written as JSON text, by name. `None` where that Python isn't there
/// or doesn't have the library.
pub fn measure(python: &Path, works: &BTreeMap<&str, String>) -> Option<Vec<Measure>> {
    let mut child = Command::new(python)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(serde_json::to_string(works).ok()?.as_bytes()).ok()?;
    let output = child.wait_with_output().ok().filter(|output| output.status.success())?;
    let figures: BTreeMap<String, Figures> = serde_json::from_slice(&output.stdout).ok()?;
    let measures = figures.into_iter().filter_map(|(name, Figures { ns, bytes })| {
        let (work, row) = name.split_once('/')?;
        let name = [work, row, "python"].map(str::to_owned);
        Some(Measure {
            name,
            ns,
            spread: f64::NAN,
            bytes,
            zstd: None,
            allocations: None,
            peak: None,
            instructions: None,
        })
    });
    Some(measures.collect())
}

//! How many instructions a call takes, as valgrind counts them: the same on a busy machine as on an idle one.

use std::path::PathBuf;
use std::process::Command;

use crate::measure::Measure;

/// The ways whose instructions are counted: those that a goal speaks of.
const COUNTED: [&str; 8] =
    ["derived", "dynamic", "compact", "columnar", "hand", "savefile", "versionize", "bitcode"];

/// Counts them for each measure of a way of these, where valgrind is here; the largest list would take it hours.
pub fn count(measures: &mut [Measure]) {
    for measure in measures {
        let [work, row, who] = &measure.name;
        if work == "list100000" || row == "read-cold" || !COUNTED.contains(&who.as_str()) {
            continue;
        }
        let (few, many) = if work.starts_with("list1000") { (1, 2) } else { (20, 120) };
        let counted = |count| collected(work, row, who, count);
        measure.instructions =
            counted(few).zip(counted(many)).map(|(few_all, many_all)| (many_all - few_all) / (many - few));
    }
}

/// How many instructions the whole of `again` takes with that many calls.
fn collected(work: &str, row: &str, who: &str, count: u64) -> Option<u64> {
    let again: PathBuf = std::env::current_exe().ok()?.with_file_name("again");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(again)
        .args([work, row, who, &count.to_string()])
        .output()
        .ok()?;
    let said = String::from_utf8(output.stderr).ok()?;
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

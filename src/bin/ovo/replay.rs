//! `ovo replay`: recorded traffic against the next release.

use std::path::PathBuf;

use versioned_objects::check::{Locks, replay};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Replay {
    /// The record: a message a line.
    record: PathBuf,
    /// The folder with the locks of the release that runs.
    #[arg(long)]
    now: PathBuf,
    /// The folder with the locks of the next release.
    #[arg(long, value_name = "NEXT")]
    lock: PathBuf,
    /// Shows the recorded object of each difference.
    #[arg(long)]
    witnesses: bool,
}

impl Replay {
    /// Prints the report, and says whether the next release makes no difference.
    ///
    /// # Errors
    /// Where a file can't be read.
    pub fn run(&self, print: impl Fn(&str) -> Result<(), String>) -> Result<bool, String> {
        let text = std::fs::read_to_string(&self.record)
            .map_err(|error| format!("{}: {error}", self.record.display()))?;
        let locks = |folder: &PathBuf| Locks::read(folder).map_err(|error| error.to_string());
        let replayed =
            replay(&text, &locks(&self.now)?, &locks(&self.lock)?).map_err(|error| error.to_string())?;
        print(&format!("{replayed}\n"))?;
        for found in replayed.differences.iter().filter(|_| self.witnesses) {
            print(&format!("line {}: {}\n", found.line, found.witness))?;
        }
        Ok(replayed.differences.is_empty())
    }
}

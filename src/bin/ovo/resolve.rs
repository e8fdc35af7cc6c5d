//! `ovo resolve`: two locks that went apart, made one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use versioned_objects::check::{Lock, Side};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Resolve {
    /// The lock that both come from; an empty file, where there was none.
    base: PathBuf,
    /// The lock that is merged into; the result is written there.
    ours: PathBuf,
    /// The lock that is merged.
    theirs: PathBuf,
    /// Whose to take at a place that both sides changed: `Disk.serial.default=theirs`.
    #[arg(long, value_name = "PLACE=SIDE", value_parser = taken)]
    take: Vec<(String, Side)>,
}

fn taken(text: &str) -> Result<(String, Side), String> {
    match text.rsplit_once('=') {
        Some((place, "ours")) => Ok((place.to_owned(), Side::Ours)),
        Some((place, "theirs")) => Ok((place.to_owned(), Side::Theirs)),
        _ => Err("expected PLACE=ours or PLACE=theirs".to_owned()),
    }
}

impl Resolve {
    /// Writes the merged lock in the place of ours, or prints by rule where both sides say something else. Whether it was
    /// written.
    ///
    /// # Errors
    /// Where a file can't be read or written.
    pub fn run(&self, print: impl Fn(&str) -> Result<(), String>) -> Result<bool, String> {
        let base_text = read(&self.base)?;
        let base = match base_text.trim() {
            "" => None,
            _ => Some(lock(&self.base, &base_text)?),
        };
        let our_text = read(&self.ours)?;
        let (ours, theirs) = (lock(&self.ours, &our_text)?, lock(&self.theirs, &read(&self.theirs)?)?);
        let take: BTreeMap<String, Side> = self.take.iter().cloned().collect();
        let merged = match Lock::merge(base.as_ref(), &ours, &theirs, &take) {
            Ok(merged) => merged,
            Err(clashes) => {
                clashes.iter().try_for_each(|clash| print(&format!("{clash}\n")))?;
                return Ok(false);
            }
        };
        let written = std::fs::write(&self.ours, format!("{}{merged}\n", head(&our_text)));
        written.map(|()| true).map_err(|error| format!("{}: {error}", self.ours.display()))
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn lock(path: &Path, text: &str) -> Result<Lock, String> {
    text.parse().map_err(|error: versioned_objects::check::LockError| format!("{}: {error}", path.display()))
}

/// The lines that `insta` puts before a snapshot.
fn head(text: &str) -> &str {
    let body =
        text.strip_prefix("---").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body);
    text.strip_suffix(body).unwrap_or_default()
}

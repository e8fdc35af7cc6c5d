//! `ovo order`: in which order hosts can be upgraded.

mod picture;

use std::path::{Path, PathBuf};

use versioned_objects::check::{Graph, Locks};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Order {
    /// The folder with the locks of the old release.
    old: PathBuf,
    /// The folder with the locks of the new release.
    new: PathBuf,
    /// Who calls whom: a JSON file, an object whose `calls` have `from`, `to`, `method`, `takes`, `gives`, `speaks`.
    graph: PathBuf,
    /// An order to look at, services with commas between, in place of finding one.
    #[arg(long, value_name = "SERVICES", value_delimiter = ',')]
    is_safe: Vec<String>,
    /// Draws the order into a file: services as columns, an arrow for each call.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Order {
    /// Prints the proof, and says whether an order is safe, or the one that was asked for.
    ///
    /// # Errors
    /// Where a file can't be read.
    pub fn run(&self, print: impl Fn(&str) -> Result<(), String>) -> Result<bool, String> {
        let text = std::fs::read_to_string(&self.graph)
            .map_err(|error| format!("{}: {error}", self.graph.display()))?;
        let graph = Graph::from_json(&text).map_err(|error| format!("{}: {error}", self.graph.display()))?;
        let proof = graph.prove(&locks(&self.old)?, &locks(&self.new)?).map_err(|error| error.to_string())?;
        if let Some(unknown) = self.is_safe.iter().find(|name| !graph.services().any(|known| known == *name))
        {
            return Err(format!("{unknown} is in no call of the graph"));
        }
        if let Some(svg) = &self.svg {
            let services: Vec<_> = graph.services().collect();
            let picture = picture::svg(&services, &proof, &self.is_safe);
            std::fs::write(svg, picture).map_err(|error| format!("{}: {error}", svg.display()))?;
        }
        if self.is_safe.is_empty() {
            print(&format!("{proof}\n"))?;
            return Ok(proof.order().is_ok());
        }
        let (order, found) = (self.is_safe.join(", "), proof.is_safe(&self.is_safe));
        match &found {
            Ok(()) => print(&format!("{order}: safe\n"))?,
            Err(example) => print(&format!("{order}: not safe\n  {example}\n"))?,
        }
        Ok(found.is_ok())
    }
}

fn locks(folder: &Path) -> Result<Locks, String> {
    if !folder.is_dir() {
        return Err(format!("{} is no folder of locks", folder.display()));
    }
    let locks = Locks::read(folder).map_err(|error| error.to_string())?;
    if locks.iter().next().is_none() {
        return Err(format!("{}: there are no locks in it", folder.display()));
    }
    Ok(locks)
}

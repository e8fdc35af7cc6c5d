//! `ovo backport`: a message as an older peer gets it.

use std::io::Read as _;
use std::path::Path;

use clap::Args;
use versioned_objects::registry::AnyObject;
use versioned_objects::{Backport as _, Manifest, Primitive, Version};

use crate::print;
use crate::show::masked;
use crate::source::{LOCKS, Source};
use crate::style::{NAME, ODD, styled};

#[derive(Args)]
pub struct Options {
    /// The message, as JSON; `-` is the standard input.
    #[arg(default_value = "-")]
    message: String,
    /// The version of the outermost object that the peer reads.
    #[arg(long, value_name = "VERSION", required_unless_present = "manifest")]
    to: Option<Version>,
    /// The versions of all objects that the peer reads: `Disk=1.0,Port=1.2`, or a JSON file that maps names to versions.
    #[arg(long, value_name = "NAME=VERSION,...|FILE")]
    manifest: Option<String>,
    /// The schemas.
    #[arg(long, default_value = LOCKS)]
    schema: String,
    /// Prints secrets as they are, for who sends the message on.
    #[arg(long)]
    secrets: bool,
}

pub fn run(options: &Options) -> Result<(), String> {
    let registry = Source::read(&options.schema)?.registry();
    let text = message(&options.message)?;
    let object: AnyObject =
        registry.decode_json(text.as_bytes()).map_err(|error| format!("{}: {error}", options.message))?;
    let manifest = options.manifest.as_deref().map(read_manifest).transpose()?;
    let view = match (options.to, &manifest) {
        (Some(version), Some(manifest)) => object.at((version, manifest)),
        (Some(version), None) => object.at(version),
        (None, Some(manifest)) => object.at(manifest),
        (None, None) => return Err("neither --to nor --manifest says what the peer reads".to_owned()),
    };
    let view = view.map_err(|error| error.to_string())?;
    let json = match options.secrets {
        true => serde_json::to_string(&view),
        false => Primitive::of(&view)
            .map_err(|error| error.to_string())
            .map(|value| serde_json::to_string(&masked(value, &registry, false)))?,
    };
    let json = json.map_err(|error| error.to_string())?;
    let losses = view.dropped();
    for loss in &losses {
        anstream::eprintln!("{} {}", styled(ODD, "dropped"), styled(NAME, loss));
    }
    for altered in view.altered() {
        anstream::eprintln!("{} {}", styled(ODD, "altered"), styled(NAME, altered));
    }
    print(&format!("{json}\n"))
}

/// The text of a message: of a file, or of the standard input.
pub fn message(from: &str) -> Result<String, String> {
    if from != "-" {
        return std::fs::read_to_string(from).map_err(|error| format!("{from}: {error}"));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| format!("the standard input: {error}"))?;
    Ok(text)
}

fn read_manifest(word: &str) -> Result<Manifest, String> {
    if Path::new(word).exists() {
        let text = std::fs::read_to_string(word).map_err(|error| format!("{word}: {error}"))?;
        return serde_json::from_str(&text).map_err(|error| {
            format!("{word}: {error}; a manifest maps names to versions: {{\"Disk\": \"1.0\"}}")
        });
    }
    let pairs = word.split(',').map(|pair| {
        let (name, version) = pair
            .split_once('=')
            .ok_or_else(|| format!("{pair}: neither NAME=VERSION nor a file; write Disk=1.0,Port=1.2"))?;
        let version = version.trim().parse::<Version>().map_err(|error| format!("{pair}: {error}"))?;
        Ok((name.trim(), version))
    });
    pairs.collect()
}

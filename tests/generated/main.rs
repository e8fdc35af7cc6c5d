//! Answers for the objects that `ovo generate` wrote: `fingerprints`, whether they are as their locks say (`locked`), or a
//! line of JSON for each line of JSON.

mod objects;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use versioned_objects::{Backport, Error, Manifest, Target, Version};

/// An object, and for which version and manifest it is asked.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    primitive: &'a RawValue,
    target: Option<Version>,
    manifest: Option<BTreeMap<String, Version>>,
}

fn main() -> io::Result<()> {
    let registry = objects::registry();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if std::env::args().any(|arg| arg == "fingerprints") {
        for name in registry.names() {
            let schema = registry.schema(name).map_err(io::Error::other)?;
            writeln!(out, "{name} {}", schema.fingerprint())?;
        }
        return out.flush();
    }
    if std::env::args().any(|arg| arg == "locked") {
        versioned_objects::assert_locked!(registry, "lock");
        return Ok(());
    }
    for line in io::stdin().lock().lines() {
        let line = line?;
        let request: Request<'_> = serde_json::from_str(&line)?;
        let answer = match answer(&registry, &request) {
            Ok(primitive) => json!({ "ok": primitive }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(registry: &versioned_objects::registry::Registry, request: &Request<'_>) -> Result<Value, Error> {
    let object = registry.decode_json(request.primitive.get().as_bytes())?;
    let manifest = request
        .manifest
        .as_ref()
        .map(|said| said.iter().map(|(name, version)| (name.as_str(), *version)).collect::<Manifest>());
    let target = match (request.target, &manifest) {
        (Some(target), manifest) => Target::Version(target, manifest.as_ref()),
        (None, Some(manifest)) => Target::Inside(manifest),
        (None, None) => Target::Own,
    };
    serde_json::to_value(object.at(target)?).map_err(Error::invalid_value)
}

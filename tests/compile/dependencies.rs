//! What the dependencies are licensed by, and where they come from, by what `deny.toml` allows. `tests/deny` asks more, of a program
//! that takes longer to install than all tests to run.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// The elements of a list in JSON.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn the_crate_takes_what_is_allowed_from_one_registry() {
    let arguments = ["metadata", "--format-version", "1", "--all-features"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(support::root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = std::fs::read_to_string(support::root().join("deny.toml")).unwrap();
    let rules: toml::Table = rules.parse().unwrap();
    let allowed = rules["licenses"]["allow"].as_array().unwrap();
    let is_allowed = |licence: &str| allowed.iter().any(|known| known.as_str() == Some(licence));

    let packages: BTreeMap<_, _> =
        list(&metadata["packages"]).iter().map(|package| (package["id"].as_str(), package)).collect();
    let taken: BTreeMap<_, _> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| (node["id"].as_str(), list(&node["dependencies"])))
        .collect();
    let ours = packages.iter().filter(|(_, package)| package["name"] == "versioned-objects");
    let mut open: Vec<_> = ours.map(|(id, _)| *id).collect();
    let (mut seen, mut sources) = (BTreeSet::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        open.extend(taken[&id].iter().map(Value::as_str));
        let package = packages[&id];
        let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or_default());
        let read = Expression::parse_mode(licence, ParseMode::LAX);
        let read = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(read.evaluate(|asked| is_allowed(&asked.to_string())), "{name} is under {licence:?}");
        sources.extend(package["source"].as_str());
    }
    assert!(seen.len() > 100, "{} packages", seen.len());
    assert!(
        sources.len() == 1 && sources.iter().all(|source| source.starts_with("registry+")),
        "{sources:?}"
    );
}

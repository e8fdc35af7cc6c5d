//! Tells which changes no test found, and which of these nobody has explained.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;

/// Shows how many changes ended in which way, those that no test found and that `explained` doesn't have, and what
/// stands there of changes that aren't planted any more. A change is known by its file, its function and its words: the
/// same ones twice in a function are explained together.
pub fn show(list: &str, results: &str, explained: &str) -> Result<(), Box<dyn Error>> {
    let (list, results) = (fs::read_to_string(list)?, fs::read_to_string(results)?);
    let told: BTreeMap<&str, &str> =
        results.lines().filter_map(|line| line.split_once('\t')).map(|(told, of)| (of, told)).collect();
    let explained = fs::read_to_string(explained)?;
    let explained: BTreeSet<&str> =
        explained.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (mut counts, mut left, mut planted) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for change in list.lines() {
        let Some(name) = name(change) else { continue };
        let told = told.get(change).copied().unwrap_or("not tried");
        let ended = told.split(" by ").next().unwrap_or(told);
        let is_left = ended == "not found" || ended == "not reached";
        let is_explained = is_left && explained.contains(&*name);
        *counts.entry((ended, is_explained)).or_insert(0) += 1;
        if is_left && !is_explained {
            left.insert(format!("{told}: {change}"));
        }
        planted.insert(name);
    }
    for ((ended, is_explained), count) in counts {
        println!("{count} {ended}{}", if is_explained { ", explained" } else { "" });
    }
    left.iter().for_each(|change| println!("{change}"));
    let files: BTreeSet<&str> = planted.iter().filter_map(|name| name.split(": ").next()).collect();
    let is_gone = |name: &&&str| {
        files.contains(name.split(": ").next().unwrap_or_default()) && !planted.contains(**name)
    };
    explained.iter().filter(is_gone).for_each(|name| println!("explained, and not planted: {name}"));
    Ok(())
}

/// The change without its number and place.
fn name(change: &str) -> Option<String> {
    let (place, words) = change.split_once(' ')?.1.split_once(": ")?;
    Some(format!("{}: {words}", place.split(':').next()?))
}

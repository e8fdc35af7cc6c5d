//! Circles among files and parts.

use std::collections::{BTreeMap, BTreeSet};

/// From each node to others.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// The circles, each with all that lie on it or on one that it touches.
pub fn circles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|node| (node.as_str(), reached_from(graph, node))).collect();
    let mut out: Vec<BTreeSet<String>> = Vec::new();
    for (node, there) in &reached {
        let back = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(node));
        let circle: BTreeSet<String> = there.iter().filter(back).map(|other| (*other).to_owned()).collect();
        if !circle.is_empty() && !out.contains(&circle) {
            out.push(circle);
        }
    }
    out
}

fn reached_from<'g>(graph: &'g Graph, node: &str) -> BTreeSet<&'g str> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = graph.get(node).into_iter().flatten().map(String::as_str).collect();
    while let Some(next) = waiting.pop() {
        if seen.insert(next) {
            waiting.extend(graph.get(next).into_iter().flatten().map(String::as_str));
        }
    }
    seen
}

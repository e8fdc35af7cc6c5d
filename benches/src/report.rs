//! What was measured, for people and for programs.

use std::collections::BTreeMap;

use serde_json::json;

use crate::measure::Measure;

/// Prints `{"WORK/ROW/WHO": {"ns": n, "bytes": n, "allocations": n, "peak": n}}`.
pub fn json(measures: &[Measure]) {
    let figures: BTreeMap<_, _> = measures
        .iter()
        .map(|measure| {
            let figures = json!({
                "ns": measure.ns.round(),
                "bytes": measure.bytes,
                "allocations": measure.allocations,
                "peak": measure.peak,
            });
            (measure.name.join("/"), figures)
        })
        .collect();
    println!("{:#}", json!(figures));
}

/// Prints a table, and the ratios that count.
pub fn table(measures: &[Measure]) {
    let mut last = None;
    for measure in measures {
        let [work, row, who] = &measure.name;
        if last != Some((work, row)) {
            println!(
                "\n{:<28}{:>14}{:>8}{:>12}{:>13}{:>14}",
                format!("{work}/{row}"),
                "ns",
                "hand",
                "bytes",
                "allocations",
                "peak"
            );
            last = Some((work, row));
        }
        let hand = find(measures, work, row, "hand").map_or(f64::NAN, |hand| measure.ns / hand);
        let known = |figure: Option<usize>| figure.map_or("-".to_owned(), |figure| figure.to_string());
        let (allocations, peak) = (known(measure.allocations), known(measure.peak));
        println!(
            "  {who:<26}{:>14.0}{hand:>8.2}{:>12}{allocations:>13}{peak:>14}",
            measure.ns, measure.bytes
        );
    }
    println!();
    for (what, most, figure) in ratios(measures) {
        let mark = if figure <= most { "" } else { "  over" };
        println!("{what:<72}{figure:>8.2} of {most:>5}{mark}");
    }
}

fn find(measures: &[Measure], work: &str, row: &str, who: &str) -> Option<f64> {
    measures.iter().find(|measure| measure.name == [work, row, who]).map(|measure| measure.ns)
}

/// The ratios that count, each with the most that it should be.
fn ratios(measures: &[Measure]) -> Vec<(String, f64, f64)> {
    let mut out = Vec::new();
    let mut add = |what: String, most: f64, ours: Option<f64>, theirs: Option<f64>| {
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            out.push((what, most, ours / theirs));
        }
    };
    let ns = |work: &str, row: &str, who: &str| find(measures, work, row, who);
    for work in crate::suite::WORKS {
        let derived = |row| ns(work, row, "derived");
        add(format!("{work}: write, to hand-written"), 1.05, derived("write"), ns(work, "write", "hand"));
        add(format!("{work}: write older, to write"), 1.0, derived("write-older"), derived("write"));
        add(format!("{work}: read, to hand-written"), 1.05, derived("read"), ns(work, "read", "hand"));
        add(format!("{work}: write, to plain serde"), 1.0, derived("write"), ns(work, "write", "serde"));
        add(format!("{work}: read, to plain serde"), 0.6, derived("read"), ns(work, "read", "serde"));
        for row in ["write", "write-older", "read", "read-older"] {
            add(format!("{work}: dynamic {row}, to derived"), 2.0, ns(work, row, "dynamic"), derived(row));
        }
        add(
            format!("{work}: write, to the reference"),
            1.0 / 150.0,
            derived("write"),
            ns(work, "write", "python"),
        );
        add(
            format!("{work}: read, to the reference"),
            1.0 / 60.0,
            derived("read"),
            ns(work, "read", "python"),
        );
    }
    for row in ["write", "read"] {
        let ratio = |work| Some(ns(work, row, "derived")? / ns(work, row, "hand")?);
        add(
            format!("{row} an object of 100,000, to one of 10, to the same of hand-written"),
            1.1,
            ratio("list100000"),
            ratio("list10"),
        );
    }
    out
}

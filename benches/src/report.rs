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
    for Ratio { what, bound, figure } in ratios(measures) {
        let (words, limit, holds) = match bound {
            Bound::Most(most) => ("at most", most, figure <= most),
            Bound::Least(least) => ("at least", least, figure >= least),
        };
        let mark = if holds { "" } else { "  missed" };
        println!("{what:<72}{figure:>8.2} {words} {limit}{mark}");
    }
}

fn find(measures: &[Measure], work: &str, row: &str, who: &str) -> Option<f64> {
    measures.iter().find(|measure| measure.name == [work, row, who]).map(|measure| measure.ns)
}

fn ns_a_byte(measures: &[Measure], work: &str, row: &str, who: &str) -> Option<f64> {
    let measure = measures.iter().find(|measure| measure.name == [work, row, who])?;
    #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 bytes")]
    Some(measure.ns / measure.bytes as f64)
}

struct Ratio {
    what: String,
    bound: Bound,
    figure: f64,
}

enum Bound {
    Most(f64),
    Least(f64),
}

/// The ratios that count, each with what it should be.
fn ratios(measures: &[Measure]) -> Vec<Ratio> {
    let mut out = Vec::new();
    let mut add = |what: String, bound: Bound, of: Option<f64>, to: Option<f64>| {
        if let (Some(of), Some(to)) = (of, to) {
            out.push(Ratio { what, bound, figure: of / to });
        }
    };
    let ns = |work: &str, row: &str, who: &str| find(measures, work, row, who);
    for work in crate::suite::WORKS {
        let derived = |row| ns(work, row, "derived");
        add(
            format!("{work}: write, to hand-written"),
            Bound::Most(1.05),
            derived("write"),
            ns(work, "write", "hand"),
        );
        add(
            format!("{work}: write older, to write"),
            Bound::Most(1.0),
            derived("write-older"),
            derived("write"),
        );
        add(
            format!("{work}: read, to hand-written"),
            Bound::Most(1.05),
            derived("read"),
            ns(work, "read", "hand"),
        );
        add(
            format!("{work}: write, to plain serde"),
            Bound::Most(1.0),
            derived("write"),
            ns(work, "write", "serde"),
        );
        add(
            format!("{work}: read, to plain serde"),
            Bound::Most(0.6),
            derived("read"),
            ns(work, "read", "serde"),
        );
        for row in ["write", "read"] {
            // Of the peers, these write JSON.
            let peers = ["obake", "version-migrate"].into_iter();
            add(
                format!("{work}: {row}, a byte, to the best peer that writes JSON"),
                Bound::Most(1.0),
                ns_a_byte(measures, work, row, "derived"),
                peers.filter_map(|who| ns_a_byte(measures, work, row, who)).min_by(f64::total_cmp),
            );
        }
        for row in ["write", "write-older", "read", "read-older"] {
            add(
                format!("{work}: dynamic {row}, to derived"),
                Bound::Most(2.0),
                ns(work, row, "dynamic"),
                derived(row),
            );
        }
        for row in ["write", "write-older", "read", "read-older"] {
            // Of the peers, these can write for an older version.
            let peers = ["versionize", "savefile"].into_iter().filter_map(|who| ns(work, row, who));
            add(
                format!("{work}: compact {row}, to the faster of versionize and savefile"),
                Bound::Most(1.0),
                ns(work, row, "compact"),
                peers.min_by(f64::total_cmp),
            );
        }
        let bytes = |who: &str| {
            let measure = measures.iter().find(|measure| measure.name == [work, "write", who]);
            measure.map(|measure| measure.bytes as f64)
        };
        add(
            format!("{work}: compact bytes, to those of revision"),
            Bound::Most(1.0),
            bytes("compact"),
            bytes("revision"),
        );
        add(
            format!("{work}: the reference's time to write, to ours"),
            Bound::Least(150.0),
            ns(work, "write", "python"),
            derived("write"),
        );
        add(
            format!("{work}: the reference's time to read, to ours"),
            Bound::Least(60.0),
            ns(work, "read", "python"),
            derived("read"),
        );
    }
    for row in ["write", "read"] {
        let ratio = |work| Some(ns(work, row, "derived")? / ns(work, row, "hand")?);
        add(
            format!("{row} an object of 100,000, to one of 10, to the same of hand-written"),
            Bound::Most(1.1),
            ratio("list100000"),
            ratio("list10"),
        );
    }
    out
}

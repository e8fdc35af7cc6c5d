//! What was measured, for people and for programs.

use std::collections::BTreeMap;

use serde_json::json;

use crate::measure::{Measure, TOO_WIDE};

/// Prints `{"WORK/ROW/WHO": {"ns": n, "spread": n, "bytes": n, "zstd": n, "allocations": n, "peak": n, "instructions": n}}`;
/// what isn't known is null. Where `spread` is more than [`TOO_WIDE`], a ratio of that row says nothing.
pub fn json(measures: &[Measure]) {
    let figures: BTreeMap<_, _> = measures
        .iter()
        .map(|measure| {
            let figures = json!({
                "ns": measure.ns.round(),
                "spread": (measure.spread * 1000.0).round() / 1000.0,
                "bytes": measure.bytes,
                "zstd": measure.zstd,
                "allocations": measure.allocations,
                "peak": measure.peak,
                "instructions": measure.instructions,
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
                "\n{:<28}{:>14}{:>9}{:>8}{:>12}{:>12}{:>13}{:>12}{:>14}",
                format!("{work}/{row}"),
                "ns",
                "spread",
                "hand",
                "bytes",
                "zstd",
                "allocations",
                "peak",
                "instructions"
            );
            last = Some((work, row));
        }
        let hand = find(measures, work, row, "hand").map_or(f64::NAN, |hand| measure.ns / hand);
        let known = |figure: Option<usize>| figure.map_or("-".to_owned(), |figure| figure.to_string());
        let (allocations, peak) = (known(measure.allocations), known(measure.peak));
        let instructions = measure.instructions.map_or("-".to_owned(), |count| count.to_string());
        println!(
            "  {who:<26}{:>14.0}{:>8.1}%{hand:>8.2}{:>12}{:>12}{allocations:>13}{peak:>12}{instructions:>14}",
            measure.ns,
            measure.spread * 100.0,
            measure.bytes,
            known(measure.zstd)
        );
    }
    println!();
    for Ratio { what, bound, figure, unsure } in ratios(measures) {
        let (words, limit, holds) = match bound {
            Bound::Most(most) => ("at most", most, figure <= most),
            Bound::Least(least) => ("at least", least, figure >= least),
        };
        let mark = if holds { "" } else { "  missed" };
        let unsure = if unsure { "  unsure: the times spread too far" } else { "" };
        println!("{what:<78}{figure:>8.2} {words} {limit}{mark}{unsure}");
    }
    let wide: Vec<_> = measures.iter().filter(|measure| is_wide(measure)).collect();
    if !wide.is_empty() {
        println!("\nno ratio with these says anything, since their times spread too far:");
        for measure in wide {
            println!("  {:<50}{:>8.1}%", measure.name.join("/"), measure.spread * 100.0);
        }
    }
}

fn is_wide(measure: &Measure) -> bool {
    measure.spread > TOO_WIDE
}

/// A ratio that counts.
pub(crate) struct Ratio {
    pub(crate) what: String,
    pub(crate) bound: Bound,
    pub(crate) figure: f64,
    /// Whether a time in it spreads too far.
    pub(crate) unsure: bool,
}

/// The goal of a ratio.
pub(crate) enum Bound {
    Most(f64),
    Least(f64),
}

/// A figure of a measure that a ratio is made of.
#[derive(Clone, Copy)]
struct Figure {
    figure: f64,
    unsure: bool,
}

/// What was measured, by name.
struct Measured<'a>(&'a [Measure]);

impl<'a> Measured<'a> {
    fn get(&self, work: &str, row: &str, who: &str) -> Option<&'a Measure> {
        self.0.iter().find(|measure| measure.name == [work, row, who])
    }

    fn ns(&self, work: &str, row: &str, who: &str) -> Option<Figure> {
        let measure = self.get(work, row, who)?;
        Some(Figure { figure: measure.ns, unsure: is_wide(measure) })
    }

    /// The time a byte.
    fn pace(&self, work: &str, row: &str, who: &str) -> Option<Figure> {
        let bytes = self.bytes(work, who)?;
        let ns = self.ns(work, row, who)?;
        Some(Figure { figure: ns.figure / bytes.figure, ..ns })
    }

    #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 bytes")]
    fn bytes(&self, work: &str, who: &str) -> Option<Figure> {
        let measure = self.get(work, "write", who)?;
        Some(Figure { figure: measure.bytes as f64, unsure: false })
    }

    #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 bytes")]
    fn zstd(&self, work: &str, who: &str) -> Option<Figure> {
        let bytes = self.get(work, "write", who)?.zstd?;
        Some(Figure { figure: bytes as f64, unsure: false })
    }

    /// The least of the figures of several ways.
    fn best(figures: impl Iterator<Item = Option<Figure>>) -> Option<Figure> {
        figures.flatten().min_by(|a, b| a.figure.total_cmp(&b.figure))
    }
}

/// The ratios that count, each with what it should be.
pub(crate) fn ratios(measures: &[Measure]) -> Vec<Ratio> {
    let mut out = Vec::new();
    let mut add = |what: String, bound: Bound, of: Option<Figure>, to: Option<Figure>| {
        if let (Some(of), Some(to)) = (of, to) {
            out.push(Ratio { what, bound, figure: of.figure / to.figure, unsure: of.unsure || to.unsure });
        }
    };
    let all = Measured(measures);
    for work in crate::suite::WORKS {
        let ns = |row, who| all.ns(work, row, who);
        let derived = |row| ns(row, "derived");
        let most = Bound::Most;
        add(format!("{work}: write, to hand-written"), most(1.05), derived("write"), ns("write", "hand"));
        add(format!("{work}: write older, to write"), most(1.0), derived("write-older"), derived("write"));
        add(format!("{work}: read, to hand-written"), most(1.05), derived("read"), ns("read", "hand"));
        add(format!("{work}: write, to plain serde"), most(1.0), derived("write"), ns("write", "serde"));
        add(format!("{work}: read, to plain serde"), most(0.6), derived("read"), ns("read", "serde"));
        for row in ["write", "read"] {
            // Of the peers, these write JSON.
            let peers = ["obake", "version-migrate"].into_iter();
            add(
                format!("{work}: {row}, a byte, to the best peer that writes JSON and versions it"),
                most(1.0),
                all.pace(work, row, "derived"),
                Measured::best(peers.map(|who| all.pace(work, row, who))),
            );
        }
        for (row, bound) in [("write", 0.75), ("read", 0.55)] {
            let peers = ["serde", "sonic-rs", "simd-json", "flexon"].into_iter();
            add(
                format!("{work}: JSON {row}, a byte, to the best JSON library on plain structs"),
                most(bound),
                all.pace(work, row, "derived"),
                Measured::best(peers.map(|who| all.pace(work, row, who))),
            );
        }
        for (row, bound) in [("write", 1.2), ("write-older", 1.2), ("read", 1.5), ("read-older", 1.5)] {
            add(format!("{work}: dynamic {row}, to derived"), most(bound), ns(row, "dynamic"), derived(row));
        }
        for (row, bound) in [("write", 0.8), ("write-older", 0.9), ("read", 0.8), ("read-older", 0.9)] {
            // Of the peers, these can write for an older version.
            let peers = ["versionize", "savefile"].into_iter();
            add(
                format!("{work}: compact {row}, to the faster of versionize and savefile"),
                most(bound),
                ns(row, "compact"),
                Measured::best(peers.map(|who| ns(row, who))),
            );
        }
        add(
            format!("{work}: compact bytes, to those of revision"),
            most(1.0),
            all.bytes(work, "compact"),
            all.bytes(work, "revision"),
        );
        for who in ["derived", "compact", "columnar"] {
            add(format!("{work}: {who} one field, to read"), most(0.15), ns("field", who), ns("read", who));
            add(
                format!("{work}: {who} read of another layout, to read"),
                most(1.15),
                ns("read-differing", who),
                ns("read", who),
            );
        }
        if work.starts_with("list") && work != "list10" {
            for (row, to, bound) in
                [("write", "write", 0.75), ("read", "read", 1.0), ("read-views", "read", 0.2)]
            {
                add(
                    format!("{work}: columnar {row}, to {to} of bitcode"),
                    most(bound),
                    ns(row, "columnar"),
                    ns(to, "bitcode"),
                );
            }
            for (row, to) in [("write-older", "write"), ("read-older", "read")] {
                add(
                    format!("{work}: columnar {row}, to {to}"),
                    most(1.05),
                    ns(row, "columnar"),
                    ns(to, "columnar"),
                );
            }
            add(
                format!("{work}: columnar bytes, to those of bitcode"),
                most(0.85),
                all.bytes(work, "columnar"),
                all.bytes(work, "bitcode"),
            );
            add(
                format!("{work}: columnar bytes behind zstd, to those of bitcode"),
                most(1.0),
                all.zstd(work, "columnar"),
                all.zstd(work, "bitcode"),
            );
        }
        for (row, bound) in [("write", 250.0), ("read", 25.0)] {
            add(
                format!("{work}: the reference's time to {row}, to ours"),
                Bound::Least(bound),
                ns(row, "python"),
                derived(row),
            );
        }
    }
    for (row, bound) in [("write", 1.1), ("read", 1.15)] {
        let each = |work, count| {
            let ns = all.ns(work, row, "derived")?;
            Some(Figure { figure: ns.figure / count, ..ns })
        };
        add(
            format!("{row} an object of a list of 100,000, to one of a list of 10"),
            Bound::Most(bound),
            each("list100000", 100_000.0),
            each("list10", 10.0),
        );
    }
    out
}

fn find(measures: &[Measure], work: &str, row: &str, who: &str) -> Option<f64> {
    measures.iter().find(|measure| measure.name == [work, row, who]).map(|measure| measure.ns)
}

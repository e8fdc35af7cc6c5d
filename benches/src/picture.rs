//! The ratios as a picture: a row for each, in it a mark for each work, left of the line where it holds its goal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::measure::Measure;
use crate::report::{Bound, Ratio, ratios};
use crate::suite::WORKS;

/// Widths and heights, in the picture's own units.
const LABELS: f64 = 490.0;
const FIELD: f64 = 450.0;
const FIGURES: f64 = 160.0;
const TOP: f64 = 96.0;
const ROW: f64 = 24.0;

/// How often a ratio may be better or worse than its goal before its mark stands at the edge.
const BETTER: f64 = 16.0;
const WORSE: f64 = 4.0;

/// What a row says of each work.
struct Row<'a> {
    what: &'a str,
    goal: String,
    marks: Vec<Mark<'a>>,
}

struct Mark<'a> {
    work: &'a str,
    figure: f64,
    /// The figure to its goal; more than 1 misses it.
    missed_by: f64,
    unsure: bool,
}

/// Measures as `compare --json` printed them.
///
/// # Errors
/// Where the text isn't that.
pub fn read(text: &str) -> Result<Vec<Measure>, String> {
    let figures: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let measure = |(name, figures): (&String, &Value)| {
        let lacking = || format!("{name}: no figures of WORK/ROW/WHO");
        let mut parts = name.splitn(3, '/').map(str::to_owned);
        let name = [parts.next(), parts.next(), parts.next()];
        let [Some(work), Some(row), Some(who)] = name else { return Err(lacking()) };
        let count = |key: &str| figures[key].as_u64();
        let size = |key: &str| count(key).and_then(|count| usize::try_from(count).ok());
        Ok(Measure {
            name: [work, row, who],
            ns: figures["ns"].as_f64().ok_or_else(lacking)?,
            // JSON has no word for one that isn't known, which is the reference's.
            spread: figures.get("spread").ok_or_else(lacking)?.as_f64().unwrap_or(f64::NAN),
            bytes: size("bytes").ok_or_else(lacking)?,
            zstd: size("zstd"),
            allocations: size("allocations"),
            peak: size("peak"),
            instructions: count("instructions"),
        })
    };
    figures.iter().map(measure).collect()
}

/// The picture as SVG.
pub fn svg(measures: &[Measure]) -> String {
    let ratios = ratios(measures);
    let rows = rows(&ratios);
    let count = (0..rows.len()).fold(0.0, |count, _| count + 1.0);
    let (width, height) = (LABELS + FIELD + FIGURES, TOP + count * ROW + 40.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n\
         <title>Each ratio to its goal, by work</title>\n\
         <style>.paper {{ fill: #fff }} .band {{ fill: #f1f3f5 }} .ink {{ fill: #1c2024 }} .quiet {{ fill: #5f6b76 }}\n\
         .grid {{ stroke: #d5dade }} .goal {{ stroke: #1c2024; stroke-width: 1.5 }} .good {{ fill: #1a7f37; stroke: #1a7f37 }} .bad {{ fill: #c0262d; stroke: #c0262d }}\n\
         .mark {{ stroke-width: 2 }} .unsure {{ fill-opacity: 0 }} .goodword {{ fill: #1a7f37 }} .badword {{ fill: #c0262d }}\n\
         @media (prefers-color-scheme: dark) {{ .paper {{ fill: #15181b }} .band {{ fill: #1f2428 }} .ink {{ fill: #e6e9ec }} .quiet {{ fill: #9aa6b1 }}\n\
         .grid {{ stroke: #363d44 }} .goal {{ stroke: #e6e9ec }} .good {{ fill: #57c27a; stroke: #57c27a }} .bad {{ fill: #ff7b7f; stroke: #ff7b7f }}\n\
         .goodword {{ fill: #57c27a }} .badword {{ fill: #ff7b7f }} }}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    legend(&mut out, &rows);
    for (place, _) in (0..).map(f64::from).zip(&rows) {
        let y = TOP + place * ROW;
        if place % 2.0 == 0.0 {
            let _ =
                writeln!(out, "<rect class=\"band\" x=\"0\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\"/>");
        }
    }
    scale(&mut out, TOP + count * ROW);
    for (place, row) in (0..).map(f64::from).zip(&rows) {
        draw(&mut out, row, TOP + place * ROW + ROW / 2.0);
    }
    out.push_str("</svg>\n");
    out
}

/// The ratios of all works that say one thing, in the order in which they are told.
fn rows(ratios: &[Ratio]) -> Vec<Row<'_>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for ratio in ratios {
        let named = ratio.what.split_once(": ").filter(|(work, _)| WORKS.contains(work));
        let (work, what) = named.unwrap_or(("", &ratio.what));
        let (goal, missed_by) = match ratio.bound {
            Bound::Most(most) => (format!("≤ {most}"), ratio.figure / most),
            Bound::Least(least) => (format!("≥ {least}"), least / ratio.figure),
        };
        let place = *places.entry(what).or_insert(rows.len());
        if place == rows.len() {
            rows.push(Row { what, goal, marks: Vec::new() });
        }
        if let Some(row) = rows.get_mut(place) {
            row.marks.push(Mark { work, figure: ratio.figure, missed_by, unsure: ratio.unsure });
        }
    }
    rows
}

/// Where a ratio stands, from the left edge of the picture.
fn x(missed_by: f64) -> f64 {
    let from = -BETTER.ln();
    LABELS + (missed_by.clamp(1.0 / BETTER, WORSE).ln() - from) / (WORSE.ln() - from) * FIELD
}

/// The lines of the scale, and what they mean.
fn scale(out: &mut String, end: f64) {
    let lines = [(1.0 / 16.0, "16× better"), (0.25, "4×"), (1.0, "goal"), (2.0, "2×"), (4.0, "4× worse")];
    for (missed_by, what) in lines {
        let (x, top) = (x(missed_by), TOP - 8.0);
        let class = if missed_by == 1.0 { "goal" } else { "grid" };
        let _ =
            writeln!(out, "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{end}\"/>");
        text(out, "quiet", x, TOP - 14.0, "middle", what);
    }
    text(out, "quiet", LABELS - 40.0, TOP - 14.0, "end", "goal");
    text(out, "quiet", LABELS + FIELD + 48.0, TOP - 14.0, "start", "least to most");
}

/// What the shapes mean.
fn legend(out: &mut String, rows: &[Row<'_>]) {
    let is_there = |work: &&str| rows.iter().any(|row| row.marks.iter().any(|mark| mark.work == *work));
    let mut x = 20.0;
    for (place, work) in WORKS.iter().enumerate().filter(|(_, work)| is_there(work)) {
        shape(out, "mark good", x, 24.0, place);
        text(out, "ink", x + 12.0, 28.5, "start", work);
        x += 104.0;
    }
    text(out, "goodword", 14.0, 54.0, "start", "green: it holds");
    text(out, "badword", 124.0, 54.0, "start", "red: it misses");
    text(out, "quiet", 226.0, 54.0, "start", "hollow: the times spread too far to say");
}

fn draw(out: &mut String, row: &Row<'_>, y: f64) {
    let base = y + 4.5;
    text(out, "ink", 14.0, base, "start", row.what);
    text(out, "quiet", LABELS - 40.0, base, "end", &row.goal);
    for mark in &row.marks {
        let class = if mark.missed_by > 1.0 { "mark bad" } else { "mark good" };
        let unsure = if mark.unsure { " unsure" } else { "" };
        let place = WORKS.iter().position(|work| *work == mark.work).unwrap_or(WORKS.len());
        shape(out, &format!("{class}{unsure}"), x(mark.missed_by), y, place);
    }
    let figures = || row.marks.iter().map(|mark| mark.figure);
    let (least, most) = (figures().fold(f64::INFINITY, f64::min), figures().fold(0.0, f64::max));
    let said =
        if row.marks.len() == 1 { short(least) } else { format!("{} to {}", short(least), short(most)) };
    text(out, "ink", LABELS + FIELD + 48.0, base, "start", &said);
}

fn short(figure: f64) -> String {
    if figure >= 10.0 { format!("{figure:.0}") } else { format!("{figure:.2}") }
}

/// The mark of a work, by its place among all.
fn shape(out: &mut String, class: &str, x: f64, y: f64, place: usize) {
    let path = |points: &[(f64, f64)]| {
        let points: Vec<_> = points.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + dx, y + dy)).collect();
        format!("<polygon class=\"{class}\" points=\"{}\"/>", points.join(" "))
    };
    let shape = match place {
        0 => format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>"),
        1 => path(&[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)]),
        2 => path(&[(0.0, -5.5), (5.5, 0.0), (0.0, 5.5), (-5.5, 0.0)]),
        3 => path(&[(0.0, -5.0), (5.0, 4.0), (-5.0, 4.0)]),
        4 => path(&[(0.0, 5.0), (5.0, -4.0), (-5.0, -4.0)]),
        5 => path(&[(-5.0, 0.0), (4.0, -5.0), (4.0, 5.0)]),
        _ => path(&[(-6.0, -2.0), (6.0, -2.0), (6.0, 2.0), (-6.0, 2.0)]),
    };
    let _ = writeln!(out, "{shape}");
}

fn text(out: &mut String, class: &str, x: f64, y: f64, anchor: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{content}</text>"
    );
}

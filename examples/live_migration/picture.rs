//! The messages of a migration as a picture: hosts side by side, an arrow for each message, in the order in which they
//! were sent.

use std::fmt::Write as _;

use versioned_objects::mask::told;
use versioned_objects::nova::compute::Outcome;
use versioned_objects::nova::scenario::{HopReport, Report, Scenario};

/// Widths and heights, in the picture's own units.
const COLUMN: usize = 330;
const LEFT: usize = 130;
const TOP: usize = 92;
const ROW: usize = 62;
const LINE: usize = 20;
const LETTER: usize = 7;

/// The picture as SVG.
pub fn svg(scenario: &Scenario, report: &Report) -> String {
    let names = hosts(report);
    let end = TOP + report.hops.len() * ROW;
    let (class, why) = match report.outcome {
        Outcome::Migrated => ("good", String::new()),
        _ => ("bad", format!(": {}", report.reason)),
    };
    let width = 2 * LEFT + COLUMN * names.len().saturating_sub(1);
    let ending = lines(&told(&format!("{}{why}", report.outcome)), width.saturating_sub(40) / LETTER);
    let height = end + 64 + LINE * ending.len();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n<title>{}</title>\n\
         <style>.paper {{ fill: #fff }} .ink {{ fill: #1c2024 }} .line {{ stroke: #1c2024; fill: none }} .life {{ stroke: #c3cad0 }}\n\
         .quiet {{ fill: #5f6b76 }} .odd {{ fill: #9a5b00 }} .bad {{ fill: #c0262d }} .good {{ fill: #1a7f37 }} .box {{ fill: #f1f3f5; stroke: #c3cad0 }}\n\
         @media (prefers-color-scheme: dark) {{ .paper {{ fill: #15181b }} .ink {{ fill: #e6e9ec }} .line {{ stroke: #e6e9ec }} .life, .box {{ stroke: #363d44 }}\n\
         .quiet {{ fill: #9aa6b1 }} .odd {{ fill: #e0a458 }} .bad {{ fill: #ff7b7f }} .good {{ fill: #57c27a }} .box {{ fill: #1f2428 }} }}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">\
         <path class=\"ink\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>",
        title(scenario, report)
    );
    for (place, name) in names.iter().enumerate() {
        column(&mut out, scenario, place, name, end);
    }
    for (index, hop) in report.hops.iter().enumerate() {
        arrow(&mut out, &names, hop, TOP + index * ROW, is_reply(&report.hops[..index], hop));
    }
    for (index, line) in ending.iter().enumerate() {
        text(&mut out, class, 20, end + 40 + index * LINE, "start", &escaped(line));
    }
    let runs = format!("{} runs on the {}", escaped(&scenario.instance.name), report.runs_on);
    text(&mut out, "ink", 20, end + 40 + ending.len() * LINE, "start", &runs);
    out.push_str("</svg>\n");
    out
}

/// A text in lines of at most so many letters, where its words are no longer.
fn lines(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn title(scenario: &Scenario, report: &Report) -> String {
    let (source, destination) = (&scenario.source, &scenario.destination);
    format!(
        "{} from a host of {} to one of {}: {}",
        escaped(&scenario.instance.name),
        source.speaks,
        destination.speaks,
        report.outcome
    )
}

/// The hosts, who asks first.
fn hosts(report: &Report) -> Vec<&str> {
    let mut names = Vec::new();
    for name in report.hops.iter().flat_map(|hop| [&*hop.from, &*hop.to]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether the newest message that is still unanswered went the other way.
fn is_reply(before: &[HopReport], hop: &HopReport) -> bool {
    let between = before.iter().filter(|other| other.method == hop.method);
    let (calls, answers): (Vec<_>, Vec<_>) = between
        .filter(|other| {
            (&other.from, &other.to) == (&hop.to, &hop.from)
                || (&other.from, &other.to) == (&hop.from, &hop.to)
        })
        .partition(|other| other.from == hop.to);
    calls.len() > answers.len()
}

fn x(place: usize) -> usize {
    LEFT + place * COLUMN
}

fn column(out: &mut String, scenario: &Scenario, place: usize, name: &str, end: usize) {
    let x = x(place);
    let host = match name {
        "source" => Some(&scenario.source),
        "destination" => Some(&scenario.destination),
        _ => None,
    };
    let _ = writeln!(out, "<line class=\"life\" x1=\"{x}\" y1=\"58\" x2=\"{x}\" y2=\"{end}\"/>");
    let _ = writeln!(
        out,
        "<rect class=\"box\" x=\"{}\" y=\"12\" width=\"220\" height=\"46\" rx=\"6\"/>",
        x - 110
    );
    text(out, "ink", x, 32, "middle", &escaped(name));
    if let Some(host) = host {
        let what = format!("{}, speaks {}", escaped(&host.host), host.speaks);
        text(out, "quiet", x, 49, "middle", &what);
    }
}

fn arrow(out: &mut String, names: &[&str], hop: &HopReport, y: usize, is_reply: bool) {
    let place = |name: &str| names.iter().position(|other| *other == name).unwrap_or(0);
    let (from, to) = (x(place(&hop.from)), x(place(&hop.to)));
    let dashes = if is_reply { " stroke-dasharray=\"5 4\"" } else { "" };
    let _ = writeln!(
        out,
        "<line class=\"line\" x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\" marker-end=\"url(#tip)\"{dashes}/>"
    );
    let middle = (from + to) / 2;
    text(out, if is_reply { "quiet" } else { "ink" }, middle, y - 6, "middle", &escaped(&hop.method));
    let what = match (&hop.object, &hop.wire_version) {
        (Some(object), Some(version)) => format!("{} {}", escaped(object), escaped(version)),
        _ => return,
    };
    text(out, "quiet", middle, y + 16, "middle", &what);
    if !hop.dropped.is_empty() {
        let lost = format!("without {}", escaped(&hop.dropped.join(", ")));
        text(out, "odd", middle, y + 32, "middle", &lost);
    }
}

fn text(out: &mut String, class: &str, x: usize, y: usize, anchor: &str, content: &str) {
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{content}</text>"
    );
}

/// Text of a host or a file, for XML.
fn escaped(text: &str) -> String {
    told(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

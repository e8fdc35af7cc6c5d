//! An upgrade as a picture: services side by side, one after the other on the new release, and an arrow for each call
//! between two that differ.

use std::fmt::Write as _;

use versioned_objects::check::{Proof, Spoken};

use crate::markup::escaped;

/// Widths and heights, in the picture's own units.
const COLUMN: usize = 330;
const LEFT: usize = 170;
const TOP: usize = 74;
const LINE: usize = 16;

/// How many characters of a reason stand in a line.
const WIDE: usize = 56;

/// A step of an upgrade.
enum Step<'a> {
    /// These services change to the new release.
    Upgraded(Vec<&'a str>),
    /// One calls another.
    Call(&'a Spoken),
    /// Words between steps.
    Said(String),
}

/// The picture as SVG, of the order that was asked for, or of one that was found.
pub fn svg(services: &[&str], proof: &Proof, asked: &[String]) -> String {
    let steps = steps(services, proof, asked);
    let width = 2 * LEFT + COLUMN * services.len().saturating_sub(1);
    let height = TOP + 24 + steps.iter().map(height_of).sum::<usize>();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n<title>The order of an upgrade</title>\n\
         <style>.paper {{ fill: #fff }} .ink {{ fill: #1c2024 }} .line {{ stroke: #1c2024; fill: none }} .life {{ stroke: #c3cad0 }}\n\
         .quiet {{ fill: #5f6b76 }} .odd {{ fill: #9a5b00 }} .bad {{ fill: #c0262d }} .badline {{ stroke: #c0262d; fill: none }}\n\
         .good {{ fill: #1a7f37 }} .newlife {{ stroke: #1a7f37; stroke-width: 3 }} .box {{ fill: #f1f3f5; stroke: #c3cad0 }}\n\
         .over {{ paint-order: stroke; stroke: #fff; stroke-width: 4px }}\n\
         @media (prefers-color-scheme: dark) {{ .paper {{ fill: #15181b }} .ink {{ fill: #e6e9ec }} .line {{ stroke: #e6e9ec }} .life, .box {{ stroke: #363d44 }}\n\
         .quiet {{ fill: #9aa6b1 }} .odd {{ fill: #e0a458 }} .bad {{ fill: #ff7b7f }} .badline {{ stroke: #ff7b7f }}\n\
         .good {{ fill: #57c27a }} .newlife {{ stroke: #57c27a }} .box {{ fill: #1f2428 }} .over {{ stroke: #15181b }} }}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">\
         <path class=\"ink\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    lives(&mut out, services, &steps, height - 16);
    let mut y = TOP;
    for step in &steps {
        match step {
            Step::Upgraded(group) => {
                for name in group {
                    let x = x(services, name);
                    let (left, top) = (x - 62, y + 6);
                    let _ = writeln!(
                        out,
                        "<rect class=\"box\" x=\"{left}\" y=\"{top}\" width=\"124\" height=\"24\" rx=\"12\"/>"
                    );
                    text(&mut out, "good", x, y + 22, "new release");
                }
            }
            Step::Call(call) => arrow(&mut out, services, call, y),
            Step::Said(words) => text(&mut out, "bad over", width / 2, y + 26, words),
        }
        y += height_of(step);
    }
    out.push_str("</svg>\n");
    out
}

fn height_of(step: &Step<'_>) -> usize {
    match step {
        Step::Upgraded(_) | Step::Said(_) => 40,
        Step::Call(call) => 40 + LINE * under(call).len(),
    }
}

/// The services one after the other, with the calls between those that changed and others; then what forbids other orders.
fn steps<'a>(services: &[&'a str], proof: &'a Proof, asked: &'a [String]) -> Vec<Step<'a>> {
    let found = proof.order();
    let groups: Vec<Vec<&str>> = match &found {
        _ if !asked.is_empty() => asked.iter().map(|name| vec![name.as_str()]).collect(),
        Ok(groups) => groups.iter().map(|group| named(services, group)).collect(),
        Err(_) => Vec::new(),
    };
    let mut steps = Vec::new();
    let mut upgraded: Vec<&str> = Vec::new();
    for group in groups {
        upgraded.extend(&group);
        steps.push(Step::Upgraded(group.clone()));
        let is_new = |name: &str| upgraded.contains(&name);
        let is_now = |call: &&Spoken| {
            let touches = group.contains(&&*call.from) || group.contains(&&*call.to);
            touches && call.from_new == is_new(&call.from) && call.to_new == is_new(&call.to)
        };
        for call in proof.calls().iter().filter(is_now) {
            steps.push(Step::Call(call));
            if call.failure.is_some() {
                return steps;
            }
        }
    }
    let wrong: Vec<String> = match found {
        _ if !asked.is_empty() => Vec::new(),
        Ok(_) => proof.before().iter().map(|before| before.otherwise.clone()).collect(),
        Err(messages) => messages,
    };
    if !wrong.is_empty() {
        let words = if steps.is_empty() { "no order is safe" } else { "the other way round" };
        steps.push(Step::Said(words.to_owned()));
    }
    for message in wrong {
        steps.extend(proof.calls().iter().find(|call| call.to_string() == message).map(Step::Call));
    }
    steps
}

fn named<'a>(services: &[&'a str], group: &[String]) -> Vec<&'a str> {
    services.iter().copied().filter(|name| group.iter().any(|other| other == name)).collect()
}

fn x(services: &[&str], name: &str) -> usize {
    LEFT + COLUMN * services.iter().position(|other| *other == name).unwrap_or_default()
}

/// The services, and a line down from each, which is another once it runs the new release.
fn lives(out: &mut String, services: &[&str], steps: &[Step<'_>], end: usize) {
    for name in services {
        let x = x(services, name);
        let mut y = TOP;
        let (mut changes, mut back) = (None, end);
        for step in steps {
            match step {
                Step::Upgraded(group) if group.contains(name) => changes = Some(y + 18),
                Step::Said(_) => back = y,
                _ => {}
            }
            y += height_of(step);
        }
        let _ = writeln!(out, "<line class=\"life\" x1=\"{x}\" y1=\"54\" x2=\"{x}\" y2=\"{end}\"/>");
        if let Some(changes) = changes {
            let _ = writeln!(
                out,
                "<line class=\"newlife\" x1=\"{x}\" y1=\"{changes}\" x2=\"{x}\" y2=\"{back}\"/>"
            );
        }
        let left = x - 110;
        let _ =
            writeln!(out, "<rect class=\"box\" x=\"{left}\" y=\"12\" width=\"220\" height=\"42\" rx=\"6\"/>");
        text(out, "ink", x, 30, name);
        text(out, "quiet", x, 46, "old release");
    }
}

/// The lines below an arrow, each with its class.
fn under(call: &Spoken) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for object in &call.takes {
        lines.push(("quiet", object.label.clone()));
        if !object.without.is_empty() && call.failure.is_none() {
            let without = wrapped(&format!("without {}", object.without.join(", ")));
            lines.extend(without.into_iter().map(|line| ("odd", line)));
        }
    }
    if let Some(failure) = &call.failure {
        lines.extend(wrapped(failure).into_iter().map(|line| ("bad", line)));
    }
    lines
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn arrow(out: &mut String, services: &[&str], call: &Spoken, y: usize) {
    let (from, to) = (x(services, &call.from), x(services, &call.to));
    let at = y + 24;
    let class = if call.failure.is_some() { "badline" } else { "line" };
    let (middle, end) = if from == to {
        // One host calls another of the same service.
        let (right, low) = (from + 44, at + 14);
        let _ = writeln!(
            out,
            "<path class=\"{class}\" d=\"M{from} {at} H{right} V{low} H{from}\" marker-end=\"url(#tip)\"/>"
        );
        (from, low)
    } else {
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{from}\" y1=\"{at}\" x2=\"{to}\" y2=\"{at}\" marker-end=\"url(#tip)\"/>"
        );
        ((from + to) / 2, at)
    };
    if call.failure.is_some() {
        let (left, right, top, low) = (middle - 6, middle + 6, at - 6, at + 6);
        let _ = writeln!(
            out,
            "<path class=\"badline\" stroke-width=\"2\" d=\"M{left} {top} {right} {low} M{right} {top} {left} {low}\"/>"
        );
    }
    let release = |is_new: bool| if is_new { "new" } else { "old" };
    let method = format!("{} ({} to {})", call.method, release(call.from_new), release(call.to_new));
    text(out, "ink over", middle, at - 8, &method);
    for (line, (class, content)) in under(call).into_iter().enumerate() {
        text(out, &format!("{class} over"), middle, end + LINE * (line + 1), &content);
    }
}

fn text(out: &mut String, class: &str, x: usize, y: usize, content: &str) {
    let content = escaped(content);
    let _ =
        writeln!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{content}</text>");
}

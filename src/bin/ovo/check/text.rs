//! The report for people.

use std::fmt::Write as _;

use versioned_objects::check::Severity;

use super::{Report, Told};
use crate::style::{BAD, DIM, GOOD, NAME, ODD, styled};

pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for told in &report.told {
        one(&mut out, told);
        out.push('\n');
    }
    let count = |severity| report.told.iter().filter(|told| told.finding.rule.severity == severity).count();
    let (breaking, warnings) = (count(Severity::Breaking), count(Severity::Warning));
    let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let objects = many(report.objects.len(), "object");
    let held = format!("{objects} held to {}", report.released);
    let summary = match breaking {
        0 => styled(GOOD, "nothing that was released is broken"),
        _ => styled(BAD, format_args!("{breaking} breaking")),
    };
    let warned = if warnings == 0 { String::new() } else { format!(", {}", many(warnings, "warning")) };
    let _ = writeln!(out, "{summary}{warned}: {held}");
    out
}

fn one(out: &mut String, told: &Told) {
    let finding = &told.finding;
    let style = if finding.rule.severity == Severity::Breaking { BAD } else { ODD };
    let mut lines = finding.to_string();
    // The first line has the rule and the place.
    let rest = lines.split_off(lines.find('\n').unwrap_or(lines.len()));
    let _ = writeln!(
        out,
        "{}: {}: {}",
        styled(style, finding.rule.id),
        styled(NAME, &finding.place),
        finding.what
    );
    let _ = writeln!(out, "  {}", styled(DIM, format_args!("{}:{}", told.file, told.line)));
    out.push_str(rest.trim_start_matches('\n'));
    out.push('\n');
    match &told.witness {
        Ok(witness) => witness.to_string().lines().for_each(|line| {
            let _ = writeln!(out, "  {line}");
        }),
        Err(unshown) if !finding.rule.directions.is_empty() => {
            let _ = writeln!(out, "  {unshown}");
        }
        Err(_) => {}
    }
}

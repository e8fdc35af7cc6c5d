use std::io::{self, Write};

use versioned_objects::nova::scenario::{Cell, HopReport, Matrix, Mix, Report, Scenario};

/// A migration for a person to read.
pub fn report(out: &mut impl Write, scenario: &Scenario, report: &Report) -> io::Result<()> {
    let (source, destination) = (&scenario.source, &scenario.destination);
    writeln!(
        out,
        "{} moves from {} (speaks {}) to {} (speaks {})\n",
        shown(&scenario.instance.name),
        shown(&source.host),
        source.speaks,
        shown(&destination.host),
        destination.speaks
    )?;
    let mut rows = vec![["from", "to", "method", "object", "version", "bytes", "dropped"].map(str::to_owned)];
    rows.extend(report.hops.iter().map(hop));
    table(out, &rows)?;
    if !scenario.volumes.is_empty() {
        writeln!(out)?;
        let mut rows = vec![
            ["volume", "device", "named", "SR on the source", "SR on the destination"].map(str::to_owned),
        ];
        for volume in &scenario.volumes {
            let id = volume.id();
            let sr = |srs: &std::collections::BTreeMap<String, String>| {
                srs.get(id).cloned().unwrap_or("-".to_owned())
            };
            rows.push([
                id.to_owned(),
                volume.mount_device.clone(),
                volume.sr_naming.to_string(),
                sr(&report.source_srs),
                sr(&report.destination_srs),
            ]);
        }
        table(out, &rows)?;
    }
    let why = if report.reason.is_empty() { String::new() } else { format!(": {}", shown(&report.reason)) };
    writeln!(out, "\n{}{why}", report.outcome)?;
    writeln!(out, "{} runs on the {}", shown(&scenario.instance.name), report.runs_on)?;
    for leftover in &report.leftovers {
        writeln!(out, "left on the destination: {}", shown(leftover))?;
    }
    Ok(())
}

fn hop(hop: &HopReport) -> [String; 7] {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    let dropped = if hop.dropped.is_empty() { "-".to_owned() } else { hop.dropped.join(", ") };
    [
        hop.from.clone(),
        hop.to.clone(),
        hop.method.clone(),
        or_dash(&hop.object),
        or_dash(&hop.wire_version),
        hop.bytes.to_string(),
        dropped,
    ]
}

/// What came out of every mix, a row each pair of releases.
pub fn matrix(out: &mut impl Write, matrix: &Matrix) -> io::Result<()> {
    let mut rows =
        vec![["source".to_owned(), "destination".to_owned(), String::new(), String::new(), String::new()]];
    for (place, mix) in Mix::ALL.iter().enumerate() {
        rows[0][place + 2] = mix.to_string();
    }
    for cells in matrix.cells.chunks(Mix::ALL.len()) {
        let Some(first) = cells.first() else { continue };
        let mut row = [
            first.source.to_string(),
            first.destination.to_string(),
            String::new(),
            String::new(),
            String::new(),
        ];
        for (place, cell) in cells.iter().enumerate() {
            row[place + 2] = outcome(cell);
        }
        rows.push(row);
    }
    table(out, &rows)?;
    for cell in &matrix.cells {
        if !cell.report.reason.is_empty() {
            let Cell { source, destination, volumes, report, .. } = cell;
            writeln!(
                out,
                "\n{source} to {destination}, {volumes}, {}: {}",
                report.outcome,
                shown(&report.reason)
            )?;
        }
    }
    let verdict = if matrix.holds() { "all as it has to be" } else { "not all as it has to be" };
    writeln!(out, "\n{verdict}")
}

fn outcome(cell: &Cell) -> String {
    if cell.report.outcome == cell.expected {
        return cell.report.outcome.to_string();
    }
    format!("{} (expected {})", cell.report.outcome, cell.expected)
}

/// Text of a host or a file, for a terminal.
fn shown(text: &str) -> String {
    versioned_objects::mask::told(text)
}

/// Rows of one width a column, the first one the heading.
fn table<const N: usize>(out: &mut impl Write, rows: &[[String; N]]) -> io::Result<()> {
    let rows: Vec<_> = rows.iter().map(|row| row.each_ref().map(|cell| shown(cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

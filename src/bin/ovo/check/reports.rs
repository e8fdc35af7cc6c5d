//! The report for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};
use versioned_objects::check::{RULES, Severity, Witness};

use super::{Report, Told};
use crate::diff::Line;
use crate::markup::escaped;

/// A finding with all that is known of it.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    finding: Line<'a>,
    versions: Vec<String>,
    directions: Vec<String>,
    strictness: String,
    meaning: &'a str,
    remedy: &'a str,
    file: &'a str,
    #[serde(rename = "line")]
    number: usize,
    witness: Option<&'a Witness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unshown: Option<String>,
}

/// An array of findings: five keys as `ovo diff --json` has them, and more.
pub fn json(report: &Report) -> String {
    fn one(told: &Told) -> Whole<'_> {
        let Told { finding, file, line, witness } = told;
        Whole {
            finding: Line::of(finding),
            versions: finding.versions.iter().map(ToString::to_string).collect(),
            directions: finding.rule.directions.iter().map(ToString::to_string).collect(),
            strictness: finding.rule.strictness.to_string(),
            meaning: finding.rule.meaning,
            remedy: finding.rule.remedy,
            file,
            number: *line,
            witness: witness.as_ref().ok(),
            unshown: witness.as_ref().err().map(ToString::to_string),
        }
    }
    pretty(&report.told.iter().map(one).collect::<Vec<_>>())
}

fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
    format!("{text}\n")
}

/// Facts of a finding, in one text.
fn message(told: &Told) -> String {
    let mut message = format!("{}: {}", told.finding.place, told.finding.what);
    let _ = write!(message, "\n{}\nto do: {}", told.finding.rule.meaning, told.finding.rule.remedy);
    if let Ok(witness) = &told.witness {
        let _ = write!(message, "\n{witness}");
    }
    message
}

fn is_breaking(told: &Told) -> bool {
    told.finding.rule.severity == Severity::Breaking
}

pub fn github(report: &Report) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |told: &Told| {
        let level = if is_breaking(told) { "error" } else { "warning" };
        let (file, title) = (property(&told.file), property(told.finding.rule.id));
        format!("::{level} file={file},line={},title={title}::{}\n", told.line, data(&message(told)))
    };
    report.told.iter().map(line).collect()
}

pub fn gitlab(report: &Report) -> String {
    let one = |told: &Told| {
        let finding = &told.finding;
        // The same finding keeps its fingerprint when lines move.
        let whole = format!("{} {} {}", finding.rule.id, finding.place, finding.what);
        json!({
            "description": format!("{}: {}", finding.place, finding.what),
            "content": {"body": message(told)},
            "check_name": finding.rule.id,
            "fingerprint": format!("{:x}", md5::compute(whole)),
            "severity": if is_breaking(told) { "major" } else { "minor" },
            "categories": ["Compatibility"],
            "location": {"path": told.file, "lines": {"begin": told.line}},
        })
    };
    pretty(&Value::Array(report.told.iter().map(one).collect()))
}

pub fn sarif(report: &Report) -> String {
    let level = |severity| if severity == Severity::Breaking { "error" } else { "warning" };
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": {"text": rule.meaning},
                "help": {"text": rule.remedy},
                "defaultConfiguration": {"level": level(rule.severity)},
            })
        })
        .collect();
    let results: Vec<_> = report
        .told
        .iter()
        .map(|told| {
            json!({
                "ruleId": told.finding.rule.id,
                "ruleIndex": RULES.iter().position(|rule| rule.id == told.finding.rule.id),
                "level": level(told.finding.rule.severity),
                "message": {"text": message(told)},
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": {"uri": told.file},
                        "region": {"startLine": told.line},
                    },
                    "logicalLocations": [{"fullyQualifiedName": told.finding.place}],
                }],
            })
        })
        .collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "ovo",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
        }],
    }))
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A test case for each object, and within it a failure for each finding that breaks.
pub fn junit(report: &Report) -> String {
    let mut cases: BTreeMap<&str, Vec<&Told>> =
        report.objects.iter().map(|name| (name.as_str(), Vec::new())).collect();
    for told in &report.told {
        cases.entry(told.object()).or_default().push(told);
    }
    let failed = cases.values().filter(|all| all.iter().any(|told| is_breaking(told))).count();
    let mut out = String::from(XML);
    let counts = format!("tests=\"{}\" failures=\"{failed}\" errors=\"0\"", cases.len());
    let _ = writeln!(out, "<testsuites name=\"ovo check\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{}\" {counts}>", escaped(&report.released));
    for (object, told) in cases {
        let name = escaped(object);
        if told.is_empty() {
            let _ = writeln!(out, "    <testcase classname=\"ovo\" name=\"{name}\"/>");
            continue;
        }
        let _ = writeln!(out, "    <testcase classname=\"ovo\" name=\"{name}\">");
        for told in told {
            let text = escaped(&message(told));
            let (rule, what) = (told.finding.rule.id, escaped(&told.finding.what));
            let _ = match is_breaking(told) {
                true => writeln!(
                    out,
                    "      <failure type=\"{rule}\" message=\"{rule}: {what}\">{text}</failure>"
                ),
                false => writeln!(out, "      <system-out>{rule}: {text}</system-out>"),
            };
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

pub fn checkstyle(report: &Report) -> String {
    let mut files: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for told in &report.told {
        files.entry(&told.file).or_default().push(told);
    }
    let mut out = String::from(XML);
    out.push_str("<checkstyle version=\"4.3\">\n");
    for (file, told) in files {
        let _ = writeln!(out, "  <file name=\"{}\">", escaped(file));
        for told in told {
            let severity = if is_breaking(told) { "error" } else { "warning" };
            let _ = writeln!(
                out,
                "    <error line=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"ovo.{}\"/>",
                told.line,
                escaped(&message(told)),
                told.finding.rule.id
            );
        }
        out.push_str("  </file>\n");
    }
    out.push_str("</checkstyle>\n");
    out
}

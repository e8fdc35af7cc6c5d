//! `ovo diff`: what changed between two schemas.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;
use versioned_objects::check::{Finding, Severity, Strictness};
use versioned_objects::schema::{Action, ObjectSchema};

use crate::check::{field, findings, object};
use crate::print;
use crate::source::Source;
use crate::style::{BAD, GOOD, NAME, ODD, styled};

#[derive(Args)]
pub struct Options {
    /// The older schemas.
    old: String,
    /// The newer schemas; a git revision of one path is written REVISION:PATH.
    new: String,
    /// Prints the findings as an array of JSON objects: `rule`, `severity`, `object`, `field`, `message`.
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> Result<bool, String> {
    let (old, new) = (Source::read(&options.old)?, Source::released(&options.new, &options.old)?);
    let found = findings(&old, &new, Strictness::All);
    if options.json {
        let all: Vec<_> = found.iter().map(Line::of).collect();
        let text = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
        print(&format!("{text}\n"))?;
    } else {
        let mut out = String::new();
        for finding in &found {
            let style = if finding.rule.severity == Severity::Breaking { BAD } else { ODD };
            let _ = writeln!(
                out,
                "{} {} {}: {}",
                styled(style, finding.rule.severity),
                finding.rule.id,
                styled(NAME, &finding.place),
                finding.what
            );
        }
        for (place, what) in compatible(&old, &new, &found) {
            let _ = writeln!(out, "{} {}: {what}", styled(GOOD, "fine"), styled(NAME, place));
        }
        if out.is_empty() {
            out.push_str("nothing changed\n");
        }
        print(&out)?;
    }
    Ok(!found.iter().any(|finding| finding.rule.severity == Severity::Breaking))
}

/// A finding for programs.
#[derive(Serialize)]
pub struct Line<'a> {
    rule: &'a str,
    severity: String,
    object: &'a str,
    field: Option<&'a str>,
    message: &'a str,
}

impl<'a> Line<'a> {
    pub fn of(finding: &'a Finding) -> Self {
        Line {
            rule: finding.rule.id,
            severity: finding.rule.severity.to_string(),
            object: object(finding),
            field: field(finding),
            message: &finding.what,
        }
    }
}

/// Changes that break nothing, by place.
fn compatible(old: &Source, new: &Source, found: &[Finding]) -> Vec<(String, String)> {
    let told: BTreeSet<&str> = found.iter().map(|finding| &*finding.place).collect();
    let mut changes = Vec::new();
    for (name, lock) in new.locks.iter() {
        let now = lock.schema();
        match old.locks.get(name) {
            None => changes.push((name.to_owned(), format!("the object is new, at {}", now.current()))),
            Some(lock) => of_object(lock.schema(), now, &mut changes),
        }
    }
    changes.retain(|(place, _)| !told.contains(&**place));
    changes
}

fn of_object(old: &ObjectSchema, new: &ObjectSchema, changes: &mut Vec<(String, String)>) {
    let name = &new.name;
    if old.current() < new.current() {
        changes
            .push((name.to_string(), format!("its version was {}, and is {}", old.current(), new.current())));
    }
    let former = |field: &str| {
        new.fields.iter().find(|own| {
            own.rules.iter().any(|rule| {
                matches!(&rule.action, Action::Rename(older) | Action::Convert { name: older, .. } if older == field)
            })
        })
    };
    for field in new.fields.iter() {
        let place = format!("{name}.{}", field.name);
        match (old.field(&field.name), field.since) {
            (None, Some(since)) => changes.push((place, format!("the field is new, since {since}"))),
            (None, None) => changes.push((place, "the field is new".to_owned())),
            (Some(then), _) if then.rules.len() < field.rules.len() => {
                changes.push((place, "more is said of what older versions get".to_owned()));
            }
            (Some(_), _) => {}
        }
    }
    for field in old.fields.iter().filter(|field| new.field(&field.name).is_none()) {
        let what = match former(&field.name) {
            Some(own) => format!("the field is {} now", own.name),
            None => "the field is gone, and has a tombstone".to_owned(),
        };
        changes.push((format!("{name}.{}", field.name), what));
    }
    for method in new.methods.iter().filter(|method| old.methods.iter().all(|then| then.name != method.name))
    {
        changes.push((format!("{name}.{}()", method.name), "the method is new".to_owned()));
    }
}

//! `ovo history`: the versions of each object, and the fields that each has.

mod page;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use versioned_objects::Version;
use versioned_objects::schema::{FieldSchema, ObjectSchema};

use crate::print;
use crate::show::name_in;
use crate::source::{LOCKS, Source};
use crate::style::{DIM, GOOD, NAME, ODD, styled};

#[derive(Args)]
pub struct Options {
    /// The schemas.
    #[arg(default_value = LOCKS)]
    from: String,
    /// One object alone.
    #[arg(long, value_name = "NAME")]
    object: Option<String>,
    /// Writes one page to look at in a browser, which needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<(), String> {
    let source = Source::read(&options.from)?;
    let is_asked = |schema: &&ObjectSchema| options.object.as_ref().is_none_or(|name| schema.name == **name);
    let schemas: Vec<_> = source.locks.iter().map(|(_, lock)| lock.schema()).filter(is_asked).collect();
    if let Some(name) = options.object.as_ref().filter(|_| schemas.is_empty()) {
        return Err(format!("{}: there is no {name}", source.name));
    }
    if let Some(path) = &options.html {
        let text = page::page(&source.name, &schemas);
        return std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()));
    }
    let mut out = String::new();
    for (index, schema) in schemas.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        table(&mut out, schema);
    }
    print(&out)
}

/// A field, or one that is gone, and whether each version has it.
pub struct Row<'a> {
    pub name: String,
    pub field: Option<&'a FieldSchema>,
    /// For each version the name that it has in it, where it is there.
    pub names: Vec<Option<String>>,
}

/// The versions of an object, those that an open history doesn't list among them.
pub fn versions(schema: &ObjectSchema) -> Vec<Version> {
    let mut versions = schema.versions.to_vec();
    if schema.is_open {
        let newest = schema.current();
        let from = newest.minor().saturating_sub(256);
        versions.extend((from..newest.minor()).map(|minor| Version::new(newest.major(), minor)));
        versions.sort_unstable();
        versions.dedup();
    }
    versions
}

/// The fields and those that are gone, each with the versions that have it.
pub fn rows<'a>(schema: &'a ObjectSchema, versions: &[Version]) -> Vec<Row<'a>> {
    let fields = schema.fields.iter().map(|field| Row {
        name: field.name.to_string(),
        field: Some(field),
        names: versions
            .iter()
            .map(|version| field.is_in(*version).then(|| name_in(field, *version).to_owned()))
            .collect(),
    });
    let newest = schema.current();
    let graves = schema.tombstones.iter().map(|grave| Row {
        name: grave.name.to_string(),
        field: None,
        names: versions
            .iter()
            .map(|version| (grave.is_in(*version) && *version < newest).then(|| grave.name.to_string()))
            .collect(),
    });
    let mut rows: Vec<_> = fields.chain(graves).collect();
    let first = |row: &Row<'_>| row.names.iter().position(Option::is_some);
    rows.sort_by_key(first);
    rows
}

fn table(out: &mut String, schema: &ObjectSchema) {
    let versions = versions(schema);
    let rows = rows(schema, &versions);
    let unreleased = schema.unreleased.map(|version| format!(", {version} not released")).unwrap_or_default();
    let _ = writeln!(out, "{}{}", styled(NAME, &schema.name), styled(DIM, unreleased));
    let widest = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let heads: Vec<String> = versions.iter().map(Version::to_string).collect();
    let _ = write!(out, "  {:widest$}", "");
    for head in &heads {
        let _ = write!(out, "  {head}");
    }
    out.push('\n');
    for row in &rows {
        let _ = write!(out, "  {:widest$}", row.name);
        for (head, name) in heads.iter().zip(&row.names) {
            let (mark, style) = match name {
                None => ("·", DIM),
                Some(name) if *name == row.name && row.field.is_some() => ("■", GOOD),
                // Another name or another type.
                Some(_) => ("□", ODD),
            };
            let _ = write!(
                out,
                "  {}{}",
                styled(style, mark),
                " ".repeat(head.chars().count().saturating_sub(1))
            );
        }
        match row.field {
            Some(field) => {
                let _ = write!(out, "  {}", styled(DIM, said(field)));
            }
            None => {
                let _ = write!(out, "  {}", styled(DIM, "gone"));
            }
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
}

/// A field's type and what else is said of it.
pub fn said(field: &FieldSchema) -> String {
    let mut text = page::type_text(&field.ty);
    for (is_so, word) in
        [(field.nullable, "nullable"), (field.read_only, "read-only"), (field.required, "required")]
    {
        if is_so {
            text.push_str(", ");
            text.push_str(word);
        }
    }
    text
}

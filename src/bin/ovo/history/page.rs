//! The history as one page that needs no network.

use std::fmt::Write as _;

use serde_json::{Value, json};
use versioned_objects::Version;
use versioned_objects::schema::{
    Action, Element, FieldSchema, First, Instead, Kind, Literal, ObjectSchema, Rule, Tombstone, TypeSchema,
};

use super::{Row, rows, said, versions};
use crate::markup::escaped;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page of these objects.
pub fn page(from: &str, schemas: &[&ObjectSchema]) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let title = format!("Versioned objects of {}", escaped(from));
    let _ = writeln!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <label>Search <input id=\"search\" type=\"search\" placeholder=\"object or field\" \
         aria-describedby=\"count\" autocomplete=\"off\"></label> <kbd>/</kbd>\n\
         <output id=\"count\" aria-live=\"polite\"></output>\n\
         <p class=\"legend\"><span class=\"cell has\">■</span> has the field\n\
         <span class=\"cell other\">□</span> under another name, as another type, or until it was gone\n\
         <span class=\"cell none\">·</span> hasn't it.\n\
         Choose two versions of an object to compare them.</p>\n</header>\n<main>"
    );
    let mut data = Vec::new();
    for schema in schemas {
        let versions = versions(schema);
        let rows = rows(schema, &versions);
        object(&mut out, schema, &versions, &rows);
        data.push(object_data(schema, &versions, &rows));
    }
    // A closing tag within a text would end the script.
    let data = Value::Array(data).to_string().replace('<', "\\u003c");
    let _ = write!(
        out,
        "</main>\n<script type=\"application/json\" id=\"data\">{data}</script>\n<script>\n{SCRIPT}</script>\n\
         </body>\n</html>\n"
    );
    out
}

fn object(out: &mut String, schema: &ObjectSchema, versions: &[Version], rows: &[Row<'_>]) {
    let name = escaped(&schema.name);
    let _ = writeln!(
        out,
        "<section id=\"{name}\" data-object=\"{name}\">\n<h2><a href=\"#{name}\">{name}</a> \
         <small>{} of {}</small></h2>",
        schema.current(),
        escaped(&schema.namespace)
    );
    let _ = writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Fields of {name} by version\">\
         <table>\n<thead><tr><th scope=\"col\">field</th>"
    );
    for version in versions {
        let mark = if schema.unreleased == Some(*version) { " *" } else { "" };
        let _ = write!(
            out,
            "<th scope=\"col\"><button type=\"button\" aria-pressed=\"false\" data-version=\"{version}\">\
             {version}{mark}</button></th>"
        );
    }
    out.push_str("<th scope=\"col\" class=\"type\">type</th></tr></thead>\n<tbody>\n");
    for row in rows {
        let _ = write!(out, "<tr data-field=\"{0}\"><th scope=\"row\">{0}</th>", escaped(&row.name));
        for name in &row.names {
            let _ = match name {
                None => write!(out, "<td class=\"cell none\" title=\"hasn't it\">·</td>"),
                Some(name) if *name == row.name && row.field.is_some() => {
                    write!(out, "<td class=\"cell has\" title=\"has it\">■</td>")
                }
                Some(name) => {
                    write!(out, "<td class=\"cell other\" title=\"as {}\">□</td>", escaped(name))
                }
            };
        }
        let said = row.field.map_or_else(|| "gone".to_owned(), said);
        let _ = writeln!(out, "<td class=\"type\">{}</td></tr>", escaped(&said));
    }
    out.push_str("</tbody>\n</table></div>\n");
    children(out, schema);
    out.push_str("<div class=\"compared\" aria-live=\"polite\"></div>\n</section>\n");
}

/// Which versions of the objects inside it go with which of its own.
fn children(out: &mut String, schema: &ObjectSchema) {
    for field in schema.fields.iter() {
        let Some(child) = field.ty.object() else { continue };
        let told = match schema.rows_of(field).filter(|rows| !rows.is_empty()) {
            Some(rows) => {
                let rows = rows.iter().map(|(own, child)| format!("{child} from {own} on"));
                rows.collect::<Vec<_>>().join(", ")
            }
            None => "as the peer's manifest says".to_owned(),
        };
        let (field, child) = (escaped(&field.name), escaped(child));
        let _ = writeln!(
            out,
            "<p class=\"child\">{field} holds <a href=\"#{child}\">{child}</a>: {}</p>",
            escaped(&told)
        );
    }
}

fn object_data(schema: &ObjectSchema, versions: &[Version], rows: &[Row<'_>]) -> Value {
    let fields: Vec<_> = rows
        .iter()
        .map(|row| {
            let types: Vec<_> =
                versions.iter().map(|version| row.field.map(|own| type_in(own, *version))).collect();
            let rules: Vec<_> = row
                .field
                .map(|field| field.rules.iter().filter_map(|rule| rule_data(versions, rule)).collect())
                .unwrap_or_default();
            let grave = schema.tombstones.iter().find(|grave| row.field.is_none() && grave.name == row.name);
            json!({
                "name": row.name,
                "names": row.names,
                "types": types,
                "rules": Value::Array(rules),
                "absent": row.field.and_then(|field| field.absent.as_deref()).map(literal),
                "required": row.field.is_some_and(|field| field.required),
                "fill": grave.and_then(fill_text),
                "gone": row.field.is_none(),
            })
        })
        .collect();
    let versions: Vec<_> = versions.iter().map(Version::to_string).collect();
    json!({"name": schema.name, "versions": versions, "fields": fields})
}

/// A rule: the index of the version before which it holds, and what it does.
fn rule_data(versions: &[Version], rule: &Rule) -> Option<Value> {
    let before = versions.iter().position(|version| *version >= rule.before).unwrap_or(versions.len());
    let (what, refuses) = match &rule.action {
        Action::Refuse => ("refused where it is set".to_owned(), true),
        Action::Values { values, instead, inside } => {
            let values = values.iter().map(literal).collect::<Vec<_>>().join(", ");
            let place = if *inside { "where a value inside it is" } else { "where it is" };
            match instead {
                Instead::Refuse => (format!("refused {place} {values}"), true),
                Instead::Drop => (format!("left out {place} {values}"), false),
                Instead::Write(other) => (format!("{} {place} {values}", literal(other)), false),
            }
        }
        Action::Take { from, .. } => (format!("the value of {from}"), false),
        Action::First(first) => (first_text(first), false),
        Action::Insert { from, .. } => (format!("with the value of {from} in it"), false),
        Action::Fill(value) => (format!("{} where it is unset or null", literal(value)), false),
        Action::FillUnset(value) => (format!("{} where it is unset", literal(value)), false),
        // The names and types of each version say it.
        _ => return None,
    };
    Some(json!({"before": before, "what": what, "refuses": refuses}))
}

/// What older versions get under the name of a field that is gone.
fn fill_text(grave: &Tombstone) -> Option<String> {
    grave.first.as_ref().map(first_text).or_else(|| grave.fill.as_ref().map(literal))
}

fn first_text(first: &First) -> String {
    let when = first.when.as_ref();
    let when =
        when.map_or_else(String::new, |when| format!(" whose {} is {}", when.field, literal(&when.value)));
    format!("the first of {}{when}", first.from)
}

fn literal(value: &Literal) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

fn type_in(field: &FieldSchema, version: Version) -> String {
    let mut ty = &*field.ty;
    for rule in field.rules.iter().filter(|rule| version < rule.before) {
        if let Action::Convert { ty: older, .. } = &rule.action {
            ty = older;
        }
    }
    let nullable = if field.nullable { ", nullable" } else { "" };
    format!("{}{nullable}", type_text(ty))
}

/// A type for people: `List of Integer`.
pub fn type_text(ty: &TypeSchema) -> String {
    let of = |element: &Element| {
        let nullable = if element.nullable { "nullable " } else { "" };
        format!("{} of {nullable}{}", ty.name, type_text(&element.ty))
    };
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => of(element),
        Kind::Object { name, subclasses: false, .. } => name.to_string(),
        Kind::Object { name, subclasses: true, .. } => format!("{name} or one that extends it"),
        Kind::Enum { values, .. } => format!("{}: {}", ty.name, values.join(" | ")),
        _ => ty.name.to_string(),
    }
}

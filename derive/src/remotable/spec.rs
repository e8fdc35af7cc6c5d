//! Signatures as Python's `inspect` prints them, which fingerprints hash.

use super::ast::Parameter;
use crate::ctxt::Ctxt;
use crate::literal::{Literal, Value};

/// The context is a parameter of class methods alone: an object has its own in Python.
pub fn arg_spec(cx: &Ctxt, is_class: bool, parameters: &[Parameter<'_>]) -> String {
    let first: &[&str] = if is_class { &["cls", "context"] } else { &["self"] };
    let names = first.iter().copied().chain(parameters.iter().map(|parameter| parameter.name.as_str()));
    let args: Vec<String> = names.map(text).collect();
    let defaults = parameters.iter().filter_map(|parameter| parameter.default.as_ref());
    let defaults: Vec<String> = defaults.map(|default| repr(cx, default)).collect();
    let defaults = match defaults.as_slice() {
        [] => "None".to_owned(),
        [one] => format!("({one},)"),
        several => format!("({})", several.join(", ")),
    };
    format!("ArgSpec(args=[{}], varargs=None, keywords=None, defaults={defaults})", args.join(", "))
}

fn repr(cx: &Ctxt, literal: &Literal) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match &literal.value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => {
            let text = format!("{value:?}");
            if text.contains('e') {
                cx.error(literal.span, "say how Python prints this number: `#[remotable(spec = \"...\")]`");
            }
            text
        }
        Value::Text(value) => text(value),
        Value::List(values) => format!("[{}]", list(values.iter().map(|value| repr(cx, value)).collect())),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", text(key), repr(cx, value)));
            format!("{{{}}}", list(entries.collect()))
        }
    }
}

/// In single quotes, unless they stand in it and double ones don't.
fn text(value: &str) -> String {
    let quote = if value.contains('\'') && !value.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for character in value.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if character == quote => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out.push(quote);
    out
}

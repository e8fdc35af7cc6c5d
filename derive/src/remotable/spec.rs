//! The signature of a method whose author said none: made of its names and defaults.

use super::parameter::Parameter;
use super::python::{float, text};
use crate::literal::{Literal, Value};

/// The context is a parameter of class methods alone: an object has its own in Python.
pub fn arg_spec(is_class: bool, parameters: &[Parameter<'_>]) -> String {
    let first: &[&str] = if is_class { &["cls", "context"] } else { &["self"] };
    let names = first.iter().copied().chain(parameters.iter().map(|parameter| parameter.name.as_str()));
    let args: Vec<String> = names.map(text).collect();
    let defaults = parameters.iter().filter_map(|parameter| parameter.default.as_ref());
    let defaults: Vec<String> = defaults.map(repr).collect();
    let defaults = match defaults.as_slice() {
        [] => "None".to_owned(),
        [one] => format!("({one},)"),
        several => format!("({})", several.join(", ")),
    };
    format!("ArgSpec(args=[{}], varargs=None, keywords=None, defaults={defaults})", args.join(", "))
}

fn repr(literal: &Literal) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match &literal.value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::Text(value) => text(value),
        Value::List(values) => format!("[{}]", list(values.iter().map(repr).collect())),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", text(key), repr(value)));
            format!("{{{}}}", list(entries.collect()))
        }
    }
}

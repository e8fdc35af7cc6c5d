//! The values of a schema in a lock: as JSON has them.

use std::borrow::Cow;

use serde_json::Value;

use crate::schema::Literal;

pub(super) fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => (*value).into(),
        Literal::Int(value) => match serde_json::Number::from_i128(*value) {
            Some(value) => Value::Number(value),
            None => Value::Null,
        },
        // A schema is a program's text, where a number that is none can't be said.
        Literal::Float(value) => (*value).into(),
        Literal::Text(value) => value.as_ref().into(),
        Literal::List(members) => Value::Array(values(members)),
        Literal::Map(entries) => {
            Value::Object(entries.iter().map(|(key, member)| (key.to_string(), value(member))).collect())
        }
    }
}

pub(super) fn values(literals: &[Literal]) -> Vec<Value> {
    literals.iter().map(value).collect()
}

pub(super) fn literal(value: &Value) -> Result<Literal, String> {
    Ok(match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(number) => match (number.as_i128(), number.as_f64()) {
            (Some(value), _) => Literal::Int(value),
            (None, Some(value)) => Literal::Float(value),
            (None, None) => return Err(format!("{number} is beyond what a schema can hold")),
        },
        Value::String(text) => Literal::Text(Cow::Owned(text.clone())),
        Value::Array(members) => Literal::List(literals(members)?.into()),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, member)| Ok((Cow::Owned(key.clone()), literal(member)?)));
            Literal::Map(entries.collect::<Result<Vec<_>, String>>()?.into())
        }
    })
}

pub(super) fn literals(values: &[Value]) -> Result<Vec<Literal>, String> {
    values.iter().map(literal).collect()
}

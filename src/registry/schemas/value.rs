//! The values of a schema in a file: as JSON has them.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::format::json::{Deserializer, JsonError};
use crate::primitive::Primitive;
use crate::schema::Literal;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

/// Reads JSON, numbers of any size as they are.
pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    let mut json = Deserializer::new(text.as_bytes())?;
    let value = T::deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

/// The value as JSON in lines, as `serde_json` has them. A default may be a number that JSON has no word for, which
/// [`json`] reads as Python writes it.
///
/// # Errors
/// Where a part of it can't be written.
pub(crate) fn pretty<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
    let mut out = String::new();
    let value = Primitive::of(value).map_err(|error| error.to_string())?;
    lines(&value, "\n", &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

/// Writes a value, and what is inside it on lines of its own that begin with `line` and two spaces more.
fn lines(value: &Primitive, line: &str, out: &mut String) -> Result<(), serde_json::Error> {
    let inner = &format!("{line}  ");
    match value {
        Primitive::List(members) if !members.is_empty() => {
            for (index, member) in members.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                out.push_str(inner);
                lines(member, inner, out)?;
            }
            out.push_str(line);
            out.push(']');
        }
        Primitive::Map(entries) if !entries.is_empty() => {
            for (index, (key, member)) in entries.iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                out.push_str(inner);
                out.push_str(&serde_json::to_string(key)?);
                out.push_str(": ");
                lines(member, inner, out)?;
            }
            out.push_str(line);
            out.push('}');
        }
        Primitive::Float(number) if number.is_nan() => out.push_str("NaN"),
        Primitive::Float(number) if number.is_infinite() => {
            out.push_str(if *number > 0.0 { "Infinity" } else { "-Infinity" });
        }
        value => out.push_str(&serde_json::to_string(value)?),
    }
    Ok(())
}

/// A value that is there, null among them.
pub(super) fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Primitive>, D::Error> {
    Primitive::deserialize(deserializer).map(Some)
}

/// A literal as a file has it.
pub(super) fn value(literal: &Literal) -> Primitive {
    match literal {
        Literal::Null => Primitive::Null,
        Literal::Bool(value) => Primitive::Bool(*value),
        Literal::Int(value) => Primitive::Int(*value),
        Literal::Float(value) => Primitive::Float(*value),
        Literal::Text(value) => Primitive::Text(value.to_string()),
        Literal::List(members) => Primitive::List(members.iter().map(value).collect()),
        Literal::Map(entries) => {
            Primitive::Map(entries.iter().map(|(key, member)| (key.to_string(), value(member))).collect())
        }
    }
}

pub(super) fn literal(value: Primitive) -> Result<Literal, String> {
    Ok(match value {
        Primitive::Null => Literal::Null,
        Primitive::Bool(value) => Literal::Bool(value),
        Primitive::Int(value) => Literal::Int(value),
        Primitive::Large(value) => return Err(format!("{value} is beyond what a schema can hold")),
        Primitive::Float(value) => Literal::Float(value),
        Primitive::Text(value) => Literal::Text(value.into()),
        Primitive::List(members) => Literal::List(literals(members)?.into()),
        Primitive::Map(entries) => {
            let entries = entries.into_iter().map(|(key, member)| Ok((Cow::Owned(key), literal(member)?)));
            Literal::Map(entries.collect::<Result<Vec<_>, String>>()?.into())
        }
        Primitive::Bytes(_) => return Err("bytes are no value of a schema".to_owned()),
    })
}

pub(super) fn literals(values: Vec<Primitive>) -> Result<Vec<Literal>, String> {
    values.into_iter().map(literal).collect()
}

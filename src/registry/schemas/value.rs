//! The values of a schema in a file: as JSON has them.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

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

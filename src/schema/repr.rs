//! Literals as Python prints and compares them.

use std::fmt;

use super::Literal;
use crate::python::{FloatText, bool_text, quoted};

/// The members of a set, each once.
pub(crate) fn distinct(members: &[Literal]) -> Vec<&Literal> {
    let mut distinct: Vec<&Literal> = Vec::new();
    for member in members {
        if !distinct.iter().any(|other| is_same(other, member)) {
            distinct.push(member);
        }
    }
    distinct
}

/// Python's `==`, by which a set has no two that are equal: `1`, `1.0` and `True` are one.
fn is_same(a: &Literal, b: &Literal) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn number(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Bool(value) => Some(f64::from(u8::from(*value))),
        // Beyond 2^53 two whole numbers may have one float; those are compared as what they are.
        Literal::Int(value) if value.unsigned_abs() < 1 << 53 => Some(*value as f64),
        Literal::Float(value) => Some(*value),
        _ => None,
    }
}

pub(crate) fn quoted_text(text: &str) -> String {
    let mut out = String::new();
    quoted(text, &mut out);
    out
}

/// Python's `str` of a literal: of text the text itself.
#[cfg(feature = "fingerprint")]
pub(crate) struct Str<'a>(pub(crate) &'a Literal);

#[cfg(feature = "fingerprint")]
impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Literal::Text(text) => f.write_str(text),
            other => Repr(other).fmt(f),
        }
    }
}

/// Python's `repr` of a literal.
pub(crate) struct Repr<'a>(pub(crate) &'a Literal);

impl fmt::Display for Repr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Literal::Null => f.write_str("None"),
            Literal::Bool(value) => f.write_str(bool_text(*value)),
            Literal::Int(value) => value.fmt(f),
            Literal::Float(value) => FloatText::of(*value).fmt(f),
            Literal::Text(text) => f.write_str(&quoted_text(text)),
            Literal::List(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    Repr(value).fmt(f)?;
                }
                f.write_str("]")
            }
            Literal::Map(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    write!(f, "{}: {}", quoted_text(key), Repr(value))?;
                }
                f.write_str("}")
            }
        }
    }
}

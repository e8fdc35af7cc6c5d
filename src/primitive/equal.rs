//! Primitives compared as Python compares them.

use super::Primitive;

/// Python's `==` of two primitives: numbers are equal across types, and truth is a number.
pub(crate) fn equal(a: &Primitive, b: &Primitive) -> bool {
    match (a, b) {
        (Primitive::List(a), Primitive::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Primitive::Map(a), Primitive::Map(b)) => {
            let same = |(key, a): (&String, &Primitive)| b.get(key).is_some_and(|b| equal(a, b));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => match (Number::of(a), Number::of(b)) {
            (None, None) => a == b,
            (a, b) => a == b,
        },
    }
}

#[derive(PartialEq)]
pub(crate) enum Number {
    Whole(i128),
    Large(u128),
    Fraction(f64),
}

impl Number {
    pub(crate) fn of(value: &Primitive) -> Option<Number> {
        /// From here on a float says nothing of its last digits as a whole number.
        const FAR: f64 = 1e38;
        Some(match value {
            Primitive::Bool(value) => Number::Whole(i128::from(*value)),
            Primitive::Int(value) => Number::Whole(*value),
            Primitive::Large(value) => Number::Large(*value),
            Primitive::Float(value) if value.fract() == 0.0 && value.abs() < FAR => {
                Number::Whole(*value as i128)
            }
            Primitive::Float(value) => Number::Fraction(*value),
            _ => return None,
        })
    }
}

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
        /// 2^127 and 2^128: a float below them is a whole number of these bits.
        const BEYOND_I128: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
        const BEYOND_U128: f64 = 2.0 * BEYOND_I128;
        Some(match value {
            Primitive::Bool(value) => Number::Whole(i128::from(*value)),
            Primitive::Int(value) => Number::Whole(*value),
            Primitive::Large(value) => Number::Large(*value),
            Primitive::Float(value) if value.fract() == 0.0 && value.abs() < BEYOND_I128 => {
                Number::Whole(*value as i128)
            }
            Primitive::Float(value) if (BEYOND_I128..BEYOND_U128).contains(value) => {
                Number::Large(*value as u128)
            }
            Primitive::Float(value) => Number::Fraction(*value),
            _ => return None,
        })
    }

    /// The key of a number in a table: equal numbers have one, others have others. NaN, which is equal to nothing, has one too.
    pub(crate) fn key(&self) -> (u8, u128) {
        match self {
            Number::Whole(value) => (0, value.cast_unsigned()),
            Number::Large(value) => (1, *value),
            Number::Fraction(value) => (2, value.to_bits().into()),
        }
    }
}

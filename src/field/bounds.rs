//! Bounds of a Rust type that its kind doesn't tell, for literals in attributes.

use std::borrow::Cow;

use crate::schema::Literal;

/// Bounds of the scalars in a type's values beyond their kind, and the length of an array.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    integers: (i128, i128),
    has_zero: bool,
    greatest_float: f64,
    is_one_character: bool,
    length: Option<usize>,
    has_two_nulls: bool,
}

impl Bounds {
    /// No bounds: any value of the kind.
    pub const NONE: Self = Bounds {
        integers: (i128::MIN, i128::MAX),
        has_zero: true,
        greatest_float: f64::INFINITY,
        is_one_character: false,
        length: None,
        has_two_nulls: false,
    };

    pub(crate) const fn of_integers(least: i128, greatest: i128) -> Self {
        Bounds { integers: (least, greatest), ..Bounds::NONE }
    }

    pub(crate) const fn of_floats(greatest: f64) -> Self {
        Bounds { greatest_float: greatest, ..Bounds::NONE }
    }

    pub(crate) const fn of_one_character() -> Self {
        Bounds { is_one_character: true, ..Bounds::NONE }
    }

    /// Bounds of whole numbers other than zero.
    pub(crate) const fn but_zero(self) -> Self {
        Bounds { has_zero: false, ..self }
    }

    /// Bounds of a collection of such values, which has that many where it is an array.
    pub(crate) const fn of_each(self, length: Option<usize>) -> Self {
        Bounds { length, ..self }
    }

    /// Bounds of an option of such values, of which null is one already or isn't.
    pub(crate) const fn or_null(self, is_nullable: bool) -> Self {
        Bounds { has_two_nulls: self.has_two_nulls || is_nullable, ..self }
    }

    /// Whether there is an option in an option, also behind an alias.
    pub(crate) const fn has_two_nulls(&self) -> bool {
        self.has_two_nulls
    }

    /// The least and the greatest of the whole numbers.
    pub(crate) const fn integers(&self) -> (i128, i128) {
        self.integers
    }

    /// Whether a number may be one in the values.
    const fn has_integer(&self, value: i128) -> bool {
        self.integers.0 <= value && value <= self.integers.1 && (self.has_zero || value != 0)
    }

    /// Whether a literal, or all in it, is within the bounds.
    pub(crate) const fn hold(&self, literal: &Literal) -> bool {
        if let (Some(length), Literal::List(Cow::Borrowed(values))) = (self.length, literal)
            && values.len() != length
        {
            return false;
        }
        self.hold_inside(literal)
    }

    /// Whether a value inside such a collection may be the literal.
    pub(crate) const fn hold_inside(&self, literal: &Literal) -> bool {
        match literal {
            Literal::Int(value) => self.has_integer(*value),
            Literal::Float(value) => value.is_infinite() || value.abs() <= self.greatest_float,
            Literal::Text(Cow::Borrowed(text)) => !self.is_one_character || is_one_character(text),
            Literal::List(Cow::Borrowed(values)) => {
                let mut index = 0;
                while index < values.len() {
                    if !self.hold_inside(&values[index]) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            Literal::Map(Cow::Borrowed(entries)) => {
                let mut index = 0;
                while index < entries.len() {
                    if !self.hold_inside(&entries[index].1) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            _ => true,
        }
    }
}

const fn is_one_character(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut index, mut count) = (0, 0);
    while index < bytes.len() {
        // All bytes but the first of a character begin with the bits 10.
        if bytes[index] & 0xc0 != 0x80 {
            count += 1;
        }
        index += 1;
    }
    count == 1
}

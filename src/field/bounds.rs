//! Bounds of a Rust type that its kind doesn't tell, for literals in attributes.

use std::borrow::Cow;

use super::Form;
use crate::schema::{Element, Kind, Literal, Shape, Shared, equal, text};

/// Bounds of a type's values beyond their kind, for a collection also those of its keys and its elements.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    integers: (i128, i128),
    has_zero: bool,
    greatest_float: f64,
    is_narrow: bool,
    form: Form,
    keys: Form,
    length: Option<usize>,
    element: Option<&'static Bounds>,
    has_two_nulls: bool,
}

impl Bounds {
    /// No bounds: any value of the kind.
    pub const NONE: Self = Bounds {
        integers: (i128::MIN, i128::MAX),
        has_zero: true,
        greatest_float: f64::INFINITY,
        is_narrow: false,
        form: Form::Any,
        keys: Form::Any,
        length: None,
        element: None,
        has_two_nulls: false,
    };

    pub(crate) const fn of_integers(least: i128, greatest: i128) -> Self {
        Bounds { integers: (least, greatest), ..Bounds::NONE }
    }

    /// Bounds of numbers that 32 bits hold.
    pub(crate) const fn of_narrow_floats() -> Self {
        Bounds { greatest_float: f32::MAX as f64, is_narrow: true, ..Bounds::NONE }
    }

    /// Bounds of spans of time in seconds, whole ones of 64 bits.
    pub(crate) const fn of_seconds() -> Self {
        const GREATEST: f64 = 18_446_744_073_709_549_568.0;
        Bounds { integers: (0, u64::MAX as i128), greatest_float: GREATEST, ..Bounds::NONE }
    }

    pub(crate) const fn of_text(form: Form) -> Self {
        Bounds { form, ..Bounds::NONE }
    }

    /// Bounds of whole numbers other than zero.
    pub(crate) const fn but_zero(self) -> Self {
        Bounds { has_zero: false, ..self }
    }

    /// Bounds of a list of such values, which has that many where it is an array.
    pub(crate) const fn of_each(element: &'static Bounds, length: Option<usize>) -> Self {
        Bounds { length, element: Some(element), has_two_nulls: element.has_two_nulls, ..Bounds::NONE }
    }

    /// Bounds of a map of such values, by keys of that form.
    pub(crate) const fn of_entries(keys: Form, element: &'static Bounds) -> Self {
        Bounds { keys, ..Bounds::of_each(element, None) }
    }

    /// Bounds of an option of such values, of which null is one already or isn't.
    pub(crate) const fn or_null(self, is_nullable: bool) -> Self {
        Bounds { has_two_nulls: self.has_two_nulls || is_nullable, ..self }
    }

    /// Whether there is an option in an option, also behind an alias.
    pub(crate) const fn has_two_nulls(&self) -> bool {
        self.has_two_nulls
    }

    /// The least and the greatest of the whole numbers, of a collection those inside it.
    pub(crate) const fn integers(&self) -> (i128, i128) {
        match self.element {
            Some(element) => element.integers(),
            None => self.integers,
        }
    }

    /// Whether the text can be a key of the map.
    pub(crate) const fn has_key(&self, text: &str) -> bool {
        self.keys.has(text)
    }

    /// Bounds of the elements, or none where the type says nothing of them.
    const fn element(&self) -> &'static Bounds {
        match self.element {
            Some(element) => element,
            None => &Bounds::NONE,
        }
    }

    const fn has_integer(&self, value: i128) -> bool {
        self.integers.0 <= value && value <= self.integers.1 && (self.has_zero || value != 0)
    }
}

/// A literal, and how it is held to a type.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    /// The literal, as it is written in an attribute.
    pub literal: &'a Literal,
    /// Whether the field takes its own form alone.
    pub is_strict: bool,
    /// Whether 32 bits hold all numbers in it.
    pub is_narrow: bool,
}

impl Held<'_> {
    const fn of<'b>(&self, literal: &'b Literal) -> Held<'b> {
        Held { literal, is_strict: self.is_strict, is_narrow: self.is_narrow }
    }

    /// Whether a value of that kind, within those bounds, can be the literal.
    pub(crate) const fn fits(&self, kind: &Kind, is_nullable: bool, bounds: &Bounds) -> bool {
        match (self.literal, kind) {
            (Literal::Null, _) => is_nullable,
            // An envelope; what is in it shows when it is read.
            (literal, Kind::Object { .. }) => matches!(literal, Literal::Map(_)),
            (Literal::Text(Cow::Borrowed(value)), Kind::Enum { values: Cow::Borrowed(values), .. }) => {
                has_text(values, value)
            }
            (Literal::Text(Cow::Borrowed(value)), kind) => {
                is_shaped(self.literal, kind)
                    && Form::of_kind(kind, self.is_strict).has(value)
                    && bounds.form.has(value)
            }
            (Literal::List(Cow::Borrowed(values)), Kind::List(element) | Kind::Set(element)) => {
                let mut index = 0;
                while index < values.len() {
                    if !self.of(&values[index]).fits_element(element, bounds) {
                        return false;
                    }
                    index += 1;
                }
                match bounds.length {
                    Some(length) => index == length,
                    None => true,
                }
            }
            (Literal::Map(Cow::Borrowed(entries)), Kind::Dict(element)) => {
                let mut index = 0;
                while index < entries.len() {
                    if !self.of(&entries[index].1).fits_element(element, bounds) {
                        return false;
                    }
                    index += 1;
                }
                bounds.keys.has_keys(entries)
            }
            (Literal::Int(value), kind) => {
                is_shaped(self.literal, kind)
                    && bounds.has_integer(*value)
                    && (self.is_narrow || !bounds.is_narrow)
            }
            (Literal::Float(value), kind) => {
                is_shaped(self.literal, kind)
                    && (value.is_infinite() || value.abs() <= bounds.greatest_float)
                    && (self.is_narrow || !bounds.is_narrow)
            }
            (literal, kind) => is_shaped(literal, kind),
        }
    }

    /// Whether such a value, or one inside it, can be the literal.
    pub(crate) const fn fits_inside(&self, kind: &Kind, is_nullable: bool, bounds: &Bounds) -> bool {
        if self.fits(kind, is_nullable, bounds) {
            return true;
        }
        match kind {
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => match &element.ty {
                Shared::Static(ty) => self.fits_inside(&ty.kind, element.nullable, bounds.element()),
                Shared::Owned(_) => panic!("a constant schema owns nothing"),
            },
            _ => false,
        }
    }

    const fn fits_element(&self, element: &Element, bounds: &Bounds) -> bool {
        match &element.ty {
            Shared::Static(ty) => self.fits(&ty.kind, element.nullable, bounds.element()),
            Shared::Owned(_) => panic!("a constant schema owns nothing"),
        }
    }
}

/// Whether a literal has the shape of the kind's values, as far as the shape alone tells.
const fn is_shaped(literal: &Literal, kind: &Kind) -> bool {
    match (literal, kind.shape()) {
        (_, Shape::Any) => true,
        (Literal::Bool(_), Shape::Truth) => true,
        (Literal::Int(_), Shape::Whole | Shape::Number) => true,
        (Literal::Int(value), Shape::WholeFromZero | Shape::NumberFromZero) => *value >= 0,
        (Literal::Float(_), Shape::Number) => true,
        (Literal::Float(value), Shape::NumberFromZero) => *value >= 0.0,
        (Literal::Text(_), Shape::Text) => true,
        (Literal::Map(_), Shape::Map) | (Literal::List(_), Shape::List) => true,
        _ => false,
    }
}

const fn has_text(values: &[Cow<'static, str>], value: &str) -> bool {
    let mut index = 0;
    while index < values.len() {
        if equal(text(&values[index]), value) {
            return true;
        }
        index += 1;
    }
    false
}

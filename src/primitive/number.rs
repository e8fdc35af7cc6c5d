//! Numbers that come as text.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::Primitive;
use crate::foreign::Format;
use crate::marks::NUMBER;

impl Primitive {
    /// The number that a text of JSON is; none, of text that is no number, and of a whole one beyond 128 bits.
    pub(crate) fn number(text: &str) -> Option<Primitive> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let int = text.parse().map(Primitive::Int);
            return int.or_else(|_| text.parse().map(Primitive::Large)).ok();
        }
        text.parse().map(Primitive::Float).ok()
    }
}

/// Whether a map that a format shows may be a number: this crate's formats, and values that were kept, show numbers as
/// what they are.
#[inline]
pub(crate) fn may_be_number<E>() -> bool {
    !matches!(Format::of::<E>(), Format::Own | Format::Kept)
}

/// The number that the map is whose first key was [`NUMBER`].
pub(crate) fn behind_key<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Primitive, A::Error> {
    let text: String = map.next_value()?;
    let number = Primitive::number(&text);
    number.ok_or_else(|| de::Error::custom("a whole number beyond 128 bits"))
}

/// Reads a key, and tells whether it is [`NUMBER`].
pub(crate) struct NumberKey;

impl<'de> DeserializeSeed<'de> for NumberKey {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! no_numbers {
    ($($method:ident $ty:ty),*) => {
        $(fn $method<E>(self, _: $ty) -> Result<bool, E> {
            Ok(false)
        })*
    };
}

impl Visitor<'_> for NumberKey {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a map's key")
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(text == NUMBER)
    }

    no_numbers! {
        visit_bool bool, visit_i64 i64, visit_i128 i128, visit_u64 u64, visit_u128 u128, visit_f64 f64,
        visit_bytes &[u8]
    }
}

#[cfg(test)]
mod tests {
    use super::Primitive;

    #[test]
    fn numbers_are_read() {
        let most = u128::MAX.to_string();
        assert_eq!(Primitive::number("-0"), Some(Primitive::Int(0)));
        assert_eq!(Primitive::number("-0.0").map(|zero| format!("{zero:?}")).as_deref(), Some("Float(-0.0)"));
        assert_eq!(Primitive::number("1e400"), Some(Primitive::Float(f64::INFINITY)));
        assert_eq!(Primitive::number(&i128::MIN.to_string()), Some(Primitive::Int(i128::MIN)));
        assert_eq!(Primitive::number(&most), Some(Primitive::Large(u128::MAX)));
        for text in ["", "-", "nan", "inf", "+5", "-inf", "1x", &format!("{most}0")] {
            assert_eq!(Primitive::number(text), None, "{text}");
        }
    }
}

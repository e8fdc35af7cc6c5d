//! JSON in a text: a type that projects made for themselves.

use std::fmt::{self, Display as _, Write as _};

use serde::Serialize;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, IntoDeserializer as _};
use serde::ser::Serializer;

use super::scalar;
use super::{Context, Decoding, Entity, FieldType, python};
use crate::error::Error;
use crate::format::json;
use crate::primitive::{Kept, Primitive, Reader};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// A value that stands on the wire as a text with JSON in it, spelled as Python's `json.dumps` does: any but null, and but
/// a text, of which the projects' types make something else.
///
/// Maps and lists that come without the text around them are taken as well, as the projects' types do. They read a text in
/// the text as JSON again, which is done here too.
///
/// ```
/// use versioned_objects::field::JsonText;
///
/// let profile: JsonText = r#"{"vlan":5,"tags":["a"]}"#.parse()?;
/// assert_eq!(profile.to_string(), r#"{"vlan": 5, "tags": ["a"]}"#);
/// assert_eq!(profile.value().get("vlan"), Some(&5.into()));
/// # Ok::<(), versioned_objects::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct JsonText(Primitive);

impl JsonText {
    /// Makes the text's value of any that serde can write.
    ///
    /// # Errors
    /// Where the value is null or text, its own `Serialize` fails, or it has map keys that aren't text.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        Primitive::of(value).and_then(JsonText::try_from)
    }

    /// The value that stands in the text.
    pub fn value(&self) -> &Primitive {
        &self.0
    }

    /// Takes the value out, to be changed and made a [`JsonText`] again.
    pub fn into_value(self) -> Primitive {
        self.0
    }

    /// Reads the value as a type of one's own.
    ///
    /// # Errors
    /// Where it is none of that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let reader: Reader<de::value::Error> = self.0.clone().into_deserializer();
        T::deserialize(reader).map_err(Error::invalid_value)
    }

    /// The value in a text, and the one in a text in that.
    fn read_text<E: de::Error>(text: &str, context: Context<'_>) -> Result<Primitive, E> {
        match JsonText::parsed(text, context)? {
            Primitive::Text(inner) if !context.is_strict() => JsonText::parsed(&inner, context),
            value => Ok(value),
        }
    }

    fn parsed<E: de::Error>(text: &str, context: Context<'_>) -> Result<Primitive, E> {
        let kept = json::Deserializer::new(text.as_bytes()).and_then(|mut reader| {
            let kept = Kept::deserialize(&mut reader).map_err(|error| reader.place(error))?;
            reader.end().map(|()| kept)
        });
        // The text may have secrets in it.
        let kept =
            kept.map_err(|error| context.invalid(format_args!("JSON is required in the text: {error}")))?;
        context.outermost().primitive(kept)
    }
}

impl TryFrom<Primitive> for JsonText {
    type Error = Error;

    fn try_from(value: Primitive) -> Result<Self, Error> {
        match value {
            Primitive::Null | Primitive::Text(_) => {
                let found = value.describe();
                Err(Error::invalid_value(format_args!(
                    "{found} doesn't come back as it is from JSON in a text"
                )))
            }
            value => Ok(JsonText(value)),
        }
    }
}

impl std::str::FromStr for JsonText {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let decoding = Decoding::new().exact();
        match JsonText::read_text::<de::value::Error>(text, decoding.context()) {
            Ok(value) => JsonText::try_from(value),
            Err(error) => Err(decoding.into_error(error)),
        }
    }
}

impl fmt::Display for JsonText {
    /// The text as `json.dumps` spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spell(&self.0, f)
    }
}

impl Entity for JsonText {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FieldType for JsonText {
    const TYPE: TypeSchema = TypeSchema::new("Json", Kind::JsonText);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let value = match kept.as_str() {
            Some(text) => {
                let value = JsonText(JsonText::read_text(text, context)?);
                if context.is_strict() && value.to_string() != text {
                    return Err(context.invalid("JSON in its own form is required in the text"));
                }
                value.0
            }
            None if context.is_strict() => {
                let found = kept.describe();
                return Err(context.invalid(format_args!("JSON in a text is required, found {found}")));
            }
            None => context.outermost().primitive(kept)?,
        };
        match value {
            Primitive::Null => Err(scalar::null(context)),
            value => JsonText::try_from(value).map_err(|error| context.fail(error)),
        }
    }
}

fn spell(value: &Primitive, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Primitive::Null => f.write_str("null"),
        Primitive::Bool(value) => value.fmt(f),
        Primitive::Int(value) => value.fmt(f),
        Primitive::Large(value) => value.fmt(f),
        Primitive::Float(value) => f.write_str(&python::json_float(*value)),
        Primitive::Text(text) => quote(text, f),
        // As every JSON of this crate has bytes.
        Primitive::Bytes(bytes) => list(bytes, f, |byte, f| byte.fmt(f)),
        Primitive::List(values) => list(values, f, spell),
        Primitive::Map(entries) => {
            f.write_char('{')?;
            for (index, (key, value)) in entries.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { ", " })?;
                quote(key, f)?;
                f.write_str(": ")?;
                spell(value, f)?;
            }
            f.write_char('}')
        }
    }
}

fn list<T>(
    values: &[T],
    f: &mut fmt::Formatter<'_>,
    spell: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_char('[')?;
    for (index, value) in values.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        spell(value, f)?;
    }
    f.write_char(']')
}

/// Text in ASCII alone, which is what `json.dumps` makes of it.
fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            ' '..='~' => f.write_char(letter)?,
            letter => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(f, "\\u{unit:04x}")?;
                }
            }
        }
    }
    f.write_char('"')
}

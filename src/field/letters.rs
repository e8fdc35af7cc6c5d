//! Characters and paths: texts of which not each will do.

use std::path::{Path as FilePath, PathBuf};

use serde::de::Deserializer;
use serde::ser::{self, Serializer};

use super::scalar::{self, Found};
use super::{Bounds, Context, Entity, FieldType, Form};
use crate::schema::{Kind, Literal, TypeSchema};
use crate::version::Target;

impl Entity for char {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.encode_utf8(&mut [0; 4]))
    }
}

const LETTERS: &[Literal] = &[Literal::text("a"), Literal::text("\""), Literal::text("\u{1f980}")];

/// Text of one character.
impl FieldType for char {
    const TYPE: TypeSchema = TypeSchema::exemplified("String", Kind::String, LETTERS);
    const BOUNDS: Bounds = Bounds::of_text(Form::Character);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| {
            let only = match &found {
                Found::Text(text) => text.parse().ok(),
                _ => None,
            };
            only.ok_or_else(|| found.refused("text of one character"))
        })
    }
}

impl Entity for FilePath {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        match self.to_str() {
            Some(text) => serializer.serialize_str(text),
            None => Err(ser::Error::custom("a path that isn't UTF-8 has no form on the wire")),
        }
    }
}

impl Entity for PathBuf {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.as_path().encode(serializer, target)
    }
}

/// Text as it comes, with the separators of whoever wrote it.
impl FieldType for PathBuf {
    const TYPE: TypeSchema = TypeSchema::new("String", Kind::String);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        String::decode(deserializer, context).map(PathBuf::from)
    }
}

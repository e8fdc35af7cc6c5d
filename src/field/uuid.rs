use serde::de::{Deserialize, Deserializer};

use super::text::text_type;
use super::{Context, FieldType, python};
#[cfg(feature = "compact")]
use crate::error::Error;
#[cfg(feature = "compact")]
use crate::format::compact::{Slot, Unpacker};
use crate::primitive::Primitive;
use crate::schema::{Kind, TypeSchema};

text_type! {
    /// A UUID's text as it came (`UUID`). As in the reference, nothing is made of it and nothing is refused:
    /// what isn't text becomes it. A strict reader takes the text of UUIDs alone, with or without hyphens.
    ///
    /// The `uuid` crate's `Uuid` is the type for those who need a UUID; it takes the canonical text alone.
    UuidText
}

impl UuidText {
    /// Whether the text is a UUID's: 32 hexadecimal digits, with or without hyphens.
    pub fn is_uuid(&self) -> bool {
        let mut rest = self.0.as_bytes();
        for (index, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            if index > 0 {
                rest = rest.strip_prefix(b"-").unwrap_or(rest);
            }
            let Some((digits, after)) = rest.split_at_checked(length) else {
                return false;
            };
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return false;
            }
            rest = after;
        }
        rest.is_empty()
    }
}

impl From<String> for UuidText {
    fn from(text: String) -> Self {
        UuidText(text)
    }
}

impl From<&str> for UuidText {
    fn from(text: &str) -> Self {
        UuidText(text.to_owned())
    }
}

impl FieldType for UuidText {
    const TYPE: TypeSchema = TypeSchema::new("UUID", Kind::Uuid);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        // Text comes through this as it is; only a list or a map needs the tree, since of a key that comes
        // twice the last value counts.
        let found = Primitive::deserialize(deserializer)?;
        if found == Primitive::Null {
            return Err(super::scalar::null(context));
        }
        if context.is_strict() && found.as_str().is_none() {
            return Err(context.invalid("a UUID is required, found what is no text"));
        }
        let Some(text) = python::text(found, context).map(UuidText) else {
            return Err(context.invalid("a UUID is required, found a number that lost its digits"));
        };
        if context.is_strict() && !text.is_uuid() {
            let found = super::scalar::Shortened(text.as_str());
            return Err(context.invalid(format_args!("a UUID is required, found {found}")));
        }
        Ok(text)
    }

    #[cfg(feature = "compact")]
    fn unpack(unpacker: &mut Unpacker<'_>, slot: Slot<'_>, context: Context<'_>) -> Result<Self, Error> {
        if context.is_strict() || slot.kind().is_none() {
            let read = Self::decode(unpacker.value(slot), context);
            return read.map_err(|fault| context.typed(fault.into_error()));
        }
        unpacker.uuid().map(UuidText)
    }
}

#[cfg(feature = "uuid")]
mod of_the_crate {
    use serde::de::Deserializer;
    use serde::ser::Serializer;
    use uuid::Uuid;
    use uuid::fmt::Hyphenated;

    use super::UuidText;
    use crate::field::scalar::{self, Found};
    use crate::field::{Bounds, Context, Entity, FieldType, Form};
    use crate::schema::{Kind, TypeSchema};
    use crate::version::Target;

    impl From<Uuid> for UuidText {
        fn from(uuid: Uuid) -> Self {
            UuidText(uuid.to_string())
        }
    }

    impl Entity for Uuid {
        const HOLDS_OBJECTS: bool = false;

        fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
            let mut buffer = [0; Hyphenated::LENGTH];
            serializer.serialize_str(self.as_hyphenated().encode_lower(&mut buffer))
        }
    }

    /// The canonical text alone is taken, since any other would go out rewritten.
    impl FieldType for Uuid {
        const TYPE: TypeSchema = TypeSchema::new("UUID", Kind::Uuid);
        const BOUNDS: Bounds = Bounds::of_text(Form::CanonicalUuid);

        fn decode<'de, D: Deserializer<'de>>(
            deserializer: D,
            context: Context<'_>,
        ) -> Result<Self, D::Error> {
            scalar::decode(deserializer, context, |found| {
                canonical(&found).ok_or_else(|| found.refused("a UUID in lower case with hyphens"))
            })
        }
    }

    fn canonical(found: &Found<'_>) -> Option<Uuid> {
        let Found::Text(text) = found else { return None };
        let uuid = Uuid::try_parse(text).ok()?;
        let mut buffer = [0; Hyphenated::LENGTH];
        (*uuid.as_hyphenated().encode_lower(&mut buffer) == **text).then_some(uuid)
    }
}

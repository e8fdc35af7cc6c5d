use std::borrow::Cow;

use serde::de::Deserializer;
use serde::ser::Serializer;

use crate::FieldEnum;
use crate::error::Error;
use crate::field::{Context, Entity, FieldType};
use crate::schema::{Literal, TypeSchema};
use crate::version::Target;

/// How the SR of a volume got its UUID.
#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[field_enum(name = "SrNamingConvention", rename_all = "kebab-case", crate = crate)]
pub enum SrNamingConvention {
    /// From the volume's id: one SR a volume.
    OldStyle,
    /// From the target's address and name: one SR a target, shared by its LUNs.
    NewStyle,
}

/// Kinds of moves that a migration can be.
#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[field_enum(name = "MigrationType", rename_all = "kebab-case", crate = crate)]
pub enum MigrationType {
    /// To another host, while the instance is off.
    Migration,
    /// A move to another size.
    Resize,
    /// To another host, while the instance runs.
    LiveMigration,
    /// Away from a host that is gone.
    Evacuation,
}

/// A port as the network service describes it (`nova.network.model.VIF`): the text of a JSON object, kept as it
/// came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkVifModel(String);

impl NetworkVifModel {
    /// Returns the JSON text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for NetworkVifModel {
    type Error = Error;

    /// # Errors
    /// Where the text is no JSON object.
    fn try_from(text: String) -> Result<Self, Error> {
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
            Ok(_) => Ok(NetworkVifModel(text)),
            Err(error) => {
                Err(Error::invalid_value(format_args!("a port is the text of a JSON object: {error}")))
            }
        }
    }
}

impl Entity for NetworkVifModel {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A port without anything, and one with a little.
const EXAMPLES: &[Literal] = &[
    Literal::Text(Cow::Borrowed("{}")),
    Literal::Text(Cow::Borrowed(
        r#"{"id": "6f9a8f5c-8c6f-4f54-a1b7-3d4f6e5b0c11", "type": "ovs", "meta": {}}"#,
    )),
];

impl FieldType for NetworkVifModel {
    const TYPE: TypeSchema = TypeSchema::opaque("NetworkVIFModel", EXAMPLES);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        struct Text<'a>(Context<'a>);

        impl serde::de::Visitor<'_> for Text<'_> {
            type Value = NetworkVifModel;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the text of a JSON object")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<NetworkVifModel, E> {
                self.visit_string(text.to_owned())
            }

            fn visit_string<E: serde::de::Error>(self, text: String) -> Result<NetworkVifModel, E> {
                text.try_into().map_err(|error| self.0.fail(error))
            }
        }

        deserializer.deserialize_string(Text(context))
    }
}

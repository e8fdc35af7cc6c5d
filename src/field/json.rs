use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::{Context, Entity, FieldType, scalar};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

impl Entity for Value {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// Anything at all, passed on as it came: the reference's bare `FieldType`. Null needs an `Option` here too.
impl FieldType for Value {
    const TYPE: TypeSchema = TypeSchema::new("FieldType", Kind::Opaque);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Err(scalar::null(context)),
            value => Ok(value),
        }
    }
}

pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::borrow::Cow;
pub use std::primitive::{bool, str, u32, usize};

pub use serde;
pub use serde::de::Deserializer;
pub use serde::ser::Serializer;

pub use crate::compat::survey_object;
pub use crate::error::Error;
pub use crate::field::{Context, Current, Entity, Field, FieldSlot, FieldType, Path, Survey};
pub use crate::object::{
    FieldVisitor, FieldVisitorMut, Object, Origin, UnknownFields, ValueVisitor, VersionedObject, Visitor,
    has_changes, reset_changes,
};
pub use crate::primitive::Primitive;
pub use crate::schema::{
    Action, Condition, Element, FieldSchema, Held, Inherited, Instead, Keys, Kind, Literal, MethodSchema,
    ObjectSchema, Rule, Tombstone, TypeSchema, concat, name_of,
};
pub use crate::version::{Target, Version};
pub use crate::wire::{decode_object, deserialize_object, encode_object, serialize_object};

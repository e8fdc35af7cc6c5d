//! Small objects, made by hand so that these tests need no derive.

use std::borrow::Cow;

use serde::{Deserializer, Serializer};
use versioned_objects::object::{AnyField, FieldVisitor, FieldVisitorMut, Visitor, has_changes};
use versioned_objects::schema::{FieldSchema, Keys, Kind, ObjectSchema, Shared, TypeSchema, WireName};
use versioned_objects::{
    Context, Entity, Error, Field, FieldType, Object, Origin, Target, Version, VersionedObject, compat,
    field, wire,
};

macro_rules! object {
    (
        $type:ident, $name:literal, [$($version:expr),*], keep_children: $keep:literal,
        $($index:literal $field:ident: $ty:ty, since: $since:expr),*
    ) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $type {
            pub origin: Origin,
            $(pub $field: Field<$ty>,)*
        }

        impl Entity for $type {
            fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
                wire::encode_object(self, serializer, target)
            }

            fn survey(
                &self,
                target: &Target<'_>,
                path: field::Path<'_>,
                survey: &mut field::Survey<'_>,
            ) -> Result<(), Error> {
                compat::survey_object(self, target, path, survey)
            }

            fn has_changes(&self) -> bool {
                has_changes(self)
            }
        }

        impl FieldType for $type {
            const TYPE: TypeSchema = TypeSchema::new(
 "Object",
 Kind::Object { name: Cow::Borrowed($name), subclasses: false, schema: None },
 );

            fn decode<'de, D: Deserializer<'de>>(
                deserializer: D,
                context: Context<'_>,
            ) -> Result<Self, D::Error> {
                wire::decode_object(deserializer, context)
            }
        }

        impl Object for $type {
            fn schema(&self) -> &ObjectSchema {
                Self::SCHEMA
            }

            fn visit<V: Visitor>(&self, first: usize, visitor: &mut V) -> Result<(), V::Error> {
                $(visitor.field(first + $index, &self.$field)?;)*
                Ok(())
            }

            fn visit_field<V: FieldVisitor>(&self, index: usize, visitor: V) -> Option<V::Output> {
                match index {
                    $($index => Some(visitor.field(&self.$field)),)*
                    _ => None,
                }
            }

            fn origin(&self) -> Option<&Origin> {
                Some(&self.origin)
            }
        }

        impl VersionedObject for $type {
            const SCHEMA: &'static ObjectSchema = &ObjectSchema {
                name: Cow::Borrowed($name),
                namespace: Cow::Borrowed("tests"),
                keys: Keys {
                    serial_namespace: Cow::Borrowed("t"),
                    name: WireName::new("t.name"),
                    namespace: WireName::new("t.namespace"),
                    version: WireName::new("t.version"),
                    data: WireName::new("t.data"),
                    changes: WireName::new("t.changes"),
                },
                versions: Cow::Borrowed(&[$($version),*]),
                is_open: false,
                unreleased: None,
                fields: Cow::Borrowed(&[$(FieldSchema {
                    name: WireName::new(stringify!($field)),
                    ty: Shared::Static(&<$ty>::TYPE),
                    nullable: false,
                    read_only: false,
                    strict: false,
                    required: false,
                    default: None,
                    since: $since,
                    absent: None,
                    rules: Cow::Borrowed(&[]),
                    relationship: None,
                    repr: None,
                    default_repr: None,
                }),*]),
                tombstones: Cow::Borrowed(&[]),
                child_versions: None,
                bare_list: false,
                keep_children: $keep,
                forgets_changes: false,
                initial: Cow::Borrowed(&[]),
                converts_nested: true,
                compatible: None,
                validate: None,
                bases: Cow::Borrowed(&[]),
                extra_fields: Cow::Borrowed(&[]),
                methods: Cow::Borrowed(&[]),
            };

            fn unset() -> Self {
                Self::default()
            }

            fn index_of(name: &str) -> Option<usize> {
                $(if name == stringify!($field) {
                    return Some($index);
                })*
                None
            }

            fn field_mut(&mut self, index: usize) -> Option<&mut dyn AnyField> {
                match index {
                    $($index => Some(&mut self.$field),)*
                    _ => None,
                }
            }

            fn visit_field_mut<V: FieldVisitorMut>(&mut self, index: usize, visitor: V) -> Option<V::Output> {
                match index {
                    $($index => Some(visitor.field(&mut self.$field)),)*
                    _ => None,
                }
            }

            fn origin_mut(&mut self) -> Option<&mut Origin> {
                Some(&mut self.origin)
            }
        }
    };
}

pub const V0_1: Version = Version::new(0, 1);
pub const V1_0: Version = Version::new(1, 0);
pub const V1_1: Version = Version::new(1, 1);
pub const V2_0: Version = Version::new(2, 0);

object!(Volume, "Volume", [V1_0, V1_1], keep_children: false,
    0 id: String, since: None, 1 target: String, since: Some(V1_1));

object!(MigrateData, "MigrateData", [V0_1, V1_0], keep_children: false,
    0 disk: String, since: None, 1 volume: Volume, since: None, 2 naming: String, since: Some(V1_0));

object!(MigrateDataOfTwo, "MigrateData", [V2_0], keep_children: false, 0 disk: String, since: None);

object!(Careless, "Careless", [V1_0, V1_1], keep_children: true,
    0 volume: Volume, since: None, 1 more: String, since: Some(V1_1));

pub fn data() -> MigrateData {
    let volume =
        Volume { id: String::from("v").into(), target: String::from("iqn").into(), ..Volume::default() };
    MigrateData {
        disk: String::from("sda").into(),
        volume: volume.into(),
        naming: String::from("new-style").into(),
        ..MigrateData::default()
    }
}

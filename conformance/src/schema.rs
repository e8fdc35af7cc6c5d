//! The schema of a `load` request.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use versioned_objects::schema::{
    Element, FieldSchema, Held, Keys, Kind, Literal, MethodSchema, ObjectSchema, Transitions, TypeSchema,
};
use versioned_objects::{Primitive, Version};

#[derive(Deserialize)]
pub struct SchemaText {
    pub objects: Vec<ObjectText>,
}

#[derive(Deserialize)]
pub struct ObjectText {
    name: String,
    version: String,
    project_namespace: String,
    serial_namespace: String,
    #[serde(default)]
    list: bool,
    fields: Vec<FieldText>,
    #[serde(default)]
    relationships: BTreeMap<String, Vec<(Version, Version)>>,
    #[serde(default)]
    child_versions: Primitive,
    #[serde(default)]
    bases: Vec<String>,
    #[serde(default)]
    methods: Vec<MethodText>,
}

#[derive(Deserialize)]
struct MethodText {
    name: String,
    spec: String,
}

#[derive(Deserialize)]
struct FieldText {
    name: String,
    #[serde(rename = "type")]
    ty: TypeText,
    #[serde(default)]
    nullable: bool,
    #[serde(default)]
    read_only: bool,
    since: Option<Version>,
    #[serde(default, deserialize_with = "present")]
    default: Option<Primitive>,
    default_repr: Option<String>,
    repr: Option<String>,
}

/// A default that is null is one all the same.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Primitive>, D::Error> {
    Primitive::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct TypeText {
    kind: String,
    type_name: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    /// Whether the values are a tuple in Python; a list, where it isn't said.
    #[serde(default)]
    tuple: bool,
    element: Option<Box<TypeText>>,
    #[serde(default)]
    element_nullable: bool,
    name: Option<String>,
    #[serde(default)]
    subclasses: bool,
    tzinfo_aware: Option<bool>,
    /// Of a state machine, which states may follow each.
    #[serde(default)]
    transitions: BTreeMap<String, Vec<String>>,
}

impl ObjectText {
    pub fn read(self) -> Result<ObjectSchema, String> {
        let version: Version = self.version.parse().map_err(|error| format!("{}: {error}", self.name))?;
        let relationships = self.relationships;
        let fields = self.fields.into_iter().map(|field| {
            let relationship = relationships.get(&field.name).cloned().map(Cow::Owned);
            Ok(FieldSchema { relationship, ..field.read()? })
        });
        // A primitive keeps the order of the text, in which the rows are gone through.
        let child_versions = self.child_versions.as_map().into_iter().flatten().map(|(parent, child)| {
            let child = child.as_str().ok_or("a child's version has to be text")?;
            Ok((parent.parse().map_err(text)?, child.parse().map_err(text)?))
        });
        let child_versions = child_versions.collect::<Result<Vec<_>, String>>()?;
        let methods = self.methods.into_iter();
        Ok(ObjectSchema {
            name: self.name.into(),
            namespace: self.project_namespace.into(),
            keys: Keys::new(&self.serial_namespace),
            versions: Cow::Owned(vec![version]),
            is_open: true,
            unreleased: None,
            fields: fields.collect::<Result<_, String>>()?,
            tombstones: Cow::Borrowed(&[]),
            child_versions: self.list.then_some(Cow::Owned(child_versions)),
            keep_children: false,
            converts_nested: false,
            compatible: None,
            validate: None,
            bases: self.bases.into_iter().map(Cow::Owned).collect(),
            extra_fields: Cow::Borrowed(&[]),
            methods: methods
                .map(|method| MethodSchema { name: method.name.into(), spec: method.spec.into() })
                .collect(),
        })
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl FieldText {
    fn read(self) -> Result<FieldSchema, String> {
        let default = self.default.map(literal).transpose()?;
        Ok(FieldSchema {
            nullable: self.nullable,
            read_only: self.read_only,
            since: self.since,
            default: default.map(Held::from),
            default_repr: self.default_repr.map(Cow::Owned),
            repr: self.repr.map(Cow::Owned),
            ..FieldSchema::new(self.name, self.ty.read()?)
        })
    }
}

fn literal(value: Primitive) -> Result<Literal, String> {
    Ok(match value {
        Primitive::Null => Literal::Null,
        Primitive::Bool(value) => Literal::Bool(value),
        Primitive::Int(value) => Literal::Int(value),
        Primitive::Float(value) => Literal::Float(value),
        Primitive::Text(value) => Literal::Text(value.into()),
        Primitive::List(values) => Literal::List(values.into_iter().map(literal).collect::<Result<_, _>>()?),
        Primitive::Map(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Ok((key.into(), literal(value)?)));
            Literal::Map(entries.collect::<Result<_, String>>()?)
        }
        other => return Err(format!("{other:?} can't be a default")),
    })
}

impl TypeText {
    fn read(self) -> Result<TypeSchema, String> {
        let element = |element: Option<Box<TypeText>>, nullable| match element {
            Some(element) => Ok(Element { ty: element.read()?.into(), nullable }),
            None => Err("a type of elements is missing".to_owned()),
        };
        let kind = match &*self.kind {
            "String" => Kind::String,
            "SensitiveString" => Kind::SensitiveString,
            "VersionPredicate" => Kind::VersionPredicate,
            "Enum" if self.values.is_empty() => return Err("an enum needs values".to_owned()),
            "Enum" => {
                Kind::Enum { values: self.values.into_iter().map(Cow::Owned).collect(), is_list: !self.tuple }
            }
            "UUID" => Kind::Uuid,
            "MACAddress" => Kind::MacAddress,
            "PCIAddress" => Kind::PciAddress,
            "Integer" => Kind::Integer,
            "NonNegativeInteger" => Kind::NonNegativeInteger,
            "Float" => Kind::Float,
            "NonNegativeFloat" => Kind::NonNegativeFloat,
            "Boolean" => Kind::Boolean,
            "FlexibleBoolean" => Kind::FlexibleBoolean,
            "DateTime" => Kind::DateTime { tzinfo_aware: self.tzinfo_aware.unwrap_or(true) },
            "IPAddress" => Kind::IpAddress,
            "IPV4Address" => Kind::IpV4Address,
            "IPV6Address" => Kind::IpV6Address,
            "IPV4AndV6Address" => Kind::IpV4AndV6Address,
            "IPNetwork" => Kind::IpNetwork,
            "IPV4Network" => Kind::IpV4Network,
            "IPV6Network" => Kind::IpV6Network,
            "List" => Kind::List(element(self.element, self.element_nullable)?),
            "Set" => Kind::Set(element(self.element, self.element_nullable)?),
            "Dict" => Kind::Dict(element(self.element, self.element_nullable)?),
            "Object" => {
                let name = self.name.ok_or("an object's name is missing")?;
                Kind::Object { name: name.into(), subclasses: self.subclasses, schema: None }
            }
            "Opaque" => Kind::Opaque,
            other => return Err(format!("there is no kind {other:?}")),
        };
        let transitions = self.transitions.into_iter().map(|(from, to)| Transitions {
            from: from.into(),
            to: to.into_iter().map(Cow::Owned).collect(),
        });
        Ok(TypeSchema {
            name: self.type_name.unwrap_or(self.kind).into(),
            kind,
            examples: Cow::Borrowed(&[]),
            json_schema: None,
            transitions: transitions.collect(),
            variants: Cow::Borrowed(&[]),
        })
    }
}

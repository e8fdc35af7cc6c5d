//! Types in a lock: the word of their kind, and more where that doesn't say all.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::literal::{literal, literals, value, values};
use crate::schema::{Element, Kind, TypeSchema, Variant};
use crate::version::Version;

/// A type: a word, or a word with what it leaves open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum TypeText {
    Word(String),
    Whole(Box<WholeType>),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WholeType {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    values_as_list: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    element: Option<TypeText>,
    #[serde(default, skip_serializing_if = "is_false")]
    element_nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    subclasses: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    variants: BTreeMap<String, VariantText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    examples: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    json_schema: Option<String>,
}

/// An object that may stand for the one that a type names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    older: Option<String>,
}

impl VariantText {
    fn of(variant: &Variant) -> (String, VariantText) {
        let older = variant.older.as_deref().map(str::to_owned);
        (variant.name.to_string(), VariantText { since: variant.since, older })
    }

    fn read((name, text): (String, VariantText)) -> Variant {
        Variant { name: name.into(), since: text.since, older: text.older.map(Cow::Owned) }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

const NAIVE: &str = "NaiveDateTime";

/// The word of a kind: the name of the reference's type, where that says which kind it is.
pub(in crate::check) fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::String => "String",
        Kind::SensitiveString => "SensitiveString",
        Kind::VersionPredicate => "VersionPredicate",
        Kind::Enum { .. } => "Enum",
        Kind::Uuid => "UUID",
        Kind::MacAddress => "MACAddress",
        Kind::PciAddress => "PCIAddress",
        Kind::Integer => "Integer",
        Kind::NonNegativeInteger => "NonNegativeInteger",
        Kind::Float => "Float",
        Kind::NonNegativeFloat => "NonNegativeFloat",
        Kind::Boolean => "Boolean",
        Kind::FlexibleBoolean => "FlexibleBoolean",
        Kind::DateTime { tzinfo_aware: true } => "DateTime",
        Kind::DateTime { tzinfo_aware: false } => NAIVE,
        Kind::IpAddress => "IPAddress",
        Kind::IpV4Address => "IPV4Address",
        Kind::IpV6Address => "IPV6Address",
        Kind::IpV4AndV6Address => "IPV4AndV6Address",
        Kind::IpNetwork => "IPNetwork",
        Kind::IpV4Network => "IPV4Network",
        Kind::IpV6Network => "IPV6Network",
        Kind::List(_) => "List",
        Kind::Set(_) => "Set",
        Kind::Dict(_) => "Dict",
        Kind::Object { .. } => "Object",
        Kind::Opaque => "Opaque",
    }
}

impl TypeText {
    pub(super) fn of(ty: &TypeSchema) -> TypeText {
        let word = word(&ty.kind);
        let mut whole = WholeType {
            kind: word.to_owned(),
            name: (ty.name != called(word)).then(|| ty.name.to_string()),
            examples: values(&ty.examples),
            json_schema: ty.json_schema.as_deref().map(str::to_owned),
            variants: ty.variants.iter().map(VariantText::of).collect(),
            ..WholeType::default()
        };
        match &ty.kind {
            Kind::Enum { values, is_list } => {
                whole.values = values.iter().map(|value| value.to_string()).collect();
                whole.values_as_list = *is_list;
            }
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => {
                whole.element = Some(TypeText::of(&element.ty));
                whole.element_nullable = element.nullable;
            }
            Kind::Object { name, subclasses, .. } => {
                whole.object = Some(name.to_string());
                whole.subclasses = *subclasses;
            }
            _ => {}
        }
        let bare = WholeType { kind: word.to_owned(), ..WholeType::default() };
        if whole == bare { TypeText::Word(word.to_owned()) } else { TypeText::Whole(Box::new(whole)) }
    }

    pub(super) fn read(self) -> Result<TypeSchema, String> {
        let whole = match self {
            TypeText::Word(kind) => WholeType { kind, ..WholeType::default() },
            TypeText::Whole(whole) => *whole,
        };
        let name = whole.name.clone().unwrap_or_else(|| called(&whole.kind).to_owned());
        let examples = literals(&whole.examples)?;
        let json_schema = whole.json_schema.clone().map(Cow::Owned);
        // Which state may follow another is a matter of who sets it, and no part of what is written.
        let transitions = Cow::Borrowed(&[][..]);
        let variants = whole.variants.clone().into_iter().map(VariantText::read).collect();
        let kind = whole.read()?;
        let (name, examples) = (name.into(), examples.into());
        Ok(TypeSchema { name, kind, examples, json_schema, transitions, variants })
    }
}

/// What a fingerprint calls the type, as a rule.
fn called(word: &str) -> &str {
    if word == NAIVE { "DateTime" } else { word }
}

impl WholeType {
    fn read(self) -> Result<Kind, String> {
        Ok(match &*self.kind {
            "String" => Kind::String,
            "SensitiveString" => Kind::SensitiveString,
            "VersionPredicate" => Kind::VersionPredicate,
            "Enum" => Kind::Enum {
                values: self.values.into_iter().map(Cow::Owned).collect(),
                is_list: self.values_as_list,
            },
            "UUID" => Kind::Uuid,
            "MACAddress" => Kind::MacAddress,
            "PCIAddress" => Kind::PciAddress,
            "Integer" => Kind::Integer,
            "NonNegativeInteger" => Kind::NonNegativeInteger,
            "Float" => Kind::Float,
            "NonNegativeFloat" => Kind::NonNegativeFloat,
            "Boolean" => Kind::Boolean,
            "FlexibleBoolean" => Kind::FlexibleBoolean,
            "DateTime" => Kind::DateTime { tzinfo_aware: true },
            NAIVE => Kind::DateTime { tzinfo_aware: false },
            "IPAddress" => Kind::IpAddress,
            "IPV4Address" => Kind::IpV4Address,
            "IPV6Address" => Kind::IpV6Address,
            "IPV4AndV6Address" => Kind::IpV4AndV6Address,
            "IPNetwork" => Kind::IpNetwork,
            "IPV4Network" => Kind::IpV4Network,
            "IPV6Network" => Kind::IpV6Network,
            "List" => Kind::List(self.element()?),
            "Set" => Kind::Set(self.element()?),
            "Dict" => Kind::Dict(self.element()?),
            "Object" => Kind::Object {
                name: self.object.ok_or("a type that is an object and doesn't say which")?.into(),
                subclasses: self.subclasses,
                schema: None,
            },
            "Opaque" => Kind::Opaque,
            other => return Err(format!("{other:?} is no kind of type")),
        })
    }

    fn element(self) -> Result<Element, String> {
        let ty = self.element.ok_or_else(|| format!("a {} that doesn't say of what", self.kind))?;
        Ok(Element { ty: ty.read()?.into(), nullable: self.element_nullable })
    }
}

/// A type for people: `List of Integer`.
pub(in crate::check) fn described(ty: &TypeSchema) -> String {
    let of = |element: &Element| {
        format!(
            "{} of {}{}",
            ty.name,
            if element.nullable { "nullable " } else { "" },
            described(&element.ty)
        )
    };
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => of(element),
        Kind::Object { name, subclasses: false, .. } => format!("object {name}"),
        Kind::Object { name, subclasses: true, .. } => format!("object {name} or one that extends it"),
        Kind::DateTime { tzinfo_aware: false } => format!("naive {}", ty.name),
        _ => ty.name.to_string(),
    }
}

/// A default for people, as JSON.
pub(in crate::check) fn shown(default: Option<&crate::schema::Literal>) -> String {
    default.map_or_else(|| "none".to_owned(), |default| value(default).to_string())
}

/// A default that is there, null among them.
pub(super) fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

pub(super) fn held(
    value: Option<Value>,
) -> Result<Option<crate::schema::Held<crate::schema::Literal>>, String> {
    Ok(value.as_ref().map(literal).transpose()?.map(Into::into))
}

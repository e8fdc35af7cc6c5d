//! Types in a schema file: the word of their kind, and more where that doesn't say all.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{Error as _, IntoDeserializer as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value::{is_false, literals, value};
use crate::primitive::Primitive;
use crate::schema::{Element, Kind, Transitions, TypeSchema, Variant};
use crate::version::Version;

/// A type: a word, or a word with what it leaves open.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TypeText(WholeType);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeType {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    type_name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    /// Whether Python declared the values as a tuple; a list, where it isn't said.
    #[serde(default, skip_serializing_if = "is_false")]
    tuple: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    element: Option<Box<TypeText>>,
    #[serde(default, skip_serializing_if = "is_false")]
    element_nullable: bool,
    /// An object's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    subclasses: bool,
    /// The objects that may stand for the one that is named, where they are known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    variants: BTreeMap<String, VariantText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tzinfo_aware: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    examples: Vec<Primitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    json_schema: Option<String>,
    /// Of a state machine, which states may follow each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    transitions: BTreeMap<String, Vec<String>>,
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

impl Serialize for TypeText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bare = WholeType { kind: self.0.kind.clone(), ..WholeType::default() };
        if self.0 == bare { serializer.serialize_str(&self.0.kind) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for TypeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Primitive::deserialize(deserializer)? {
            Primitive::Text(kind) => Ok(TypeText(WholeType { kind, ..WholeType::default() })),
            whole @ Primitive::Map(_) => WholeType::deserialize(whole.into_deserializer()).map(TypeText),
            other => {
                Err(D::Error::custom(format_args!("a type is a word or a map, not {}", other.describe())))
            }
        }
    }
}

/// Name that a fingerprint has for a type of that word, as a rule.
fn called(word: &str) -> &str {
    match Kind::of_word(word) {
        Some(kind @ Kind::DateTime { .. }) => kind.reference_name(),
        _ => word,
    }
}

impl TypeText {
    pub(super) fn of(ty: &TypeSchema) -> TypeText {
        let word = called(ty.kind.word());
        let mut whole = WholeType {
            kind: word.to_owned(),
            type_name: (ty.name != word).then(|| ty.name.to_string()),
            examples: ty.examples.iter().map(value).collect(),
            json_schema: ty.json_schema.as_deref().map(str::to_owned),
            transitions: ty.transitions.iter().map(followers).collect(),
            variants: ty.variants.iter().map(VariantText::of).collect(),
            ..WholeType::default()
        };
        match &ty.kind {
            Kind::Enum { values, is_list } => {
                whole.values = values.iter().map(|value| value.to_string()).collect();
                whole.tuple = !is_list;
            }
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => {
                whole.element = Some(Box::new(TypeText::of(&element.ty)));
                whole.element_nullable = element.nullable;
            }
            Kind::Object { name, subclasses, .. } => {
                whole.name = Some(name.to_string());
                whole.subclasses = *subclasses;
            }
            Kind::DateTime { tzinfo_aware: false } => whole.tzinfo_aware = Some(false),
            _ => {}
        }
        TypeText(whole)
    }

    pub(super) fn read(self) -> Result<TypeSchema, String> {
        let mut whole = self.0;
        let name = whole.type_name.take().unwrap_or_else(|| called(&whole.kind).to_owned());
        let examples = literals(std::mem::take(&mut whole.examples))?;
        let json_schema = whole.json_schema.take().map(Cow::Owned);
        let transitions = std::mem::take(&mut whole.transitions).into_iter().map(|(from, to)| Transitions {
            from: from.into(),
            to: to.into_iter().map(Cow::Owned).collect(),
        });
        let transitions = transitions.collect();
        let variants = std::mem::take(&mut whole.variants).into_iter().map(VariantText::read).collect();
        let kind = whole.read()?;
        let (name, examples) = (name.into(), examples.into());
        Ok(TypeSchema { name, kind, examples, json_schema, transitions, variants })
    }
}

fn followers(known: &Transitions) -> (String, Vec<String>) {
    (known.from.to_string(), known.to.iter().map(|state| state.to_string()).collect())
}

impl WholeType {
    fn read(self) -> Result<Kind, String> {
        Ok(match &*self.kind {
            "Enum" if self.values.is_empty() => return Err("an enum without values".to_owned()),
            "Enum" => {
                Kind::Enum { values: self.values.into_iter().map(Cow::Owned).collect(), is_list: !self.tuple }
            }
            "DateTime" => Kind::DateTime { tzinfo_aware: self.tzinfo_aware.unwrap_or(true) },
            "List" => Kind::List(self.element()?),
            "Set" => Kind::Set(self.element()?),
            "Dict" => Kind::Dict(self.element()?),
            "Object" => Kind::Object {
                name: self.name.ok_or("a type that is an object and doesn't say which")?.into(),
                subclasses: self.subclasses,
                schema: None,
            },
            word => Kind::of_word(word).ok_or_else(|| format!("{word:?} is no kind of type"))?,
        })
    }

    fn element(self) -> Result<Element, String> {
        let ty = self.element.ok_or_else(|| format!("a {} that doesn't say of what", self.kind))?;
        Ok(Element { ty: ty.read()?.into(), nullable: self.element_nullable })
    }
}

//! A field in a schema file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::rows::Rows;
use super::rule::{FirstText, RuleText};
use super::ty::TypeText;
use super::value::{is_false, literal, literals, present, value};
#[cfg(feature = "pattern")]
use crate::field::compile_pattern;
use crate::primitive::Primitive;
use crate::schema::{Action, Check, FieldSchema, Literal, Rule, Shared, Tombstone};
use crate::version::Version;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    r#type: TypeText,
    #[serde(default, skip_serializing_if = "is_false")]
    nullable: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    strict: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    default: Option<Primitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_repr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    absent: Option<Primitive>,
    #[serde(default, skip_serializing_if = "is_false")]
    alone: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    check: Option<CheckText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleText>,
    /// Where fields stand by name, what else the object's `relationships` say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) child_versions: Option<Rows>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repr: Option<String>,
}

impl FieldText {
    pub(super) fn of(own: &FieldSchema) -> FieldText {
        FieldText {
            name: Some(own.name.to_string()),
            child_versions: None,
            r#type: TypeText::of(&own.ty),
            nullable: own.nullable,
            read_only: own.read_only,
            strict: own.strict,
            required: own.required,
            default: own.default.as_deref().map(value),
            default_repr: own.default_repr.as_deref().map(str::to_owned),
            since: own.since,
            absent: own.absent.as_deref().map(value),
            alone: own.alone,
            check: own.check.as_deref().map(CheckText::of),
            rules: own.rules.iter().map(RuleText::of).collect(),
            repr: own.repr.as_deref().map(str::to_owned),
        }
    }

    pub(super) fn read(self, name: &str) -> Result<FieldSchema, String> {
        Ok(FieldSchema {
            nullable: self.nullable,
            read_only: self.read_only,
            strict: self.strict,
            required: self.required,
            default: held(self.default)?,
            default_repr: self.default_repr.map(Cow::Owned),
            since: self.since,
            absent: held(self.absent)?,
            alone: self.alone,
            check: self.check.map(CheckText::read).transpose()?.map(Into::into),
            rules: in_order(self.rules.into_iter().map(RuleText::read).collect::<Result<_, _>>()?).into(),
            repr: self.repr.map(Cow::Owned),
            relationship: self.child_versions.map(|rows| rows.0.into()),
            ..FieldSchema::new(name.to_owned(), self.r#type.read()?)
        })
    }
}

/// The rules in the order of the file, except that former names and types stand newest first: of those that hold for a
/// version the last one counts.
fn in_order(mut rules: Vec<Rule>) -> Vec<Rule> {
    let is_former = |rule: &Rule| matches!(rule.action, Action::Rename(_) | Action::Convert { .. });
    let places: Vec<_> = (0..rules.len()).filter(|place| rules.get(*place).is_some_and(is_former)).collect();
    let mut former: Vec<Rule> = rules.iter().filter(|rule| is_former(rule)).cloned().collect();
    former.sort_by_key(|rule| std::cmp::Reverse(rule.before));
    for (place, rule) in places.into_iter().zip(former) {
        if let Some(slot) = rules.get_mut(place) {
            *slot = rule;
        }
    }
    rules
}

/// Conditions on the values beyond their type.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_length: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_length: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<i128>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<i128>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    one_of: Vec<Primitive>,
}

impl CheckText {
    fn of(check: &Check) -> CheckText {
        CheckText {
            pattern: check.pattern.as_deref().map(str::to_owned),
            min_length: check.min_length,
            max_length: check.max_length,
            min: check.min,
            max: check.max,
            one_of: check.one_of.iter().map(value).collect(),
        }
    }

    fn read(self) -> Result<Check, String> {
        #[cfg(feature = "pattern")]
        if let Some(pattern) = &self.pattern {
            compile_pattern(pattern).map_err(|error| error.to_string())?;
        }
        Ok(Check {
            pattern: self.pattern.map(Cow::Owned),
            min_length: self.min_length,
            max_length: self.max_length,
            min: self.min,
            max: self.max,
            one_of: literals(self.one_of)?.into(),
        })
    }
}

fn held(value: Option<Primitive>) -> Result<Option<Shared<Literal>>, String> {
    Ok(value.map(literal).transpose()?.map(Into::into))
}

/// A field that the object had.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TombstoneText {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Version>,
    until: Version,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    fill: Option<Primitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<FirstText>,
}

impl TombstoneText {
    pub(super) fn of(grave: &Tombstone) -> TombstoneText {
        TombstoneText {
            name: grave.name.to_string(),
            since: grave.since,
            until: grave.until,
            fill: grave.fill.as_ref().map(value),
            first: grave.first.as_ref().map(FirstText::of),
        }
    }

    pub(super) fn read(self) -> Result<Tombstone, String> {
        Ok(Tombstone {
            fill: self.fill.map(literal).transpose()?,
            first: self.first.map(FirstText::read).transpose()?,
            name: self.name.into(),
            since: self.since,
            until: self.until,
        })
    }
}

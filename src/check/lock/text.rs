//! The form of a lock: what stands in the file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::action::RuleText;
use super::kind::{TypeText, held, is_false, present};
use super::literal::{literal, value};
use super::{Exception, Lock};
use crate::schema::{FieldSchema, Keys, MethodSchema, ObjectSchema, Tombstone};
use crate::version::Version;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockText {
    pub(super) format: u32,
    name: String,
    namespace: String,
    serial_namespace: String,
    versions: Vec<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreleased: Option<Version>,
    #[serde(default, skip_serializing_if = "is_false")]
    open: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bases: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    child_versions: Option<BTreeMap<Version, Version>>,
    #[serde(default, skip_serializing_if = "is_false")]
    keep_children: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    converts_nested: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compatible: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validate: Option<String>,
    fields: BTreeMap<String, FieldText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tombstones: Vec<TombstoneText>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    methods: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exceptions: Vec<Exception>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldText {
    r#type: TypeText,
    #[serde(default, skip_serializing_if = "is_false")]
    nullable: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    strict: bool,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    default: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    absent: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    child_versions: Option<BTreeMap<Version, Version>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_repr: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TombstoneText {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Version>,
    until: Version,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    fill: Option<Value>,
}

impl LockText {
    pub(super) fn of(lock: &Lock) -> LockText {
        let schema = &lock.schema;
        let mut tombstones: Vec<_> = schema.tombstones.iter().map(TombstoneText::of).collect();
        tombstones.sort_by(|a, b| (&a.name, a.until).cmp(&(&b.name, b.until)));
        LockText {
            format: Lock::FORMAT,
            name: schema.name.to_string(),
            namespace: schema.namespace.to_string(),
            serial_namespace: schema.keys.serial_namespace.to_string(),
            versions: schema.versions.to_vec(),
            unreleased: schema.unreleased,
            open: schema.is_open,
            bases: schema.bases.iter().map(|base| base.to_string()).collect(),
            child_versions: table(&schema.child_versions),
            keep_children: schema.keep_children,
            // Said where it makes a difference alone.
            converts_nested: schema.converts_nested && schema.fields.iter().any(|own| is_nested(schema, own)),
            compatible: text(&schema.compatible),
            validate: text(&schema.validate),
            fields: schema.fields.iter().map(|own| (own.name.to_string(), FieldText::of(own))).collect(),
            tombstones,
            methods: schema
                .methods
                .iter()
                .map(|method| (method.name.to_string(), method.spec.to_string()))
                .collect(),
            exceptions: lock.exceptions.clone(),
        }
    }

    pub(super) fn read(self) -> Result<Lock, String> {
        let fields = self.fields.into_iter().map(|(name, field)| {
            let placed = |error: String| format!("{name}: {error}");
            field.read(name.clone()).map_err(placed)
        });
        let tombstones = self.tombstones.into_iter().map(TombstoneText::read);
        let methods = self.methods.into_iter();
        let schema = ObjectSchema {
            fields: fields.collect::<Result<_, _>>()?,
            name: self.name.into(),
            namespace: self.namespace.into(),
            keys: Keys::new(&self.serial_namespace),
            versions: self.versions.into(),
            is_open: self.open,
            unreleased: self.unreleased,
            tombstones: tombstones.collect::<Result<_, _>>()?,
            child_versions: self.child_versions.map(rows),
            keep_children: self.keep_children,
            converts_nested: self.converts_nested,
            compatible: self.compatible.map(Cow::Owned),
            validate: self.validate.map(Cow::Owned),
            bases: self.bases.into_iter().map(Cow::Owned).collect(),
            extra_fields: Cow::Borrowed(&[]),
            methods: methods
                .map(|(name, spec)| MethodSchema { name: name.into(), spec: spec.into() })
                .collect(),
        };
        if schema.versions.is_empty() {
            return Err("an object without versions".to_owned());
        }
        Ok(Lock { schema, exceptions: self.exceptions })
    }
}

impl FieldText {
    fn of(own: &FieldSchema) -> FieldText {
        FieldText {
            r#type: TypeText::of(&own.ty),
            nullable: own.nullable,
            read_only: own.read_only,
            strict: own.strict,
            default: own.default.as_deref().map(value),
            since: own.since,
            absent: own.absent.as_deref().map(value),
            rules: own.rules.iter().map(RuleText::of).collect(),
            child_versions: table(&own.relationship),
            repr: text(&own.repr),
            default_repr: text(&own.default_repr),
        }
    }

    fn read(self, name: String) -> Result<FieldSchema, String> {
        Ok(FieldSchema {
            nullable: self.nullable,
            read_only: self.read_only,
            strict: self.strict,
            required: false,
            default: held(self.default)?,
            since: self.since,
            absent: held(self.absent)?,
            rules: self.rules.into_iter().map(RuleText::read).collect::<Result<_, _>>()?,
            relationship: self.child_versions.map(rows),
            repr: self.repr.map(Cow::Owned),
            default_repr: self.default_repr.map(Cow::Owned),
            ..FieldSchema::new(name, self.r#type.read()?)
        })
    }
}

impl TombstoneText {
    fn of(grave: &Tombstone) -> TombstoneText {
        TombstoneText {
            name: grave.name.to_string(),
            since: grave.since,
            until: grave.until,
            fill: grave.fill.as_ref().map(value),
        }
    }

    fn read(self) -> Result<Tombstone, String> {
        Ok(Tombstone {
            fill: self.fill.as_ref().map(literal).transpose()?,
            name: self.name.into(),
            since: self.since,
            until: self.until,
        })
    }
}

/// Whether the objects in a field are converted by who converts nested ones alone.
fn is_nested(schema: &ObjectSchema, own: &FieldSchema) -> bool {
    let is_beside_elements = schema.is_list() && own.name != "objects";
    own.ty.object().is_some() && (own.ty.child().is_none() || is_beside_elements)
}

fn text(text: &Option<Cow<'static, str>>) -> Option<String> {
    text.as_deref().map(str::to_owned)
}

fn table(versions: &Option<Cow<'static, [(Version, Version)]>>) -> Option<BTreeMap<Version, Version>> {
    versions.as_ref().map(|versions| versions.iter().copied().collect())
}

fn rows(versions: BTreeMap<Version, Version>) -> Cow<'static, [(Version, Version)]> {
    versions.into_iter().collect()
}

//! A lock of an earlier time, for who begins to keep locks late.

use std::borrow::Cow;

use super::Lock;
use crate::check::change::{Slot, slots};
use crate::schema::{FieldSchema, ObjectSchema, Rule};
use crate::version::Version;

impl Lock {
    /// The object as it was when that version was its newest, as far as its schema tells; none, where it never
    /// had the version. What a tombstone stands for is missing, since nothing says of what type it was.
    pub fn at(&self, version: Version) -> Option<Lock> {
        let schema = &self.schema;
        let place = schema.versions.iter().position(|other| *other == version)?;
        let versions = schema.versions.get(..=place)?.to_vec();
        let until = |rows: &Cow<'static, [(Version, Version)]>| -> Cow<'static, [(Version, Version)]> {
            rows.iter().filter(|(parent, _)| *parent <= version).copied().collect()
        };
        let then = slots(schema, version);
        let fields = schema.fields.iter().filter_map(|field| {
            let is_it =
                |slot: &Slot<'_>| matches!(slot, Slot::Field(other, _) if std::ptr::eq(*other, field));
            let (name, slot) = then.iter().find(|(_, slot)| is_it(slot))?;
            let Slot::Field(_, ty) = slot else { return None };
            let known = |rule: &&Rule| rule.before <= version;
            Some(FieldSchema {
                name: (*name).to_owned().into(),
                ty: (*ty).clone().into(),
                rules: field.rules.iter().filter(known).cloned().collect(),
                relationship: field.relationship.as_ref().map(until),
                ..field.clone()
            })
        });
        let schema = ObjectSchema {
            fields: fields.collect(),
            unreleased: schema.unreleased.filter(|unreleased| *unreleased == version),
            tombstones: schema.tombstones.iter().filter(|grave| grave.until < version).cloned().collect(),
            child_versions: schema.child_versions.as_ref().map(until),
            versions: versions.into(),
            ..schema.clone()
        };
        Some(Lock { schema, exceptions: Vec::new() })
    }
}

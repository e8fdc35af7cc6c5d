//! How a constant schema takes in the fields of the parts that it extends.

use std::borrow::Cow;

use super::{FieldSchema, Literal, ObjectSchema, Rule, Shared, WireName};
use crate::version::Version;

/// An heir's word on a field that it inherits, since the part's own history isn't the heir's.
#[derive(Clone, Copy, Debug)]
pub struct Inherited {
    /// The field's name on the wire.
    pub name: &'static str,
    /// The heir's first version that has it.
    pub since: Option<Version>,
    /// The sub-object's versions, by the heir's.
    pub relationship: Option<&'static [(Version, Version)]>,
    /// The rules by the heir's versions; those of the part, where there are none.
    pub rules: &'static [Rule],
}

/// Own fields, then those of one part after the other; what the heir says of each in place of what the part
/// says.
///
/// # Panics
/// At compile time: where the heir speaks of a field that no part has, or two fields have one name.
pub const fn concat<const N: usize>(
    own: &'static [FieldSchema],
    parts: &[&'static [FieldSchema]],
    said: &[Inherited],
) -> [FieldSchema; N] {
    let mut out = [const { nothing() }; N];
    let mut length = 0;
    while length < own.len() {
        // The array's old element is forgotten, since a constant can't drop it.
        std::mem::forget(std::mem::replace(
            &mut out[length],
            copy(&own[length], own[length].since, table(&own[length]), &[]),
        ));
        length += 1;
    }
    let mut used = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            let inherited = &parts[part][index];
            let mut earlier = 0;
            while earlier < length {
                let same = equal(out[earlier].name.constant(), inherited.name.constant());
                assert!(!same, "two fields of one name on the wire");
                earlier += 1;
            }
            let (mut since, mut relationship, mut rules): (_, _, &[Rule]) = (None, None, &[]);
            let mut word = 0;
            while word < said.len() {
                if equal(said[word].name, inherited.name.constant()) {
                    (since, relationship, rules) =
                        (said[word].since, said[word].relationship, said[word].rules);
                    used += 1;
                }
                word += 1;
            }
            std::mem::forget(std::mem::replace(
                &mut out[length],
                copy(inherited, since, relationship, rules),
            ));
            length += 1;
            index += 1;
        }
        part += 1;
    }
    assert!(used == said.len(), "`extends` speaks of a field that the part doesn't have");
    out
}

/// The name of a constant schema, for an heir's `bases`.
pub const fn name_of(schema: &'static ObjectSchema) -> &'static str {
    text(&schema.name)
}

const fn nothing() -> FieldSchema {
    const NULL: &super::TypeSchema = &super::TypeSchema::new("", super::Kind::Opaque);
    FieldSchema {
        name: WireName::new(""),
        ty: Shared::Static(NULL),
        nullable: false,
        read_only: false,
        strict: false,
        required: false,
        default: None,
        since: None,
        absent: None,
        alone: false,
        check: None,
        rules: Cow::Borrowed(&[]),
        relationship: None,
        repr: None,
        default_repr: None,
    }
}

const fn copy(
    field: &FieldSchema,
    since: Option<Version>,
    relationship: Option<&'static [(Version, Version)]>,
    heirs_rules: &'static [Rule],
) -> FieldSchema {
    FieldSchema {
        name: field.name.copied(),
        ty: match field.ty {
            Shared::Static(ty) => Shared::Static(ty),
            Shared::Owned(_) => panic!("a constant schema owns nothing"),
        },
        nullable: field.nullable,
        read_only: field.read_only,
        strict: field.strict,
        required: field.required,
        default: literal(&field.default),
        since,
        absent: literal(&field.absent),
        alone: field.alone,
        check: match field.check {
            None => None,
            Some(Shared::Static(check)) => Some(Shared::Static(check)),
            Some(Shared::Owned(_)) => panic!("a constant schema owns nothing"),
        },
        rules: match field.rules {
            _ if !heirs_rules.is_empty() => Cow::Borrowed(heirs_rules),
            Cow::Borrowed(rules) => Cow::Borrowed(rules),
            Cow::Owned(_) => panic!("a constant schema owns nothing"),
        },
        relationship: match relationship {
            None => None,
            Some(versions) => Some(Cow::Borrowed(versions)),
        },
        repr: written(&field.repr),
        default_repr: written(&field.default_repr),
    }
}

const fn written(repr: &Option<Cow<'static, str>>) -> Option<Cow<'static, str>> {
    match repr {
        None => None,
        Some(repr) => Some(Cow::Borrowed(text(repr))),
    }
}

const fn table(field: &FieldSchema) -> Option<&'static [(Version, Version)]> {
    match field.relationship {
        None => None,
        Some(Cow::Borrowed(versions)) => Some(versions),
        Some(Cow::Owned(_)) => panic!("a constant schema owns nothing"),
    }
}

const fn literal(literal: &Option<Shared<Literal>>) -> Option<Shared<Literal>> {
    match literal {
        None => None,
        Some(Shared::Static(literal)) => Some(Shared::Static(literal)),
        Some(Shared::Owned(_)) => panic!("a constant schema owns nothing"),
    }
}

#[allow(clippy::ptr_arg, reason = "a constant can't call `Deref`")]
pub(crate) const fn text(text: &Cow<'static, str>) -> &'static str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => panic!("a constant schema owns nothing"),
    }
}

pub(crate) const fn equal(a: &str, b: &str) -> bool {
    equal_bytes(a.as_bytes(), b.as_bytes())
}

pub(crate) const fn equal_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

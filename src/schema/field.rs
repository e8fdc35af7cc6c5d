use std::borrow::Cow;

use super::{Action, Check, Literal, Rule, Shared, TypeSchema, WireName};
use crate::version::Version;

/// A field, as data.
#[derive(Clone, Debug)]
pub struct FieldSchema {
    /// Its name on the wire.
    pub name: WireName,
    /// The type of its values.
    pub ty: Shared<TypeSchema>,
    /// Whether null may stand in it.
    pub nullable: bool,
    /// Whether its value can be set but once.
    pub read_only: bool,
    /// Whether a value must come in the type's own form, so that nothing is coerced.
    pub strict: bool,
    /// Whether an object that has the field is refused without it.
    pub required: bool,
    /// The default: a null becomes it where the field isn't nullable, and `obj_set_defaults` sets it.
    pub default: Option<Shared<Literal>>,
    /// The first version that has it; always there, where there is none.
    pub since: Option<Version>,
    /// The value that the field has where a peer from before `since` leaves it out.
    pub absent: Option<Shared<Literal>>,
    /// Whether objects in it are nobody's children: they go out as they are, whatever the target.
    pub alone: bool,
    /// Conditions on its values beyond their type, where there are any.
    pub check: Option<Shared<Check>>,
    /// Rules for older targets, in the order of the declaration.
    pub rules: Cow<'static, [Rule]>,
    /// From which version of this object on a sub-object goes out in which of its own (`obj_relationships`);
    /// by manifest alone, where there is none.
    pub relationship: Option<Cow<'static, [(Version, Version)]>>,
    /// Its whole text in a fingerprint, where a project's own field class writes its own.
    pub repr: Option<Cow<'static, str>>,
    /// The default's text in a fingerprint, where Python's `str` gives another (for an object, say).
    pub default_repr: Option<Cow<'static, str>>,
}

impl FieldSchema {
    /// A field of that name and type, with nothing more said of it.
    pub fn new(name: impl Into<WireName>, ty: impl Into<Shared<TypeSchema>>) -> Self {
        FieldSchema {
            name: name.into(),
            ty: ty.into(),
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

    /// Lists the actions of the rules that hold for that version.
    pub(crate) fn active(&self, version: Version) -> impl Iterator<Item = &Action> {
        self.rules.iter().filter(move |rule| version < rule.before).map(|rule| &rule.action)
    }

    /// Returns the value that goes out at that version where the field is unset. Of several rules the last counts.
    #[cfg(feature = "check")]
    pub(crate) fn fill_of_unset(&self, version: Version) -> Option<&Literal> {
        let fills = self.active(version).filter_map(|action| match action {
            Action::Fill(value) | Action::FillUnset(value) => Some(value),
            _ => None,
        });
        fills.last()
    }

    /// How the field stands on the wire at a version. Of several rules the oldest that holds wins, which comes last.
    pub(crate) fn form_at(&self, version: Version) -> Form<'_> {
        let mut form = Form { name: &self.name, ty: &self.ty, conversion: None };
        for action in self.active(version) {
            match action {
                Action::Rename(name) => form.name = name,
                Action::Convert { index, name, ty, .. } => form = Form { name, ty, conversion: Some(*index) },
                _ => {}
            }
        }
        form
    }

    /// Whether an object of that version has the field.
    #[inline]
    pub fn is_in(&self, version: Version) -> bool {
        self.since.is_none_or(|since| version >= since)
    }
}

/// How a field stands on the wire at a version.
pub(crate) struct Form<'a> {
    pub(crate) name: &'a str,
    /// Only who describes an older version asks for it.
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "read by JSON schemas"))]
    pub(crate) ty: &'a TypeSchema,
    /// The conversion that makes it of the value that the field has today.
    pub(crate) conversion: Option<usize>,
}

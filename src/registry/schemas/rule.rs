//! Rules of a field for older targets, in a schema file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ty::TypeText;
use super::value::{is_false, literal, literals, value};
use crate::primitive::Primitive;
use crate::schema::{Action, Condition, First, Instead, Rule};
use crate::version::Version;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    before: Version,
    action: ActionText,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ActionText {
    Refuse,
    Values {
        values: Vec<Primitive>,
        instead: InsteadText,
        /// Only where it stands inside the field's value.
        #[serde(default, skip_serializing_if = "is_false")]
        inside: bool,
    },
    Without {
        objects: Vec<String>,
    },
    Rename {
        from: String,
    },
    Convert {
        from: String,
        r#type: TypeText,
        to_older: String,
        from_older: String,
        index: usize,
    },
    Take {
        from: String,
        #[serde(default, skip_serializing_if = "is_false")]
        wrap: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<ConditionText>,
    },
    First(FirstText),
    Insert {
        key: String,
        from: String,
    },
    Fill {
        value: Primitive,
        /// Only where the field is unset.
        #[serde(default, skip_serializing_if = "is_false")]
        unset: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum InsteadText {
    Refuse,
    Drop,
    Write(Primitive),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionText {
    field: String,
    value: Primitive,
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstText {
    from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<ConditionText>,
}

impl FirstText {
    pub(super) fn of(first: &First) -> FirstText {
        FirstText { from: first.from.to_string(), when: first.when.as_ref().map(ConditionText::of) }
    }

    pub(super) fn read(self) -> Result<First, String> {
        Ok(First { from: self.from.into(), when: self.when.map(ConditionText::read).transpose()? })
    }
}

impl ConditionText {
    fn of(condition: &Condition) -> ConditionText {
        ConditionText { field: condition.field.to_string(), value: value(&condition.value) }
    }

    fn read(self) -> Result<Condition, String> {
        Ok(Condition { field: self.field.into(), value: literal(self.value)? })
    }
}

impl RuleText {
    pub(super) fn of(rule: &Rule) -> RuleText {
        let action = match &rule.action {
            Action::Refuse => ActionText::Refuse,
            Action::Without(objects) => {
                ActionText::Without { objects: objects.iter().map(|name| name.to_string()).collect() }
            }
            Action::Values { values: known, instead, inside } => ActionText::Values {
                inside: *inside,
                values: known.iter().map(value).collect(),
                instead: match instead {
                    Instead::Refuse => InsteadText::Refuse,
                    Instead::Drop => InsteadText::Drop,
                    Instead::Write(written) => InsteadText::Write(value(written)),
                },
            },
            Action::Rename(from) => ActionText::Rename { from: from.to_string() },
            Action::Convert { index, name, ty, routines } => ActionText::Convert {
                from: name.to_string(),
                r#type: TypeText::of(ty),
                to_older: routines.0.to_string(),
                from_older: routines.1.to_string(),
                index: *index,
            },
            Action::Take { from, wrap, when } => ActionText::Take {
                from: from.to_string(),
                wrap: *wrap,
                when: when.as_ref().map(ConditionText::of),
            },
            Action::First(first) => ActionText::First(FirstText::of(first)),
            Action::Insert { key, from } => {
                ActionText::Insert { key: key.to_string(), from: from.to_string() }
            }
            Action::Fill(filled) => ActionText::Fill { value: value(filled), unset: false },
            Action::FillUnset(filled) => ActionText::Fill { value: value(filled), unset: true },
        };
        RuleText { before: rule.before, action }
    }

    pub(super) fn read(self) -> Result<Rule, String> {
        let action = match self.action {
            ActionText::Refuse => Action::Refuse,
            ActionText::Without { objects } => Action::Without(objects.into_iter().map(Cow::Owned).collect()),
            ActionText::Values { values, instead, inside } => Action::Values {
                inside,
                values: literals(values)?.into(),
                instead: match instead {
                    InsteadText::Refuse => Instead::Refuse,
                    InsteadText::Drop => Instead::Drop,
                    InsteadText::Write(value) => Instead::Write(literal(value)?),
                },
            },
            ActionText::Rename { from } => Action::Rename(from.into()),
            ActionText::Convert { from, r#type, to_older, from_older, index } => Action::Convert {
                index,
                name: from.into(),
                ty: r#type.read()?.into(),
                routines: (to_older.into(), from_older.into()),
            },
            ActionText::Take { from, wrap, when } => {
                Action::Take { from: from.into(), wrap, when: when.map(ConditionText::read).transpose()? }
            }
            ActionText::First(first) => Action::First(first.read()?),
            ActionText::Insert { key, from } => Action::Insert { key: key.into(), from: from.into() },
            ActionText::Fill { value, unset: false } => Action::Fill(literal(value)?),
            ActionText::Fill { value, unset: true } => Action::FillUnset(literal(value)?),
        };
        Ok(Rule { before: self.before, action })
    }
}

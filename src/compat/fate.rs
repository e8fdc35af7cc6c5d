use std::borrow::Cow;

use super::matching::{is_null, matches};
use crate::error::Error;
use crate::field::{Entity, Field};
use crate::object::{FieldVisitor, Object};
use crate::schema::{Action, Condition, FieldSchema, Instead, Literal, ObjectSchema};
use crate::version::Version;

/// What becomes of a field at an older version.
pub(super) enum Fate<'s> {
    /// It has no value, and gets none.
    Unset,
    /// It is left out.
    Dropped,
    /// It goes out under this name.
    Written(&'s str, How<'s>),
}

/// What goes out.
pub(super) enum How<'s> {
    /// The value.
    Value,
    /// The value, with some values inside it replaced, or others added.
    Adapted,
    /// This.
    Literal(&'s Literal),
    /// The value in an older form.
    Converted(usize),
    /// The value of another field.
    Of(usize),
    /// A list with the value of another field, where that has one.
    ListOf(usize),
}

impl<'s> Fate<'s> {
    /// # Errors
    /// Where a rule refuses the value.
    #[inline]
    pub(super) fn of<O: Object, T: Entity>(
        object: &O,
        schema: &'s ObjectSchema,
        own: &'s FieldSchema,
        field: &Field<T>,
        target: Version,
    ) -> Result<Fate<'s>, Error> {
        if !own.rules.is_empty() {
            return Fate::by_rules(object, schema, own, field, target);
        }
        Ok(match (field.is_set(), own.is_in(target)) {
            (false, _) => Fate::Unset,
            (true, true) => Fate::Written(&own.name, How::Value),
            (true, false) => Fate::Dropped,
        })
    }

    fn by_rules<O: Object, T: Entity>(
        object: &O,
        schema: &'s ObjectSchema,
        own: &'s FieldSchema,
        field: &Field<T>,
        target: Version,
    ) -> Result<Fate<'s>, Error> {
        let mut name = &*own.name;
        let mut how = How::Value;
        let mut written = field.is_set();
        for rule in own.rules.iter().filter(|rule| target < rule.before) {
            match &rule.action {
                Action::Refuse if field.is_set() => {
                    return Err(Error::refused(format_args!(
                        "{} is set, and version {target} of {} can't carry it; versions from {} on can",
                        own.name, schema.name, rule.before
                    )));
                }
                Action::Refuse => {}
                Action::Values { values, instead } => {
                    let Some(value) = values.iter().find(|value| holds(field, value)) else { continue };
                    match instead {
                        Instead::Refuse => {
                            let value = serde_text(value);
                            return Err(Error::refused(format_args!(
                                "{}={value} is not supported in version {target} of {}; it is from {} on",
                                own.name, schema.name, rule.before
                            )));
                        }
                        Instead::Drop => return Ok(Fate::Dropped),
                        Instead::Write(_) => how = How::Adapted,
                    }
                }
                Action::Rename(older) => name = older,
                Action::Convert { index, name: older, .. } => {
                    name = older;
                    how = How::Converted(*index);
                }
                Action::Take { from, wrap, when } => {
                    let Some(from) = schema.position(from).filter(|_| applies(object, schema, when)) else {
                        continue;
                    };
                    // What an object of before the rule holds in its own field stays there.
                    if is_present(object, from) || *wrap && !field.is_set() {
                        how = if *wrap { How::ListOf(from) } else { How::Of(from) };
                        written = true;
                    }
                }
                Action::Insert { from, .. } => {
                    if schema.position(from).is_some_and(|from| has_value(object, from)) {
                        how = How::Adapted;
                    }
                }
                Action::Fill(value) => {
                    if field.get().is_none_or(is_null) {
                        how = How::Literal(value);
                        written = true;
                    }
                }
            }
        }
        if !written {
            return Ok(Fate::Unset);
        }
        if own.is_in(target) { Ok(Fate::Written(name, how)) } else { Ok(Fate::Dropped) }
    }
}

/// Whether the value of a field that is dropped goes out all the same, in another field.
pub(super) fn is_carried<O: Object>(object: &O, schema: &ObjectSchema, name: &str, target: Version) -> bool {
    schema.fields.iter().enumerate().any(|(index, other)| {
        other.is_in(target)
            && other.rules.iter().filter(|rule| target < rule.before).any(|rule| match &rule.action {
                Action::Take { from, when, .. } => from == name && applies(object, schema, when),
                Action::Insert { from, .. } => from == name && has_value(object, index),
                _ => false,
            })
    })
}

fn holds<T: Entity>(field: &Field<T>, literal: &Literal) -> bool {
    field.get().is_some_and(|value| matches(value, literal))
}

fn serde_text(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::Text(value) => value.to_string(),
        Literal::List(_) | Literal::Map(_) => format!("{literal:?}"),
    }
}

fn applies<O: Object>(object: &O, schema: &ObjectSchema, when: &Option<Condition>) -> bool {
    struct Holds<'a>(&'a Literal);

    impl FieldVisitor for Holds<'_> {
        type Output = bool;

        fn field<T: Entity>(self, field: &Field<T>) -> bool {
            holds(field, self.0)
        }
    }

    let Some(condition) = when else { return true };
    let place = schema.position(&condition.field);
    place.and_then(|place| object.visit_field(place, Holds(&condition.value))).unwrap_or(false)
}

fn is_present<O: Object>(object: &O, place: usize) -> bool {
    struct Set;

    impl FieldVisitor for Set {
        type Output = bool;

        fn field<T: Entity>(self, field: &Field<T>) -> bool {
            field.is_set()
        }
    }

    object.visit_field(place, Set).unwrap_or(false)
}

/// Whether the field is set to something that a list of one element is made of: not to null, nor to empty text.
pub(super) fn has_element<O: Object>(object: &O, place: usize) -> bool {
    struct Empty;

    impl FieldVisitor for Empty {
        type Output = bool;

        fn field<T: Entity>(self, field: &Field<T>) -> bool {
            holds(field, &Literal::Text(Cow::Borrowed("")))
        }
    }

    has_value(object, place) && object.visit_field(place, Empty) == Some(false)
}

/// Whether the field is set, and not to null.
pub(super) fn has_value<O: Object>(object: &O, place: usize) -> bool {
    struct Value;

    impl FieldVisitor for Value {
        type Output = bool;

        fn field<T: Entity>(self, field: &Field<T>) -> bool {
            field.get().is_some_and(|value| !is_null(value))
        }
    }

    object.visit_field(place, Value).unwrap_or(false)
}

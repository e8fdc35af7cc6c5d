use std::borrow::Cow;

use super::child::Child;
use super::first;
use super::matching::{has, has_value, held, holds_object, is};
use super::peek::Peek;
use super::plan::Plan;
use crate::error::Error;
use crate::field::Alteration;
use crate::object::Seen;
use crate::schema::{Action, Condition, FieldSchema, First, Instead, Kind, Literal, ObjectSchema};

/// Fate of a field at an older version.
pub(super) enum Fate<'s> {
    /// It has no value, and gets none.
    Unset,
    /// It is left out.
    Dropped,
    /// It goes out under this name, in an older form that this conversion makes of it, where there is one.
    Written(&'s str, How<'s>, Option<usize>),
}

/// Value that goes out.
#[derive(Clone, Copy)]
pub(super) enum How<'s> {
    /// The value.
    Value,
    /// The value, with some values inside it replaced, or others added.
    Adapted,
    /// This.
    Literal(&'s Literal),
    /// The value of another field.
    Of(usize),
    /// A list with the value of another field, where that has one.
    ListOf(usize),
    /// An element of another field's list.
    FirstOf(&'s First),
}

impl How<'_> {
    /// Whether something else goes out than what stands in the field.
    pub(super) fn is_other(&self) -> bool {
        matches!(self, How::Literal(_) | How::Of(_) | How::ListOf(_) | How::FirstOf(_))
    }
}

impl<'s> Fate<'s> {
    /// Tells it of a field of an object that has no rules.
    pub(super) fn without_rules(own: &'s FieldSchema, field: &dyn Seen, plan: &Plan<'_>) -> Fate<'s> {
        match (field.is_set(), plan.has(own)) {
            (false, _) => Fate::Unset,
            (true, false) => Fate::Dropped,
            (true, true) => Fate::Written(&own.name, How::Value, None),
        }
    }

    /// Tells it of a field of an object that has rules.
    ///
    /// # Errors
    /// Where a rule refuses the value.
    pub(super) fn of(
        object: &dyn Peek,
        schema: &'s ObjectSchema,
        own: &'s FieldSchema,
        field: &dyn Seen,
        plan: &Plan<'_>,
    ) -> Result<Fate<'s>, Error> {
        let target = plan.version;
        let form = own.form_at(target);
        let mut how = How::Value;
        let mut written = field.is_set();
        // An older form has no objects of the field's.
        let is_older_form = form.conversion.is_some() && plan.has(own);
        let is_gone = !is_older_form && is_gone(schema, own, field, plan);
        for rule in own.rules.iter().filter(|rule| target < rule.before) {
            match &rule.action {
                // Of objects that didn't exist then, nothing is left that a rule could see.
                Action::Refuse | Action::Values { .. } | Action::Without(_) if is_gone => {}
                Action::Refuse if field.is_set() => {
                    return Err(Error::refused(format_args!(
                        "{} is set, and version {target} of {} can't carry it; versions from {} on can",
                        own.name, schema.name, rule.before
                    )));
                }
                Action::Refuse => {}
                Action::Values { values, instead, inside } => {
                    let Some(value) = held(field, &own.ty.kind, values, *inside) else { continue };
                    match instead {
                        Instead::Refuse => {
                            let value = text_of(value);
                            return Err(Error::refused(format_args!(
                                "{}={value} is not supported in version {target} of {}; it is from {} on",
                                own.name, schema.name, rule.before
                            )));
                        }
                        Instead::Drop => return Ok(Fate::Dropped),
                        Instead::Write(_) => how = How::Adapted,
                    }
                }
                Action::Without(objects) => {
                    if holds_object(field, objects) {
                        how = How::Adapted;
                    }
                }
                // Looked at above.
                Action::Rename(_) | Action::Convert { .. } => {}
                Action::Take { from, wrap, when } => {
                    let Some(from) = schema.index_of(from).filter(|_| applies(object, schema, when)) else {
                        continue;
                    };
                    // What an object of before the rule holds in its own field stays there.
                    if is_at(object, from, |field| field.is_set()) || *wrap && (is_gone || !field.is_set()) {
                        how = if *wrap { How::ListOf(from) } else { How::Of(from) };
                        written = true;
                    }
                }
                Action::First(element) => {
                    if first::is_there(object, schema, plan, element, is_older_form) {
                        how = How::FirstOf(element);
                        written = true;
                    }
                }
                Action::Insert { from, .. } => {
                    let is_there = schema.index_of(from).is_some_and(|from| is_at(object, from, has_value));
                    if is_there && has_value(field) {
                        how = How::Adapted;
                    }
                }
                Action::Fill(value) => {
                    if is_gone || !has_value(field) {
                        how = How::Literal(value);
                        written = true;
                    }
                }
                Action::FillUnset(value) => {
                    if is_gone || !field.is_set() {
                        how = How::Literal(value);
                        written = true;
                    }
                }
            }
        }
        if !written {
            return Ok(Fate::Unset);
        }
        if plan.has(own) { Ok(Fate::Written(form.name, how, form.conversion)) } else { Ok(Fate::Dropped) }
    }
}

/// Whether the field is set, to objects that didn't exist for the target; asked of any type, since the schema doesn't say
/// of all what is in them.
fn is_gone(schema: &ObjectSchema, own: &FieldSchema, field: &dyn Seen, plan: &Plan<'_>) -> bool {
    field.is_set()
        && field.holds_objects()
        && matches!(Child::of(plan, schema, own, &|| field.all_arrived()), Ok(Child::Gone))
}

/// Whether the value of a field that is dropped goes out all the same, in another field.
pub(super) fn is_carried(object: &dyn Peek, schema: &ObjectSchema, name: &str, plan: &Plan<'_>) -> bool {
    let carries = |element: &First| element.from == name && first::is_all(object, schema, element);
    let mut graves =
        schema.tombstones.iter().filter(|grave| plan.has_older(schema) && grave.is_in(plan.version));
    if graves.any(|grave| grave.first.as_ref().is_some_and(carries)) {
        return true;
    }
    schema.fields.iter().enumerate().any(|(index, other)| {
        plan.has(other)
            && other.active(plan.version).any(|action| match action {
                Action::Take { from, when, .. } => from == name && applies(object, schema, when),
                Action::First(element) => carries(element),
                Action::Insert { from, .. } => from == name && is_at(object, index, has_value),
                _ => false,
            })
    })
}

/// Whether what goes out in the stead of the field's value says something else than the value does.
pub(super) fn alters(
    how: &How<'_>,
    is_converted: bool,
    own: &FieldSchema,
    field: &dyn Seen,
    plan: &Plan<'_>,
) -> Option<Alteration> {
    let replaces = |action: &Action| match action {
        Action::Values { values, instead: Instead::Write(_), inside } => {
            held(field, &own.ty.kind, values, *inside).is_some()
        }
        Action::Without(objects) => holds_object(field, objects),
        _ => false,
    };
    match how {
        How::Value | How::Adapted if is_converted => Some(Alteration::Converted),
        How::Value | How::Literal(_) => None,
        How::Adapted => own.active(plan.version).any(replaces).then_some(Alteration::Replaced),
        How::Of(_) | How::ListOf(_) | How::FirstOf(_) => field.is_set().then_some(Alteration::Replaced),
    }
}

fn text_of(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::Text(value) => value.to_string(),
        Literal::List(values) => format!("[{}]", values.iter().map(text_of).collect::<Vec<_>>().join(", ")),
        Literal::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{key}: {}", text_of(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn applies(object: &dyn Peek, schema: &ObjectSchema, when: &Option<Condition>) -> bool {
    let Some(condition) = when else { return true };
    let index = schema.index_of(&condition.field);
    let own = index.and_then(|index| schema.fields.get(index).zip(object.field(index)));
    own.is_some_and(|(own, field)| has(field, &own.ty.kind, &condition.value))
}

/// Whether that is so of the field at that index.
pub(super) fn is_at(object: &dyn Peek, index: usize, is: impl Fn(&dyn Seen) -> bool) -> bool {
    object.field(index).is_some_and(is)
}

/// Whether the field has something that a list of one element is made of: not null, nor empty text.
pub(super) fn has_element(field: &dyn Seen) -> bool {
    has_value(field) && !is(field, &Kind::String, &Literal::Text(Cow::Borrowed("")))
}

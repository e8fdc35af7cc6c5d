//! What an object's attributes may not say. One `check_x` a rule.

mod names;

use proc_macro2::Span;
use syn::LitStr;

use crate::ast::{Field, Object};
use crate::attr::rule::{First, Instead, Rule, RuleKind};
use crate::attr::{ChildVersions, nearest};
use crate::ctxt::Ctxt;
use crate::literal::Literal;
use crate::version::{History, VersionLit};

pub fn check(cx: &Ctxt, object: &Object<'_>) {
    check_list(cx, object);
    check_said_alone(cx, object);
    check_initial(cx, object);
    check_unknown_fields(cx, object);
    for first in object.attr.removed.iter().filter_map(|removed| removed.first.as_ref()) {
        check_is_field(cx, object, &first.from);
    }
    for field in &object.fields {
        check_absent(cx, field);
        check_alone(cx, field);
        check_refusal_has_a_version(cx, field);
        for rule in &field.attr.rules {
            check_rule_names_fields(cx, object, field, rule);
            check_fill_has_a_value(cx, rule);
        }
        check_former(cx, field);
        check_stand_ins(cx, field);
        check_pattern(cx, field);
    }
    let Some(history) = &object.history else { return };
    names::check(cx, object, history);
    check_tombstones(cx, object, history);
    if let Some(versions) = &object.attr.child_versions {
        check_child_versions(cx, history, versions);
    }
    for field in &object.fields {
        check_since(cx, history, field.attr.since);
        for rule in &field.attr.rules {
            check_before(cx, history, rule.before());
        }
        if let Some(versions) = &field.attr.child_versions {
            check_child_versions(cx, history, versions);
        }
    }
    for inherited in object.parts.iter().flat_map(|part| &part.extends.said) {
        check_since(cx, history, inherited.since);
        if let Some(versions) = &inherited.child_versions {
            check_child_versions(cx, history, versions);
        }
        for rule in &inherited.rules {
            check_before(cx, history, rule.before());
            check_fill_has_a_value(cx, rule);
        }
    }
    check_before(cx, history, object.attr.refuse.as_ref().map(|refusal| refusal.before));
}

/// A list object has its elements in `objects`, and only it has `child_versions` of its own.
fn check_list(cx: &Ctxt, object: &Object<'_>) {
    let Some(list) = object.attr.list else {
        if let Some(versions) =
            object.attr.child_versions.as_ref().filter(|_| object.attr.bare_list.is_none())
        {
            cx.error(
                versions.span,
                "`child_versions` of an object is for one that is a `list`; of a field, say it on the field: \
                 `#[field(child_versions(...))]`",
            );
        }
        return;
    };
    match object.fields.iter().find(|field| field.is_elements()) {
        Some(field) => {
            if let (Some(_), Some(own)) = (&object.attr.child_versions, &field.attr.child_versions) {
                cx.error(own.span, "the object says its `child_versions` already; leave these away");
            }
        }
        None => cx.error(list, "a `list` has its elements in a field `objects`: `objects: Field<Vec<T>>`"),
    }
}

/// Bases and methods are said by their names where nothing here stands for them.
fn check_said_alone(cx: &Ctxt, object: &Object<'_>) {
    if let (Some(base), false) = (object.attr.bases.first(), object.parts.is_empty()) {
        cx.error(base.span(), "the parts that it `extends` are its bases; leave `bases` away");
    }
    if let (Some(method), Some(_)) = (object.attr.methods.first(), object.attr.remotable) {
        cx.error(
            method.name.span(),
            "its methods are those of its `#[remotable] impl`; leave `methods` away",
        );
    }
    if let (Some(bare), Some(_)) = (object.attr.bare_list, object.attr.list) {
        cx.error(bare, "it is a `list` or a `bare_list`");
    }
    if let (Some(_), Some(manifest)) = (object.attr.by_pin, object.attr.by_manifest) {
        cx.error(manifest, "its rules hold `by_pin` or `by_manifest`; for both, say neither");
    }
}

/// Refuses a first value of a name that is no field.
fn check_initial(cx: &Ctxt, object: &Object<'_>) {
    if !object.parts.is_empty() {
        return;
    }
    for initial in &object.attr.initial {
        let name = initial.name.value();
        if !object.fields.iter().any(|field| field.name == name) {
            cx.error(initial.name.span(), format!("this object has no field of the wire name {name:?}"));
        }
    }
}

/// Asks for an `Origin` in a relay: fields that it carries along go out to readers of the version that it came in alone.
fn check_unknown_fields(cx: &Ctxt, object: &Object<'_>) {
    if let (Some(unknown), None) = (object.unknown, object.origin) {
        cx.error(
            unknown.span(),
            "`UnknownFields` go out in the version that they came in, which an object without an `Origin` forgets; \
             add `origin: Origin`",
        );
    }
}

/// Refuses a stand-in that isn't there in every version that gets it.
fn check_stand_ins(cx: &Ctxt, field: &Field<'_>) {
    let gates = field.attr.rules.iter().filter_map(|rule| match &rule.kind {
        RuleKind::Values { values, since, older, .. } => Some((values, since.version, older)),
        _ => None,
    });
    let gates: Vec<_> = gates.collect();
    let lists = |values: &[Literal], wanted: &Literal| values.iter().any(|value| value.value == wanted.value);
    for (index, (values, since, older)) in gates.iter().enumerate() {
        let Instead::Write(older) = older else { continue };
        let Some((_, own, _)) = gates.iter().find(|(gated, ..)| lists(gated, older)) else { continue };
        // Of several rules for a value the first counts.
        let is_covered = |value: &Literal| {
            gates.iter().take(index).any(|(gated, first, _)| lists(gated, value) && first >= own.min(since))
        };
        if !values.iter().all(is_covered) {
            let message = format!(
                "this stands in for values that came with {since}, but it came itself with {own}, and older targets \
                 don't know it; name a value that they know"
            );
            cx.error(older.span, message);
        }
    }
}

/// Refuses a pattern that isn't one, as far as its text tells: how large a pattern may be is told by `assert_locked!`.
fn check_pattern(cx: &Ctxt, field: &Field<'_>) {
    let Some(pattern) = field.attr.check.as_ref().and_then(|check| check.pattern.as_ref()) else { return };
    #[cfg(feature = "pattern")]
    if let Err(error) = regex_syntax::parse(&pattern.value()) {
        let why = match error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            error => error.to_string(),
        };
        cx.error(pattern.span(), format!("this is no regular expression: {why}"));
    }
    #[cfg(not(feature = "pattern"))]
    cx.error(pattern.span(), "a pattern needs the feature `pattern` of versioned-objects");
}

/// Only a field that some version lacks can be left out by a peer of that version.
fn check_absent(cx: &Ctxt, field: &Field<'_>) {
    if let (Some(absent), None) = (&field.attr.absent, field.attr.since) {
        cx.error(
            absent.span,
            "every version has this field, so no peer leaves it out; say `since = \"...\"` too, or \
             `default = ...` for a null",
        );
    }
}

/// Objects that go out as they are have no versions by the parent's.
fn check_alone(cx: &Ctxt, field: &Field<'_>) {
    let Some(alone) = field.attr.alone else { return };
    if field.attr.child_versions.is_some() {
        cx.error(alone, "`alone` leaves the objects in the field as they are; leave `child_versions` away");
    } else if !field.may_hold_objects() {
        cx.error(alone, "`alone` is said of objects, and this field holds none");
    }
}

/// A refusal holds before a version; the field's own `since`, where none is said.
fn check_refusal_has_a_version(cx: &Ctxt, field: &Field<'_>) {
    for rule in &field.attr.rules {
        if matches!(rule.kind, RuleKind::Refuse { before: None }) && field.attr.since.is_none() {
            cx.error(rule.span, "refuse for which targets? say `refuse(before = \"...\")`, or since when the field is there: `since = \"...\"`");
        }
    }
}

/// A rule that looks at another field has to name one. An heir may mean an inherited field, which the expansion
/// checks.
fn check_rule_names_fields(cx: &Ctxt, object: &Object<'_>, field: &Field<'_>, rule: &Rule) {
    let from = match &rule.kind {
        RuleKind::Take { from, .. }
        | RuleKind::Insert { from, .. }
        | RuleKind::First { first: First { from, .. }, .. } => Some(from),
        _ => None,
    };
    if let Some(from) = from.filter(|from| from.value() == field.name) {
        cx.error(from.span(), format!("{:?} is this field itself; name another", field.name));
    }
    rule.names().into_iter().for_each(|name| check_is_field(cx, object, name));
}

/// The name is that of a field; where there are parts, the expansion looks.
fn check_is_field(cx: &Ctxt, object: &Object<'_>, name: &LitStr) {
    let known: Vec<&str> = object.fields.iter().map(|field| field.name.as_str()).collect();
    let value = name.value();
    if object.parts.is_empty() && !known.contains(&value.as_str()) {
        let hint = match nearest(&value, &known) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("its fields are `{}`", known.join("`, `")),
        };
        cx.error(name.span(), format!("this object has no field of the wire name {value:?}; {hint}"));
    }
}

/// Where a field is unset or null, null in its stead changes nothing that a peer would see.
fn check_fill_has_a_value(cx: &Ctxt, rule: &Rule) {
    if let RuleKind::Fill { value, unset: false, .. } = &rule.kind
        && value.is_null()
    {
        cx.error(value.span, "a fill of null fills nothing; write a value");
    }
}

/// Two former names, or forms, of one and the same time contradict each other.
fn check_former(cx: &Ctxt, field: &Field<'_>) {
    let former = field.former();
    let mut now = &field.name;
    for earlier in &former {
        if earlier.is_named && earlier.name == *now {
            cx.error(
                earlier.span,
                format!("{now:?} is the name that the field has after that too; name the older one"),
            );
        }
        now = &earlier.name;
    }
    for (later, earlier) in former.iter().zip(former.iter().skip(1)) {
        if later.since.version == earlier.since.version {
            cx.error(
                earlier.since.span,
                format!(
                    "the field changes twice in {}; say it once, of a new type and name as \
                     `was(type = ..., name = \"...\", ...)`",
                    earlier.since.version
                ),
            );
        }
    }
}

fn check_tombstones(cx: &Ctxt, object: &Object<'_>, history: &History) {
    for removed in &object.attr.removed {
        if let Some(since) = removed.since.filter(|since| check_listed(cx, history, *since))
            && since.version > removed.until.version
        {
            cx.error(
                since.span,
                format!("the field was removed after {}, so it can't begin later", removed.until.version),
            );
        }
        if check_listed(cx, history, removed.until) && history.current() == Some(removed.until.version) {
            cx.error(
                removed.until.span,
                format!(
                    "{} is the current version, so the field is still there; `until` names the last version \
                     that had it",
                    removed.until.version
                ),
            );
        }
    }
}

fn check_listed(cx: &Ctxt, history: &History, version: VersionLit) -> bool {
    let listed = history.contains(version.version);
    if !listed {
        cx.error(
            version.span,
            format!("{} is not among this object's versions, which are {history}", version.version),
        );
    }
    listed
}

fn check_since(cx: &Ctxt, history: &History, since: Option<VersionLit>) {
    let Some(since) = since.filter(|since| check_listed(cx, history, *since)) else { return };
    if history.first() == Some(since.version) {
        cx.error(
            since.span,
            format!(
                "{} is the object's first version, so every version has the field; leave `since` away",
                since.version
            ),
        );
    }
}

fn check_before(cx: &Ctxt, history: &History, before: Option<VersionLit>) {
    let Some(before) = before.filter(|before| check_listed(cx, history, *before)) else { return };
    if history.first() == Some(before.version) {
        cx.error(
            before.span,
            format!("{} is the object's first version, so there is no older target for this", before.version),
        );
    }
}

/// From one version of the parent to the next, the child's version grows or stays.
fn check_child_versions(cx: &Ctxt, history: &History, versions: &ChildVersions) {
    for row in &versions.rows {
        check_listed(cx, history, row.parent);
    }
    for (earlier, later) in versions.rows.iter().zip(versions.rows.iter().skip(1)) {
        let grows = |span: Span, what: &str, from: VersionLit, to: VersionLit| {
            cx.error(
                span,
                format!("{what} {} comes after {}; list the versions oldest first", to.version, from.version),
            );
        };
        if later.parent.version <= earlier.parent.version {
            grows(later.parent.span, "this object's", earlier.parent, later.parent);
        }
        if later.child.version < earlier.child.version {
            grows(later.child.span, "the child's", earlier.child, later.child);
        }
    }
}

//! In each version a name on the wire means one thing.

use proc_macro2::Span;

use crate::ast::{Field, Object};
use crate::ctxt::Ctxt;
use crate::version::{History, Version};

/// A name, and the versions in which it stands for one thing.
struct Claim {
    name: String,
    span: Span,
    what: String,
    /// The first version with it.
    from: Version,
    /// The first version without it again.
    to: Option<Version>,
}

pub fn check(cx: &Ctxt, object: &Object<'_>, history: &History) {
    let Some(first) = history.first() else { return };
    let mut claims = Vec::new();
    for field in &object.fields {
        claim(&mut claims, field, first);
    }
    for removed in &object.attr.removed {
        claims.push(Claim {
            name: removed.name.value(),
            span: removed.name.span(),
            what: "a removed field".to_owned(),
            from: removed.since.map_or(first, |since| since.version),
            to: history.next(removed.until.version),
        });
    }
    check_extra_fields(cx, object);
    for (index, claim) in claims.iter().enumerate() {
        let earlier =
            claims.iter().take(index).find(|other| other.name == claim.name && overlap(other, claim));
        if let Some(other) = earlier {
            let version = other.from.max(claim.from);
            let Claim { name, span, .. } = claim;
            cx.error(*span, format!("{name:?} is the wire name of {} too in version {version}", other.what));
        }
    }
}

/// Refuses a name that two things have.
fn check_extra_fields(cx: &Ctxt, object: &Object<'_>) {
    let all = &object.attr.extra_fields;
    for (index, extra) in all.iter().enumerate() {
        let name = &extra.name;
        if let Some(field) = object.fields.iter().find(|field| field.name == *name) {
            cx.error(extra.span, format!("{name:?} is the wire name of the field `{}` too", field.ident));
        }
        if all.iter().take(index).any(|other| other.name == *name) {
            cx.error(extra.span, format!("duplicate extra field {name:?}"));
        }
    }
}

/// The names that a field had one after the other, and the one that it has.
fn claim(claims: &mut Vec<Claim>, field: &Field<'_>, first: Version) {
    let mut from = field.attr.since.map_or(first, |since| since.version);
    for former in field.former().iter().rev().filter(|former| former.is_named) {
        claims.push(Claim {
            name: former.name.clone(),
            span: former.span,
            what: format!("the field `{}`", field.ident),
            from,
            to: Some(former.since.version),
        });
        from = from.max(former.since.version);
    }
    claims.push(Claim {
        name: field.name.clone(),
        span: field.name_span(),
        what: format!("the field `{}`", field.ident),
        from,
        to: None,
    });
}

fn overlap(a: &Claim, b: &Claim) -> bool {
    let before_end = |version: Version, end: Option<Version>| end.is_none_or(|end| version < end);
    let from = a.from.max(b.from);
    before_end(from, a.to) && before_end(from, b.to)
}

//! What only the compiler can check, since it is about types that the derive doesn't see.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::shown_at;
use crate::ast::{Field, Object};
use crate::attr::ChildVersions;
use crate::attr::check::Check;
use crate::attr::rule::{Instead, Rule, RuleKind};
use crate::literal::Literal;
use crate::version::Version;

pub fn expand(object: &Object<'_>) -> TokenStream {
    let mut code = TokenStream::new();
    for field in object.fields.iter().filter(|field| object.origin.is_some() && field.may_hold_objects()) {
        code.extend(remembers(&field.ty));
    }
    for field in &object.fields {
        code.extend(current(field, field.attr.child_versions.as_ref()));
        code.extend(fits(field, "default", field.attr.default.as_ref()));
        code.extend(fits(field, "absent", field.attr.absent.as_ref()));
        code.extend(field.attr.rules.iter().map(|rule| of_rule(field, rule)));
        code.extend(field.attr.check.iter().map(|check| of_check(field, check)));
    }
    if let Some(field) = object.fields.iter().find(|field| field.is_elements()) {
        code.extend(current(field, object.attr.child_versions.as_ref()));
    }
    if !object.parts.is_empty() {
        code.extend(parts(object));
    }
    code.extend(lists(object));
    code
}

/// What gives an element is a list.
fn lists(object: &Object<'_>) -> TokenStream {
    let heirs = object.parts.iter().flat_map(|part| &part.extends.said).flat_map(|said| &said.rules);
    let rules = object.fields.iter().flat_map(|field| &field.attr.rules).chain(heirs);
    let firsts = rules.filter_map(|rule| match &rule.kind {
        RuleKind::First { first, .. } => Some(first),
        _ => None,
    });
    let firsts = firsts.chain(object.attr.removed.iter().filter_map(|removed| removed.first.as_ref()));
    firsts
        .map(|first| {
            let name = &first.from;
            let message =
                format!("the object has no list {:?} that an element could be taken of", name.value());
            quote_spanned! {name.span()=>
                const _: () = __vo::assert!(__vo::has_list(__FIELDS, #name), #message);
            }
        })
        .collect()
}

/// Asserts that the objects inside remember the version that they arrived in, as the object does.
fn remembers(ty: &TokenStream) -> TokenStream {
    let message = "an object with an `Origin` goes out in the version that it came in, and an object in this field \
                   forgets its own; add `origin: Origin` to that";
    quote_spanned! {shown_at(ty)=>
        const _: () = __vo::assert!(!__vo::forgets::<#ty>(), #message);
    }
}

/// The last of the child's versions is its current one.
fn current(field: &Field<'_>, versions: Option<&ChildVersions>) -> Option<TokenStream> {
    let last = versions?.rows.last()?.child;
    let ty = respanned(field.ty.clone(), last.span);
    let Version { major, minor, .. } = last.version;
    Some(quote!(const _: () = __vo::current::<#ty, #major, #minor>();))
}

/// The field's type can hold the literal.
fn fits(field: &Field<'_>, word: &str, literal: Option<&Literal>) -> Option<TokenStream> {
    let literal = literal?;
    let ty = &field.ty;
    let message = if literal.is_null() {
        format!(
            "`{word}` is null, which the field `{}` can't hold; make it a `Field<Option<...>>`",
            field.name
        )
    } else {
        format!("`{word}` is no value of the type of the field `{}`", field.name)
    };
    Some(quote_spanned! {literal.span=>
        const _: () = __vo::assert!(__vo::fits::<#ty>(&#literal), #message);
    })
}

/// Asserts that the values that a rule compares with and writes can be in the field.
fn of_rule(field: &Field<'_>, rule: &Rule) -> TokenStream {
    let ty = &field.ty;
    match &rule.kind {
        RuleKind::Values { values, older, .. } => {
            let written = match older {
                Instead::Write(literal) => Some(literal),
                Instead::Refuse | Instead::Drop => None,
            };
            let message = format!("neither the field `{}` nor a value inside it can be this", field.name);
            let literals = values.iter().chain(written);
            literals
                .map(|literal| {
                    quote_spanned! {literal.span=>
                        const _: () = __vo::assert!(__vo::fits_inside::<#ty>(&#literal), #message);
                    }
                })
                .collect()
        }
        RuleKind::Fill { value, .. } => fits(field, "fill", Some(value)).unwrap_or_default(),
        RuleKind::Insert { .. } => {
            let message = format!("the field `{}` is no map, so nothing can be inserted", field.name);
            quote_spanned! {rule.span=> const _: () = __vo::assert!(__vo::is_dict::<#ty>(), #message); }
        }
        _ => TokenStream::new(),
    }
}

/// Asserts that a check can be made of the field's values.
fn of_check(field: &Field<'_>, check: &Check) -> TokenStream {
    let ty = &field.ty;
    let mut code = TokenStream::new();
    let span = check.span.unwrap_or_else(Span::call_site);
    let is_of_text = check.pattern.is_some() || check.min_length.is_some() || check.max_length.is_some();
    for (is_asked, asks, what) in [
        (is_of_text, quote!(has_text_inside), "text"),
        (check.min.is_some() || check.max.is_some(), quote!(has_number_inside), "whole numbers"),
    ] {
        if is_asked {
            let message = format!("this is asked of {what}, and the field `{}` holds none", field.name);
            code.extend(quote_spanned! {shown_at_span(span)=>
                const _: () = __vo::assert!(__vo::#asks::<#ty>(), #message);
            });
        }
    }
    if let Some(first) = check.min.as_ref().or(check.max.as_ref()) {
        let message = format!("no number that the field `{}` can hold is from `min` to `max`", field.name);
        let bound = |literal: &Option<Literal>| match literal {
            Some(literal) => quote!(__vo::Some(&#literal)),
            None => quote!(__vo::None),
        };
        let (min, max) = (bound(&check.min), bound(&check.max));
        code.extend(quote_spanned! {first.span=>
            const _: () = __vo::assert!(__vo::has_numbers::<#ty>(#min, #max), #message);
        });
    }
    for literal in &check.one_of {
        let message = format!("neither the field `{}` nor a value inside it can be this", field.name);
        code.extend(quote_spanned! {literal.span=>
            const _: () = __vo::assert!(__vo::fits_inside::<#ty>(&#literal), #message);
        });
    }
    code
}

fn shown_at_span(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The rules name fields that are there, and the parts have none that an heir can't take over.
fn parts(object: &Object<'_>) -> TokenStream {
    let mut code = TokenStream::new();
    for part in &object.parts {
        let ty = &part.ty;
        let message = "a part whose fields were converted (`was`) can't be extended; say it on fields of the heir's own";
        if object.origin.is_some() {
            let message = "an object with an `Origin` goes out in the version that it came in, and this part holds \
                           objects that forget their own; add `origin: Origin` to those";
            code.extend(quote_spanned! {part.extends.span=>
                const _: () = __vo::assert!(!<#ty as __vo::VersionedObject>::FORGETS, #message);
            });
        }
        code.extend(quote_spanned! {part.extends.span=>
            const _: () = __vo::assert!(!__vo::has_conversions(__vo::fields_of::<#ty>()), #message);
        });
    }
    let own = |name: &str| object.fields.iter().any(|field| field.name == name);
    let heirs = object.parts.iter().flat_map(|part| &part.extends.said).flat_map(|said| &said.rules);
    let rules = object.fields.iter().flat_map(|field| &field.attr.rules).chain(heirs);
    let names = rules.flat_map(|rule| rule.names());
    for name in names.filter(|name| !own(&name.value())) {
        let message =
            format!("neither the object nor its parts have a field of the wire name {:?}", name.value());
        code.extend(quote_spanned! {name.span()=>
            const _: () = __vo::assert!(__vo::has_field(__FIELDS, #name), #message);
        });
    }
    code
}

fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), respanned(group.stream(), span)));
        }
        // Where it is resolved stays, where it is shown moves.
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}

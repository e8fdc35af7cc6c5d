//! What only the compiler can check, since it is about types that the derive doesn't see.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};

use super::shown_at;
use crate::ast::{Field, Object};
use crate::attr::ChildVersions;
use crate::attr::check::Check;
use crate::attr::rule::{Instead, Rule, RuleKind};
use crate::literal::Literal;
use crate::types::{TWO_NULLS, may_hold_objects};
use crate::version::Version;

pub fn expand(object: &Object<'_>) -> TokenStream {
    let mut code = TokenStream::new();
    for field in object.fields.iter().filter(|field| field.may_hold_objects()) {
        code.extend(one_null(&field.ty));
        if object.origin.is_some() {
            code.extend(remembers(&field.ty));
        }
    }
    for field in &object.fields {
        code.extend(current(field, field.attr.child_versions.as_ref()));
        let typed = Typed::own(object, field);
        code.extend(field.attr.default.iter().map(|literal| typed.holds("default", literal)));
        code.extend(field.attr.absent.iter().map(|literal| typed.holds("absent", literal)));
        code.extend(field.attr.rules.iter().map(|rule| of_rule(object, &typed, rule)));
        code.extend(field.attr.check.iter().map(|check| of_check(field, &typed, check)));
    }
    for initial in &object.attr.initial {
        let typed = Typed::named(object, initial.name.value());
        code.extend(typed.holds("initial", &initial.value));
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

/// Asserts that no option stands in an option, which an alias may hide from the derive.
fn one_null(ty: &TokenStream) -> TokenStream {
    quote_spanned! {shown_at(ty)=>
        const _: () = __vo::assert!(!__vo::has_two_nulls::<#ty>(), #TWO_NULLS);
    }
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

/// A field that literals are held to.
struct Typed<'a> {
    name: String,
    is_strict: bool,
    of: Of<'a>,
}

/// Where the field's type is known from.
enum Of<'a> {
    /// It is written here.
    Type(&'a TokenStream),
    /// A part has it, and so has the list of all fields of this path.
    Fields(TokenStream),
}

impl<'a> Typed<'a> {
    fn own(object: &Object<'_>, field: &'a Field<'_>) -> Self {
        let is_strict = object.attr.coerce.is_none() && field.attr.coerce.is_none();
        Typed { name: field.name.clone(), is_strict, of: Of::Type(&field.ty) }
    }

    /// The field of that wire name, of the object or of a part.
    fn named(object: &'a Object<'_>, name: String) -> Self {
        match object.fields.iter().find(|field| field.name == name) {
            Some(field) => Typed::own(object, field),
            None => Typed { name, is_strict: object.attr.coerce.is_none(), of: Of::Fields(quote!(__FIELDS)) },
        }
    }

    /// Asserts that it can hold the literal.
    fn holds(&self, word: &str, literal: &Literal) -> TokenStream {
        let name = &self.name;
        let message = match literal.is_null() {
            true => format!(
                "`{word}` is null, which the field `{name}` can't hold; make it a `Field<Option<...>>`"
            ),
            false => format!("`{word}` is no value of the type of the field `{name}`"),
        };
        self.assert(literal, &quote!(fits), &quote!(fits_named), &message)
    }

    /// Asserts that its value, or one inside it, can be the literal.
    fn holds_inside(&self, literal: &Literal) -> TokenStream {
        let message = format!("neither the field `{}` nor a value inside it can be this", self.name);
        self.assert(literal, &quote!(fits_inside), &quote!(fits_inside_named), &message)
    }

    fn assert(
        &self,
        literal: &Literal,
        of_type: &TokenStream,
        of_name: &TokenStream,
        message: &str,
    ) -> TokenStream {
        let (is_strict, is_narrow) = (self.is_strict, literal.is_narrow());
        let held = quote_spanned! {literal.span=>
            __vo::Held { literal: &#literal, is_strict: #is_strict, is_narrow: #is_narrow }
        };
        match &self.of {
            Of::Type(ty) => quote_spanned! {literal.span=>
                const _: () = __vo::assert!(__vo::#of_type::<#ty>(#held), #message);
            },
            Of::Fields(fields) => {
                let name = &self.name;
                quote_spanned! {literal.span=>
                    const _: () = __vo::assert!(__vo::#of_name(#fields, #name, #held), #message);
                }
            }
        }
    }
}

/// Asserts that the values that a rule compares with and writes can be in the field.
fn of_rule(object: &Object<'_>, typed: &Typed<'_>, rule: &Rule) -> TokenStream {
    match &rule.kind {
        RuleKind::Values { values, older, .. } => {
            let written = match older {
                Instead::Write(literal) => Some(literal),
                Instead::Refuse | Instead::Drop => None,
            };
            values.iter().chain(written).map(|literal| typed.holds_inside(literal)).collect()
        }
        RuleKind::Fill { value, .. } => typed.holds("fill", value),
        RuleKind::Was(was) => {
            let ty = was.ty.to_token_stream();
            let field = quote_spanned!(shown_at(&ty)=> __vo::Field<#ty>);
            if may_hold_objects(&ty) { one_null(&field) } else { Default::default() }
        }
        RuleKind::Take { when: Some((name, value)), .. } => {
            Typed::named(object, name.value()).holds("when", value)
        }
        RuleKind::Insert { key, .. } => {
            let Of::Type(ty) = &typed.of else { return TokenStream::new() };
            let name = &typed.name;
            let no_map = format!("the field `{name}` is no map, so nothing can be inserted");
            let no_key = format!("this is no key of the map in the field `{name}`");
            let is_dict =
                quote_spanned!(rule.span=> const _: () = __vo::assert!(__vo::is_dict::<#ty>(), #no_map););
            let has_key = quote_spanned! {key.span()=>
                const _: () = __vo::assert!(__vo::has_key::<#ty>(#key), #no_key);
            };
            quote!(#is_dict #has_key)
        }
        _ => TokenStream::new(),
    }
}

/// Asserts that a check can be made of the field's values.
fn of_check(field: &Field<'_>, typed: &Typed<'_>, check: &Check) -> TokenStream {
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
    code.extend(check.one_of.iter().map(|literal| typed.holds_inside(literal)));
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
    for part in &object.parts {
        let ty = &part.ty;
        for said in &part.extends.said {
            let typed = Typed {
                name: said.name.clone(),
                is_strict: object.attr.coerce.is_none(),
                of: Of::Fields(quote!(__vo::fields_of::<#ty>())),
            };
            code.extend(said.rules.iter().map(|rule| of_rule(object, &typed, rule)));
        }
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

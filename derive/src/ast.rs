//! An object as its struct and attributes draw it.

use std::cmp::Reverse;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use crate::attr::field::{Extends, FieldAttr};
use crate::attr::misplaced;
use crate::attr::object::ObjectAttr;
use crate::attr::rule::{RuleKind, Was};
use crate::ctxt::Ctxt;
use crate::types;
use crate::version::{History, VersionLit};

pub struct Object<'a> {
    pub ident: &'a Ident,
    pub attr: ObjectAttr,
    pub history: Option<History>,
    pub fields: Vec<Field<'a>>,
    pub parts: Vec<Part<'a>>,
    /// The field that is the `Origin`.
    pub origin: Option<&'a Ident>,
    /// The field that holds the `UnknownFields`.
    pub unknown: Option<&'a Ident>,
}

/// A field on the wire.
pub struct Field<'a> {
    pub ident: &'a Ident,
    /// The type, without `Self`.
    pub ty: TokenStream,
    pub name: String,
    pub attr: FieldAttr,
}

/// A struct whose fields the object takes in.
pub struct Part<'a> {
    pub ident: &'a Ident,
    pub ty: TokenStream,
    pub extends: Extends,
}

impl<'a> Object<'a> {
    /// Nothing, where there are no named fields to look at.
    pub fn read(cx: &Ctxt, input: &'a DeriveInput, attr: ObjectAttr) -> Option<Self> {
        misplaced(cx, &input.attrs, &[("field", "on a field: `#[field(...)]`")]);
        if !input.generics.params.is_empty() {
            let span = spanned(&input.generics.params);
            cx.error(
                span,
                "an object has one schema, so it can't be generic; write out the types, in a struct for each",
            );
        }
        let Some(fields) = named(input) else {
            cx.error(input.ident.span(), "an object is a struct with named fields: `struct Name { ... }`");
            return None;
        };
        let history = History::read(cx, attr.versions.as_ref(), attr.unreleased, input.ident.span());
        let mut object = Object {
            ident: &input.ident,
            attr,
            history,
            fields: Vec::new(),
            parts: Vec::new(),
            origin: None,
            unknown: None,
        };
        for field in fields {
            if let Some(ident) = &field.ident {
                object.take_in(cx, ident, field);
            }
        }
        Some(object)
    }

    fn take_in(&mut self, cx: &Ctxt, ident: &'a Ident, field: &'a syn::Field) {
        misplaced(cx, &field.attrs, &[("object", "on the struct: `#[object(...)]`")]);
        let mut attr = FieldAttr::read(cx, &field.attrs);
        let slot = match last_segment(&field.ty) {
            Some(name) if name == "Origin" => Some((&mut self.origin, "Origin")),
            Some(name) if name == "UnknownFields" => Some((&mut self.unknown, "UnknownFields")),
            _ => None,
        };
        if let Some((slot, what)) = slot {
            if let Some(span) = attr.other.or(attr.extends.as_ref().map(|extends| extends.span)) {
                cx.error(span, format!("`{what}` is no field on the wire, so nothing is said of it"));
            }
            match slot {
                Some(first) => {
                    cx.error(
                        ident.span(),
                        format!("a second `{what}`, `{first}` is one already; remove one"),
                    );
                }
                None => *slot = Some(ident),
            }
            return;
        }
        let ty = without_self(field.ty.to_token_stream(), self.ident);
        if let Some(extends) = attr.extends.take() {
            if let Some(span) = attr.other {
                cx.error(
                    span,
                    "a part has no place of its own on the wire; say what holds for its fields in \
                     `extends(field(since = \"1.2\"))`",
                );
            }
            self.parts.push(Part { ident, ty, extends });
            return;
        }
        types::check(cx, &field.ty);
        let name = attr.name.as_ref().map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
        self.fields.push(Field { ident, ty, name, attr });
    }

    /// The name on the wire.
    pub fn name(&self) -> String {
        self.attr.name.as_ref().map_or_else(|| self.ident.unraw().to_string(), syn::LitStr::value)
    }
}

/// A field's former self, before it was renamed or got another type.
pub struct Former<'a> {
    pub since: VersionLit,
    /// Its name at that time.
    pub name: String,
    pub span: Span,
    /// Whether the name is said, rather than the one that it had all along.
    pub is_named: bool,
    /// Where its type was another one.
    pub was: Option<&'a Was>,
}

impl Field<'_> {
    /// Whether a list object has its elements in it.
    pub fn is_elements(&self) -> bool {
        self.name == "objects"
    }

    /// Whether there may be objects in it, as far as the words of its type tell.
    pub fn may_hold_objects(&self) -> bool {
        types::may_hold_objects(&self.ty)
    }

    /// Lists the former selves, newest first: for an old target, a later one counts more.
    pub fn former(&self) -> Vec<Former<'_>> {
        let rules = self.attr.rules.iter().filter_map(|rule| match &rule.kind {
            RuleKind::Renamed { from, since } => Some((*since, Some(from), None)),
            RuleKind::Was(was) => Some((was.since, was.name.as_ref(), Some(&**was))),
            _ => None,
        });
        let mut rules: Vec<_> = rules.collect();
        rules.sort_by_key(|(since, ..)| Reverse(since.version));
        let mut now = self.name.clone();
        let former = rules.into_iter().map(|(since, name, was)| {
            if let Some(name) = name {
                now = name.value();
            }
            let span = name.map_or(since.span, syn::LitStr::span);
            Former { since, name: now.clone(), span, is_named: name.is_some(), was }
        });
        former.collect()
    }

    /// Where to complain about its name.
    pub fn name_span(&self) -> Span {
        self.attr.name.as_ref().map_or(self.ident.span(), syn::LitStr::span)
    }
}

/// The path of the crate's module for expansions.
pub fn private_module(krate: Option<&Path>) -> TokenStream {
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    let module = quote::format_ident!("__private_{major}_{minor}");
    match krate {
        Some(path) => quote::quote!(#path::#module),
        None => quote::quote!(::versioned_objects::#module),
    }
}

fn named(input: &DeriveInput) -> Option<impl Iterator<Item = &syn::Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(fields.named.iter()),
            _ => None,
        },
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

fn spanned(tokens: &impl quote::ToTokens) -> Span {
    syn::spanned::Spanned::span(&tokens.to_token_stream())
}

/// The type as it reads outside the struct, where `Self` means nothing.
fn without_self(ty: TokenStream, ident: &Ident) -> TokenStream {
    ty.into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) if word == "Self" => {
                let mut named = ident.clone();
                named.set_span(word.span());
                TokenTree::Ident(named)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), ident));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        })
        .collect()
}

//! An enum of texts as its variants and attributes draw it.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::attr::field_enum::{EnumAttr, VariantAttr};
use crate::attr::misplaced;
use crate::case::Case;
use crate::ctxt::Ctxt;

pub struct Choices<'a> {
    pub variants: Vec<Variant<'a>>,
    /// The variant that keeps what isn't known.
    pub other: Option<Other<'a>>,
}

pub struct Other<'a> {
    pub ident: &'a Ident,
    pub ty: &'a Type,
}

pub struct Variant<'a> {
    pub ident: &'a Ident,
    pub name: String,
    pub span: Span,
    /// The variants that may follow it, where it says which.
    pub next: Option<Vec<Ident>>,
}

impl<'a> Choices<'a> {
    pub fn read(cx: &Ctxt, input: &'a DeriveInput, attr: &EnumAttr) -> Option<Self> {
        let Data::Enum(data) = &input.data else {
            cx.error(input.ident.span(), "only an `enum` can be one of several texts on the wire");
            return None;
        };
        if let Some(parameter) = input.generics.params.first() {
            let span = syn::spanned::Spanned::span(parameter);
            cx.error(span, "an enum of texts has nothing to be generic over; remove the parameters");
        }
        misplaced(cx, &input.attrs, &[("variant", "on a variant: `#[variant(...)]`")]);
        let case = attr.rename_all.as_ref().and_then(|text| cx.keep(Case::read(text)));
        let mut choices = Choices { variants: Vec::new(), other: None };
        for variant in &data.variants {
            misplaced(cx, &variant.attrs, &[("field_enum", "on the enum: `#[field_enum(...)]`")]);
            let said = VariantAttr::read(cx, &variant.attrs);
            if let Some(span) = said.other {
                choices.take_other(cx, span, variant, said.name.is_some());
                continue;
            }
            if !matches!(variant.fields, Fields::Unit) {
                cx.error(
                    variant.ident.span(),
                    "a variant is one text on the wire, so it holds nothing; for texts that aren't known here, \
                     say `#[variant(other)] Other(String)`",
                );
            }
            let ident = variant.ident.unraw().to_string();
            let name = match (&said.name, case) {
                (Some(name), _) => name.value(),
                (None, Some(case)) => case.apply(&ident),
                (None, None) => ident,
            };
            let span = said.name.as_ref().map_or(variant.ident.span(), syn::LitStr::span);
            choices.variants.push(Variant { ident: &variant.ident, name, span, next: said.next });
        }
        if choices.variants.is_empty() {
            cx.error(input.ident.span(), "an enum of texts needs at least one variant that is known");
        }
        Some(choices)
    }

    fn take_other(&mut self, cx: &Ctxt, span: Span, variant: &'a syn::Variant, is_named: bool) {
        if is_named {
            cx.error(span, "`other` keeps the text that came, so it has no `name` of its own");
        }
        if let Some(Other { ident, .. }) = self.other {
            cx.error(span, format!("a second `other`, `{ident}` is one already; remove one"));
            return;
        }
        let only = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first(),
            _ => None,
        };
        match only {
            Some(field) => self.other = Some(Other { ident: &variant.ident, ty: &field.ty }),
            None => cx.error(span, format!("`other` keeps the text that came: `{}(String)`", variant.ident)),
        }
    }
}

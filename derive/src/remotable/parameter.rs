//! A parameter of a method.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{FnArg, Pat, Type};

use crate::ctxt::Ctxt;
use crate::literal::Literal;

pub struct Parameter<'a> {
    pub ident: &'a Ident,
    pub name: String,
    pub ty: &'a Type,
    pub default: Option<Literal>,
}

impl<'a> Parameter<'a> {
    pub fn read(cx: &Ctxt, input: &'a FnArg) -> Option<Self> {
        let FnArg::Typed(typed) = input else { return None };
        let Pat::Ident(pattern) = &*typed.pat else {
            let span = syn::spanned::Spanned::span(&typed.pat);
            cx.error(span, "a parameter is found by its name, so it can't be a pattern");
            return None;
        };
        if matches!(*typed.ty, Type::Reference(_)) {
            let message = "an argument may come from another host, so the method owns it: no reference";
            cx.error(pattern.ident.span(), message);
        }
        let mut default = None;
        for attr in typed.attrs.iter().filter(|attr| attr.path().is_ident("default")) {
            default = cx.keep(attr.parse_args::<Literal>());
        }
        let name = pattern.ident.unraw().to_string();
        Some(Parameter { ident: &pattern.ident, name, ty: &typed.ty, default })
    }
}

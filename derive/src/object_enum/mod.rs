//! The derive of an enum whose variants are objects that extend a base.

mod ast;
mod expand;
mod valid;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ast::private_module;
use crate::attr::misplaced;
use crate::ctxt::Ctxt;
use crate::expand::in_private_scope;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attr = ast::ObjectEnumAttr::read(&cx, &input.attrs);
    let private = private_module(attr.krate.as_ref());
    misplaced(&cx, &input.attrs, &[("variant", "on a variant: `#[variant(...)]`")]);
    let variants = ast::variants(&cx, input);
    valid::check(&cx, input, &attr, &variants);
    let code = match (cx.check(), &attr.base) {
        (Ok(()), Some(base)) => expand::expand(&input.ident, base, &variants),
        (result, _) => expand::fallback(input, result.err(), &variants),
    };
    in_private_scope(&private, &code)
}
